"""Parse descriptions of persons in the narration: "the old man", "Ada's maid", "said nanny"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.coreference.description_wording import (
    Description,
    build_modifier_key,
    strip_adjective_ending,
)
from narrator.attribution.coreference.name_statistics import is_likely_verb
from narrator.attribution.coreference.speaking_nouns import (
    list_owned_speakers,
    list_speaking_nouns,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from narrator.attribution.coreference.people import MentionSpan
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_DETERMINER_REACH = 3
"""Maximum distance in tokens from a determiner to its noun."""
_MODIFIER_REACH = 6
"""Maximum number of tokens after "in" or "with" in "the man with the long red beard"."""
_POSSESSOR_REACH = 2
"""Maximum distance in tokens from the end of a possessor to the noun: "Ada's old maid"."""
_TAG_REACH = 8
"""Maximum number of tokens from a described speaker to the verb of speech."""
_TAG_GAP = 2
"""Maximum number of words between a verb and its subject: "upomniał go łagodnie ksiądz"."""


class DescriptionParser:
    """Finds the descriptions around nouns, one at a time, in order.

    Args:
        tokens: The tokens of the book.
        names: Its names, which are not searched for descriptions.
        titles: The titles that somebody with a name bears.
        known_wordings: The vague descriptions of the scene so far, which the caller keeps.
    """

    def __init__(
        self,
        tokens: TokenTable,
        names: Sequence[MentionSpan],
        titles: Collection[str],
        known_wordings: Collection[str],
    ) -> None:
        self.tokens, self.language = tokens, tokens.language
        self.titles, self.known_wordings = titles, known_wordings
        self.name_tokens = {index for name in names for index in range(name.start, name.end)}
        self.possessors = {name.end: name for name in names if tokens.is_possessive[name.end - 1]}
        """Possessive names and descriptions, by the token after them."""
        self.speaking_nouns = list_speaking_nouns(tokens)
        self.owned_speakers = list_owned_speakers(tokens, names)
        self.callings = self._list_callings()

    def parse(self, index: int) -> Description | None:
        """Return the description whose noun is a token, or None."""
        if index in self.name_tokens or self._is_adjective(index) or self._precedes_name(index):
            return None
        noun = self.tokens.lowercase_words[index]
        if self.is_stand_in(noun) and not self._is_person_noun(noun):
            return self._parse_stand_in(index)
        possessor = self._find_possessor(index)
        if possessor is not None:
            return Description(possessor.start, index, index + 1, "", possessor.person_index)
        start = self._find_start(index)
        if start < 0 or not self._is_person_noun(noun):
            return None
        end, modifier = self._find_modifier(start, index)
        return Description(start, index, end, modifier, -1)

    def iterate_nouns(self) -> Iterator[int]:
        """Yield the tokens of the narration that may be the noun of a description."""
        words = self.tokens.lowercase_words
        nouns = {
            word
            for word in set(words)
            if word in self.owned_speakers or self._is_person_noun(word) or self.is_stand_in(word)
        }
        for index, (word, quotation) in enumerate(
            zip(words, self.tokens.quotation_indices, strict=True)
        ):
            if quotation < 0 and word in nouns:
                yield index

    def _is_person_noun(self, noun: str) -> bool:
        language = self.language
        noun = strip_adjective_ending(noun, language)
        return (
            noun in language.kin_nouns
            or noun in language.role_nouns
            or noun in self.speaking_nouns
            or (language.requires_name_evidence and noun in language.titles)
        )

    def is_stand_in(self, word: str) -> bool:
        """Return whether a word may stand for an unknown speaker: "somebody", "a voice"."""
        language = self.language
        return not language.requires_name_evidence and (
            word in language.indefinite_pronouns or word in language.speaker_metonyms
        )

    def is_new_speaker(self, description: Description) -> bool:
        """Return whether a tag brings in somebody new: "said a policeman"."""
        language, start = self.language, description.start
        word = self.tokens.lowercase_words[start]
        is_indefinite = word in language.indefinite_determiners | language.indefinite_pronouns
        return (
            is_indefinite
            and not language.requires_name_evidence
            and self._is_tag_subject(description)
        )

    def introduces(self, description: Description) -> bool:
        """Return whether a description brings in somebody new: "A man leaned over"."""
        tokens, start = self.tokens, description.start
        if self.is_new_speaker(description):
            return True
        if tokens.lowercase_words[start] not in self.language.indefinite_determiners:
            return False
        if self.language.requires_name_evidence:
            return True  # the subject may follow its verb: "Da kam ein Mann"
        previous = tokens.lowercase_words[start - 1]
        opens_clause = (
            bool(tokens.is_sentence_start[start])
            or not previous[0].isalpha()
            or previous in self.language.conjunctions
            # "Then a man came": an adverb before the subject
            or (tokens.is_sentence_start[start - 1] and not tokens.words[start - 1][0].islower())
        )
        acts = description.end < len(tokens.words) and is_likely_verb(tokens, description.end)
        return (acts and opens_clause) or self._is_brought_in(description)

    def _is_adjective(self, index: int) -> bool:
        """Return whether a word is no noun where nouns have capitals: "der alte Mann"."""
        return self.language.capitalises_nouns and self.tokens.words[index][0].islower()

    def _precedes_name(self, index: int) -> bool:
        """Return whether a word belongs to a name or noun: "la petite Colette", "le vieux roi"."""
        following = index + 1
        return (
            self.language.requires_name_evidence
            and following < len(self.tokens.words)
            and (
                following in self.name_tokens
                or self._is_person_noun(self.tokens.lowercase_words[following])
            )
            and self.tokens.quotation_indices[following] < 0
            and not self.tokens.is_sentence_start[following]
            and not self.tokens.is_separated[following]
        )

    def _parse_stand_in(self, index: int) -> Description | None:
        """Return the description of an unknown speaker ("somebody", "a voice"), or None.

        Only a speech tag shows that one speaks. "The voice" is the voice that the scene brought in.
        """
        tokens, language = self.tokens, self.language
        noun, start = tokens.lowercase_words[index], index
        if noun in language.speaker_metonyms:
            start = _find_determiner(tokens, index, is_kin=False)
            determiner = tokens.lowercase_words[start]
            is_known = determiner in language.definite_articles and noun in self.known_wordings
            if start < 0 or not (is_known or determiner in language.indefinite_determiners):
                return None
        elif noun in language.determiners and self._precedes_noun(index):
            return None
        description = Description(start, index, index + 1, "", -1)
        return description if self._is_tag_subject(description) else None

    def _precedes_noun(self, index: int) -> bool:
        """Return whether a word follows that a determiner may belong to: "another man"."""
        tokens, language = self.tokens, self.language
        following = tokens.lowercase_words[index + 1 : index + 2]
        return bool(
            following
            and following[0].isalpha()
            and following[0] not in language.place_prepositions | language.modifier_prepositions
            and following[0] not in language.name_particles  # "one of the fishermen"
            and following[0] not in language.speech_verbs
            and tokens.quotation_indices[index + 1] < 0
        )

    def _is_tag_subject(self, description: Description) -> bool:
        """Return whether a description is the subject of a tag: "said a man", "A man said".

        Before the verb, it must open its sentence or follow a quotation.
        """
        tokens, verbs = self.tokens, self.language.speech_verbs
        start = description.start
        if (
            start > 1
            and tokens.lowercase_words[start - 1] in verbs
            and tokens.quotation_indices[start - 2] >= 0 > tokens.quotation_indices[start - 1]
        ):
            return True
        if not tokens.is_sentence_start[start]:
            return False
        for index in range(description.end, min(description.end + _TAG_REACH, len(tokens.words))):
            if tokens.quotation_indices[index] >= 0 or tokens.is_sentence_start[index]:
                return False
            if tokens.lowercase_words[index] in verbs:
                return True
        return False

    def _find_possessor(self, index: int) -> MentionSpan | None:
        """Return the possessive before a noun ("Ada's maid", "the farmer's wife"), or None."""
        noun, language = self.tokens.lowercase_words[index], self.language
        gender = language.kin_nouns.get(noun) or language.role_nouns.get(noun, "neutral")
        # "Ada's dog" and "Ada's guests" are nobody unless they speak.
        is_somebody = gender != "neutral" or noun in self.owned_speakers
        if language.requires_name_evidence or not is_somebody:
            return None
        for end in range(index, max(0, index - _POSSESSOR_REACH), -1):
            if end in self.possessors:
                name = self.possessors[end]
                same = (
                    self.tokens.paragraph_indices[name.start]
                    == (self.tokens.paragraph_indices[index])
                )
                return name if same and self.tokens.quotation_indices[name.start] < 0 else None
            if not self.tokens.words[end - 1].isalpha() or end - 1 in self.name_tokens:
                return None
        return None

    def _find_start(self, index: int) -> int:
        """Return the first token of a description: its determiner, or the noun of a calling.

        Returns -1 if there is none.
        """
        is_kin = self.tokens.lowercase_words[index] in self.language.kin_nouns
        if self.tokens.lowercase_words[index] in self.callings and (
            self._is_calling_tag(index) or self._is_bare_subject(index)
        ):
            return index
        start = _find_determiner(self.tokens, index, is_kin)
        return index if start < 0 and self._is_bare_title(index) else start

    def _is_bare_title(self, index: int) -> bool:
        """Return whether a title stands for its bearer in a language without articles: "князь".

        It needs no verb of speech beside it, unlike other nouns, but a bearer in the book.
        """
        noun, language = self.tokens.lowercase_words[index], self.language
        return (
            language.omits_articles
            and noun not in language.kin_nouns
            and (language.find_title(noun) in self.titles)
        )

    def _find_modifier(self, description_start: int, noun_index: int) -> tuple[int, str]:
        """Return the token after a description with its modifier, and the modifier's last word.

        Only "in" and "with" open modifiers, and only if they identify a person: "the man with the
        beard". "The man, with a smile" and "said the man in an awe-struck voice" do not, unless the
        scene has introduced the person so: "A man with one ear came in".
        """
        tokens, words = self.tokens, self.tokens.lowercase_words
        start = noun_index + 1
        none = (noun_index + 1, "")
        if start + 1 >= len(words) or words[start] not in self.language.modifier_prepositions:
            return none
        end = self._find_phrase_end(start + 1)
        head = words[end - 1]
        if (
            end == start + 1
            or head in self.language.determiners
            or (head in self.language.pronoun_genders)
        ):
            return none
        noun = words[noun_index]
        is_definite = words[start + 1] in self.language.definite_articles
        is_known = build_modifier_key(noun, head) in self.known_wordings
        has_verb = words[description_start - 1] in self.language.speech_verbs
        acts = not has_verb and end < len(words) and is_likely_verb(tokens, end)
        return (end, head) if is_definite or is_known or acts else none

    def _find_phrase_end(self, start: int) -> int:
        """Return the token after a noun phrase that begins at a token."""
        tokens, language = self.tokens, self.language
        for index in range(start, min(start + _MODIFIER_REACH, len(tokens.words))):
            word = tokens.lowercase_words[index]
            if (
                not word[0].isalpha()
                or tokens.quotation_indices[index] >= 0
                or tokens.is_separated[index]
                or tokens.paragraph_indices[index] != tokens.paragraph_indices[start]
                or word in language.conjunctions
                or word in language.place_prepositions
                or word in language.addressee_prepositions
                or word in language.relative_pronouns
                or word in language.modifier_ends
                or (index > start and is_likely_verb(tokens, index))
            ):
                return index
        return start

    def _list_callings(self) -> frozenset[str]:
        """Return the nouns that the book uses without an article as a speaker: "said nanny"."""
        if self.language.requires_name_evidence and not self.language.omits_articles:
            return frozenset()
        nouns = self.language.kin_nouns.keys() | self.language.role_nouns.keys()
        return frozenset(
            noun
            for index, noun in enumerate(self.tokens.lowercase_words)
            if noun in nouns and self._is_calling_tag(index)
        )

    def _is_calling_tag(self, index: int) -> bool:
        """Return whether a noun is the subject of a tag without an article: "said nanny"."""
        tokens, verbs = self.tokens, self.language.speech_verbs
        words = tokens.lowercase_words
        if index < 2 or index + 1 >= len(words) or tokens.quotation_indices[index] >= 0:
            return False
        follows_verb = words[index - 1] in verbs and tokens.quotation_indices[index - 2] >= 0
        ends_phrase = (
            not words[index + 1][0].isalpha()
            or tokens.quotation_indices[index + 1] >= 0
            or words[index + 1] in self.language.conjunctions
        )
        precedes_verb = words[index + 1] in verbs and bool(tokens.is_sentence_start[index])
        return (follows_verb and ends_phrase) or precedes_verb

    def _is_bare_subject(self, index: int) -> bool:
        """Return whether a noun without an article is the subject of a verb: "Nanny did not"."""
        tokens = self.tokens
        previous = tokens.lowercase_words[index - 1]
        opens_clause = (
            bool(tokens.is_sentence_start[index])
            or not previous[0].isalpha()
            or previous in self.language.conjunctions
        )
        return (
            opens_clause
            and index + 1 < len(tokens.words)
            and tokens.paragraph_indices[index + 1] == tokens.paragraph_indices[index]
            and is_likely_verb(tokens, index + 1)
        )

    def _is_brought_in(self, description: Description) -> bool:
        """Return whether a scene meets somebody at an indefinite article: "there stood a girl".

        "He was a man", "like a man", "that a man should" and "a man's ear" bring in nobody.
        """
        tokens, language, start = self.tokens, self.language, description.start
        if language.requires_name_evidence or start < 2 or tokens.is_sentence_start[start]:
            return False
        subject, previous = tokens.lowercase_words[start - 2 : start]
        following = tokens.lowercase_words[description.end : description.end + 1]
        if tokens.is_possessive[description.noun_index] or (
            following and following[0] in language.modal_verbs
        ):
            return False
        if previous in language.linking_verbs:
            return subject in language.existential_words
        return previous not in language.comparison_words | language.object_pronouns


def _find_determiner(tokens: TokenTable, noun_index: int, is_kin: bool) -> int:
    """Return the token of the determiner before a noun, such as "the" or "her", or -1.

    Adjectives may stand between them. In languages without articles, the noun is returned as its
    own determiner if it is beside a verb of speech, or the subject that opens a sentence.
    """
    paragraph, language = tokens.paragraph_indices[noun_index], tokens.language
    if language.omits_articles and (
        _is_beside_speech_verb(tokens, noun_index) or _is_narrated_subject(tokens, noun_index)
    ):
        return noun_index
    for index in range(noun_index - 1, max(-1, noun_index - 1 - _DETERMINER_REACH), -1):
        if (
            tokens.paragraph_indices[index] != paragraph
            or tokens.quotation_indices[index] >= 0
            or tokens.is_separated[index + 1]
        ):
            return -1
        word = tokens.lowercase_words[index]
        # Except for kin, a possessive must directly precede its noun: "her driver", but not "her
        # old driver".
        if word in language.determiners or (
            word in language.possessive_determiners and (is_kin or index == noun_index - 1)
        ):
            return index
        if not word.isalpha() or tokens.is_possessive[index] or word in language.speech_verbs:
            return -1
    return -1


def _is_beside_speech_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether a word stands before a verb of speech, or after one in the same clause.

    Adjectives, adverbs and objects may stand between them: "сказал молодой человек", "przerwał mu
    hrabia". Right after a quotation, the verb may be any verb of narration.
    """
    words, language = tokens.lowercase_words, tokens.language
    if language.speech_verbs.intersection(words[index + 1 : index + 2]):
        return True
    verb = index - 1
    while verb > max(1, index - 1 - _TAG_GAP) and _may_precede_subject(words[verb], language):
        verb -= 1
    follows_quotation = tokens.quotation_indices[verb - 1] >= 0 > tokens.quotation_indices[verb]
    return words[verb] in language.speech_verbs or (
        verb > 0 and follows_quotation and is_likely_verb(tokens, verb)
    )


def _is_narrated_subject(tokens: TokenTable, index: int) -> bool:
    """Return whether a sentence opens with a noun and its verb in the past: "Wszedł kowal"."""
    language, words = tokens.language, tokens.lowercase_words
    past_endings = language.past_gender_endings
    verb = index - 1 if not tokens.is_sentence_start[index] else index + 1
    first = min(index, verb)
    return (
        bool(past_endings)
        and first >= 0
        and verb < len(words)
        and bool(tokens.is_sentence_start[first])
        and tokens.paragraph_indices[verb] == tokens.paragraph_indices[index]
        and tokens.quotation_indices[verb] < 0
        and words[verb].endswith(past_endings)
    )


def _may_precede_subject(word: str, language: AttributionLanguage) -> bool:
    """Return whether a word may stand between a verb of speech and its subject."""
    return word not in language.speech_verbs and (
        word in language.clause_pronouns
        or word in language.tag_filler_words
        or word.endswith(language.adjective_endings)
        or (bool(language.adverb_endings) and word.endswith(language.adverb_endings))
    )
