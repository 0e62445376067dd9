"""Names the versions of libraries that shape sound, for the fingerprints of engines."""

from __future__ import annotations

from importlib import metadata


def describe_versions(*distributions: str) -> str:
    """Return the names and versions of packages; `none` for one that is not installed."""
    return " ".join(f"{name} {_find_version(name)}" for name in distributions)


def _find_version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "none"
