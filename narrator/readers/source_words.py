"""Check that a reader lost no words, by a second and simpler route through its source.

A reader hands over the bare text of each page or document part, taken from the parsed tree without
any knowledge of paragraphs, tables or notes. All letters and digits of that text must be in the
book. The check compares letters instead of words, because a reader joins words that markup
separates ("<b>T</b>he") and separates words that only markup keeps apart. Readers also move texts,
such as note marks, so passages that differ are compared without regard to their order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lxml import etree

from narrator.errors import LedgerError
from narrator.readers.layout.markup_elements import local_name
from narrator.text.words import PLAIN_WORD_PATTERN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from narrator.model import Book
    from narrator.readers.layout.markup_elements import Element

_REPORT_HINT = (
    "this is a fault of narrator, not of the book: please report it with the text at this place"
)
_ASCII_SEPARATORS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
"""All ASCII characters except letters and digits. Deleting them takes a fifth of the time that
splitting into words takes, which would slow down reading by a tenth."""
_RAISED_CHARACTERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "0123456789n")
"""Raised digits, which readers write for raised markup ("10<sup>6</sup>")."""
_SEARCH_BYTES = 1 << 16
"""Number of bytes of the source in which a passage of the book is searched for, after the previous
passage."""
_FIND_PREFIXED = etree.XPath(".//*[contains(local-name(), ':')]")
_QUOTED_WORDS = 8
"""Number of words that an error message quotes from the first missing one."""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """The bare text of a page, or of another part of a source."""

    place: str
    """Where the text is, for error messages: the path of the file, and the entry in an archive."""
    text: str
    unread_text: str = ""
    """Text inside `text` that markup declares to be no content, such as that of `script`."""


def describe_tree(tree: Element, place: str, unread_tags: Collection[str]) -> SourcePart:
    """Return all text nodes of a parsed document; elements with `unread_tags` are no content.

    The tags are written as `{*}name`, and match in lower case and in capitals.
    """
    unread_texts = [_extract_text(element) for element in _find_outermost(tree, unread_tags)]
    text = _extract_text(tree).lstrip()
    # most pages have only a head, which needs no further care once it is cut off
    if unread_texts and text.startswith(head := unread_texts[0].lstrip()):
        text = text.removeprefix(head)
        unread_texts = unread_texts[1:]
    return SourcePart(place, text, "\n".join(unread_texts))


def _find_outermost(tree: Element, tags: Collection[str]) -> list[Element]:
    """Return the elements with one of the tags that are not inside another one of them."""
    variants = [variant for tag in tags for variant in (tag, tag.upper())]
    names = {tag.rpartition("}")[2] for tag in tags}
    # a prefix that is not declared belongs to the name, as in a damaged document
    candidates = cast("list[Element]", _FIND_PREFIXED(tree))
    prefixed = [element for element in candidates if local_name(element) in names]
    elements = dict.fromkeys([*tree.iter(*variants), *prefixed])
    return [
        element
        for element in elements
        if next(element.iterancestors(*variants), None) is None
        and not (prefixed and any(ancestor in elements for ancestor in element.iterancestors()))
    ]


def _extract_text(element: Element) -> str:
    """Return all text inside an element, by another way than the readers do."""
    return etree.tostring(element, encoding="unicode", method="text", with_tail=False)


def verify_source_words(book: Book, parts: Sequence[SourcePart]) -> Book:
    """Return the book if it has all letters and digits of its source.

    Raises:
        LedgerError: words of the source are missing; the message quotes the first ones.
    """
    source_letters = _extract_letters("".join(part.text for part in parts))
    unread_letters = _extract_letters("".join(part.unread_text for part in parts))
    if source_letters == _extract_letters(book.text):
        return book
    missing_letters = _count_missing_letters(source_letters, unread_letters, book.text)
    if missing_letters:
        place, words = _find_missing_words(book, parts, missing_letters)
        raise LedgerError(f"reading {place} lost the words “{words}”", _REPORT_HINT)
    return book


def _extract_letters(text: str) -> bytes:
    """Return a text in UTF-8 without the ASCII characters that are neither letters nor digits.

    Raised digits become digits.
    """
    return _drop_separators(_lower_raised_digits(text))


def _lower_raised_digits(text: str) -> str:
    """Return a text with digits in place of raised digits."""
    if any(chr(character) in text for character in _RAISED_CHARACTERS):
        return text.translate(_RAISED_CHARACTERS)
    return text


def _drop_separators(text: str) -> bytes:
    """Return a text in UTF-8 without the ASCII characters that are neither letters nor digits."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII_SEPARATORS)


def _count_missing_letters(source: bytes, unread: bytes, book_text: str) -> frozenset[str]:
    """Return the letters and digits that occur more often in the source than in the book.

    Paragraphs that are found in the source one after another are set aside. The others are compared
    with the rest of the source as multisets of characters.
    """
    source_rest, book_rest, position = [], [unread], 0
    # raised digits are looked for once, and not in each of thousands of paragraphs
    for paragraph in _lower_raised_digits(book_text).split("\n\n"):
        letters = _drop_separators(paragraph)
        start = source.find(letters, position, position + len(letters) + _SEARCH_BYTES)
        if start < 0:
            book_rest.append(letters)
        else:
            source_rest.append(source[position:start])
            position = start + len(letters)
    source_rest.append(source[position:])
    difference = _count_characters(source_rest)
    difference.subtract(_count_characters(book_rest))
    return frozenset(
        character for character, count in difference.items() if count > 0 and character.isalnum()
    )


def _count_characters(pieces: Iterable[bytes]) -> Counter[str]:
    """Count the characters in pieces of UTF-8."""
    return Counter(b"".join(pieces).decode("utf-8", "surrogatepass"))


def _find_missing_words(
    book: Book, parts: Sequence[SourcePart], missing_letters: frozenset[str]
) -> tuple[str, str]:
    """Return the place of the first missing words, and those words."""
    word_counts = Counter(
        word
        for text in (book.text, *(part.unread_text for part in parts))
        for word in PLAIN_WORD_PATTERN.findall(text)
    )
    for part in parts:
        for match in PLAIN_WORD_PATTERN.finditer(part.text):
            word_counts[match[0]] -= 1
            if word_counts[match[0]] < 0 and missing_letters & set(match[0]):
                words = part.text[match.start() : match.start() + 40 * _QUOTED_WORDS].split()
                return part.place, " ".join(words[:_QUOTED_WORDS])
    return book.source.path, " ".join(sorted(missing_letters))
