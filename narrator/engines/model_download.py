"""Downloads the models of neural voices from their publishers when a user asks for it.

An interrupted download resumes. A file gets its final name only after its checksum was verified,
and like every output of narrator it replaces only a file that narrator itself wrote. Files can also
be copied from a folder, for machines without internet access, or come from another server. Piper
publishes a list of its files with checksums, `voices.json`, which is downloaded first. Kokoro's
release has no such list, so its checksums are stored here. hibari comes with a list of its voices.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator import registry
from narrator.engines.model_files import models_folder
from narrator.engines.piper_settings import check_piper_settings
from narrator.errors import EngineUnavailableError, OptionError, OutputError, UnknownVoiceError
from narrator.files.existence import is_file
from narrator.files.locking import lock_created_folder
from narrator.files.os_errors import convert_os_errors
from narrator.files.outputs import prepare_output, publish_output, write_file
from narrator.files.ownership import Origin, Output
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from narrator.model import Voice

PIPER_URL = "https://huggingface.co/rhasspy/piper-voices/resolve/main/"
"""Where Piper's voices are published; the paths in `voices.json` are relative to it."""
KOKORO_URL = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
"""Where the authors of kokoro-onnx publish its model."""
KOKORO_FILES = {
    "kokoro-v1.0.onnx": (
        "sha256:7d5df8ecf7d4b1878015a32686053fd0eebe2bc377234608764cc0ef3636a6c5",
        325_532_387,
    ),
    "voices-v1.0.bin": (
        "sha256:bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d",
        28_214_398,
    ),
}
"""The checksum and the size in bytes of each file in that release, which never changes."""

_PIPER_NAME = re.compile(r"[a-z]{2,3}_[A-Z]{2}-[^-]+-[^-]+")
_MODEL_SUFFIX, _SETTINGS_SUFFIX = ".onnx", ".json"
_URL_MARK = "://"
_BLOCK_BYTES = 1 << 18
"""Number of bytes that are read between two reports of the progress."""
_TIMEOUT_SECONDS = 60
"""The time without a byte after which a download fails."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to download."""

    url: str
    target: Path
    checksum: str = ""
    """`md5:` or `sha256:` and hexadecimal digits; empty if the publisher gives none."""
    size_bytes: int = 0
    """0 if the publisher gives no size."""


def find_required_model(voice: Voice) -> str:
    """Return the name of the model that a voice needs, for `download_model`.

    Raises:
        UnknownVoiceError: its engine has no models to download.
        MissingExtraError: its engine is not installed, and so the list of its models neither.
    """
    if voice.engine == "kokoro":
        return "kokoro"
    if voice.engine == "piper":
        return voice.engine_voice
    if voice.engine == "natural":
        registry.load_engine("natural")  # its error names the package that is missing
        if voice.engine_voice in _list_hibari_files():
            return voice.engine_voice
    raise UnknownVoiceError(
        f"voice {voice.name} needs no model", f"{voice.engine} includes its own"
    )


def download_model(
    name: str,
    *,
    source: str | Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    may_replace: bool = False,
) -> tuple[Path, ...]:
    """Download a model: `kokoro`, a Piper voice such as `en_US-lessac-medium`, a voice of hibari.

    Args:
        name: the model. Files that are already here and intact are not downloaded again.
        source: where the files come from instead: a folder, the address of one, or the path or the
            address of a model's `.onnx`, beside which its `.onnx.json` lies.
        progress: called with a file's name, the bytes received, and the total (0 if unknown).
        may_replace: whether files of the same names are replaced, whoever made them.

    Returns:
        The files, in the folder where the engine looks for them.

    Raises:
        UnknownVoiceError: no such model is published.
        EngineUnavailableError: the download failed, or its content is damaged.
        OutputError: the files cannot be written, or would replace files that narrator did not
            write.
    """
    if source is not None and _URL_MARK not in str(source):
        targets = _target_files(name, is_published=False)
        places = [Path(_locate_file(str(source), target)) for target in targets]
        for place, target in zip(places, targets, strict=True):
            _check_source(place, target)
        outputs = [_describe_output(target, may_replace=may_replace) for target in targets]
        return tuple(
            _copy_file(place, output, progress)
            for place, output in zip(places, outputs, strict=True)
        )
    remote_files = _list_remote_files(name) if source is None else _list_mirror(name, str(source))
    # settings come first: if they are damaged, the model is of no use
    for remote in sorted(remote_files, key=lambda file: file.target.suffix != _SETTINGS_SUFFIX):
        output = _describe_output(remote.target, may_replace=may_replace)
        _download_file(remote, output, progress)
    return tuple(remote.target for remote in remote_files)


def _locate_file(source: str, target: Path) -> str:
    """Return the path or the address of a file of a model, from a folder or beside its model."""
    # what a server wants to know, such as ?download=true, is not part of the name
    place, mark, query = source.partition("?") if _URL_MARK in source else (source, "", "")
    if place.lower().endswith(_MODEL_SUFFIX):
        return place + target.name.partition(_MODEL_SUFFIX)[2] + mark + query
    return f"{place.rstrip('/')}/{target.name}{mark}{query}"


def _list_mirror(name: str, address: str) -> tuple[RemoteFile, ...]:
    """Return the files of a model on a server that is not their publisher's.

    Raises:
        UnknownVoiceError: the name can't be a model's.
        OptionError: the address is not one of the web.
    """
    if not address.lower().startswith(("http://", "https://")):
        raise OptionError(
            f"--from '{address}' is not an address", "write https://, or name a folder"
        )
    return tuple(
        replace(_describe_published(target), url=_locate_file(address, target))
        for target in _target_files(name, is_published=False)
    )


def _describe_published(target: Path) -> RemoteFile:
    """Return what is known here of a published file: its checksum and size, or nothing."""
    published = {file.target: file for file in _list_hibari_files().values()}
    kokoro_file = RemoteFile("", target, *KOKORO_FILES.get(target.name, ()))
    return published.get(target, kokoro_file)


def _describe_output(target: Path, *, may_replace: bool) -> Output:
    """Return a file of a model as an output, whose later version may replace it."""
    return Output(target, Origin("model", contents=(target.name,), may_replace=may_replace))


def _target_files(name: str, *, is_published: bool = True) -> tuple[Path, ...]:
    """Return where the files of a model belong.

    Args:
        name: the model.
        is_published: whether a Piper voice must have a name of the form that Piper publishes.

    Raises:
        UnknownVoiceError: the name is neither Kokoro's nor hibari's, and can't be a Piper voice's.
    """
    if name == "kokoro":
        return tuple(models_folder("kokoro") / file for file in KOKORO_FILES)
    if name in _list_hibari_files():
        return (_list_hibari_files()[name].target,)
    name = name.removesuffix(".onnx")
    is_valid = _PIPER_NAME.fullmatch(name) if is_published else name == Path(name).name != ""
    if not is_valid:
        raise UnknownVoiceError(
            f"no model is called '{name}'",
            "name a voice that `narrator voices` lists, kokoro, or a voice of Piper such as"
            " en_US-lessac-medium",
        )
    folder = models_folder("piper")
    return (folder / f"{name}.onnx", folder / f"{name}.onnx.json")


def _list_hibari_files() -> dict[str, RemoteFile]:
    """Return the models that hibari publishes beside that in its package, by name.

    They are known only where hibari is installed.
    """
    try:
        from hibari.voices import BASE_URL, VOICES  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return {}
    folder = models_folder("natural")
    return {
        name: RemoteFile(
            BASE_URL + voice["file"],
            folder / voice["file"],
            f"sha256:{voice['sha256']}",
            voice["bytes"],
        )
        for name, voice in VOICES.items()
        if not voice.get("bundled")
    }


def _check_source(source: Path, target: Path) -> None:
    """Check a file of a model before any is copied.

    Raises:
        EngineUnavailableError: the file is missing or damaged.
    """
    if not is_file(source):
        raise EngineUnavailableError(
            f"{source} does not exist",
            f"put it there, or name a folder that contains {source.name}",
        )
    if target.suffix == _SETTINGS_SUFFIX:
        check_piper_settings(source, str(source))
    _verify_copy(source, source, target)


def _copy_file(source: Path, output: Output, progress: Callable[[str, int, int], None]) -> Path:
    """Copy a file of a model and verify the copy.

    Raises:
        EngineUnavailableError: the copy is damaged.
        OutputError: the copy cannot be written, or would replace a file of the user.
    """
    target = output.target
    _make_parent_folder(target)
    with write_file(output) as part:
        shutil.copyfile(source, part)
        # the copy is verified, because copying can damage it too
        _verify_copy(part, source, target)
    size_bytes = target.stat().st_size
    progress(target.name, size_bytes, size_bytes)
    return target


def _verify_copy(part: Path, source: Path, target: Path) -> None:
    """Compare a copy with the checksum of the published file, if it is known here.

    Raises:
        EngineUnavailableError: they differ.
    """
    if not _is_intact(part, _describe_published(target)):
        raise EngineUnavailableError(f"{source} is damaged", "copy it there again")


def _list_remote_files(name: str) -> tuple[RemoteFile, ...]:
    """Return the files to download for a model.

    Raises:
        UnknownVoiceError: Piper publishes no such voice.
        EngineUnavailableError: Piper's list cannot be downloaded or parsed.
    """
    targets = _target_files(name)
    if name in _list_hibari_files():
        return (_list_hibari_files()[name],)
    if name == "kokoro":
        return tuple(
            RemoteFile(KOKORO_URL + target.name, target, *KOKORO_FILES[target.name])
            for target in targets
        )
    try:
        with _open_url(f"{PIPER_URL}voices.json", 0) as response:
            voice_list: dict[str, Any] = json.load(response)
    except (ValueError, RecursionError) as error:
        raise EngineUnavailableError(f"{PIPER_URL}voices.json is damaged: {error}") from error
    if name not in voice_list:
        raise UnknownVoiceError(
            f"Piper publishes no voice '{name}'", did_you_mean(name, voice_list)
        )
    entries = {Path(path).name: (path, entry) for path, entry in voice_list[name]["files"].items()}
    return tuple(
        RemoteFile(
            PIPER_URL + entries[target.name][0],
            target,
            # the list has MD5 only, which reveals damage but not forgery
            f"md5:{entries[target.name][1]['md5_digest']}",
            entries[target.name][1]["size_bytes"],
        )
        for target in targets
    )


def _download_file(
    remote: RemoteFile, output: Output, progress: Callable[[str, int, int], None]
) -> Path:
    """Download one file, resuming an earlier attempt; of two processes, the second one waits.

    Raises:
        EngineUnavailableError: the download failed, or its content is damaged.
        OutputError: the file can't be written, or would replace a file of the user.
    """
    target = remote.target
    _make_parent_folder(target)
    with (
        convert_os_errors(target, "set NARRATOR_MODELS to a writable folder"),
        lock_created_folder(target.with_name(f".{target.name}.download")) as unfinished_folder,
    ):
        if target.exists() and _is_intact(target, remote):
            progress(target.name, remote.size_bytes, remote.size_bytes)
            return target
        prepare_output(output)  # before minutes are spent on the download
        _complete_download(remote, unfinished_folder / target.name, progress)
        publish_output(output, unfinished_folder)
    return target


def _complete_download(
    remote: RemoteFile, part: Path, progress: Callable[[str, int, int], None]
) -> None:
    """Download what a partial file lacks, and verify it.

    Raises:
        EngineUnavailableError: the download failed, or its content is damaged.
    """
    received_bytes = part.stat().st_size if part.exists() else 0
    if remote.size_bytes and received_bytes > remote.size_bytes:
        received_bytes = 0  # the partial file belongs to another version
    # a file that is complete already is only verified: a server refuses an empty range
    if not (received_bytes and received_bytes == remote.size_bytes):
        _append_missing(remote, part, received_bytes, progress)
    if not _is_intact(part, remote):
        part.unlink()
        raise EngineUnavailableError(f"the download from {remote.url} is damaged", "try again")
    if remote.target.suffix == _SETTINGS_SUFFIX:
        try:
            check_piper_settings(part, remote.url)
        except EngineUnavailableError:
            part.unlink()
            raise


def _append_missing(
    remote: RemoteFile,
    part: Path,
    received_bytes: int,
    progress: Callable[[str, int, int], None],
) -> None:
    """Download the bytes that a partial file lacks, and append them.

    Raises:
        EngineUnavailableError: the connection failed or ended early.
    """
    with _open_url(remote.url, received_bytes) as response:
        if response.status != 206:
            received_bytes = 0  # the server ignored the range and sends the whole file
        content_length = int(response.headers.get("Content-Length") or 0)
        total_bytes = remote.size_bytes or received_bytes + content_length
        with part.open("ab" if received_bytes else "wb") as file:
            for block in _iterate_blocks(response, remote.url):
                file.write(block)
                received_bytes += len(block)
                progress(remote.target.name, received_bytes, total_bytes)
    if received_bytes < total_bytes:
        raise _create_download_error(remote.url, "the line was cut")


def _iterate_blocks(response: Any, url: str) -> Iterator[bytes]:
    """Yield the content of a response in blocks.

    Raises:
        EngineUnavailableError: the connection failed.
    """
    try:
        while block := response.read(_BLOCK_BYTES):
            yield block
    except (OSError, http.client.HTTPException) as error:
        raise _create_download_error(url, error) from error


def _open_url(url: str, first_byte: int) -> Any:
    """Return the response to a request for a file, starting at a byte offset.

    Raises:
        EngineUnavailableError: the server cannot be reached or has no such file.
    """
    request = urllib.request.Request(  # noqa: S310 - of the web, as `_list_mirror` checks
        url, headers={"Range": f"bytes={first_byte}-"} if first_byte else {}
    )
    try:
        return urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)  # noqa: S310 - as above
    except (OSError, http.client.HTTPException) as error:
        raise _create_download_error(url, error) from error


def _create_download_error(url: str, reason: object) -> EngineUnavailableError:
    # a URLError only wraps the error of the network, but an HTTPError says the status
    cause = reason.reason if type(reason) is urllib.error.URLError else reason
    return EngineUnavailableError(
        f"{url} can't be downloaded: {getattr(cause, 'strerror', None) or cause}",
        "try again to continue; or download it on another machine, and use"
        " `narrator voices fetch NAME --from FOLDER`",
    )


def _is_intact(file: Path, remote: RemoteFile) -> bool:
    """Return whether a file has the published size and checksum; unknown ones are not checked."""
    if remote.size_bytes and file.stat().st_size != remote.size_bytes:
        return False
    algorithm, _, expected_digest = remote.checksum.partition(":")
    if not expected_digest:
        return True
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest() == expected_digest


def _make_parent_folder(target: Path) -> None:
    """Create the folder of a model.

    Raises:
        OutputError: it cannot be created.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{target.parent} can't be created: {error.strerror}",
            "set NARRATOR_MODELS to a writable folder",
        ) from error
