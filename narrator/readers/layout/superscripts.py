"""Tell note marks in superscript from powers, ordinals and abbreviations.

A note mark is not spoken. A power is spoken, and is written in Unicode superscript digits ("10⁶"),
by which normalisation recognises it. Other superscripts ("20th", "Mme") are part of their word.
"""

from __future__ import annotations

import re
from enum import StrEnum

from narrator.text.quotes import CLOSING_MARKS, class_members
from narrator.text.words import SENTENCE_ENDS

_DIGITS = str.maketrans("0123456789-−+n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺ⁿ")
_POWER = re.compile(r"[-−+]?\d{1,3}|n")
_NOTE_MARK = re.compile(r"[\[(]?\s*(?:\d{1,4}(?:\s*,\s*\d{1,4})*|[*†‡§¶#]{1,3}\d*)\s*[\])]?")
_BRACKETED_MARK = re.compile(r"[\[(].*[\])]")
_AFTER_TEXT = re.compile(rf"[{class_members(SENTENCE_ENDS, ',;:)]', CLOSING_MARKS)}]\s*$")
"""The end of a clause or quotation, after which a number can only be a note mark."""
_UNIT = re.compile(
    r"(?:(?:\d|\bper|/|·|\bcubic|\bsquare)\s*(?:[kcdmµn]?m|ft|in|yd|mi|s|kg|sec|cm|km|Mpc|pc|ly)|\b[a-zA-Z]|[πφ)]"
    r"|[=≈]\s?[\d\s+*·×()-]{0,12}[a-zA-Z]{1,2})$"
)
"""A unit after a number, a variable (a letter by itself), or a product after "="."""
_POWER_BASE = re.compile(r"(?:(?:^|[^\d.,])(?:\d{1,2}|[\d.,]*(?:[×x*·]|\btimes)\s*10)|10)$")
"""A number that is raised to a power rather than annotated: a short one, or 10 after a factor."""


CONTEXT_PIECES = 40
"""Number of pieces of text before a superscript that are enough to classify it."""


class SuperscriptKind(StrEnum):
    """What a superscript is."""

    NOTE_MARK = "note mark"
    POWER = "power"
    TEXT = "text"


def classify_superscript(text: str, before: str, after: str) -> SuperscriptKind:
    """Classify a superscript by the text in it, before it and after it."""
    text = text.strip()
    if not _NOTE_MARK.fullmatch(text) and not _POWER.fullmatch(text):
        return SuperscriptKind.TEXT
    if after[:1] in ("/", "⁄", "∕") or not before.strip():
        return SuperscriptKind.TEXT  # a fraction, or the number of a verse
    if _BRACKETED_MARK.fullmatch(text) or _AFTER_TEXT.search(before):
        return SuperscriptKind.NOTE_MARK
    if _POWER.fullmatch(text) and (_UNIT.search(before) or _POWER_BASE.search(before)):
        return SuperscriptKind.POWER
    return SuperscriptKind.NOTE_MARK if _NOTE_MARK.fullmatch(text) else SuperscriptKind.TEXT


def write_power(text: str) -> str:
    """Return an exponent in Unicode superscript characters."""
    return text.strip().translate(_DIGITS)


def split_superscript(text: str, before: str, after: str) -> tuple[str, str]:
    """Return what of a superscript is spoken, and what of it is a note mark; one is empty."""
    kind = classify_superscript(text, before, after)
    if kind is SuperscriptKind.NOTE_MARK:
        return "", text.strip()
    return write_power(text) if kind is SuperscriptKind.POWER else text, ""
