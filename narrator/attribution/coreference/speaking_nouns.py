"""List the nouns that a book shows to mean persons, as they speak: "said the gryphon"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_statistics import follows_preposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.attribution.coreference.people import MentionSpan
    from narrator.attribution.tokens import TokenTable
    from narrator.languages.people_words import AttributionLanguage

_TAG_REACH = 8
"""Maximum number of tokens from a verb of speech to the colon that introduces the quotation."""


def list_speaking_nouns(tokens: TokenTable) -> frozenset[str]:
    """Return the nouns that follow a verb of speech and an article: "said the gryphon"."""
    language = tokens.language
    articles = language.definite_articles | language.indefinite_articles
    nouns: set[str] = set()
    for index in range(1, len(tokens.words) - 2):
        if tokens.lowercase_words[index] not in articles or tokens.quotation_indices[index] >= 0:
            continue
        follows_tag_verb = (
            tokens.lowercase_words[index - 1] in language.speech_verbs
            and tokens.quotation_indices[index - 2] >= 0
        )
        noun = _find_noun_after(tokens, index) if follows_tag_verb else None
        if tokens.quotation_indices[index - 1] >= 0:
            noun = _find_noun_before_verb(tokens, index) or noun
        if noun is not None:
            nouns.add(noun)
    nouns.update(_list_opening_speakers(tokens))
    if language.omits_articles:
        nouns.update(_list_bare_speakers(tokens))
    if language.requires_name_evidence:
        nouns.update(_list_introducing_speakers(tokens))
    if language.drops_subjects:
        nouns.update(_list_acting_speakers(tokens))
    return _drop_common_nouns(nouns, language)


def list_owned_speakers(tokens: TokenTable, names: Sequence[MentionSpan]) -> frozenset[str]:
    """Return the nouns that follow a verb of speech and a possessive name: "said Ada's keeper"."""
    nouns: set[str] = set()
    for name in names:
        last, before = name.end - 1, name.start - 1
        if (
            before > 0
            and tokens.is_possessive[last]
            and tokens.lowercase_words[before] in tokens.language.speech_verbs
            and tokens.quotation_indices[before - 1] >= 0 > tokens.quotation_indices[last]
            and (noun := _find_noun_after(tokens, last)) is not None
        ):
            nouns.add(noun)
    return _drop_common_nouns(nouns, tokens.language) - tokens.language.speaker_metonyms


def _find_noun_before_verb(tokens: TokenTable, article_index: int) -> str | None:
    """Return the noun of a phrase that a verb of speech follows, or None: "the piano player said".

    It has at most two words before it. In "'Is it?' the keeper asked", the verb comes last; "then"
    and other adverbs may precede it. Nobody speaks in "the keeper was asked".
    """
    words, language = tokens.lowercase_words, tokens.language
    for verb in range(article_index + 2, min(article_index + 5, len(words))):
        if not words[verb].isalpha() or tokens.quotation_indices[verb] >= 0:
            return None
        if words[verb] in language.speech_verbs:
            noun = _skip_adverbs(tokens, verb - 1)
            is_noun = noun > article_index and words[noun] not in language.linking_verbs
            return words[noun] if is_noun else None
    return None


def _skip_adverbs(tokens: TokenTable, index: int) -> int:
    """Return the token before the negations, adverbs and auxiliaries that end at a token."""
    while _is_adverb(tokens.lowercase_words[index], tokens.language):
        index -= 1
    return index


def _is_adverb(word: str, language: AttributionLanguage) -> bool:
    """Return whether a word may stand between a subject and its verb."""
    if language.requires_name_evidence:  # "o pescador não respondeu"
        return (
            word in language.past_verbs
            or word in language.tag_filler_words
            or word in language.clause_pronouns
            or word in language.function_words
        )
    if word in language.role_nouns or word in language.linking_verbs:
        return False
    return (
        word in language.non_name_words
        or word in language.tag_filler_words
        or word in language.modal_verbs
        or (bool(language.adverb_endings) and word.endswith(language.adverb_endings))
    )


def _list_bare_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns that end a tag of a verb and one or two words: "сказал купец"."""
    language = tokens.language
    words, quotations = tokens.lowercase_words, tokens.quotation_indices
    for verb in range(1, len(words) - 3):
        if not _is_tag_verb(tokens, verb) or quotations[verb] >= 0:
            continue
        before = verb - 1 - words[verb - 1].endswith(language.adverb_endings)  # "тихо сказал"
        if quotations[before] < 0:
            continue
        noun = verb + 1
        if words[noun] in language.clause_pronouns:
            noun += 1  # "спросил меня сосед", "zdziwił się ksiądz"
        noun += words[noun].endswith(language.adjective_endings) and words[noun + 1][0].isalpha()
        is_lowercase = tokens.words[noun].islower() and quotations[noun] < 0
        ends = (
            noun + 1 == len(words) or not words[noun + 1][0].isalpha() or quotations[noun + 1] >= 0
        )
        if (
            is_lowercase
            and ends
            and words[noun].endswith(language.subject_endings)
            and words[noun] not in language.subject_pronouns | language.non_name_words
            and words[noun] not in language.tag_filler_words  # "zeptal se nakonec"
        ):
            yield words[noun]


def _is_tag_verb(tokens: TokenTable, index: int) -> bool:
    """Return whether a token is a verb of speech, or a verb in the past right after a quotation."""
    language, word = tokens.language, tokens.lowercase_words[index]
    past_endings = language.past_gender_endings
    return word in language.speech_verbs or (
        bool(past_endings)
        and word.endswith(past_endings)
        and tokens.words[index].islower()
        and tokens.quotation_indices[index - 1] >= 0
    )


def _list_introducing_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns before a verb of speech and a colon: "Alors le guide ajouta :"."""
    language, words = tokens.language, tokens.lowercase_words
    for verb in range(2, len(words) - 1):
        if (
            words[verb] in language.speech_verbs
            and tokens.quotation_indices[verb] < 0
            and words[verb - 2] in language.definite_articles
            and not follows_preposition(tokens, verb - 2)
            and (verb == 2 or words[verb - 3] not in language.name_particles)
            and _introduces_speech(tokens, verb)
            and _is_noun(tokens, verb - 1)
        ):
            yield words[verb - 1]


def _list_opening_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns that open a sentence up to the quotation: "A porter at the door said:"."""
    language, words = tokens.language, tokens.lowercase_words
    articles = language.definite_articles | language.indefinite_articles
    for quotation in tokens.quotations:
        first = quotation.token_runs[0][0]
        verb = first - 2
        if (
            verb < 2
            or words[first - 1] not in {":", ","}
            or words[verb] not in language.speech_verbs
        ):
            continue
        start = verb
        while start > 0 and not tokens.is_sentence_start[start] and verb - start < _TAG_REACH:
            start -= 1
        if words[start] not in articles or tokens.quotation_indices[start] >= 0:
            continue
        noun = _skip_adverbs(tokens, _find_phrase_end(tokens, start, verb) - 1)
        has_other_clause = any(
            not word.isalpha() or word in language.subject_pronouns or word in language.past_verbs
            for word in words[start:verb]
        )
        if noun > start and _is_noun(tokens, noun) and not has_other_clause:
            yield words[noun]


def _find_phrase_end(tokens: TokenTable, article: int, verb: int) -> int:
    """Return the token after the noun of an article: before "for the council" or "with a limp"."""
    words, language = tokens.lowercase_words, tokens.language
    for index in range(article + 2, verb):
        if (
            words[index] in language.modifier_prepositions
            or follows_preposition(tokens, index + 1)
            or words[index + 1] in language.determiners
        ):
            return index
    return verb


def _list_acting_speakers(tokens: TokenTable) -> Iterator[str]:
    """Yield the nouns that open the sentence before a quotation whose tag drops its subject.

    They act and go on speaking: "El boticario dejó la baraja. —¿Cuándo? —preguntó."
    """
    language, words = tokens.language, tokens.lowercase_words
    for quotation in tokens.quotations:
        first, end = quotation.token_runs[0]
        start = tokens.paragraph_ranges[quotation.first_paragraph][0]
        if (
            start + 2 < first
            and end < len(words)
            and words[start] in language.definite_articles
            and words[end] in language.speech_verbs
            and (end + 1 == len(words) or not words[end + 1][0].isalpha())
            and tokens.quotation_indices[start] < 0
            and _is_noun(tokens, start + 1)
        ):
            yield words[start + 1]


def _introduces_speech(tokens: TokenTable, verb: int) -> bool:
    """Return whether the sentence of a verb ends with a colon right before a quotation."""
    for index in range(verb + 1, min(verb + _TAG_REACH, len(tokens.words) - 1)):
        if tokens.quotation_indices[index] >= 0 or tokens.is_sentence_start[index]:
            return False
        if tokens.words[index] == ":":
            return tokens.quotation_indices[index + 1] >= 0
    return False


def _drop_common_nouns(nouns: set[str], language: AttributionLanguage) -> frozenset[str]:
    """Return the nouns without adverbs and other words that describe no person."""
    return frozenset(
        noun
        for noun in nouns
        if not (language.adverb_endings and noun.endswith(language.adverb_endings))
        and noun not in language.non_person_words
        and len(noun) > 2
    )


def _find_noun_after(tokens: TokenTable, article_index: int) -> str | None:
    """Return the noun at the end of the phrase after an article, or None.

    The phrase must end within three words, at punctuation or a quotation. "Said the general now in
    despair" ends with no noun. After "a", which often opens longer phrases ("a voice close ahead"),
    it has two words.
    """
    words = tokens.lowercase_words
    is_indefinite = words[article_index] in tokens.language.indefinite_articles
    if is_indefinite and words[article_index + 1] in tokens.language.role_nouns:
        return words[article_index + 1]  # "said a girl opposite"
    for index in range(article_index + 1, article_index + 4 - is_indefinite):
        following = index + 1
        if following >= len(words) or not words[index].isalpha():
            return None
        if (
            words[following] in {",", ".", ";", ":"}
            or words[following] in tokens.language.modifier_prepositions
            or words[following] in tokens.language.place_prepositions
            or words[following] in tokens.language.name_particles  # "the King of Bohemia"
            or tokens.quotation_indices[following] >= 0
            or tokens.is_separated[following]
            or (tokens.language.requires_name_evidence and _is_noun(tokens, index))
        ):
            return None if _is_adverb(words[index], tokens.language) else words[index]
    return None


def _is_noun(tokens: TokenTable, index: int) -> bool:
    """Return whether a word after an article is the noun, and not an adjective before the noun."""
    if tokens.language.capitalises_nouns:
        return tokens.words[index][0].isupper()
    return tokens.lowercase_words[index] not in tokens.language.age_words
