"""Fetches the models of neural voices from where their makers publish them, when a user asks.

A download goes on where it was cut off, appears under its name only when its checksum is right, and
can come from a folder instead, on machines without the internet. What Piper publishes is listed,
with checksums, in its `voices.json`, which is fetched first; Kokoro's release has no such list, so
its checksums stand here.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrator.engines.model_files import models_folder
from narrator.errors import EngineUnavailableError, OutputError, UnknownVoiceError
from narrator.registry import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrator.model import Voice

PIPER_URL = "https://huggingface.co/rhasspy/piper-voices/resolve/main/"
"""Where Piper's voices are published; addresses are relative to it."""
KOKORO_URL = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/"
"""Where the makers of kokoro-onnx publish its model."""
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
"""What they publish there, which never changes: checksums, and sizes in bytes."""

_PIPER_NAME = re.compile(r"[a-z]{2,3}_[A-Z]{2}-[^-]+-[^-]+")
_BLOCK = 1 << 18
_PATIENCE = 60
"""Seconds without a byte after which a download fails."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch."""

    url: str
    target: Path
    checksum: str = ""
    """`md5:` or `sha256:` and hexadecimal digits; empty where the maker tells none."""
    size_bytes: int = 0
    """In bytes; 0 where the maker tells none."""


def required_model(voice: Voice) -> str:
    """The name of the model that a voice needs, for `fetch`.

    Raises:
        UnknownVoiceError: its engine has no models to fetch.
    """
    if voice.engine == "kokoro":
        return "kokoro"
    if voice.engine == "piper":
        return voice.engine_voice
    raise UnknownVoiceError(f"voice {voice.name} needs no model", f"{voice.engine} brings its own")


def download_model(
    name: str,
    *,
    source: Path | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[Path, ...]:
    """Fetch the model of a voice: `kokoro`, or a Piper voice such as `en_US-lessac-medium`.

    Args:
        name: what is to be fetched. What is here already, and whole, is not fetched again.
        source: a folder to take the files from instead of the internet.
        progress: called with a file's name, the bytes that are here, and those there will be (0
            where that is not known).

    Returns:
        The files, where engines find them.

    Raises:
        UnknownVoiceError: nothing of that name is published.
        EngineUnavailableError: it can't be fetched, or what came is damaged.
        OutputError: there is no place to put it.
    """
    if source is not None:
        return tuple(_take(source / file.name, file, progress) for file in _expected(name))
    return tuple(_download(remote, progress) for remote in _published(name))


def _expected(name: str) -> tuple[Path, ...]:
    """Where the files of a model belong.

    Raises:
        UnknownVoiceError: the name is neither Kokoro's nor like Piper's.
    """
    if name == "kokoro":
        return tuple(models_folder("kokoro") / file for file in KOKORO_FILES)
    if not _PIPER_NAME.fullmatch(name):
        raise UnknownVoiceError(
            f"no model is called '{name}'", "name kokoro, or a Piper voice as en_US-lessac-medium"
        )
    return (models_folder("piper") / f"{name}.onnx", models_folder("piper") / f"{name}.onnx.json")


def _take(source: Path, target: Path, progress: Callable[[str, int, int], None]) -> Path:
    try:
        _make_room(target)
        part = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, part)
        _check_copy(part, source, target)
        part.replace(target)
        progress(target.name, target.stat().st_size, target.stat().st_size)
    except FileNotFoundError as error:
        raise EngineUnavailableError(
            f"{source} is not there", f"the folder must hold {source.name}"
        ) from error
    except OSError as error:
        raise OutputError(f"{target} can't be written: {error.strerror}") from error
    return target


def _check_copy(part: Path, source: Path, target: Path) -> None:
    """Make sure that a copy is what its maker published, where that is known here."""
    if not _whole(part, RemoteFile("", target, *KOKORO_FILES.get(target.name, ()))):
        part.unlink()
        raise EngineUnavailableError(f"{source} is damaged", "copy it there again")


def _published(name: str) -> tuple[RemoteFile, ...]:
    """What to fetch for a model."""
    files = _expected(name)
    if name == "kokoro":
        return tuple(
            RemoteFile(KOKORO_URL + file.name, file, *KOKORO_FILES[file.name]) for file in files
        )
    try:
        with _open(f"{PIPER_URL}voices.json", 0) as answer:
            listing: dict[str, Any] = json.load(answer)
    except ValueError as error:
        raise EngineUnavailableError(f"{PIPER_URL}voices.json is damaged: {error}") from error
    if name not in listing:
        raise UnknownVoiceError(f"Piper publishes no voice '{name}'", did_you_mean(name, listing))
    facts = {Path(path).name: (path, about) for path, about in listing[name]["files"].items()}
    return tuple(
        RemoteFile(
            PIPER_URL + facts[file.name][0],
            file,
            f"md5:{facts[file.name][1]['md5_digest']}",
            facts[file.name][1]["size_bytes"],
        )
        for file in files
    )


def _download(remote: RemoteFile, progress: Callable[[str, int, int], None]) -> Path:
    """Fetch one file, from where an earlier attempt was cut off."""
    if remote.target.exists() and _whole(remote.target, remote):
        progress(remote.target.name, remote.size_bytes, remote.size_bytes)
        return remote.target
    _make_room(remote.target)
    part = remote.target.with_name(f"{remote.target.name}.part")
    here = part.stat().st_size if part.exists() else 0
    if remote.size_bytes and here > remote.size_bytes:
        here = 0  # what is here is of another file
    if not (here and here == remote.size_bytes):
        _continue(remote, part, here, progress)
    if not _whole(part, remote):
        part.unlink()
        raise EngineUnavailableError(f"what came from {remote.url} is damaged", "fetch it again")
    part.replace(remote.target)
    return remote.target


def _continue(
    remote: RemoteFile, part: Path, here: int, progress: Callable[[str, int, int], None]
) -> None:
    with _open(remote.url, here) as answer:
        if answer.status != 206:
            here = 0  # the server sends the whole again
        total = remote.size_bytes or here + int(answer.headers.get("Content-Length") or 0)
        with part.open("ab" if here else "wb") as file:
            try:
                while block := answer.read(_BLOCK):
                    file.write(block)
                    here += len(block)
                    progress(remote.target.name, here, total)
            except OSError as error:
                raise _cut_off(remote.url, error) from error
    if here < total:
        raise _cut_off(remote.url, "the line was cut")


def _open(address: str, start: int) -> Any:
    """The answer of a server, from a byte on.

    Raises:
        EngineUnavailableError: it can't be reached, or has nothing.
    """
    request = urllib.request.Request(  # noqa: S310 - addresses are this module's
        address, headers={"Range": f"bytes={start}-"} if start else {}
    )
    try:
        return urllib.request.urlopen(request, timeout=_PATIENCE)  # noqa: S310 - as above
    except (OSError, urllib.error.URLError) as error:
        raise _cut_off(address, error) from error


def _cut_off(address: str, reason: object) -> EngineUnavailableError:
    return EngineUnavailableError(
        f"{address} can't be fetched: {reason}",
        "try again, which goes on from here; or fetch it elsewhere, and use --from FOLDER",
    )


def _whole(file: Path, remote: RemoteFile) -> bool:
    """Whether a file is what its maker published, as far as the maker tells."""
    if remote.size_bytes and file.stat().st_size != remote.size_bytes:
        return False
    algorithm, _, wanted = remote.checksum.partition(":")
    if not wanted:
        return True
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, algorithm).hexdigest() == wanted


def _make_room(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{target.parent} can't be made: {error.strerror}",
            "set NARRATOR_MODELS to a folder that can be written to",
        ) from error
