"""Novels whose tags are left out or say a pronoun: lessons of which the answer is known.

Who speaks is plain where a name stands beside a quotation, and hard where none does. A novel of
which some tags are dropped, "Go," said Holmes, or say a pronoun instead, "Go," said he, teaches the
hard cases by the plain ones, in the words and the order of a real conversation.
"""

from __future__ import annotations

import copy
import random
import tempfile
from bisect import bisect_left
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import _novels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks._novels import Novel
    from narrator.attribution.speech_tags import SpeechTag

Edit = tuple[int, int, str]
"""Start and end of what is replaced in a novel's text, and by what."""

MIXES = ((0.35, 0.25), (0.6, 0.15), (0.2, 0.5))
"""Shares of the tags that are dropped, and that say a pronoun, one pair a variation."""
LONGEST = 6
"""Words of a tag that is dropped; in a longer one something happens."""
LATELY = 4
"""Quotations since the person was named last, within which a pronoun would do."""


def variation(novel: Novel, folder: Path, number: int) -> Novel:
    """The novel with other tags, its annotations moved along."""
    rng = random.Random(f"{novel.name}{number}")  # noqa: S311 - no secret
    text, moved = edited(
        (folder / "text.txt").read_bytes().decode(), sorted(_edits(novel, rng, MIXES[number]))
    )
    gold = {**copy.deepcopy({k: v for k, v in novel.gold.items() if k != "text"}), "text": text}
    for quote in gold["quotes"]:
        quote["parts"] = [[moved(start), moved(end)] for start, end in quote["parts"]]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "text.txt"
        path.write_bytes(text.encode())
        return _novels.understood(f"{novel.name}~{number}", path, gold)


def edited(text: str, edits: list[Edit]) -> tuple[str, Callable[[int], int]]:
    """The text with its edits, and where an offset of the old text has moved to."""
    pieces, at, kept = list[str](), 0, list[Edit]()
    for start, end, new in edits:
        if start >= at:
            pieces += [text[at:start], new]
            at = end
            kept.append((start, end, new))
    starts = [start for start, _, _ in kept]
    grown = [0, *accumulate(len(new) - (end - start) for start, end, new in kept)]
    return "".join([*pieces, text[at:]]), lambda place: place + grown[bisect_left(starts, place)]


def _edits(novel: Novel, rng: random.Random, shares: tuple[float, float]) -> Iterator[Edit]:
    dropped, meant = shares
    last: dict[int, int] = {}
    for number, clue in enumerate(novel.around.best_tags):
        if clue is None or clue.person_index < 0 or clue.verb_strength < 2:
            continue
        lately = number - last.get(clue.person_index, -LATELY - 1) <= LATELY
        last[clue.person_index] = number
        lot = rng.random()
        edit = _without(novel, clue) if lot < dropped else None
        if edit is None and lot < dropped + meant and lately:
            edit = _with_pronoun(novel, clue)
        if edit is not None:
            yield edit


def _without(novel: Novel, clue: SpeechTag) -> Edit | None:
    """The edit that drops a tag, if it is short and does not open its paragraph."""
    page = novel.around.tokens
    first, last = page.paragraph_ranges[page.paragraph_indices[clue.start]]
    begin, end = clue.start, clue.end
    while begin > first and page.quotation_indices[begin - 1] < 0:
        begin -= 1
    while end < last and page.quotation_indices[end] < 0:
        end += 1
    if begin == first or sum(word[0].isalpha() for word in page.words[begin:end]) > LONGEST:
        return None
    return page.start_offsets[begin], page.start_offsets[end - 1] + len(page.words[end - 1]), ""


def _with_pronoun(novel: Novel, clue: SpeechTag) -> Edit | None:
    """The edit that puts "he" or "she" for the name in a tag, its article with it."""
    page, people = novel.around.tokens, novel.around.people
    found = [
        people.mention_by_start[at]
        for at in range(clue.start, clue.end)
        if at in people.mention_by_start
    ]
    named = [
        m for m in map(people.mentions.__getitem__, found) if m.person_index == clue.person_index
    ]
    male = people.persons[clue.person_index].male_probability
    if not named or named[0].is_possessive or 0.25 <= male <= 0.75:
        return None
    start, last = named[0].start, named[0].end - 1
    while start > clue.start and page.lowercase_words[start - 1] in page.language.definite_articles:
        start -= 1
    word = "he" if male > 0.75 else "she"
    word = word.capitalize() if page.is_sentence_start[start] else word
    return page.start_offsets[start], page.start_offsets[last] + len(page.words[last]), word
