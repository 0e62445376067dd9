"""Find speech tags and action beats: the words around a quotation that point to its speaker.

A speech tag names the speaker beside a verb of speech: `"Go," said Ada.` An action beat describes
what somebody does beside a quotation: `"Go." Ada rose.` Each rule is a function that takes a
quotation and returns a `SpeechTag` or None. Rules do not decide who speaks: their results become
features, which `narrator.attribution.scoring` weighs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from narrator.attribution.coreference.name_statistics import follows_preposition, is_likely_verb

if TYPE_CHECKING:
    from narrator.attribution.coreference.people import People
    from narrator.attribution.tokens import TokenisedQuotation, TokenTable

LISTED_VERB = 2
"""Strength of a tag whose verb is in the language's list of verbs of speech."""
LIKELY_VERB = 1
"""Strength of a tag whose verb may be a verb of speech, or of a subject before a colon."""
_MAX_TAG_TOKENS = 14
"""Maximum distance from a subject to its verb of speech, and from a verb to its quotation."""
_MAX_POSSESSIVE_TAG_TOKENS = 5
"""Maximum number of tokens after the verb in "was all her sturdy answer"."""
_MAX_NARRATION_TOKENS = 60
"""Maximum number of tokens of narration to read before or after a quotation."""
_MAX_OPENING_TOKENS = 40
"""Maximum number of tokens to search for the first subject of a paragraph."""
_MAX_TAG_PARAGRAPH = 6
"""Maximum number of tokens of a tag that is a paragraph of its own."""
_IMPERSONAL_PRONOUNS = frozenset(("it",))
"""Subject pronouns that do not refer to a person; only English needs this."""
_CLAUSE_OPENERS = frozenset(("and", "but", "while", "when", "till"))
"""Words that open a clause, whose subject then belongs to the verb that follows."""
_CLAUSE_ENDS = frozenset(("and", ";"))
"""Tokens that end a clause, and with it the search for the subject's verb of speech."""
_TAG_PUNCTUATION = frozenset((",", "-", "—", "–", "--", ".", "!", "?"))
"""Punctuation that may stand between a quotation and its tag."""


@dataclass(frozen=True, slots=True)
class SpeechTag:
    """A speech tag or action beat: the person mentioned, and how surely as the speaker."""

    person_index: int
    """Index of the person named or described; -1 for a pronoun."""
    pronoun_gender: str
    """`male`, `female`, `plural`, `neutral` or, for "I", `first`; empty if it is not a pronoun."""
    verb_strength: int
    """`LISTED_VERB`, `LIKELY_VERB`, or 0 for a beat.

    One less if the quotation ends with a full stop and a new sentence follows: '"Go." Ada said'.
    """
    start: int
    """First token of the tag."""
    end: int
    """Token after the tag."""
    is_description: bool = False
    """Whether the person is described, not named: "the old man"."""


@dataclass(frozen=True, slots=True)
class SpeakerRuleInput:
    """The input of a rule: a quotation, with the tokens and people of its book."""

    tokens: TokenTable
    people: People
    quotation: TokenisedQuotation


SpeakerRule = Callable[[SpeakerRuleInput], SpeechTag | None]


class _Subject(NamedTuple):
    """A name, description or pronoun that may be the subject of a verb of speech."""

    person_index: int
    pronoun_gender: str
    end: int
    """Token after the subject."""
    is_description: bool


def _rate_verb(tokens: TokenTable, index: int) -> int:
    """Return how likely a token is a verb of speech: `LISTED_VERB`, `LIKELY_VERB` or 0."""
    word, language = tokens.lowercase_words[index], tokens.language
    if (
        word in language.speech_verbs
        or _is_habitual_verb(tokens, index)
        or (word in language.first_person_verbs and _is_beside_first_person(tokens, index))
    ):
        return LISTED_VERB
    if word in language.weak_speech_verbs or (
        word.endswith(language.past_endings) and len(word) > 3
    ):
        return LIKELY_VERB
    return 0


def _is_beside_first_person(tokens: TokenTable, index: int) -> bool:
    """Return whether "I" stands next to a token, or before the word before it: "I softly say"."""
    neighbours = tokens.lowercase_words[max(index - 2, 0) : index + 2]
    return not tokens.narrator_pronouns.isdisjoint(neighbours)


def _is_habitual_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether a token says what somebody often says: "my wife would say"."""
    words, language = tokens.lowercase_words, tokens.language
    return (
        words[index] in language.leading_verb_forms
        and index > 0
        and words[index - 1] in language.modal_verbs
    )


# ------------------------------------------------------------------------------------- subjects


def _parse_subject(rule_input: SpeakerRuleInput, index: int) -> _Subject | None:
    """Return the subject that begins at a token; None if there is none or it is possessive."""
    mention_index = _find_mention(rule_input, index)
    if mention_index is None:
        return _parse_pronoun(rule_input.tokens, index)
    mention = rule_input.people.mentions[mention_index]
    if mention.is_possessive:
        return None
    return _Subject(mention.person_index, "", mention.end, mention.is_description)


def _parse_pronoun(tokens: TokenTable, index: int) -> _Subject | None:
    """Return the pronoun, or the like, that begins at a token: "he", "his voice", "the other"."""
    word, language = tokens.lowercase_words[index], tokens.language
    following = tokens.lowercase_words[index + 1 : index + 2]
    next_word = following[0] if following else ""
    if word in language.definite_articles and next_word in language.counterpart_words:
        return _Subject(-1, "neutral", index + 2, is_description=False)
    if word in {"his", "her"} and next_word in language.speaker_metonyms:
        return _Subject(-1, language.pronoun_genders[word], index + 2, is_description=False)
    if word in language.first_person_pronouns and (
        language.requires_name_evidence or tokens.words[index][0].isupper()
    ):
        return _Subject(-1, "first", index + 1, is_description=False)
    if word in tokens.protagonist_pronouns:
        return _Subject(-1, "first", index + 1, is_description=False)
    if word in language.subject_pronouns:
        gender = language.pronoun_genders.get(word, "neutral")
        return _Subject(-1, gender, index + 1, is_description=False)
    return None


def _find_mention(rule_input: SpeakerRuleInput, index: int) -> int | None:
    """Return the index of the mention that begins at a token, or None.

    An article before a name counts as its beginning, also with a word between: "the Hatter", "the
    March Hare".
    """
    tokens, mention_by_start = rule_input.tokens, rule_input.people.mention_by_start
    if (
        index in mention_by_start
        or tokens.lowercase_words[index] not in tokens.language.definite_articles
    ):
        return mention_by_start.get(index)
    # A description includes its own article, so only a name can follow this one.
    for name_start in (index + 1, index + 2):
        mention_index = mention_by_start.get(name_start)
        if (
            mention_index is not None
            and not rule_input.people.mentions[mention_index].is_description
        ):
            return mention_index
    return None


def _find_first_subject(
    rule_input: SpeakerRuleInput, start: int, end: int, verb_strength: int
) -> SpeechTag | None:
    """Return a tag for the first subject in a range of tokens, without looking for its verb."""
    if is_silence(rule_input.tokens, start, end):
        return None
    for index in range(start, end):
        subject = _parse_subject(rule_input, index)
        if (
            subject
            and rule_input.tokens.lowercase_words[index] not in _IMPERSONAL_PRONOUNS
            and not _is_in_phrase(rule_input.tokens, index)
        ):
            return _build_tag(subject, verb_strength, index, end)
    return None


def is_silence(tokens: TokenTable, start: int, end: int) -> bool:
    """Return whether a range of tokens says that somebody does not speak: "Ada said nothing."."""
    words, language = tokens.lowercase_words[start:end], tokens.language
    return any(
        (
            word in language.speech_verbs | language.leading_verb_forms
            and following in language.silence_words
        )
        or (word in language.silence_words and following in language.leading_verb_forms)
        for word, following in pairwise(words)
    ) or not language.silent_words.isdisjoint(words)


def _build_tag(subject: _Subject, verb_strength: int, start: int, end: int) -> SpeechTag:
    return SpeechTag(
        subject.person_index,
        subject.pronoun_gender,
        verb_strength,
        start,
        end,
        subject.is_description,
    )


# --------------------------------------------------------------------------- ranges of narration


def _find_narration_end(tokens: TokenTable, start: int) -> int:
    """Return the end of the narration that begins at a token.

    It ends at the end of the paragraph, at the next quotation, or after `_MAX_NARRATION_TOKENS`.
    """
    end = start
    paragraph = tokens.paragraph_indices[start] if start < len(tokens.paragraph_indices) else -1
    while (
        end < len(tokens.words)
        and end - start < _MAX_NARRATION_TOKENS
        and tokens.quotation_indices[end] < 0
        and tokens.paragraph_indices[end] == paragraph
    ):
        end += 1
    return end


def _find_first_sentence_end(tokens: TokenTable, start: int) -> int:
    """Return the end of the first sentence of the narration that begins at a token."""
    end = _find_narration_end(tokens, start)
    for index in range(start + 1, end):
        if tokens.is_sentence_start[index]:
            return index
    return end


def _find_narration_after(rule_input: SpeakerRuleInput, run: int) -> int | None:
    """Return the first token after a run of a quotation, if it is narration in its paragraph.

    Otherwise return None.
    """
    tokens, start = rule_input.tokens, rule_input.quotation.token_runs[run][1]
    if (
        start >= len(tokens.words)
        or tokens.quotation_indices[start] >= 0
        or tokens.paragraph_indices[start] != tokens.paragraph_indices[start - 1]
    ):
        return None
    return start


def _find_sentence_before(rule_input: SpeakerRuleInput) -> tuple[int, int] | None:
    """Return the token range of the narrated sentence before a quotation, or None.

    It has at most `_MAX_NARRATION_TOKENS`. A sentence in the paragraph above counts only if it
    introduces the quotation, as "Ada said:" does.
    """
    tokens = rule_input.tokens
    end = rule_input.quotation.token_runs[0][0]
    if end == 0 or tokens.quotation_indices[end - 1] >= 0:
        return None
    same_paragraph = tokens.paragraph_indices[end - 1] == tokens.paragraph_indices[end]
    if not same_paragraph and not _leads_to_speech(tokens, end - 1):
        return None
    start = end - 1
    while (
        start > 0
        and not tokens.is_sentence_start[start]
        and tokens.quotation_indices[start - 1] < 0
        and end - start < _MAX_NARRATION_TOKENS
    ):
        start -= 1
    return start, end


def _leads_to_speech(tokens: TokenTable, index: int) -> bool:
    """Return whether narration that ends with a token introduces the quotation after it.

    It does if the token is a comma, a colon, a dash or a word, but not if it ends a sentence.
    """
    word = tokens.words[index]
    return word in {",", ":", "—", "–"} or word.startswith("--") or word[0].isalpha()


# ---------------------------------------------------------------------------------- speech tags


def _parse_inverted_tag(rule_input: SpeakerRuleInput, start: int, end: int) -> SpeechTag | None:
    """Return the tag of "said Holmes", "cried the old man" or "said he", or None."""
    tokens = rule_input.tokens
    words, language = tokens.lowercase_words, tokens.language
    if start + 1 < end and words[start + 1] in language.speech_verbs:
        # Step over the adverb of "eagerly rejoined Ada" and "вдруг сказала Ада".
        start += (
            words[start].endswith(language.adverb_endings)
            or words[start] in language.tag_filler_words
            or _is_leading_object(tokens, start)
        )
    strength = _rate_verb(tokens, start)
    if not strength:
        possessive_tag = _parse_possessive_tag(rule_input, start, end)
        if possessive_tag:
            return possessive_tag
        strength = LIKELY_VERB if is_likely_verb(tokens, start) else 0
        if _is_verb_of_narrator(tokens, start, end):
            strength = LISTED_VERB
    if strength < LISTED_VERB and (
        _is_clause_verb(rule_input, start) or (strength and _continues_quotation(tokens, start))
    ):
        strength = LISTED_VERB
    if not strength:
        return None
    first = _skip_object(rule_input, start + 1)
    for index in range(first, min(first + 3, end)):
        subject = _parse_subject(rule_input, index)
        # A pronoun after a verb that is not in the list is too weak a sign.
        if subject and (strength == LISTED_VERB or not subject.pronoun_gender):
            return _build_tag(subject, strength, start, subject.end)
        if not (
            words[index].endswith(language.adverb_endings)
            or words[index] == ","
            or words[index] in language.tag_filler_words
            or {index, index + 1} <= tokens.hyphenated  # "demanda-t-elle"
        ):
            return None
    return None


def _is_verb_of_narrator(tokens: TokenTable, index: int, end: int) -> bool:
    """Return whether the word before "I" or "you" is the verb of a clause: "„Wo?“, frage ich".

    Where the subject of such a clause follows its verb, no list of verbs is needed.
    """
    language = tokens.language
    return (
        language.inverts_clauses
        and index + 1 < end
        and tokens.words[index].islower()
        and tokens.lowercase_words[index] not in language.function_words
        and tokens.lowercase_words[index + 1] in tokens.narrator_pronouns
    )


def _is_leading_object(tokens: TokenTable, index: int) -> bool:
    """Return whether a token is an object before its verb: "lui dit Marie", "me répondit-il"."""
    word, language = tokens.lowercase_words[index], tokens.language
    return word in language.clause_pronouns and word not in language.subject_pronouns


def _skip_object(rule_input: SpeakerRuleInput, index: int) -> int:
    """Return the token of the subject after a pronoun that is an object: "unterbrach sie der Arzt".

    English has no objects there.
    """
    tokens, following = rule_input.tokens, index + 1
    if (
        following >= len(tokens.words)
        or tokens.lowercase_words[index] not in tokens.language.clause_pronouns
    ):
        return index
    mention_index = _find_mention(rule_input, following)
    if mention_index is None or tokens.quotation_indices[following] >= 0:
        return index
    return index if rule_input.people.mentions[mention_index].is_possessive else following


def _is_clause_verb(rule_input: SpeakerRuleInput, index: int) -> bool:
    """Return whether a word is the verb of a reporting clause by its place: '"Ada", half er ihr'.

    Where the subject of such a clause follows its verb, so does any unknown word between a
    quotation that does not end its sentence and a person.
    """
    tokens, language = rule_input.tokens, rule_input.tokens.language
    word = tokens.lowercase_words[index]
    if (
        not language.inverts_clauses
        or not tokens.words[index].islower()
        or word in language.function_words
        or tokens.words[index - 1] not in {",", "—", "–"}
    ):
        return False
    mention_index = _find_mention(rule_input, _skip_object(rule_input, index + 1))
    return mention_index is not None


def _continues_quotation(tokens: TokenTable, index: int) -> bool:
    """Return whether a clause in lower case goes on after a quotation: "— Беда! — выдохнул он".

    Only a verb of speech can then stand before its subject.
    """
    before = index - 1
    while before > 0 and tokens.quotation_indices[before] < 0:
        if tokens.words[before] not in _TAG_PUNCTUATION:
            return False
        before -= 1
    return tokens.language.inverts_clauses and tokens.words[index].islower()


def _parse_possessive_tag(rule_input: SpeakerRuleInput, start: int, end: int) -> SpeechTag | None:
    """Return the tag of "was Holmes's reply" or "was all her answer", or None."""
    tokens, people = rule_input.tokens, rule_input.people
    words, language = tokens.lowercase_words, tokens.language
    if words[start] not in language.linking_verbs:
        return None
    noun_limit = min(end, start + 1 + _MAX_POSSESSIVE_TAG_TOKENS)
    # Index of the first utterance noun, such as "reply". If there is none, it is `start`, and the
    # range of the loop below is empty.
    noun = next(
        (
            index
            for index in range(start + 2, noun_limit)
            if words[index] in language.utterance_nouns
        ),
        start,
    )
    for index in range(start + 1, noun):
        mention_index = people.mention_by_start.get(index)
        if mention_index is not None and people.mentions[mention_index].is_possessive:
            mention = people.mentions[mention_index]
            return SpeechTag(
                mention.person_index, "", LISTED_VERB, start, noun + 1, mention.is_description
            )
        word = words[index]
        if word in language.possessive_determiners and (
            word in language.pronoun_genders or word in language.first_person_words
        ):
            gender = language.pronoun_genders.get(word, "first")
            return SpeechTag(-1, gender, LISTED_VERB, start, noun + 1)
    return None


def _parse_direct_tag(rule_input: SpeakerRuleInput, start: int, end: int) -> SpeechTag | None:
    """Return the tag of "Holmes said" or "the old man, after a pause, replied", or None.

    The subject must begin within the first three tokens. The strength is 0 if its clause has no
    verb of speech.
    """
    tokens = rule_input.tokens
    for index in range(start, min(start + 3, end)):
        subject = _parse_subject(rule_input, index)
        if subject is None:
            continue
        for verb in range(subject.end, min(subject.end + _MAX_TAG_TOKENS, end)):
            strength = _rate_verb(tokens, verb)
            # A verb that is not in the list must follow its subject within two tokens.
            if strength == LISTED_VERB or (strength and verb <= subject.end + 1):
                # A new sentence after a full stop ('"Go." Ada said') is more often a beat.
                follows_stop = (
                    tokens.words[start - 1] == "." and tokens.quotation_indices[start - 1] >= 0
                )
                return _build_tag(subject, strength - follows_stop, index, verb + 1)
            if tokens.is_sentence_start[verb] or tokens.lowercase_words[verb] in _CLAUSE_ENDS:
                break
        return _build_tag(subject, 0, index, subject.end)
    return None


def _parse_tag_after(rule_input: SpeakerRuleInput, run: int) -> SpeechTag | None:
    """Return the speech tag in the first sentence after a run of the quotation, or None."""
    tokens, start = rule_input.tokens, _find_narration_after(rule_input, run)
    if start is None and run == -1:
        start = find_tag_apart(tokens, rule_input.people, rule_input.quotation.token_runs[-1][1])
    if start is None:
        return None
    end = _find_first_sentence_end(tokens, start)
    while start < end and tokens.words[start] in _TAG_PUNCTUATION:
        start += 1
    if start >= end:
        return None
    speech_tag = _parse_inverted_tag(rule_input, start, end)
    speech_tag = speech_tag or _parse_direct_tag(rule_input, start, end)
    if speech_tag and speech_tag.verb_strength:
        return speech_tag
    return _parse_subjectless_tag(rule_input, start, end)


def _parse_subjectless_tag(rule_input: SpeakerRuleInput, start: int, end: int) -> SpeechTag | None:
    """Return the tag of a verb whose subject is left out: Italian "rispose", Polish "zawołała".

    The subject is that of the narration before the quotation, or unknown like that of a pronoun.
    """
    tokens = rule_input.tokens
    if not tokens.language.drops_subjects:
        return None
    verb = start + (start + 1 < end and _is_leading_object(tokens, start))
    if tokens.lowercase_words[verb] not in tokens.language.speech_verbs:
        return None
    clause_end = next(
        (index for index in range(verb, end) if not tokens.words[index].isalpha()), end
    )
    if _find_first_subject(rule_input, verb + 1, clause_end, 0) is not None:
        return None  # "сказал пожилой купец"
    if tokens.lowercase_words[verb] in tokens.language.implied_first_person_verbs:
        return SpeechTag(-1, "first", LISTED_VERB, start, verb + 1)
    gender = _find_verb_gender(tokens, verb)
    subject = _find_dropped_subject(rule_input, gender)
    if subject is None:
        return SpeechTag(-1, gender, LISTED_VERB, start, verb + 1)
    return replace(subject, verb_strength=LISTED_VERB, start=start, end=verb + 1)


def _find_dropped_subject(rule_input: SpeakerRuleInput, gender: str) -> SpeechTag | None:
    """Return the last person of a gender who is the subject of a sentence right before a quotation.

    The narration may also be the paragraph above.
    """
    tokens, people = rule_input.tokens, rule_input.people
    end = rule_input.quotation.token_runs[0][0]
    first_paragraph = rule_input.quotation.first_paragraph - 1
    for start in range(end - 1, max(end - _MAX_NARRATION_TOKENS, 0) - 1, -1):
        if (
            tokens.quotation_indices[start] >= 0
            or tokens.paragraph_indices[start] < first_paragraph
        ):
            return None
        if not tokens.is_sentence_start[start]:
            continue
        subject = _find_first_subject(rule_input, start, end, 0)
        if subject is not None and subject.person_index >= 0:
            known = people.persons[subject.person_index].gender
            if gender == "neutral" or known in {gender, None}:
                return subject
        end = start
    return None


def _find_verb_gender(tokens: TokenTable, verb: int) -> str:
    """Return the gender that the ending of a verb shows, or `neutral`."""
    genders = tokens.language.gendered_verb_endings
    for gender in ("female", "male"):
        if gender in genders and tokens.lowercase_words[verb].endswith(genders[gender]):
            return gender
    return "neutral"


def find_tag_apart(tokens: TokenTable, people: People, start: int) -> int | None:
    """Return the first token of a tag that is a paragraph of its own after a quotation, or None.

    Such a paragraph consists of one person, a verb of speech, and no more than a few other words.
    """
    if start >= len(tokens.words) or tokens.quotation_indices[start] >= 0:
        return None
    first, end = tokens.paragraph_ranges[tokens.paragraph_indices[start]]
    words, verbs = tokens.lowercase_words, tokens.language.speech_verbs
    if first != start or end - first > _MAX_TAG_PARAGRAPH or tokens.words[end - 1] != ".":
        return None
    mention_index = people.mention_by_start.get(start + (words[start] in verbs))
    if mention_index is not None:
        mention = people.mentions[mention_index]
        subject_end, is_tag = mention.end, not mention.is_possessive
    else:
        subject_end = start + 1
        is_tag = words[start] in tokens.language.pronoun_genders
    is_tag = is_tag and (words[start] in verbs or words[subject_end] in verbs)
    return start if is_tag and not is_silence(tokens, start, end) else None


def find_tag_between(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the tag after the first run of an interrupted quotation: `"Go," said Ada, "now."`."""
    if len(rule_input.quotation.token_runs) < 2:
        return None
    return _parse_tag_after(rule_input, 0)


def find_tag_after(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the tag after the last run of a quotation: `"Go," said Ada.`."""
    return _parse_tag_after(rule_input, -1)


def find_tag_before(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the tag before a quotation: `Ada said, "Go."`, `Ada could not help saying: "Go."`.

    Before a colon, no verb of speech is needed: `Ada turned to him: "Go."`.
    """
    sentence = _find_sentence_before(rule_input)
    if sentence is None:
        return None
    tokens, (start, end) = rule_input.tokens, sentence
    if not _leads_to_speech(tokens, end - 1):
        return None
    follows_colon = tokens.words[end - 1] == ":"
    for verb in range(end - 1, max(start, end - _MAX_TAG_TOKENS) - 1, -1):
        is_leading = tokens.lowercase_words[verb] in tokens.language.leading_verb_forms
        strength = LISTED_VERB if is_leading else _rate_verb(tokens, verb)
        if strength == LISTED_VERB or (strength and follows_colon):
            speech_tag = _find_subject_before(rule_input, start, verb, strength)
            if speech_tag is None and tokens.language.requires_name_evidence:
                # "Darauf erwiderte Ada:"
                speech_tag = _find_first_subject(rule_input, verb + 1, end, strength)
            return speech_tag or _parse_subjectless_tag(rule_input, verb, end)
    source_tag = _parse_source_phrase(rule_input, start, end)
    if source_tag is None and follows_colon:
        return _find_first_subject(rule_input, start, end, LIKELY_VERB)
    return source_tag


def _parse_source_phrase(rule_input: SpeakerRuleInput, start: int, end: int) -> SpeechTag | None:
    """Return the tag of "according to Holmes" or "in the words of her brother Tom", or None.

    The person is the last one in the sentence: "according to her neighbour, Mrs. Fell".
    """
    phrase_start, phrase_end = _find_source_phrase(rule_input.tokens, start, end)
    for index in range(end - 1, phrase_end - 1, -1):
        subject = _parse_subject(rule_input, index)
        if subject is not None:
            return _build_tag(subject, LISTED_VERB, phrase_start, end)
    return None


def _find_source_phrase(tokens: TokenTable, start: int, end: int) -> tuple[int, int]:
    """Return the token range of a source phrase of the language; without one, an empty range."""
    for phrase in tokens.language.source_phrases:
        for index in range(start, end - len(phrase)):
            phrase_end = index + len(phrase)
            if tuple(tokens.lowercase_words[index:phrase_end]) == phrase:
                return index, phrase_end
    return end, end


def _find_subject_before(
    rule_input: SpeakerRuleInput, start: int, verb: int, verb_strength: int
) -> SpeechTag | None:
    """Return the tag for a verb whose subject stands before it, or None.

    The subject is the nearest one if only adverbs separate it from the verb; then the person to
    whom a relative clause belongs ("He turned to Ada, who said"); otherwise the first of the
    clause, or of the sentence.
    """
    tokens = rule_input.tokens
    words, language = tokens.lowercase_words, tokens.language
    earliest: SpeechTag | None = None
    for index in range(verb - 1, start - 1, -1):
        if words[index] in language.relative_pronouns and index > start:
            antecedent = _find_antecedent(rule_input, start, index)
            if antecedent is not None:
                return _build_tag(antecedent[1], verb_strength, antecedent[0], verb + 1)
        subject = _parse_subject(rule_input, index)
        if (
            subject is not None
            and words[index] not in _IMPERSONAL_PRONOUNS
            and not _is_in_phrase(tokens, index)
        ):
            earliest = _build_tag(subject, verb_strength, index, verb + 1)
            between = words[subject.end : verb]
            if all(word.endswith(language.adverb_endings) for word in between):
                return earliest
            if index > start and words[index - 1] in _CLAUSE_OPENERS:
                return earliest
        if earliest and tokens.words[index] == ";":
            return earliest
    return earliest


def _is_in_phrase(tokens: TokenTable, index: int) -> bool:
    """Return whether a noun follows a preposition, in a language other than English."""
    return tokens.language.requires_name_evidence and follows_preposition(tokens, index)


def _find_antecedent(
    rule_input: SpeakerRuleInput, start: int, relative: int
) -> tuple[int, _Subject] | None:
    """Return the person, with the first token, to whom a relative clause belongs, or None.

    This is the nearest name or description before the relative pronoun. "Whose" belongs to somebody
    as well, but its clause has another subject.
    """
    people = rule_input.people
    for index in range(relative - 1, start - 1, -1):
        mention_index = _find_mention(rule_input, index)
        if mention_index is None or people.mentions[mention_index].end > relative:
            continue
        mention = people.mentions[mention_index]
        if mention.is_possessive:
            continue
        return index, _Subject(mention.person_index, "", mention.end, mention.is_description)
    return None


# ---------------------------------------------------------------------------------- action beats


def find_beat_after(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the first subject of the sentence after a quotation, in the same paragraph."""
    start = _find_narration_after(rule_input, -1)
    if start is None:
        return None
    return _find_first_subject(
        rule_input, start, _find_first_sentence_end(rule_input.tokens, start), 0
    )


def find_beat_between(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the first subject of the sentence after the first run of an interrupted quotation.

    That sentence may stand in a separate paragraph.
    """
    quotation, tokens = rule_input.quotation, rule_input.tokens
    if len(quotation.token_runs) < 2:
        return None
    start = quotation.token_runs[0][1]
    if tokens.quotation_indices[start] >= 0:
        return None
    return _find_first_subject(rule_input, start, _find_first_sentence_end(tokens, start), 0)


def find_beat_before(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the first subject of the narrated sentence directly before a quotation.

    The sentence must be in the same paragraph, or introduce the quotation from the one above.
    """
    sentence = _find_sentence_before(rule_input)
    return _find_first_subject(rule_input, *sentence, 0) if sentence else None


def find_first_subject_of_paragraph(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the first subject of the narration that opens the quotation's paragraph.

    Only the first `_MAX_OPENING_TOKENS` of the paragraph are searched.
    """
    tokens, quotation = rule_input.tokens, rule_input.quotation
    start = tokens.paragraph_ranges[quotation.first_paragraph][0]
    end = quotation.token_runs[0][0]
    if start >= end or tokens.quotation_indices[start] >= 0:
        return None
    return _find_first_subject(rule_input, start, min(end, start + _MAX_OPENING_TOKENS), 0)


def find_subject_above(rule_input: SpeakerRuleInput) -> SpeechTag | None:
    """Return the first subject of the sentence that ends the paragraph above, if it is narration.

    Applies only to quotations that open their paragraph. The strength is `LIKELY_VERB` if the
    sentence ends with a colon, otherwise 0.
    """
    tokens, quotation = rule_input.tokens, rule_input.quotation
    end = tokens.paragraph_ranges[quotation.first_paragraph][0]
    if end == 0 or end != quotation.token_runs[0][0] or tokens.quotation_indices[end - 1] >= 0:
        return None
    start, paragraph = end - 1, tokens.paragraph_indices[end - 1]
    first = tokens.paragraph_ranges[paragraph][0]
    follows_quotation = first > 0 and tokens.quotation_indices[first - 1] >= 0
    # A tag apart belongs to the quotation before it.
    if follows_quotation and find_tag_apart(tokens, rule_input.people, first) is not None:
        return None
    while (
        start > 0
        and not tokens.is_sentence_start[start]
        and tokens.paragraph_indices[start - 1] == paragraph
    ):
        start -= 1
    strength = LIKELY_VERB if tokens.words[end - 1] == ":" else 0
    return _find_first_subject(rule_input, start, end, strength)


SPEAKER_RULES: tuple[tuple[str, SpeakerRule], ...] = (
    ("tag_between", find_tag_between),
    ("tag_after", find_tag_after),
    ("tag_before", find_tag_before),
    ("beat_between", find_beat_between),
    ("beat_after", find_beat_after),
    ("beat_before", find_beat_before),
    ("paragraph_opening", find_first_subject_of_paragraph),
    ("sentence_above", find_subject_above),
)
"""All rules by name; the names of features begin with the names of rules."""

TAG_RULE_NAMES = ("tag_between", "tag_after", "tag_before")
"""Names of the rules that find speech tags; the others find action beats."""
