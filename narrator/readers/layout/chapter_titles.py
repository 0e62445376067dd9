"""Decide whether a line has the form of a chapter's title rather than of a sentence."""

from __future__ import annotations

import re

from narrator.languages.web_words import list_story_labels
from narrator.readers.layout import heading_syntax
from narrator.text.quotes import APOSTROPHES, CLOSING_MARKS, USUAL_OPENING_CLASS
from narrator.text.words import ALL_SENTENCE_ENDS, has_words

_NON_TITLE_ENDINGS = ",;:—-" + CLOSING_MARKS.replace("'", "")
"""Final characters of a line that is not a title. They exclude "'", which ends "The Boys'"."""
_MAX_CASELESS_CHARACTERS = 40
"""Longest title in a script without capitals, which tell titles from sentences elsewhere."""
_MAX_CAPITAL_LINES = 8
"""Number of lines that a title in capitals may have right below the number of its chapter."""
_NOTE_MARKS = re.compile(r"(?:\[\w{1,3}\])+\Z")
"""Marks of notes or comments at the end of a line."""
_SPEECH_START = re.compile(rf"[\s_*]*{USUAL_OPENING_CLASS}")
_SETTING = re.compile(
    r"(?:the\s)?(?:scene|setting|place|time|szene|ort|zeit|scène|escena|scena|сцена)\s?(?:[.:]|[—–]|--)",
    re.IGNORECASE,
)
"""The beginning of a stage direction that says where a scene of a play is: "SCENE.--A heath."."""
_INNER_SENTENCE_END = re.compile(r"[^\W\d_]{4}[.!?…]+\W*\s\W*[^\W\d_]")
"""The end of a sentence within a line; words of up to three letters may be abbreviations."""


def can_be_chapter_title(text: str, line_count: int = 1, *, is_attached: bool = False) -> bool:
    """Return whether a text on `line_count` lines may be the title below a chapter's number.

    `is_attached` is whether no blank line separates it from the number. Only then may the title
    have quotation marks, because otherwise it is speech.
    """
    text = _NOTE_MARKS.sub("", text.strip("_*"))
    is_long = len(text) > 2 * heading_syntax.MAX_HEADING_CHARACTERS or line_count > 4
    is_whole_title = is_attached and text.isupper() and line_count <= _MAX_CAPITAL_LINES
    if (
        not has_words(text)
        or " ".join(text.split()).strip(" :").casefold() in list_story_labels()
        or _SETTING.match(text)
        or (is_long and not is_whole_title)
        or (opens_with_speech(text) and not is_attached)
    ):
        return False
    if text.isupper():
        return text[-1] not in ",;" and not _INNER_SENTENCE_END.search(text)
    if text[-1] in _NON_TITLE_ENDINGS:
        return False
    if is_caseless_letter(text[0]):
        return len(text) <= _MAX_CASELESS_CHARACTERS and text[-1] not in ALL_SENTENCE_ENDS
    if not text[0].isupper():
        return False
    return text.rstrip("'")[-1] not in ".!?" or is_in_title_case(text)


def is_caseless_letter(character: str) -> bool:
    """Return whether a character is a letter of a script without capitals, such as Arabic."""
    return character.isalpha() and character.lower() == character.upper()


def opens_with_speech(text: str) -> bool:
    """Return whether a text begins with a quotation mark, which is not an apostrophe."""
    return text[:1] not in APOSTROPHES and bool(_SPEECH_START.match(text))


def is_in_title_case(text: str) -> bool:
    """Return whether all major words begin with capitals, as in a title.

    A text with a year is a publisher's imprint rather than a title.
    """
    words = re.findall(rf"[^\W\d_]+(?:[{APOSTROPHES}][^\W\d_]+)*", text)
    major_words = (word for word in words if word.lower() not in heading_syntax.MINOR_WORDS)
    has_year = re.search(r"\b1[5-9]\d\d\b", text)
    return 2 <= len(words) <= 30 and not has_year and all(word[0].isupper() for word in major_words)
