"""Finds out how narrator was installed, and which command adds an optional package to it.

A package must be installed into the environment that narrator runs in. For `pipx` and `uv tool`
that is not the environment of the shell, so `pip install` would have no effect there.
"""

from __future__ import annotations

import importlib
import json
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from narrator.errors import OptionError
from narrator.text.suggestions import did_you_mean

DISTRIBUTION_NAME = "narrator-audiobook"
"""Name of this package on package indexes."""
COMMAND_NAME = "narrator"
_COMMAND = re.compile(r"`narrator(?=[ `])")
_RUN_AS_MODULE = ("-m", "narrator")


@dataclass(frozen=True, slots=True)
class Installation:
    """The environment that narrator runs in, and where its package came from."""

    kind: str
    """`pipx`, `uv tool`, `uvx`, `virtual environment` or `system`."""
    prefix: Path
    """The folder of the environment."""
    source: str
    """What was installed: a folder, a wheel, a repository, or the name of the package."""

    @property
    def description(self) -> str:
        """Return the kind with its article: "an environment of pipx"."""
        if self.kind in {"pipx", "uv tool", "uvx"}:
            return f"an environment of {self.kind}"
        return "a virtual environment" if self.kind == "virtual environment" else "no environment"

    def make_install_command(self, requirements: tuple[str, ...]) -> tuple[str, ...]:
        """Return the command that installs packages into this environment, as separate words."""
        if self.kind == "pipx" and shutil.which("pipx"):
            return ("pipx", "runpip", self.prefix.name, "install", *requirements)
        if find_spec("pip") is not None:
            return (sys.executable, "-m", "pip", "install", *requirements)
        return ("uv", "pip", "install", "--python", sys.executable, *requirements)


def detect_installation() -> Installation:
    """Return how narrator was installed, from the files that installers leave."""
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").is_file():
        kind = "pipx"
    elif (prefix / "uv-receipt.toml").is_file():
        kind = "uv tool"
    elif "archive-v0" in prefix.parts or "environments-v2" in prefix.parts:
        kind = "uvx"  # a temporary environment in uv's cache
    else:
        kind = "virtual environment" if sys.prefix != sys.base_prefix else "system"
    return Installation(kind, prefix, _find_source())


def _find_source() -> str:
    """Return what the package was installed from, as an installer takes it."""
    from importlib import metadata  # noqa: PLC0415 - takes a twentieth of a second

    try:
        record = metadata.distribution(DISTRIBUTION_NAME).read_text("direct_url.json")
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return str(Path(__file__).parents[1])
    if record is None:
        return DISTRIBUTION_NAME
    content = json.loads(record)
    if version_control := content.get("vcs_info"):
        commit = version_control.get("commit_id", "")
        return f"{version_control['vcs']}+{content['url']}{'@' if commit else ''}{commit}"
    from urllib.parse import urlsplit  # noqa: PLC0415 - only errors and `narrator setup` need it
    from urllib.request import url2pathname  # noqa: PLC0415 - as above

    parts = urlsplit(content["url"])
    return url2pathname(parts.path) if parts.scheme == "file" else content["url"]


def list_extras() -> tuple[str, ...]:
    """Return the names of the extras of this package, except those for development."""
    from importlib import metadata  # noqa: PLC0415 - takes a twentieth of a second

    try:
        names = metadata.metadata(DISTRIBUTION_NAME).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        names = []
    return tuple(sorted(set(names) - {"dev", "test-voices", "docs"}))


def list_requirements(extra: str) -> tuple[str, ...]:
    """Return what an installer has to install for an extra.

    It is the source of this package with the extra in brackets, or the packages of the extra if
    the source has been removed since.

    Raises:
        OptionError: there is no such extra.
    """
    from importlib import metadata  # noqa: PLC0415 - takes a twentieth of a second

    extras = list_extras()
    if extra not in extras:
        raise OptionError(f"no extra is called '{extra}'", did_you_mean(extra, extras))
    source = detect_installation().source
    if source == DISTRIBUTION_NAME:
        return (f"{source}[{extra}]=={metadata.version(DISTRIBUTION_NAME)}",)
    if "+" in source.partition("://")[0]:
        return (f"{DISTRIBUTION_NAME}[{extra}] @ {source}",)
    if Path(source).exists():
        return (f"{source}[{extra}]",)
    return _list_packages(extra)


def make_extra_command(extra: str) -> tuple[str, ...]:
    """Return the command that adds an extra to this installation, as separate words.

    pipx and uv keep a record of what they have installed, from which they upgrade an environment or
    make it again. The command adds the extra to this record: what pip alone had put there would be
    lost.

    Raises:
        OptionError: there is no such extra.
    """
    requirements = list_requirements(extra)
    installation = detect_installation()
    if installation.kind == "pipx" and shutil.which("pipx"):
        return ("pipx", "inject", installation.prefix.name, *_list_packages(extra))
    is_from_source = len(requirements) == 1 and f"[{extra}]" in requirements[0]
    if installation.kind == "uv tool" and shutil.which("uv") and is_from_source:
        return _make_uv_command(installation, extra, requirements[0])
    return installation.make_install_command(requirements)


def _make_uv_command(installation: Installation, extra: str, requirement: str) -> tuple[str, ...]:
    """Return the command that installs a tool of uv again with one more extra."""
    extras, others = _read_uv_receipt(installation.prefix / "uv-receipt.toml")
    # a version would hold back all later upgrades
    source = requirement.partition("==")[0]
    source = source.replace(f"[{extra}]", f"[{','.join(sorted({*extras, extra}))}]")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    added = [word for name in others for word in ("--with", name)]
    return ("uv", "tool", "install", "--python", python, source, *added)


def _read_uv_receipt(file: Path) -> tuple[list[str], list[str]]:
    """Return the extras of this package and the other packages that uv's record of a tool names.

    Only the names of other packages are known from it, and not where they came from.
    """
    import tomllib  # noqa: PLC0415 - only setup needs it

    try:
        rows = tomllib.loads(file.read_text("utf-8"))["tool"]["requirements"]
        own_rows = [row for row in rows if row["name"] == DISTRIBUTION_NAME]
        others = [
            f"{row['name']}{row.get('specifier', '')}"
            for row in rows
            if row["name"] != DISTRIBUTION_NAME
        ]
    except (OSError, ValueError, KeyError, TypeError):  # a record of another version of uv
        return [], []
    return [extra for row in own_rows for extra in row.get("extras", [])], others


def _list_packages(extra: str) -> tuple[str, ...]:
    """Return the requirements of an extra that apply to this system, without their conditions."""
    from importlib import metadata  # noqa: PLC0415 - takes a twentieth of a second

    from packaging.requirements import Requirement  # noqa: PLC0415 - only errors and setup need it

    packages = []
    for text in metadata.requires(DISTRIBUTION_NAME) or []:
        requirement = Requirement(text)
        marker = requirement.marker
        # what applies without the extra too is installed already
        if marker and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""}):
            requirement.marker = None
            packages.append(str(requirement))
    return tuple(packages)


def format_command(*arguments: str) -> str:
    """Return a command line of narrator that works where it is printed.

    A user who has not activated an environment started narrator by its path, so the path is shown.

    >>> format_command("voices").endswith("voices")
    True
    """
    return shlex.join([*_find_program(), *arguments])


def localise_commands(text: str) -> str:
    """Return a text whose commands, such as "`narrator voices`", work where it is printed.

    >>> localise_commands("see `narrator voices`").endswith("narrator voices`")
    True
    """
    return _COMMAND.sub(lambda _: f"`{format_command()}", text)


def _find_program() -> tuple[str, ...]:
    """Return how narrator is started: by its name, the path of the program, or as a module."""
    folder = Path(sys.executable).parent
    programs = [folder / COMMAND_NAME, folder / f"{COMMAND_NAME}.exe"]
    own_program = next((path for path in programs if path.is_file()), None)
    program = shutil.which(COMMAND_NAME)
    if program and (own_program is None or Path(program).resolve() == own_program.resolve()):
        return (COMMAND_NAME,)
    if own_program is not None:
        return (_shorten_path(own_program),)
    return (_shorten_path(Path(sys.executable)), *_RUN_AS_MODULE)


def _shorten_path(path: Path) -> str:
    """Return a path from the working folder if it lies there, else the absolute path."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def format_setup_hint(extra: str) -> str:
    """Return the command that installs an extra, for the hint of an error."""
    return format_command("setup", extra)


def format_install_hint(*requirements: str) -> str:
    """Return the command that installs packages into this environment, for the hint of an error."""
    return shlex.join(detect_installation().make_install_command(requirements))


def is_extra_installed(extra: str) -> bool:
    """Return whether every package of an extra that this system can have is installed.

    An extra none of whose packages is available for this system counts as not installed.
    """
    from packaging.requirements import Requirement  # noqa: PLC0415 - as above

    importlib.invalidate_caches()
    names = [Requirement(text).name for text in _list_packages(extra)]
    return bool(names) and all(map(_is_package_installed, names))


def _is_package_installed(name: str) -> bool:
    """Return whether a package is installed in any version."""
    from importlib import metadata  # noqa: PLC0415 - takes a twentieth of a second

    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
