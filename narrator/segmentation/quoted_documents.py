"""Letters, notes and other documents that a book quotes at length: nobody says them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.segmentation.quotations import QuotedParagraph
    from narrator.segmentation.text_view import TextView

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = "“”„‟\"«»‹›‚‘’'`「」『』_* \t\r\n"
_SENTENCES = re.compile(r"[.!?…][\"”’'»)]*\s+")
_SHORT = 9
_ENOUGH = 2.5
_HEADING = 1.5
"""What a date or a salutation just before, in paragraphs of its own, adds to the signs."""
_AND_SO_ON = frozenset(("c", "etc"))
_REACH = 12
"""How many paragraphs, each within marks of its own, a letter may have."""


def find_quoted_documents(page: TextView, blocks: Sequence[QuotedParagraph]) -> frozenset[int]:
    """The places in a chapter's blocks where a quotation is a document, by the sum of its signs.

    Signs are a salutation, a date, a signature, indented prose, a sentence before it that speaks
    of a letter, and length.
    """
    found: set[int] = set()
    heading = -1
    for run in _runs(page, blocks):
        signs = _evidence(page, blocks, run) + _HEADING * (heading == run[0])
        if signs >= _ENOUGH:
            found.update(run)
            short = sum(len(_words(page, blocks[at])) for at in run) <= 2 * _SHORT
            heading = run[-1] + 1 if short else -1
    return frozenset(found)


def _runs(page: TextView, blocks: Sequence[QuotedParagraph]) -> Iterator[range]:
    """Runs of paragraphs that are nothing but one quotation."""
    at = 0
    while at < len(blocks):
        until = at
        while until < len(blocks) and _whole(page, blocks[until]):
            until += 1
            if not _linked(page, blocks, at, until):
                break
        if until > at:
            yield range(at, until)
        at = max(until, at + 1)


def _linked(page: TextView, blocks: Sequence[QuotedParagraph], at: int, until: int) -> bool:
    """Whether the next block may belong to the run that starts at `at`."""
    if blocks[until - 1].goes_on:
        return True
    if until < len(blocks) and _whole(page, blocks[until]) and _signed(page, blocks[until]):
        return True
    if not (_greeted(page, blocks[at]) or _dated(page, blocks[at])):
        return False
    return any(_signed(page, block) for block in blocks[until : until + _REACH])


def _whole(page: TextView, block: QuotedParagraph) -> bool:
    """Whether a paragraph is nothing but a quotation, or lines that each open as one.

    A salutation may stand before it without a mark, and "&c." after it.
    """
    quotations = block.quotations
    if not quotations or any(quotation.by_dash for quotation in quotations):
        return False
    if any(quotation.closed for quotation in quotations[:-1]):
        return False
    starts = [quotation.start for quotation in quotations[1:]] + [block.end]
    rest = [page.text[q.end : start] for q, start in zip(quotations, starts, strict=True)]
    if not _AND_SO_ON.issuperset(_WORD.findall(" ".join(rest).casefold())):
        return False
    return quotations[0].start == block.first or _greets(page, block.first, quotations[0].start)


def _opening(block: QuotedParagraph) -> tuple[int, int]:
    """The first line of a paragraph whose lines each open as a quotation; or all of it."""
    starts = [q.start for q in block.quotations if q.start > block.first]
    return block.first, starts[0] if starts else block.end


def _closing(block: QuotedParagraph) -> tuple[int, int]:
    """The last such line."""
    many = len(block.quotations) > 1
    return block.quotations[-1].start if many else block.first, block.end


def _evidence(page: TextView, blocks: Sequence[QuotedParagraph], run: range) -> float:
    first, last = blocks[run[0]], blocks[run[-1]]
    words = sum(len(_words(page, blocks[at])) for at in run)
    signs = [
        (2.5, _greeted(page, first) and len(run) > 1),
        (0.5, _salutes(page, first)),
        (1.5, _dated(page, first) and len(run) > 1),
        (2.0, len(run) > 1 and _signed(page, last)),
        (1.0, _valediction(page, last)),
        (1.5, _introduced(page, blocks, run[0])),
        (0.5, _led_in(page, blocks, run[0])),
        (0.5, _announced(page, blocks, run[0])),
        (1.5, _headed(page, blocks, run[0])),
        (1.5, _commented(page, blocks, run[-1] + 1)),
        (2.0, any(_indented(page, blocks[at]) for at in run)),
        (0.5, len(run) > 1),
        (0.5, words > 100),
        (0.5, words > 200),
    ]
    return sum(weight for weight, holds in signs if holds)


def _words(page: TextView, block: QuotedParagraph) -> list[str]:
    return _words_of(page, block.first, block.end)


def _words_of(page: TextView, start: int, end: int) -> list[str]:
    return _WORD.findall(page.text[start:end].casefold())


def _greets(page: TextView, start: int, end: int) -> bool:
    """Whether a line is a salutation."""
    words, written = _words_of(page, start, end), page.text[start:end].strip(_MARKS)
    salutes = page.language.salutations.intersection(words[:3])
    return bool(salutes) and len(words) <= _SHORT and written.endswith((",", "—", "-", ":"))


def _greeted(page: TextView, block: QuotedParagraph) -> bool:
    """Whether the first line is a salutation."""
    return _greets(page, *_opening(block))


def _salutes(page: TextView, block: QuotedParagraph) -> bool:
    """Whether it begins as a salutation does."""
    return bool(page.language.salutations.intersection(_words(page, block)[:3]))


def _dated(page: TextView, block: QuotedParagraph) -> bool:
    start, end = _opening(block)
    words = _words_of(page, start, end)
    if len(words) > _SHORT or page.text[start:end].strip(_MARKS).endswith(("?", "!")):
        return False
    return bool(page.language.month_names.intersection(words))


def _signed(page: TextView, block: QuotedParagraph) -> bool:
    start, end = _closing(block)
    words = _words_of(page, start, end)
    if not words or len(words) > _SHORT:
        return False
    written = page.text[start:end].strip(_MARKS).rstrip(".,")
    name = written.isupper() and len(written) > 3 and written[-1].isalnum()
    return name or bool(page.language.valedictions.intersection(words))


def _valediction(page: TextView, block: QuotedParagraph) -> bool:
    return bool(page.language.valedictions.intersection(_words(page, block)[-14:]))


def _introduced(page: TextView, blocks: Sequence[QuotedParagraph], at: int) -> bool:
    """Whether the paragraph before ends with a sentence that speaks of a document."""
    if at == 0 or blocks[at - 1].paragraph.kind is ParagraphKind.HEADING:
        return False
    before = blocks[at - 1]
    words = _last_sentence(page, before)
    documents = page.language.document_nouns | page.language.inscription_nouns
    named = documents.intersection(words) or page.language.writing_verbs.intersection(words[-8:])
    return bool(named) and not (before.quotations and before.quotations[-1].end >= before.end - 1)


def _announced(page: TextView, blocks: Sequence[QuotedParagraph], at: int) -> bool:
    """Whether it ends with "to this effect", "as follows"."""
    words = _last_sentence(page, blocks[at - 1])[-3:] if at else []
    return bool(page.language.announcing_words.intersection(words))


def _last_sentence(page: TextView, block: QuotedParagraph) -> list[str]:
    """The words of a paragraph's last sentence, as far as they are near its end."""
    tail = page.text[max(block.first, block.end - 220) : block.end]
    language, start = page.language, 0
    for stop in _SENTENCES.finditer(tail):
        before = _WORD.findall(tail[start : stop.start()].casefold())[-1:]
        if not before or before[0] not in language.title_abbreviations | language.abbreviations:
            start = stop.end()
    return _WORD.findall(tail[start:].casefold())


def _led_in(page: TextView, blocks: Sequence[QuotedParagraph], at: int) -> bool:
    """Whether the paragraph before ends with a colon."""
    return at > 0 and page.text[blocks[at - 1].end - 3 : blocks[at - 1].end].strip("-—").endswith(
        ":"
    )


def _headed(page: TextView, blocks: Sequence[QuotedParagraph], at: int) -> bool:
    """Whether a date or a salutation without marks stands above it."""
    if at == 0 or blocks[at - 1].quotations:
        return False
    before = blocks[at - 1]
    return _greeted(page, before) or _dated(page, before)


def _commented(page: TextView, blocks: Sequence[QuotedParagraph], at: int) -> bool:
    """Whether the narrator goes on to speak of a letter."""
    if at >= len(blocks) or blocks[at].quotations[:1]:
        return False
    words = _words(page, blocks[at])[:16]
    return bool(page.language.document_nouns.intersection(words))


def _indented(page: TextView, block: QuotedParagraph) -> bool:
    """Whether the page sets it in: as a block quotation, or by spaces before its long lines."""
    if block.paragraph.kind is ParagraphKind.QUOTE:
        return True
    lines = page.text[block.first : block.end].splitlines()[1:-1]
    return bool(lines) and all(line.startswith("   ") and len(line) > 50 for line in lines)
