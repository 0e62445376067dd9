"""Read the mentions and pronouns of the narration in order, scene by scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from narrator.attribution.coreference.people import Mention
    from narrator.attribution.tokens import TokenTable

_GENDERS = frozenset(("male", "female"))


class Reference(NamedTuple):
    """A mention of a person, or a pronoun that means one."""

    token: int
    """Its first token."""
    mention: Mention | None
    """The mention; None for a pronoun."""
    gender: str
    """The gender of a pronoun, `male` or `female`; empty for a mention."""
    opens_scene: bool
    """Whether it is the first of its scene."""


def iterate_references(tokens: TokenTable, mentions: Iterable[Mention]) -> Iterator[Reference]:
    """Yield the mentions, and the pronouns of one person, outside of quotations and each other."""
    mention_by_start = {mention.start: mention for mention in mentions}
    genders = {
        word: gender
        for word, gender in tokens.language.pronoun_genders.items()
        if gender in _GENDERS
    }
    words = tokens.lowercase_words
    pronouns = [index for index, word in enumerate(words) if word in genders]
    scenes, last_scene, mention_end = tokens.number_scenes(), -1, 0
    for index in sorted({*mention_by_start, *pronouns}):
        if index < mention_end or tokens.quotation_indices[index] >= 0:
            continue
        mention = mention_by_start.get(index)
        scene = scenes[tokens.paragraph_indices[index]]
        gender = genders[words[index]] if mention is None else ""
        yield Reference(index, mention, gender, scene != last_scene)
        last_scene = scene
        mention_end = mention.end if mention is not None else mention_end
