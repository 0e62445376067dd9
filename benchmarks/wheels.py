"""Whether every extra installs from wheels alone on every supported system and Python.

`make check-wheels` resolves the base and each extra, prints each result and then a table, and fails
where one does not install. pip evaluates markers for the Python that runs it, even if `--platform`
names another system, so uv resolves: it evaluates them for the system that it resolves for. Nothing
is installed, and no Python is downloaded. docopt, which num2words needs, is published as source
only; it is pure Python, and `pyproject.toml` states its requirements, so that it is not built here.
All 320 results take some minutes, and less when they are fresh in the cache of uv.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PROJECT_FILE = Path(__file__).parents[1] / "pyproject.toml"
PLATFORMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux ARM64": "aarch64-manylinux_2_28",
    "Windows x86-64": "x86_64-pc-windows-msvc",
    "macOS ARM64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
}
"""uv's names of the supported systems."""
PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14")
BASE = "(base)"
DEVELOPMENT_EXTRAS = {"dev", "test-voices"}
SOURCE_PACKAGES = ("docopt",)
"""Packages without wheels, which pip builds on every system without a compiler."""
MACOS_VERSION = "14.0"
"""The oldest macOS with security updates when this was written."""
WORKER_COUNT = 6
"""Resolutions at the same time; they mostly wait for the index."""
TIME_LIMIT_SECONDS = 300
"""Time after which a resolution fails; one takes 2 to 5 s, and the first ones 30 s."""


@dataclass(frozen=True, slots=True)
class Target:
    """An extra on a system with a version of Python."""

    extra: str
    system: str
    python: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What resolving a target gave."""

    installs: bool
    absent: tuple[str, ...] = ()
    """Packages of the extra that its markers leave out on this system."""
    error: str = ""


def normalise_name(name: str) -> str:
    """Return the name of a package in the form in which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def list_extras(project: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Return the names of the packages that the base and each extra for users name."""
    requirements = {BASE: project["dependencies"], **project["optional-dependencies"]}
    return {
        extra: tuple(normalise_name(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines)
        for extra, lines in requirements.items()
        if extra not in DEVELOPMENT_EXTRAS
    }


def find_absent(packages: Iterable[str], resolution: str) -> tuple[str, ...]:
    """Return the packages that are not among the lines `name==version` of a resolution."""
    resolved = {normalise_name(line.partition("==")[0]) for line in resolution.splitlines()}
    return tuple(package for package in packages if package not in resolved)


def build_command(target: Target) -> list[str]:
    """Return the command that resolves a target."""
    command = [sys.executable, "-m", "uv", "pip", "compile", str(PROJECT_FILE)]
    command += ["--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    # otherwise uv downloads each version of Python, to build packages with it
    command += ["--no-python-downloads", "--python", sys.executable]
    command += [part for name in SOURCE_PACKAGES for part in ("--no-binary", name)]
    command += ["--python-platform", PLATFORMS[target.system], "--python-version", target.python]
    return command if target.extra == BASE else [*command, "--extra", target.extra]


def resolve(target: Target, packages: Iterable[str]) -> Outcome:
    """Resolve a target; `packages` are those that the extra names."""
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": MACOS_VERSION}
    try:
        done = subprocess.run(
            build_command(target),
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=PROJECT_FILE.parent,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(installs=False, error=f"no answer within {TIME_LIMIT_SECONDS} s")
    if done.returncode:
        return Outcome(installs=False, error=done.stderr.strip())
    return Outcome(installs=True, absent=find_absent(packages, done.stdout))


def resolve_all(
    targets: Sequence[Target], extras: Mapping[str, Sequence[str]]
) -> dict[Target, Outcome]:
    """Resolve targets, several at a time, and print a line for each as soon as it is known."""
    start = time.monotonic()
    outcomes: dict[Target, Outcome] = {}
    with ThreadPoolExecutor(WORKER_COUNT) as pool:
        tasks = {pool.submit(resolve, target, extras[target.extra]): target for target in targets}
        for task in as_completed(tasks):
            target = tasks[task]
            outcomes[target] = task.result()
            progress = f"{len(outcomes)}/{len(targets)}, {time.monotonic() - start:.0f} s"
            place = f"{target.extra}, {target.system}, Python {target.python}"
            print(f"{progress}: {place}: {format_cell(outcomes[target])}", flush=True)
    return {target: outcomes[target] for target in targets}


def format_cell(outcome: Outcome) -> str:
    """Say in a few words whether an extra installs, and which packages are left out."""
    if not outcome.installs:
        return "FAILS"
    return f"without {', '.join(outcome.absent)}" if outcome.absent else "yes"


def format_table(outcomes: Mapping[Target, Outcome]) -> str:
    """Return a line for each extra and system; versions of Python with one result are joined."""
    lines = []
    pairs = dict.fromkeys((target.extra, target.system) for target in outcomes)
    for extra, system in pairs:
        pythons_by_cell: dict[str, list[str]] = {}
        for target, outcome in outcomes.items():
            if (target.extra, target.system) == (extra, system):
                pythons_by_cell.setdefault(format_cell(outcome), []).append(target.python)
        cells = (f"{', '.join(pythons)}: {cell}" for cell, pythons in pythons_by_cell.items())
        lines.append(f"{extra:9} {system:15} {'; '.join(cells)}")
    return "\n".join(lines)


def main(chosen_extras: Sequence[str] = ()) -> int:
    """Resolve the chosen extras, by default all; return 1 if one does not install, otherwise 0."""
    extras = list_extras(tomllib.loads(PROJECT_FILE.read_text("utf-8"))["project"])
    names = list(chosen_extras) or list(extras)
    if unknown := set(names) - set(extras):
        print(f"no extra is called {', '.join(sorted(unknown))}; there are {', '.join(extras)}")
        return 2
    targets = [Target(*values) for values in product(names, PLATFORMS, PYTHON_VERSIONS)]
    outcomes = resolve_all(targets, extras)
    print(f"\n{format_table(outcomes)}")
    failed = {target: outcome for target, outcome in outcomes.items() if not outcome.installs}
    for target, outcome in failed.items():
        print(f"\n{target.extra} on {target.system}, Python {target.python}:\n{outcome.error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
