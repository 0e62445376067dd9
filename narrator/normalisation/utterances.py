"""Normalisation steps for sounds that are no words: "Shh!", "W-what?", "Nooooo!".

Engines that accept phonetic signs get the sounds, all others a spelling that they pronounce well;
see `narrator.normalisation.phonetic_text`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.languages.interjections import load_interjections
from narrator.normalisation.book_evidence import has_triple_letters, shorten_word
from narrator.normalisation.context import find_words
from narrator.normalisation.phonetic_text import annotate_sounds
from narrator.text.quotes import APOSTROPHES
from narrator.text.words import LETTER

if TYPE_CHECKING:
    from narrator.languages.interjections import InterjectionTable
    from narrator.normalisation.context import NormalisationContext

_CONSONANT = "[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZбвгджзйк-нп-тф-ьБВГДЖЗЙК-НП-ТФ-Ь]"
SOUND_HINT = re.compile(
    rf"{_CONSONANT}{{2}}(?<![^\W\d_]..){_CONSONANT}*(?![^\W\d_])|[hH][aeiou][hH]?[aeiou][hH]"
)
"""A quick test for a word without vowels, or laughter."""
_TRIPLE_LETTER = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
"""A letter three times in a row."""
_WORD = re.compile(rf"(?<![\w{APOSTROPHES}&.@/]){LETTER}{{2,}}(?![\w&@/]|[{APOSTROPHES}]\w)")
_LAUGHTER = re.compile(r"(?P<start>m?[bw]?w?a)?(?P<laugh>(?:h[aeiou]){2,}h?|(?:h[aeiou]+h){2,})")
_SYLLABLE = re.compile(r"h[aeiou]")
_HYPHENS = "‐‑-"
_NEXT_PART = re.compile(rf"(?:[{_HYPHENS}]{LETTER}+)*[{_HYPHENS}]({LETTER}+)")
_STAMMER = re.compile(
    rf"(?<![\w{APOSTROPHES}.@/{_HYPHENS}])(?P<parts>(?:{LETTER}{{1,4}}[{_HYPHENS}]){{1,12}})"
    rf"(?P<word>{LETTER}[\w{APOSTROPHES}]*)"
)
_PAUSED_STAMMER = re.compile(
    rf"(?P<before>\A|[“\"‘«„(—–…!?.,;:]\s?)(?P<part>{LETTER}{{1,3}})(?P<pause>\s?(?:—|–|…|\.\.\.)\s?)"
    rf"(?=(?P=part)(?P<word>{LETTER}[\w{APOSTROPHES}]*))",
    re.IGNORECASE,
)
"""The start of a word before a pause: "W— what?"; at other places, as in "plan B", a letter."""
_CUT_OFF = re.compile(
    rf"(?P<before>\A[“\"‘«„(]*|[“\"‘«„]|[.!?…]\s)(?P<part>{LETTER}{{2,3}})(?=\s?(?:—|–|…|-(?!\w)))"
)
"""The start of a word that breaks off: "Wh—"."""
_PAUSE = re.compile(r"[—–…‐‑-]|\.(?=\.)")
_LONG_RUN = re.compile(r"(\w)\1{3}", re.IGNORECASE)
_MIN_RUN = re.compile(r"(\w)\1")
_ROMAN = re.compile(r"[ivxlcdm]+\Z")
_LEAST_SOUND_LETTERS = 3
"""Fewest letters of an unlisted word without vowels that is taken for a sound."""


def spell_sounds(text: str, context: NormalisationContext) -> str:
    """Spell interjections and stretched words: "Brrr", "Mmm-hmm", "Nooooo"."""
    table = load_interjections(context.rules.tag)
    if not table.interjections or not may_have_sounds(text, table):
        return text
    return _WORD.sub(
        lambda match: (
            match[0] if _begins_stammer(match, table) else _spell_sound(match[0], context, table)
        ),
        text,
    )


def _begins_stammer(match: re.Match[str], table: InterjectionTable) -> bool:
    """Return whether a word is the start of the word after the hyphens: "Sh-she", not "Sh-shh"."""
    following = _NEXT_PART.match(match.string, match.end())
    if following is None:
        return False
    word, next_word = match[0].casefold(), following[1].casefold()
    return next_word.startswith(word) and table.find_interjection(next_word) is None


def may_have_sounds(text: str, table: InterjectionTable) -> bool:
    """Return whether a text may have an interjection or a stretched word; most lines have none."""
    return (
        not table.trigger_words.isdisjoint(find_words(text))
        or has_triple_letters(text)
        or SOUND_HINT.search(text) is not None
    )


def _spell_sound(written: str, context: NormalisationContext, table: InterjectionTable) -> str:
    """Return the spoken form of one word; most words stay as they are."""
    word = written.casefold()
    is_initialism = written.isupper() and (len(word) == 2 or word in context.rules.initialisms)
    if is_initialism or (_ROMAN.match(word) and written.isupper()):
        return written
    interjection = table.find_interjection(word)
    if interjection is not None:
        return _match_case(interjection.respelling, interjection.sounds, written)
    if (laughter := _LAUGHTER.fullmatch(word)) is not None:
        return _match_case(_spell_laughter(laughter), "", written)
    # A word in another script, or with foreign letters, is left to the engine.
    if all(letter in table.consonants and letter not in table.vowels for letter in word):
        return _spell_unlisted_sound(written, word, table)
    return _shorten(written, context, table) if _TRIPLE_LETTER.search(word) else written


def _match_case(respelling: str, sounds: str, written: str) -> str:
    """Return a spoken form with a capital if the word is written with one."""
    spoken = respelling.capitalize() if written[0].isupper() else respelling
    if not sounds:
        return written if spoken.casefold() == written.casefold() else spoken
    return annotate_sounds(spoken, sounds)


def _spell_laughter(laughter: re.Match[str]) -> str:
    """Return laughter syllable by syllable: "hahaha" becomes "ha ha ha"."""
    syllables = _SYLLABLE.findall(laughter["laugh"])
    start = [f"{laughter['start']}h"] if laughter["start"] else []
    return " ".join([*start, *syllables])


def _shorten(written: str, context: NormalisationContext, table: InterjectionTable) -> str:
    """Return the word that a stretched word stands for: "Nooooo" becomes "No"."""
    spellings = list(shorten_word(written.casefold()))
    if not spellings or _ROMAN.match(written.casefold()):
        return written
    known_words = context.evidence.known_words
    preferences = (
        (spelling for spelling in spellings if spelling in table.double_letter_words),
        (spelling for spelling in spellings if spelling in table.single_letter_words),
        (spelling for spelling in spellings if spelling in known_words),
        (each.respelling for each in map(table.find_interjection, spellings) if each),
        (
            spelling
            for spelling in spellings
            if any(vowels in spelling for vowels in table.doubled_vowels)
        ),
        () if table.has_triple_letters and not _LONG_RUN.search(written) else spellings,
    )
    word = next((spelling for choice in preferences for spelling in choice), written)
    if written.isupper():
        return word.upper()
    return word.capitalize() if written[0].isupper() else word


def _spell_unlisted_sound(written: str, word: str, table: InterjectionTable) -> str:
    """Return a word without vowels but with a double letter as a sound: "Krrk"."""
    is_sound = len(word) >= _LEAST_SOUND_LETTERS and _MIN_RUN.search(word) is not None
    if not is_sound or written.isupper():
        return written
    short = re.sub(r"(\w)\1+", r"\1", word)
    spellings = [table.consonants.get(letter, (letter, letter)) for letter in short]
    vowel, vowel_sound = table.neutral_vowel
    first, later_spellings = spellings[0], spellings[1:]
    respelling = f"{first[0]}{vowel[:1]}{''.join(spelling for spelling, _ in later_spellings)}"
    sounds = f"{first[1]}{vowel_sound}{''.join(sound for _, sound in later_spellings)}"
    return _match_case(respelling, sounds if vowel_sound else "", written)


def spell_stammers(text: str, context: NormalisationContext) -> str:
    """Spell the repeated starts of words: "W-what", "th-thought", "f-f-fine"."""
    table = load_interjections(context.rules.tag)
    if not table.consonants or not _PAUSE.search(text):
        return text
    text = _STAMMER.sub(lambda match: _spell_stammer(match, table), text)
    text = _PAUSED_STAMMER.sub(lambda match: _spell_paused_stammer(match, table), text)
    return _CUT_OFF.sub(lambda match: _spell_cut_off(match, table), text)


def _spell_stammer(match: re.Match[str], table: InterjectionTable) -> str:
    """Return a word with its repeated starts as sounds, or a compound unchanged."""
    parts, word = re.findall(LETTER + "+", match["parts"]), match["word"]
    lower_word, lower_parts = word.casefold(), [part.casefold() for part in parts]
    if (
        not all(lower_word.startswith(part) for part in lower_parts)
        or match[0].casefold() in table.compounds
        or _is_repeated_word(match[0], lower_word, lower_parts)
    ):
        return match[0]
    sounds = [_spell_start(part, lower_word, table) for part in lower_parts]
    if not any(sounds):
        return match[0]
    # The start of a sentence keeps its capital.
    spoken = [sound or part for part, sound in zip(parts, sounds, strict=True)]
    if len(lower_word) == 1:
        return " ".join([*spoken, _spell_start(lower_word, lower_word, table) or word])
    return " ".join([*spoken, word])


def _is_repeated_word(written: str, word: str, parts: list[str]) -> bool:
    """Return whether whole words are repeated, as in "I-I'm" or "no-no", or letters spelt out."""
    stem = re.split(rf"[{APOSTROPHES}]", word)[0]
    if len(word) == 1 and (len(parts) < 2 or written.isupper() or word == "i"):
        return True
    return stem in parts and (len(stem) > 1 or stem == "i")


def _spell_start(part: str, word: str, table: InterjectionTable) -> str:
    """Return the sound of the start of a word; "" if it is a syllable, which engines can say.

    A single letter sounds as the word begins: "T-the" as in "the", "K-know" as in "know".
    """
    consonants = table.consonants
    is_vowel = part[0] in table.vowels and part[0] in consonants and part != "y"
    if len(part) > 1 and any(letter in table.vowels for letter in part):
        return ""
    if is_vowel and not table.neutral_vowel[0]:
        return ""
    key = _find_start(part, word, table)
    spelling, sound = consonants.get(key) or _join_consonants(part, table)
    if (key in consonants and key[0] in "aeiou") or key.startswith(("long_", "broad_")):
        return annotate_sounds(spelling, sound) if sound else spelling
    vowel, vowel_sound = table.neutral_vowel
    if not vowel:
        remainder = word[len(key) :] if key else word
        vowel = next((letter for letter in remainder if letter in table.vowels), table.vowels[0])
    spelling = f"{spelling}{vowel}"
    return annotate_sounds(spelling, f"{sound}{vowel_sound}") if vowel_sound else spelling


def _find_start(part: str, word: str, table: InterjectionTable) -> str:
    """Return the key of the sound with which a word begins, or of a part of several letters."""
    plain = re.sub(r"\W", "", word)
    if plain in table.word_starts:
        return table.word_starts[plain]
    text = plain if len(part) == 1 else part
    sizes = range(min(3, len(text)), 0, -1)
    key = next((text[:size] for size in sizes if text[:size] in table.consonants), "")
    # "st-stop" begins with two sounds, of which no key exists.
    return key if len(part) == 1 or key == part else ""


def _join_consonants(part: str, table: InterjectionTable) -> tuple[str, str]:
    """Return spelling and sound of several consonants, one after the other."""
    pairs = [table.consonants.get(letter, (letter, letter)) for letter in part]
    return "".join(spelling for spelling, _ in pairs), "".join(sound for _, sound in pairs)


def _spell_paused_stammer(match: re.Match[str], table: InterjectionTable) -> str:
    """Return the start of a word before a pause as a sound, or the text unchanged."""
    part, word = match["part"].casefold(), f"{match['part']}{match['word']}".casefold()
    # "I… it was" has two words.
    if part[0] in table.vowels:
        return match[0]
    sound = _spell_start(part, word, table)
    return f"{match['before']}{sound}{match['pause']}" if sound else match[0]


def _spell_cut_off(match: re.Match[str], table: InterjectionTable) -> str:
    """Return the start of a word that breaks off as a sound, or the text unchanged."""
    part = match["part"].casefold()
    if any(letter in table.vowels for letter in part) or match["part"].isupper():
        return match[0]
    if not table.neutral_vowel[1]:
        return match[0]
    key = _find_start(part, part, table)
    spelling, sound = table.consonants.get(key) or _join_consonants(part, table)
    vowel, vowel_sound = table.neutral_vowel
    return f"{match['before']}{annotate_sounds(spelling + vowel, sound + vowel_sound)}"
