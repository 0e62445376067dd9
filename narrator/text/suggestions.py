"""Hints for misspelt names: "did you mean …?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED_NAMES = 20
"""The most names that a hint lists; more would bury what is useful."""
_CLOSE_MATCHES = 3
"""The most similar names that a hint proposes."""
_SIMILARITY = 0.5
"""The ratio of matching characters from which names are similar, as `difflib` measures it."""


def did_you_mean(name: str, known_names: Iterable[str]) -> str:
    """Return a hint for a name that is not known: similar names, or else those that exist.

    Case is ignored. At most 20 names are listed, with the number of those left out.
    """
    import difflib  # noqa: PLC0415 - only errors need it, and start-up is measured

    sorted_names = sorted(known_names)
    by_folded_name = {candidate.casefold(): candidate for candidate in sorted_names}
    matches = difflib.get_close_matches(
        name.casefold(), by_folded_name, n=_CLOSE_MATCHES, cutoff=_SIMILARITY
    )
    if matches:
        return f"did you mean {' or '.join(by_folded_name[match] for match in matches)}?"
    left_out = len(sorted_names) - _LISTED_NAMES
    more = f" and {left_out:,} more" if left_out > 0 else ""
    return f"there are {', '.join(sorted_names[:_LISTED_NAMES]) or 'none'}{more}"
