"""Makes variations of annotated novels, in which fewer tags name the speaker, for training.

A variation drops some of the tags with a name ('"Go," said Holmes'), or replaces the name with a
pronoun ('"Go," said he'). This turns easy quotations into hard ones, with the words and the order
of a real conversation.
"""

from __future__ import annotations

import copy
import random
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from narrator.attribution.speech_tags import LISTED_VERB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks._novels import AnnotatedNovel
    from narrator.attribution.speech_tags import SpeechTag

Edit = tuple[int, int, str]
"""Start and end offsets of a passage in a novel's text, and its replacement."""

EDIT_SHARES = ((0.35, 0.25), (0.6, 0.15), (0.2, 0.5))
"""For each variation, the share of tags to drop, and the share to replace with a pronoun."""
MAX_DROPPED_WORDS = 6
"""Maximum length of a tag to drop; longer ones contain more than the speaker."""
MAX_PRONOUN_DISTANCE = 4
"""Maximum number of quotations since the person was last named, for a pronoun to be natural."""
UNKNOWN_GENDER = (0.25, 0.75)
"""Range of male probabilities in which a person's pronoun is uncertain."""


def edit_tags(novel: AnnotatedNovel, number: int) -> dict[str, Any]:
    """Return the annotations of a variation of a novel, with its text and moved to fit it.

    The choice of tags is the same in every run, because the random seed consists of the novel's
    name and the number.

    Args:
        novel: the original novel.
        number: number of the variation: an index into `EDIT_SHARES`.
    """
    rng = random.Random(f"{novel.name}{number}")  # noqa: S311 - not a secret
    edits = sorted(_choose_edits(novel, rng, EDIT_SHARES[number]))
    text, move_offset = apply_edits(novel.gold["text"], edits)
    gold = {**copy.deepcopy({k: v for k, v in novel.gold.items() if k != "text"}), "text": text}
    for quote in gold["quotes"]:
        quote["parts"] = [[move_offset(start), move_offset(end)] for start, end in quote["parts"]]
    return gold


def apply_edits(text: str, edits: list[Edit]) -> tuple[str, Callable[[int], int]]:
    """Return the edited text, and a function from offsets in the old text to offsets in the new.

    Args:
        text: the old text.
        edits: the edits, sorted by start. Edits that overlap an earlier one are ignored.
    """
    pieces, copied_end, applied = list[str](), 0, list[Edit]()
    for start, end, replacement in edits:
        if start >= copied_end:
            pieces += [text[copied_end:start], replacement]
            copied_end = end
            applied.append((start, end, replacement))
    starts = [start for start, _, _ in applied]
    # Change of the offsets before the first edit, after the first, after the second, and so on.
    growth = [0, *accumulate(len(new) - (end - start) for start, end, new in applied)]
    edited = "".join([*pieces, text[copied_end:]])
    return edited, lambda offset: offset + growth[bisect_left(starts, offset)]


def _choose_edits(
    novel: AnnotatedNovel, rng: random.Random, shares: tuple[float, float]
) -> Iterator[Edit]:
    """Yield edits of randomly chosen tags that have a name and a listed verb of speech.

    Args:
        novel: the novel.
        rng: source of random numbers.
        shares: share of tags to drop, and share to replace with a pronoun.
    """
    dropped_share, pronoun_share = shares
    last_named: dict[int, int] = {}
    for index, tag in enumerate(novel.context.best_tags):
        if tag is None or tag.person_index < 0 or tag.verb_strength < LISTED_VERB:
            continue
        previous = last_named.get(tag.person_index, -MAX_PRONOUN_DISTANCE - 1)
        last_named[tag.person_index] = index
        draw = rng.random()
        edit = _drop_tag(novel, tag) if draw < dropped_share else None
        is_recent = index - previous <= MAX_PRONOUN_DISTANCE
        if edit is None and draw < dropped_share + pronoun_share and is_recent:
            edit = _replace_name(novel, tag)
        if edit is not None:
            yield edit


def _drop_tag(novel: AnnotatedNovel, tag: SpeechTag) -> Edit | None:
    """Return the edit that drops a tag, unless it is long or opens its paragraph."""
    tokens = novel.context.tokens
    first, stop = tokens.paragraph_ranges[tokens.paragraph_indices[tag.start]]
    start, end = tag.start, tag.end
    # All narration around the tag is dropped, up to the quotations or the paragraph's ends.
    while start > first and tokens.quotation_indices[start - 1] < 0:
        start -= 1
    while end < stop and tokens.quotation_indices[end] < 0:
        end += 1
    word_count = sum(word[0].isalpha() for word in tokens.words[start:end])
    if start == first or word_count > MAX_DROPPED_WORDS:
        return None
    return tokens.start_offsets[start], _end_offset(novel, end - 1), ""


def _replace_name(novel: AnnotatedNovel, tag: SpeechTag) -> Edit | None:
    """Return the edit that replaces the name in a tag, and its article, with "he" or "she".

    Returns None if the name is possessive or the gender uncertain.
    """
    tokens, people = novel.context.tokens, novel.context.people
    mentions = [
        people.mentions[people.mention_by_start[index]]
        for index in range(tag.start, tag.end)
        if index in people.mention_by_start
    ]
    names = [mention for mention in mentions if mention.person_index == tag.person_index]
    male_probability = people.persons[tag.person_index].male_probability
    low, high = UNKNOWN_GENDER
    if not names or names[0].is_possessive or low <= male_probability <= high:
        return None
    start, last = names[0].start, names[0].end - 1
    articles = tokens.language.definite_articles
    while start > tag.start and tokens.lowercase_words[start - 1] in articles:
        start -= 1
    pronoun = "he" if male_probability > high else "she"
    pronoun = pronoun.capitalize() if tokens.is_sentence_start[start] else pronoun
    return tokens.start_offsets[start], _end_offset(novel, last), pronoun


def _end_offset(novel: AnnotatedNovel, token: int) -> int:
    """Return the offset in the text at which a token ends."""
    tokens = novel.context.tokens
    return tokens.start_offsets[token] + len(tokens.words[token])
