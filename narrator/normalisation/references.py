"""Normalisation steps for references in a notation of their own: Bible verses and chess moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.normalisation.context import NormalisationContext

_BOOKS = {
    "gen": "Genesis", "exod": "Exodus", "lev": "Leviticus", "num": "Numbers", "deut": "Deuteronomy",
    "josh": "Joshua", "judg": "Judges", "sam": "Samuel", "kgs": "Kings", "chron": "Chronicles",
    "chr": "Chronicles", "neh": "Nehemiah", "esth": "Esther", "ps": "Psalm", "pss": "Psalms",
    "prov": "Proverbs", "eccl": "Ecclesiastes", "eccles": "Ecclesiastes", "isa": "Isaiah",
    "jer": "Jeremiah", "lam": "Lamentations", "ezek": "Ezekiel", "dan": "Daniel", "hos": "Hosea",
    "obad": "Obadiah", "mic": "Micah", "nah": "Nahum", "hab": "Habakkuk", "zeph": "Zephaniah",
    "hag": "Haggai", "zech": "Zechariah", "mal": "Malachi", "matt": "Matthew", "mk": "Mark",
    "lk": "Luke", "jn": "John", "rom": "Romans", "cor": "Corinthians", "gal": "Galatians",
    "eph": "Ephesians", "phil": "Philippians", "col": "Colossians", "thess": "Thessalonians",
    "tim": "Timothy", "philem": "Philemon", "heb": "Hebrews", "jas": "James", "pet": "Peter",
    "rev": "Revelation",
}  # fmt: skip
"""Books of the Bible by the abbreviations of the SBL Handbook of Style and other usual ones."""
_CERTAIN_BOOKS = frozenset(
    [
        "exod", "lev", "deut", "kgs", "chron", "ps", "pss", "prov", "eccl", "eccles", "isa", "ezek",
        "obad", "zeph", "zech", "matt", "cor", "eph", "thess", "philem",
    ]
)  # fmt: skip
"""Abbreviations that mean nothing else before the number of a chapter without a verse."""
_COUNTED_BOOKS = (
    "Samuel", "Kings", "Chronicles", "Corinthians", "Thessalonians", "Timothy", "Peter", "John",
    "Maccabees", "Esdras",
)  # fmt: skip
"""Books of which there are several: "1 Corinthians"."""
_COUNTS = {"1": "First", "2": "Second", "3": "Third", "I": "First", "II": "Second", "III": "Third"}
_ABBREVIATED_BOOK = re.compile(
    r"(?<![\w.])(?P<count>(?:[1-3]|I{1,3})\s)?"
    rf"(?P<book>{'|'.join(sorted(_BOOKS, key=len, reverse=True))})"
    r"\.?(?=\s\d{1,3}(?P<verse>:\d)?)",
    re.IGNORECASE,
)
_COUNTED_BOOK = re.compile(
    rf"(?<![\w.:,])(?P<count>[1-3]|I{{1,3}})\s(?P<book>{'|'.join(_COUNTED_BOOKS)})"
    r"(?=\s\d{1,3}(?!\d))"
)
_WHOLE_BOOKS = (
    "Exodus", "Joshua", "Judges", "Ruth", "Ezra", "Job", "Song of Solomon", "Song of Songs", "Joel",
    "Amos", "Jonah", "Acts", "Titus", "Jude", "Luke", "Mark",
)  # fmt: skip
"""Books whose names are not abbreviated."""
_VERSE = re.compile(
    rf"\b({'|'.join(sorted({*_BOOKS.values(), *_WHOLE_BOOKS}, key=len, reverse=True))})"
    r"\s(\d{1,3}):(\d)(?![\d:–-])"
)
"""A verse of one digit, which is no time of the day: "Psalm 23:4"."""
_PIECES = {"K": "king", "Q": "queen", "R": "rook", "B": "bishop", "N": "knight"}
_MOVE = re.compile(
    r"(?<![\w.@/-])(?:(?P<piece>[KQRBN])(?P<from>[a-h]?[1-8]?)(?P<takes>x?)(?P<square>[a-h][1-8])"
    r"|(?P<pawn>[a-h])x(?P<taken>[a-h][1-8])(?:=(?P<promoted>[QRBN]))?"
    r"|(?P<castling>[O0]-[O0](?:-[O0])?))(?P<check>[+#]?)(?![\w/@-]|\.\w)"
)
_PAWN_MOVE = re.compile(r"(?<![\w.@/-])(?P<square>[a-h][1-8])(?![\w/@-])")
_CHECKS = {"+": ", check", "#": ", mate", "": ""}
_CASTLING = {2: "castles short", 3: "castles long"}


def spell_references(text: str, context: NormalisationContext) -> str:
    """Spell references to the Bible and the moves of chess: `Ps. 23`, `1 Cor. 13:4`, `Nf3`."""
    if context.rules.tag != "en":
        return text
    text = _ABBREVIATED_BOOK.sub(_spell_book, text)
    text = _COUNTED_BOOK.sub(lambda match: f"{_COUNTS[match['count']]} {match['book']}", text)
    spoken = _MOVE.sub(_spell_move, text)
    if spoken == text:
        return text
    return _PAWN_MOVE.sub(lambda match: _spell_square(match["square"]), spoken)


def spell_verses(text: str, context: NormalisationContext) -> str:
    """Part the chapter of a book of the Bible from the verse: `Psalm 23:4` is "Psalm 23 4"."""
    return _VERSE.sub(r"\1 \2 \3", text) if context.rules.tag == "en" else text


def _spell_book(match: re.Match[str]) -> str:
    """Return the name of a book of the Bible, or the text unchanged if it may be another word."""
    key = match["book"].casefold()
    if not match["book"][0].isupper() or not (match["verse"] or key in _CERTAIN_BOOKS):
        return match[0]
    count = match["count"]
    return f"{_COUNTS[count.strip().upper()]} {_BOOKS[key]}" if count else _BOOKS[key]


def _spell_move(match: re.Match[str]) -> str:
    """Return a move in words: "queen takes D five, check"."""
    check = _CHECKS[match["check"]]
    if match["castling"]:
        return f"{_CASTLING[len(match['castling']) // 2 + 1]}{check}"
    if match["pawn"]:
        promotion = f", {_PIECES[match['promoted']]}" if match["promoted"] else ""
        return f"{match['pawn'].upper()} takes {_spell_square(match['taken'])}{promotion}{check}"
    origin = " ".join(match["from"].upper())
    words = [_PIECES[match["piece"]], origin, "takes" if match["takes"] else ""]
    return " ".join([*filter(None, words), _spell_square(match["square"])]) + check


def _spell_square(square: str) -> str:
    """Return the name of a square; a later step spells its number."""
    return f"{square[0].upper()} {square[1]}"
