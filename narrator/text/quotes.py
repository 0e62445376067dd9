"""Quotation marks and dashes of all languages, and character classes that are built from them.

The same mark may open a quotation in one language and close it in another: “ opens in English
(“so”) and closes in German („so“), » closes in French (« so ») and opens in German books (»so«),
” does both in Swedish (”so”), and the straight marks look the same at both ends. Therefore
`OPENING_MARKS` and `CLOSING_MARKS` overlap; `AMBIGUOUS_MARKS` holds the marks that are in both.
Code that only asks whether a mark may close a quotation, such as at the end of a sentence, tests
for any of `CLOSING_MARKS`. Code that must decide whether a mark opens or closes reads the whole
paragraph: see `narrator.segmentation.quotation_marks`.

An apostrophe is the same character as a single mark (’ or '), so a single mark within a word is
not a quotation mark; `narrator.text.words` has the patterns of words.
"""

from __future__ import annotations

import re

QUOTATION_PAIRS: tuple[tuple[str, str], ...] = (
    ("“", "”"),  # English, Portuguese, Dutch, Chinese, Korean
    ("‘", "’"),  # English (British outer, American inner), Dutch
    ("„", "“"),  # German, Czech, Slovak, Slovene, Bulgarian, Lithuanian, Icelandic
    ("‚", "‘"),  # German inner
    ("„", "”"),  # Polish, Romanian, Hungarian; Dutch of old books
    ("‚", "’"),  # Polish inner
    ("«", "»"),  # French, Italian, Spanish, Russian, Portuguese, Norwegian, Greek
    ("‹", "›"),  # French of Switzerland, inner
    ("»", "«"),  # German and Danish books
    ("›", "‹"),  # German and Danish books, inner
    ("”", "”"),  # Swedish, Finnish
    ("’", "’"),  # Swedish and Finnish, inner
    ("»", "»"),  # Swedish and Finnish books
    ("›", "›"),  # Swedish and Finnish books, inner
    ('"', '"'),  # typewriters and plain text
    ("'", "'"),
    ("‟", "”"),  # high-reversed mark of some fonts
    ("‛", "’"),
    ("`", "'"),  # TeX and old e-mail
    ("「", "」"),  # Japanese, Chinese of Taiwan
    ("『", "』"),  # Japanese inner
    ("｢", "｣"),  # Japanese, half width
    ("〝", "〟"),  # Japanese, vertical text
    ("〝", "〞"),  # Chinese, vertical text
    ("《", "》"),  # Chinese titles, Korean
    ("〈", "〉"),  # Chinese inner titles
)
"""Opening and closing marks that belong together, with the languages that use them."""


def _distinct_characters(*groups: str) -> str:
    """Return each character of the groups once, in order of first appearance."""
    return "".join(dict.fromkeys("".join(groups)))


OPENING_MARKS = _distinct_characters(*(opening for opening, _ in QUOTATION_PAIRS))
"""All marks that open a quotation in some language."""
CLOSING_MARKS = _distinct_characters(*(closing for _, closing in QUOTATION_PAIRS))
"""All marks that close a quotation in some language."""
USUAL_OPENING_MARKS = "".join(mark for mark in OPENING_MARKS if mark not in "”’")
"""Opening marks without ” and ’, which open quotations only in Swedish and Finnish. In other
languages, one of them before a word is an apostrophe or a misprint."""
AMBIGUOUS_MARKS = "".join(mark for mark in OPENING_MARKS if mark in CLOSING_MARKS)
"""Marks that open a quotation in one language and close one in another."""
QUOTATION_MARKS = _distinct_characters(OPENING_MARKS, CLOSING_MARKS)
"""All marks that open or close a quotation."""
SINGLE_MARKS = "‘’‚‛'`‹›"
"""Single marks: for quotations within quotations, for speech in British books, and apostrophes."""
DOUBLE_MARKS = "".join(mark for mark in QUOTATION_MARKS if mark not in SINGLE_MARKS)
"""All other marks: in Latin, Greek or Cyrillic script, none is an apostrophe or an inner mark."""
SPACED_OPENING_MARKS = "«‹„‚"
"""Opening marks that some books separate from the first word by a space."""
SPACED_CLOSING_MARKS = "»›"
"""Closing marks that some books separate from the last word by a space."""
EAST_ASIAN_OPENING = "“‘「『｢〝《〈（"
"""Marks and brackets that open a quotation in Chinese and Japanese, and never close one there."""
EAST_ASIAN_CLOSING = "”’」』｣〟〞》〉）"
"""Marks and brackets that close a quotation in Chinese and Japanese, and never open one there."""
APOSTROPHES = "'’"
"""Characters that replace missing letters within a word or at its edges."""
STRAIGHT_MARKS = "\"'"
"""Typewriter marks, which look the same at both ends of a quotation."""

DASHES = "—–―‒"
"""Em dash, en dash, horizontal bar and figure dash: each may set off a clause or open speech."""
HYPHEN = "-"
"""The hyphen: in plain text it is a dash if spaces surround it or another hyphen follows."""
CLOSING_BRACKETS = ")]}）"
"""Brackets that, like closing marks, may follow the end of a sentence."""
EMPHASIS_MARKS = "*_"
"""Characters that mark italics or bold in plain text: `_very_`, `**very**`."""


def class_members(*groups: str) -> str:
    """Return the characters of the groups, escaped for use inside `[...]` of a regular expression.

    Each character stands for itself, even a hyphen or a bracket.
    """
    return "".join(re.escape(character) for character in _distinct_characters(*groups))


def character_class(*groups: str) -> str:
    """Return a regular expression that matches any one character of the groups.

    Each character stands for itself: `character_class("-", "]")` matches a hyphen or a bracket.
    """
    return f"[{class_members(*groups)}]"


CLOSING_CLASS = character_class(CLOSING_MARKS)
"""A character class of every closing mark."""
USUAL_OPENING_CLASS = character_class(USUAL_OPENING_MARKS)
"""A character class of `USUAL_OPENING_MARKS`."""
SURROUNDING_CHARACTERS = QUOTATION_MARKS + EMPHASIS_MARKS + " \t\r\n\u00a0\u202f"
"""Characters that may stand between a quotation's edge and its first or last word."""
MARKS_AFTER_SENTENCE = _distinct_characters(CLOSING_MARKS, CLOSING_BRACKETS, EMPHASIS_MARKS)
"""Characters that may stand between the end mark of a sentence and the space after it."""


_TRAILING_CHARACTERS = frozenset(MARKS_AFTER_SENTENCE + " \t\r\n\u00a0\u202f")
_HIGH_LEFT_MARKS = "“‘"
"""Marks that close a quotation in German and open one in English. After a space, or at the start
of a text, they open one."""


def strip_closing_marks(text: str) -> str:
    """Return the text without closing marks, brackets, emphasis marks and spaces at its end.

    “ and ‘ stay after a space and at the start of the text, because there they open a quotation.
    """
    end = len(text)
    while end and text[end - 1] in _TRAILING_CHARACTERS:
        if text[end - 1] in _HIGH_LEFT_MARKS and (end == 1 or text[end - 2].isspace()):
            break
        end -= 1
    return text[:end]
