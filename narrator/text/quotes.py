"""Quotation marks and dashes of all languages, and character classes that are built from them.

The same sign may open a quotation in one language and close it in another: “ opens in English
(“so”) and closes in German („so“), » closes in French (« so ») and opens in German books (»so«),
” does both in Swedish (”so”), and the straight marks have no direction at all. `OPENING_MARKS` and
`CLOSING_MARKS` therefore overlap, and `AMBIGUOUS_MARKS` is what they share. Code that looks at one
position, such as the end of a sentence, asks "may this sign close a quotation here?" and takes the
whole of `CLOSING_MARKS`. Code that must decide between both directions reads the whole paragraph:
see `narrator.segmentation.quotation_marks`.

An apostrophe is drawn as a single mark (’ or '), so single marks within a word are not quotation
marks; `narrator.text.words` has the patterns of words.
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


def _distinct_signs(*groups: str) -> str:
    """Return every sign of the groups once, in the order of first appearance."""
    return "".join(dict.fromkeys("".join(groups)))


OPENING_MARKS = _distinct_signs(*(opening for opening, _ in QUOTATION_PAIRS))
"""Every sign that opens a quotation in some language."""
CLOSING_MARKS = _distinct_signs(*(closing for _, closing in QUOTATION_PAIRS))
"""Every sign that closes a quotation in some language."""
USUAL_OPENING_MARKS = "".join(sign for sign in OPENING_MARKS if sign not in "”’")
"""Opening marks without ” and ’, which open only in Swedish and Finnish: everywhere else, a word
that begins with one begins with an apostrophe, or its opening mark was forgotten."""
AMBIGUOUS_MARKS = "".join(sign for sign in OPENING_MARKS if sign in CLOSING_MARKS)
"""Signs that open a quotation in one language and close one in another."""
QUOTATION_MARKS = _distinct_signs(OPENING_MARKS, CLOSING_MARKS)
"""Every sign that opens or closes a quotation."""
SINGLE_MARKS = "‘’‚‛'`‹›"
"""Marks that are drawn once: inner quotations, British speech, and apostrophes."""
DOUBLE_MARKS = "".join(sign for sign in QUOTATION_MARKS if sign not in SINGLE_MARKS)
"""Marks that are never apostrophes or inner marks of Latin, Greek or Cyrillic scripts."""
SPACED_OPENING_MARKS = "«‹„‚"
"""Opening marks that some books set apart from the first word by a space."""
SPACED_CLOSING_MARKS = "»›"
"""Closing marks that some books set apart from the last word by a space."""
EAST_ASIAN_OPENING = "“‘「『｢〝《〈（"
"""Marks and brackets that open a quotation in Chinese and Japanese, where none is ambiguous."""
EAST_ASIAN_CLOSING = "”’」』｣〟〞》〉）"
"""Marks and brackets that close a quotation in Chinese and Japanese."""
APOSTROPHES = "'’"
"""Signs that stand for a missing letter within or at the edge of a word."""
STRAIGHT_MARKS = "\"'"
"""Marks of typewriters, which look the same at both ends."""

DASHES = "—–―‒"
"""Em dash, en dash, horizontal bar and figure dash: each sets off a clause or opens speech."""
HYPHEN = "-"
"""Stands for a dash in plain text, where space or another hyphen surrounds it."""
CLOSING_BRACKETS = ")]}）"
"""Brackets that may follow the end of a sentence, as closing marks do."""
EMPHASIS_MARKS = "*_"
"""Signs of plain text around words in italics or bold."""


def class_members(*groups: str) -> str:
    """Return the signs of the groups as they stand within the brackets of a regular expression.

    Every sign is taken literally, a hyphen or bracket too.
    """
    return "".join(re.escape(sign) for sign in _distinct_signs(*groups))


def character_class(*groups: str) -> str:
    """Return a regular expression for one sign of the groups.

    Every sign is taken literally: `character_class("-", "]")` matches a hyphen or a bracket.
    """
    return f"[{class_members(*groups)}]"


CLOSING_CLASS = character_class(CLOSING_MARKS)
"""A character class of every closing mark."""
USUAL_OPENING_CLASS = character_class(USUAL_OPENING_MARKS)
"""A character class of `USUAL_OPENING_MARKS`."""
SURROUNDING_SIGNS = QUOTATION_MARKS + EMPHASIS_MARKS + " \t\r\n\u00a0\u202f"
"""Every sign that may stand between a quotation and its first or last word."""
AFTER_SENTENCE = _distinct_signs(CLOSING_MARKS, CLOSING_BRACKETS, EMPHASIS_MARKS)
"""Every sign that may stand between the end mark of a sentence and the space after it."""


_TRAILING_SIGNS = frozenset(AFTER_SENTENCE + " \t\r\n\u00a0\u202f")
_HIGH_LEFT_MARKS = "“‘"
"""Marks that close in German and open in English: they open wherever a word does not precede."""


def strip_closing_marks(text: str) -> str:
    """Return the text without closing marks, brackets, emphasis marks and space at its end.

    “ and ‘ stay if they follow a space or nothing, because there they open a quotation.
    """
    end = len(text)
    while end and text[end - 1] in _TRAILING_SIGNS:
        if text[end - 1] in _HIGH_LEFT_MARKS and (end == 1 or text[end - 2].isspace()):
            break
        end -= 1
    return text[:end]
