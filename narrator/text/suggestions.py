"""Hints for misspelt names: "did you mean …?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_LISTED_NAMES = 20
"""Most names that a hint lists if none is similar; a longer list would be hard to read."""
_MAX_PROPOSED_NAMES = 3
"""Most similar names that a hint proposes."""
_MIN_SIMILARITY = 0.5
"""Lowest ratio of matching characters, from 0 to 1 as `difflib` measures it, of similar names."""


def did_you_mean(name: str, known_names: Iterable[str]) -> str:
    """Return a hint for an unknown name: the most similar known names, or a list of known names.

    Case is ignored. The list has at most 20 names and says how many more there are.
    """
    import difflib  # noqa: PLC0415 - only errors need it, and start-up is measured

    sorted_names = sorted(known_names)
    by_folded_name = {candidate.casefold(): candidate for candidate in sorted_names}
    matches = difflib.get_close_matches(
        name.casefold(), by_folded_name, n=_MAX_PROPOSED_NAMES, cutoff=_MIN_SIMILARITY
    )
    if matches:
        return f"did you mean {' or '.join(by_folded_name[match] for match in matches)}?"
    unlisted_count = len(sorted_names) - _MAX_LISTED_NAMES
    more = f" and {unlisted_count:,} more" if unlisted_count > 0 else ""
    return f"there are {', '.join(sorted_names[:_MAX_LISTED_NAMES]) or 'none'}{more}"
