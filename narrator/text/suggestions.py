"""Hints for misspelt names: "did you mean …?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_LISTED_NAMES = 20
"""Most names that a hint lists if none is similar; a longer list would be hard to read."""
_MAX_PROPOSED_NAMES = 3
"""Most similar names that a hint proposes."""
_MIN_SIMILARITY = 0.65
"""Lowest ratio of matching characters, from 0 to 1 as `difflib` measures it, of similar names."""
_BEGINNING_LENGTH = 2
_MIN_LENGTH_RATIO = 0.6
"""Lowest ratio of the lengths of a name and of what it may stand for, unless one begins the other:
"and" is no slip for "xanadu", although all its letters are in it."""
_MAX_DIFFERENCE = 0.12
"""How much less similar than the most similar name another one may be, to be proposed too."""


def did_you_mean(name: str, known_names: Iterable[str], otherwise: str = "") -> str:
    """Return a hint for an unknown name: the most similar known names, or a list of known names.

    Case, and dashes at the beginning, are ignored. The list has at most 20 names and says how many
    more there are.

    Args:
        name: The unknown name.
        known_names: All names.
        otherwise: The hint if none is similar, in place of a list.
    """
    sorted_names = sorted(known_names)
    if matches := find_similar(name, sorted_names):
        return f"did you mean {join_choices(matches)}?"
    if otherwise:
        return otherwise
    unlisted_count = len(sorted_names) - _MAX_LISTED_NAMES
    more = f" and {unlisted_count:,} more" if unlisted_count > 0 else ""
    return f"there are {', '.join(sorted_names[:_MAX_LISTED_NAMES]) or 'none'}{more}"


def join_choices(names: Iterable[str]) -> str:
    """Return names as a choice in words: "vtt, srt or lrc"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def choose_up_to(count: int) -> str:
    """Return a hint for a number of something that there are only so many of, counted from 1."""
    return f"choose from 1 to {count:,}" if count > 1 else "there is only one"


def find_similar(name: str, known_names: Iterable[str]) -> list[str]:
    """Return the names that are most similar to a name, the most similar first.

    A name of several words is also similar if one of its words is.
    """
    similarities = {candidate: _measure_similarity(name, candidate) for candidate in known_names}
    best = max(similarities.values(), default=0.0)
    lowest = max(_MIN_SIMILARITY, best - _MAX_DIFFERENCE)
    similar = [candidate for candidate, ratio in similarities.items() if ratio >= lowest]
    # of equal ones, those with the same beginning come first
    beginning = _fold(name)[:_BEGINNING_LENGTH]
    similar.sort(key=lambda each: (-similarities[each], not _fold(each).startswith(beginning)))
    return similar[:_MAX_PROPOSED_NAMES]


def _measure_similarity(name: str, candidate: str) -> float:
    """Return the share of characters, 0 to 1, that match those of another name or its best word."""
    import difflib  # noqa: PLC0415 - only errors need it, and start-up is measured

    folded = _fold(name)
    matcher = difflib.SequenceMatcher(b=folded)
    ratio = 0.0
    for form in {_fold(candidate), *_fold(candidate).split()}:
        if not _may_be_misspelt(form, folded):
            continue
        matcher.set_seq1(form)
        if matcher.real_quick_ratio() > ratio and matcher.quick_ratio() > ratio:
            ratio = max(ratio, matcher.ratio())
    return ratio


def _may_be_misspelt(form: str, name: str) -> bool:
    """Return whether the length of a name, or its beginning, lets it stand for another one."""
    short, long = sorted((form, name), key=len)
    return len(short) >= _MIN_LENGTH_RATIO * len(long) or long.startswith(short)


def _fold(name: str) -> str:
    """Return a name as it is compared."""
    return name.lstrip("-").casefold()
