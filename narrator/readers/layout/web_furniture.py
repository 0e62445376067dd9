"""Skip what websites and their exporters write around a story, in any format.

It is recognised by its place at the edge of a chapter together with a label ("Author's note:") or a
phrase for the readers of a website, by a list of labels at the beginning of the book, by its
repetition in many chapters, and by the markup (`Block.furniture_reason`). A label alone is not
enough, because a story may contain an author's note.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING

from narrator.languages.web_words import load_web_words
from narrator.model import ParagraphKind
from narrator.readers.layout.heading_syntax import parse_heading
from narrator.readers.layout.skip_reasons import SCENE_BREAK_REASON
from narrator.readers.loading import title_from_path
from narrator.text.words import (
    PLAIN_WORD_PATTERN,
    count_words,
    ends_sentence,
    has_more_words,
    has_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.languages.web_words import WebWords
    from narrator.model import Metadata
    from narrator.readers.layout.blocks import Block

AUTHOR_NOTE_REASON = "author's note"
TRANSLATOR_NOTE_REASON = "translator's note"
INFORMATION_REASON = "story information"
SUMMARY_REASON = "summary"
CREDITS_REASON = "credits"
NAVIGATION_REASON = "navigation"
ADVERTISEMENT_REASON = "advertisement"
TITLE_REASON = "repeated title"

_LABEL = re.compile(r"[\s\W_]*(?P<label>[^:：\n]{1,40}?)[\s*_)\]]*(?P<colon>[:：]|\s[-–—]\s|$)")
"""The label at the beginning of a paragraph, up to a colon, a dash or its end."""
_CREDIT = re.compile(r"(?P<label>[^\W\d][^:：]{1,24}?)\s*[:：]\s*")
_INFORMATION_LINE = re.compile(r"\W*(?P<label>[^:：\n]{1,40}?)\s*[:：]")
_INFORMATION_SEPARATOR = re.compile(r"\s+[-–—|•·»]\s+|\s{2,}|,\s+(?=[^\W\d_]{2,12}:)")
_ADDRESS = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|io|me)\b", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w-]{2,}\.[a-z]{2,}\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*[(\[{【].*[)\]}】]\s*", re.DOTALL)
_SEPARATORS = re.compile(r"\s*(?:[|•·/<>«»←→‹›\[\]]|\s[-–—]\s|\s{2,}|\n)+\s*")
_LABEL_CHARACTERS = 100
"""Number of characters at the beginning of a line that are searched for a label."""
_EDGE_BLOCKS = 4
"""Number of paragraphs at the beginning of a chapter that may be furniture."""
_MAX_NOTE_BLOCKS = 40
"""Number of paragraphs at the end of a chapter in which a note may begin."""
_MAX_NOTE_WORDS = 500
_MAX_NOTE_SHARE = 0.5
"""Share of a chapter's words above which a passage at its end is not a note."""
_MAX_LINE_WORDS = 60
"""Length of a line that a site added."""
_MAX_APPEAL_WORDS = 120
_MIN_INFORMATION_LINES = 3
_MIN_CERTAIN_LABELS = 2
"""Number of labels that only websites have, such as "votes", from which fewer are enough."""
_INFORMATION_BLOCKS = 60
"""Number of blocks at the beginning of the book that may describe it."""
_MAX_VALUE_CHARACTERS = 120
_MAX_TITLE_CHARACTERS = 80
_MIN_REPETITIONS = 3
_COUNTER = re.compile(
    r"\d[\d.,]*k?\s(?:comments?|likes?|shares?|views?|restacks?|kudos|followers?|reads?|votes?|reviews?)",
    re.IGNORECASE,
)
"""How many readers did something: "1.2k Comments"."""
_PART_LINK = re.compile(r"[*_\s]*(?:part|chapter|ch\.|pt\.)\s*\d{1,4}[*_\s]*", re.IGNORECASE)
"""A link to another part of a story, beside others."""
_ARROWS = re.compile(r"[←⇦«‹][^\n.!?]{1,150}[→⇨»›]")
"""A line with links to the chapter before and the one after."""
_MAX_FRAME_LINES = 8
_POST_NUMBER = re.compile(r"#\d{1,3}(?:,?\d{3})?")
"""The number of a post in a thread: "#57"."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A chapter: its blocks that are not skipped, without headings."""

    blocks: list[Block]
    """With scene breaks, which separate notes from the story."""

    def count_words(self) -> int:
        """Return the number of words, including those that are skipped."""
        return sum(count_words(block.text) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class StoryInformation:
    """What a website lists about a story, as far as the metadata of a book need it."""

    title: str = ""
    author: str | None = None


def skip_web_furniture(
    blocks: Sequence[Block], chapter_indices: Sequence[int], language: str
) -> StoryInformation:
    """Mark the blocks that a website added as skipped, each with its reason.

    `chapter_indices` are the indices of the blocks where chapters begin; `language` is the primary
    subtag of the book's language. Nothing is skipped if no words would remain. Return what the
    skipped blocks say about the story.
    """
    previous_reasons = [block.skip_reason for block in blocks]
    words = load_web_words(language)
    _skip_marked_blocks(blocks, words)
    _skip_repeated_titles(blocks)
    _skip_information(blocks, words)
    _skip_before_story_labels(blocks, words)
    _skip_pages_of_information(blocks, words)
    chapters = list(_split_chapters(blocks, chapter_indices))
    is_web = any(b.furniture_reason or b.skip_reason == INFORMATION_REASON for b in blocks)
    for chapter in chapters:
        is_web |= _skip_edges(chapter, words)
    is_web |= any(
        _is_certain_note(block, words) for chapter in chapters for block in chapter.blocks
    )
    for chapter in chapters:
        _skip_notes(chapter, words, is_web=is_web)
        _skip_edges(chapter, words)  # a line of the site may stand between the notes and the story
    _skip_repeated_titles(blocks)  # a note may have stood between them
    _skip_repeated_lines(chapters, words)
    _skip_repeated_addresses(chapters)
    if is_web:
        _skip_last_lines(chapters, words)
    if not any(has_words(block.spoken_text) for block in blocks):
        for block, reason in zip(blocks, previous_reasons, strict=True):
            block.skip_reason = reason
    return _read_information(blocks, words)


def complete_metadata(metadata: Metadata, information: StoryInformation, path: str) -> Metadata:
    """Return the metadata with the title and author that a website lists, where they are missing.

    A title that only the name of the file at `path` gives counts as missing.
    """
    is_missing = metadata.title == title_from_path(path)
    return replace(
        metadata,
        title=information.title if is_missing and information.title else metadata.title,
        author=metadata.author or information.author,
    )


def _read_information(blocks: Sequence[Block], words: WebWords) -> StoryInformation:
    """Return the title and author in the list that describes the story."""
    values: dict[str, str] = {}
    for block in blocks[:_INFORMATION_BLOCKS]:
        for line in block.text.splitlines() if block.skip_reason == INFORMATION_REASON else ():
            label, _, value = line.partition(":")
            if value.strip() and len(value) <= _MAX_VALUE_CHARACTERS:
                values.setdefault(_normalise_label(label), " ".join(value.split()))
    titles = (value for label, value in values.items() if label in words.title_labels)
    authors = (value for label, value in values.items() if label in words.author_labels)
    title = next(titles, "") or _find_title_above(blocks) if values else ""
    return StoryInformation(title, next(authors, None))


def _find_title_above(blocks: Sequence[Block]) -> str:
    """Return the first line of the book if only the list that describes the story is below it."""
    opening = [block for block in blocks[:_INFORMATION_BLOCKS] if has_words(block.text)][:2]
    title = " ".join(opening[0].text.split())
    is_line = "\n" not in opening[0].text and not opening[0].skip_reason
    is_above_list = opening[-1].skip_reason == INFORMATION_REASON
    is_title = len(title) <= _MAX_TITLE_CHARACTERS and not ends_sentence(title)
    return title if is_line and is_above_list and is_title else ""


def _skip(block: Block, reason: str) -> None:
    """Mark a block as skipped."""
    block.skip_reason, block.unspoken_spans = reason, []


# ---------------------------------------------------------------------------- markup and titles


def _skip_marked_blocks(blocks: Sequence[Block], words: WebWords) -> None:
    """Skip the blocks that the markup marks; labels inside them make the reason more precise."""
    label_reason = ""
    for block in blocks:
        if not block.furniture_reason:
            label_reason = ""
        elif not block.skip_reason:
            label_reason = _classify_label(_read_label(block.text), words) or label_reason
            _skip(block, label_reason or block.furniture_reason)


def _skip_repeated_titles(blocks: Sequence[Block]) -> None:
    """Skip a heading or first line that repeats the heading directly above it."""
    spoken_blocks = [block for block in blocks if block.spoken_text.strip()]
    for block, following in pairwise(spoken_blocks):
        is_short = len(following.text) <= 2 * len(block.text) + 8
        if block.kind is ParagraphKind.HEADING and is_short:
            title, repetition = _normalise_title(block.text), _normalise_title(following.text)
            if title == repetition and len(title) > 1:
                _skip(following, TITLE_REASON)
            elif _has_same_number_and_title(block.text, following.text):
                is_heading = following.kind is ParagraphKind.HEADING
                is_longer = is_heading and len(block.text) > len(following.text)
                _skip(block if is_longer else following, TITLE_REASON)


def _has_same_number_and_title(first: str, second: str) -> bool:
    """Return whether two headings differ only in how they write the number of the chapter."""
    headings = [parse_heading(" ".join(text.split())) for text in (first, second)]
    numbers = [heading.number for heading in headings if heading is not None]
    if len(numbers) < 2 or numbers[0] is None or numbers[0] != numbers[1]:
        return False
    titles = [
        _normalise_title(heading.title).removeprefix(str(heading.number))
        for heading in headings
        if heading is not None
    ]
    return titles[0] == titles[1] and len(titles[0]) > 1


def _normalise_title(text: str) -> str:
    """Return the letters and digits of a title, case-folded."""
    return "".join(PLAIN_WORD_PATTERN.findall(text)).casefold()


# ---------------------------------------------------------------------------- information


def _skip_information(blocks: Sequence[Block], words: WebWords) -> None:
    """Skip the list of labels and values that describes the story at the beginning of the book.

    A file in which most paragraphs belong to such a list is skipped as a whole.
    """
    opening = blocks[:_INFORMATION_BLOCKS]
    for _, section in groupby(opening, key=lambda block: block.source_path):
        spoken = [b for b in section if not b.skip_reason and b.kind is not ParagraphKind.HEADING]
        listed = [block for block in spoken if _has_information(block, words)]
        labels = {label for block in listed for label in _list_information_labels(block, words)}
        certain_count = len(labels & words.certain_information_labels)
        if len(labels) < _MIN_INFORMATION_LINES and certain_count < _MIN_CERTAIN_LABELS:
            continue
        is_file = bool(listed[0].source_path)
        is_certain = bool(labels & words.certain_information_labels)
        if not is_certain and not (is_file and len(listed) * 4 >= 3 * len(spoken)):
            continue
        first, last = spoken.index(listed[0]), spoken.index(listed[-1])
        is_whole_file = is_file and len(listed) * 2 >= len(spoken)
        if not is_whole_file and (last - first + 1) > 2 * len(listed):
            continue
        if not is_whole_file and first == 1 and certain_count and _is_summary(spoken[0], blocks[0]):
            first = 0
        for block in spoken if is_whole_file else spoken[first : last + 1]:
            _skip(block, INFORMATION_REASON)
        if is_whole_file:
            _skip_headings_of_information(blocks, listed[0].source_path, words)


def _is_summary(block: Block, first_block: Block) -> bool:
    """Return whether a sentence stands between the title of a story and its description."""
    return block is not first_block and ends_sentence(block.text) and not _is_speech(block.text)


def _skip_headings_of_information(blocks: Sequence[Block], path: str, words: WebWords) -> None:
    """Skip the headings of a file that lists information, unless they have the story's title."""
    title = _normalise_title(_read_information(blocks, words).title)
    for block in blocks[:_INFORMATION_BLOCKS]:
        is_heading = block.kind is ParagraphKind.HEADING and block.source_path == path
        if is_heading and title and title not in _normalise_title(block.text):
            _skip(block, INFORMATION_REASON)


def _skip_pages_of_information(blocks: Sequence[Block], words: WebWords) -> None:
    """Skip the pages that an exporter adds about a story, such as "Update Log"."""
    for _, section in groupby(blocks, key=lambda block: block.source_path):
        page = [block for block in section if block.spoken_text.strip()]
        if not page or not page[0].source_path or page[0].kind is not ParagraphKind.HEADING:
            continue
        word_count = sum(count_words(b.spoken_text) for b in page[1:] if not b.skip_reason)
        is_known = _simplify(page[0].text) in words.information_titles
        if is_known and word_count <= _MAX_APPEAL_WORDS:
            for block in page:
                _skip(block, block.skip_reason or INFORMATION_REASON)


def _has_information(block: Block, words: WebWords) -> bool:
    """Return whether most lines of a block begin with a label of the list."""
    labels = _list_information_labels(block, words)
    return bool(labels) and len(labels) * 2 >= len(block.text.splitlines())


def _list_information_labels(block: Block, words: WebWords) -> list[str]:
    """Return the known labels at the beginning of the lines of a block."""
    parts = [part for line in block.text.splitlines() for part in _split_information(line)]
    labels = [
        _normalise_label(match["label"])
        for part in parts
        if (match := _INFORMATION_LINE.match(part[:_LABEL_CHARACTERS]))
    ]
    return [label for label in labels if label in words.information_labels]


def _skip_before_story_labels(blocks: Sequence[Block], words: WebWords) -> None:
    """Skip what a copied page has above the label of the text itself: "Work Text:".

    Only summaries and notes stand between it and the title of the work or the chapter, or nothing.
    """
    for index, block in enumerate(blocks):
        is_short = len(block.text) <= _LABEL_CHARACTERS  # most paragraphs are not
        is_label = is_short and not block.skip_reason and _is_label_alone(block.text)
        if not is_label or _read_label(block.text) not in words.story_labels:
            continue
        above: list[Block] = []
        for earlier in reversed(blocks[:index]):
            if earlier.kind is ParagraphKind.HEADING:
                break
            above.append(earlier)
        is_below_heading = not above and index > 0
        if is_below_heading or any(_classify_note(earlier, words) for earlier in above):
            for skipped in (block, *above):
                _skip(skipped, skipped.skip_reason or INFORMATION_REASON)


def _split_information(line: str) -> list[str]:
    """Return the parts of a line that lists several labels: "Rated: T - Words: 9 - Status: ..."."""
    parts = _INFORMATION_SEPARATOR.split(line)
    labelled_count = sum(_INFORMATION_LINE.match(part) is not None for part in parts)
    is_list = labelled_count >= _MIN_INFORMATION_LINES or (1 < labelled_count == len(parts))
    return parts if is_list else [line]


# ---------------------------------------------------------------------------- chapters


def _split_chapters(blocks: Sequence[Block], chapter_indices: Sequence[int]) -> Iterator[_Edge]:
    """Yield the chapters, which also end where a file or a heading begins."""
    starts = {0, *chapter_indices}
    starts |= {i for i, (a, b) in enumerate(pairwise(blocks), 1) if a.source_path != b.source_path}
    starts |= {i for i, block in enumerate(blocks) if block.kind is ParagraphKind.HEADING}
    for first, last in pairwise([*sorted(starts), len(blocks)]):
        spoken = [
            block
            for block in blocks[first:last]
            if block.skip_reason == SCENE_BREAK_REASON
            or (block.spoken_text.strip() and block.kind is not ParagraphKind.HEADING)
        ]
        if spoken:
            yield _Edge(spoken)


def _skip_edges(chapter: _Edge, words: WebWords) -> bool:
    """Skip credits, navigation and lines of the site at both edges; return whether any was found.

    Notices against copying are skipped within the chapter, too.
    """
    is_found = False
    for edge in (chapter.blocks, chapter.blocks[::-1]):
        for block in edge:
            if block.skip_reason or _classify_note(block, words):
                continue
            reason = _classify_site_line(block, words)
            if not reason:
                break
            _skip(block, reason)
            is_found = True
    may_have_notice = _may_have_theft_notice(chapter, words)
    for block in chapter.blocks:
        if not block.skip_reason and (
            (may_have_notice and _is_theft_notice(block.text, words))
            or _is_inserted_line(block.text, words)
        ):
            _skip(block, ADVERTISEMENT_REASON)
            is_found = True
    return is_found


def _classify_site_line(block: Block, words: WebWords) -> str:
    """Return the reason for skipping a line that a site adds, or ""."""
    text = _simplify(block.text)
    if count_words(text) > _MAX_LINE_WORDS:
        return ""
    if _is_credit_line(text, words):
        return CREDITS_REASON
    if _is_post_frame(block.text, words):
        return INFORMATION_REASON
    if block.kind is ParagraphKind.VERSE:
        return ADVERTISEMENT_REASON if text.startswith(tuple(words.site_lines)) else ""
    if is_navigation(block.text, words):
        return NAVIGATION_REASON
    has_site_line = any(line in text for line in words.site_lines) and not _is_speech(block.text)
    return ADVERTISEMENT_REASON if has_site_line or text in words.whole_site_lines else ""


def _is_post_frame(text: str, words: WebWords) -> bool:
    """Return whether short lines stand above or below the text of a post in a forum.

    Above are its author and its number, and below what readers may do with it, and who did.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MAX_FRAME_LINES or any(len(line) > _LABEL_CHARACTERS for line in lines):
        return False
    if len(lines) > 1 and _POST_NUMBER.fullmatch(lines[-1]):
        return not any(ends_sentence(line) for line in lines)
    return all(
        _read_label(line) in words.post_labels
        or _splits_into(_simplify(line), words.navigation_phrases)
        for line in lines
    )


def _is_inserted_line(text: str, words: WebWords) -> bool:
    """Return whether a short paragraph within a chapter names the site that inserted it."""
    if len(text) > _LABEL_CHARACTERS or not _DOMAIN.search(text) or _is_speech(text):
        return False
    return any(_simplify(text).lstrip("*_([ ").startswith(line) for line in words.site_lines)


def _simplify(text: str) -> str:
    """Return a text in lower case on one line, with straight apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split())


def _is_speech(text: str) -> bool:
    """Return whether a text begins with a quotation mark."""
    return text.lstrip()[:1] in '“"„«‘»「'


def is_navigation(text: str, words: WebWords) -> bool:
    """Return whether a line consists of links between chapters: several, or one with an arrow."""
    if _ARROWS.fullmatch(text.strip()):
        return True
    phrases = [phrase for phrase in _SEPARATORS.split(text.strip()) if phrase]
    has_marks = bool(re.search(r"[|•<>«»←→‹›\[\]]", text)) or len(phrases) > 1
    known = words.navigation_phrases
    return (
        has_marks
        and bool(phrases)
        and all(
            _simplify(phrase) in known
            or _splits_into(_simplify(phrase), known)
            or _COUNTER.fullmatch(phrase)
            or (len(phrases) > 1 and _PART_LINK.fullmatch(phrase))
            for phrase in phrases
        )
    )


def _splits_into(text: str, phrases: frozenset[str]) -> bool:
    """Return whether a text consists of several phrases: "previous chapter index next chapter"."""
    tokens = text.split()
    reachable = {0}
    for end in range(1, len(tokens) + 1):
        if any(" ".join(tokens[start:end]) in phrases for start in reachable):
            reachable.add(end)
    return len(tokens) > 2 and len(tokens) in reachable


def _is_credit_line(text: str, words: WebWords) -> bool:
    """Return whether a line names the people who made the text: "Translator: A Editor: B"."""
    labels = [match["label"] for match in _CREDIT.finditer(text)]
    if not labels or count_words(text) > 8 * len(labels):
        return False
    # a label follows the name of the person before it, so only its end is compared
    return all(
        any(
            label == credit_label or label.endswith(f" {credit_label}")
            for credit_label in words.credit_labels
        )
        for label in (label.strip(" *_|,;-") for label in labels)
    ) and any(text.lstrip("*_([ ").startswith(credit_label) for credit_label in words.credit_labels)


def _may_have_theft_notice(chapter: _Edge, words: WebWords) -> bool:
    """Return whether a chapter has the words of a notice against copying; few have."""
    text = _simplify(" ".join(block.text for block in chapter.blocks))
    return _has_theft_words(text, words)


def _is_theft_notice(text: str, words: WebWords) -> bool:
    """Return whether a paragraph is a notice against copying, as sites hide them in chapters."""
    # most paragraphs of a novel are speech or long, and counting all words takes time
    if _is_speech(text) or has_more_words(text, _MAX_LINE_WORDS):
        return False
    return _has_theft_words(_simplify(text), words)


def _has_theft_words(text: str, words: WebWords) -> bool:
    """Return whether a text in lower case has words for copying, and for the places of copies."""
    return any(word in text for word in words.theft_words) and any(
        place in text for place in words.theft_places
    )


# ---------------------------------------------------------------------------- notes


def _skip_notes(chapter: _Edge, words: WebWords, *, is_web: bool) -> None:
    """Skip notes by the author or translator at the edges of a chapter.

    `is_web` is whether the book is known to come from a website.
    """
    blocks = chapter.blocks
    _skip_appeals(blocks, words, is_web=is_web)
    _skip_opening_notes(blocks, words, is_web=is_web)
    _skip_closing_note(chapter, words, is_web=is_web)
    _skip_appeals(blocks, words, is_web=is_web)
    last = next((block for block in reversed(blocks) if not block.skip_reason), None)
    # a label may be left of a note that is skipped
    reason = _classify_note(last, words) if last and _is_label_alone(last.text) else ""
    if last is not None and reason and last is not blocks[-1]:
        _skip(last, reason)
    for block in blocks:
        if block.skip_reason or _is_label_alone(block.text):
            continue
        reason = _classify_note(block, words)
        if reason and _is_certain(block, words):
            _skip(block, reason)


def _skip_appeals(blocks: Sequence[Block], words: WebWords, *, is_web: bool) -> None:
    """Skip paragraphs at the edges of a chapter that ask readers for votes or comments.

    Without other evidence of a website, a paragraph must contain two such phrases.
    """
    for edge in (blocks, blocks[::-1]):
        for block in edge:
            if block.skip_reason:
                continue
            text = _simplify(block.text)
            count = sum(phrase in text for phrase in words.appeal_phrases)
            if count + is_web == 1:  # several words of websites make an appeal, too
                count += sum(phrase in text for phrase in words.address_phrases) > 1
            if count + is_web < 2 or _is_speech(text) or count_words(text) > _MAX_APPEAL_WORDS:
                break
            _skip(block, AUTHOR_NOTE_REASON)


def _skip_opening_notes(blocks: Sequence[Block], words: WebWords, *, is_web: bool) -> None:
    """Skip the notes before the story of a chapter begins."""
    spoken = [index for index, block in enumerate(blocks) if not block.skip_reason]
    for index in spoken[:_EDGE_BLOCKS]:
        if blocks[index].skip_reason:
            continue  # part of a note that was skipped before
        note = _take_opening_note(blocks, index, words)
        if not note or not _is_note(note, words, is_web=is_web):
            return
        reason = _classify_note(blocks[index], words)
        for block in note:
            _skip(block, reason)


def _take_opening_note(blocks: Sequence[Block], index: int, words: WebWords) -> list[Block]:
    """Return the paragraphs of the note that begins at `index`, or [] if none does.

    A note of several paragraphs ends at a scene break; its label may be a paragraph of its own.
    """
    if not _classify_note(blocks[index], words):
        return []
    following = blocks[index + 1 : index + 1 + _EDGE_BLOCKS * 2]
    end = next((i for i, b in enumerate(following) if b.skip_reason == SCENE_BREAK_REASON), None)
    note_blocks = [block for block in following[:end] if not block.skip_reason]
    is_label = _is_label_alone(blocks[index].text)
    note_words = sum(count_words(block.text) for block in note_blocks)
    if end is not None and note_words <= _MAX_NOTE_WORDS and end < len(blocks) - index - 2:
        addresses = [_addresses_readers(block.text, words) for block in note_blocks]
        has_speech = any(_is_speech(block.text) for block in note_blocks)
        is_labelled_note = is_label and not has_speech and (len(note_blocks) < 2 or any(addresses))
        if is_labelled_note and any(addresses):
            last = len(addresses) - addresses[::-1].index(True)
            return [blocks[index], *note_blocks[:last]]
        if is_labelled_note or all(addresses) or (note_blocks and addresses[-1]):
            return [blocks[index], *note_blocks]
    return [blocks[index], *(note_blocks[:1] if is_label else [])]


def _is_label_alone(text: str) -> bool:
    """Return whether a paragraph has a label and no text after it."""
    match = _LABEL.match(text[:_LABEL_CHARACTERS])
    return match is not None and not text[match.end() :].strip("*_ \n")


def _skip_closing_note(chapter: _Edge, words: WebWords, *, is_web: bool) -> None:
    """Skip the notes in the last paragraphs of a chapter."""
    spoken = [index for index, block in enumerate(chapter.blocks) if not block.skip_reason]
    for index in spoken[-_MAX_NOTE_BLOCKS:]:
        reason = _classify_note(chapter.blocks[index], words)
        if not reason or index == spoken[0] or chapter.blocks[index].skip_reason:
            continue
        note = _take_closing_note(chapter.blocks, index, words)
        note_words = sum(count_words(block.text) for block in note)
        limit = min(_MAX_NOTE_WORDS, _MAX_NOTE_SHARE * chapter.count_words())
        if note_words > max(_MAX_LINE_WORDS, limit):
            continue
        if _is_note(note, words, is_web=is_web):
            for block in note:
                reason = _classify_note(block, words) or reason
                _skip(block, reason)


def _take_closing_note(blocks: Sequence[Block], index: int, words: WebWords) -> list[Block]:
    """Return the paragraphs of the note that begins at `index`.

    It goes on to the end of the chapter, unless the story may go on after it: a note in brackets is
    complete, one by a translator may stand anywhere, and a paragraph of speech is story.
    """
    later_blocks = [block for block in blocks[index + 1 :] if not block.skip_reason]
    follows_break = index > 0 and blocks[index - 1].skip_reason == SCENE_BREAK_REASON
    if follows_break or _is_label_alone(blocks[index].text):
        return [blocks[index], *later_blocks]
    is_inserted = (
        _BRACKETED.fullmatch(blocks[index].text) is not None
        or _classify_note(blocks[index], words) == TRANSLATOR_NOTE_REASON
        or any(_is_speech(block.text) for block in later_blocks)
    )
    if is_inserted:
        note_signs = (
            _classify_note(b, words) or _addresses_readers(b.text, words) for b in later_blocks
        )
        later_blocks = [
            block
            for block, _ in takewhile(itemgetter(1), zip(later_blocks, note_signs, strict=True))
        ]
    return [blocks[index], *later_blocks]


def _is_note(note: Sequence[Block], words: WebWords, *, is_web: bool) -> bool:
    """Return whether a labelled passage is a note to readers rather than part of the story."""
    if not note:
        return False
    is_certain = _is_certain(note[0], words)
    return is_web or is_certain or any(_addresses_readers(block.text, words) for block in note)


def _is_certain(block: Block, words: WebWords) -> bool:
    """Return whether the label of a note does not occur in stories."""
    return _read_label(block.text) in words.certain_labels


def _is_certain_note(block: Block, words: WebWords) -> bool:
    """Return whether a block is a note whose label does not occur in stories."""
    return bool(_classify_note(block, words)) and _is_certain(block, words)


def _classify_note(block: Block, words: WebWords) -> str:
    """Return the reason for skipping a block as a note, by its label, or ""; speech is no note."""
    if _is_speech(block.text):
        return ""
    return _classify_label(_read_label(block.text), words)


def _classify_label(label: str, words: WebWords) -> str:
    """Return what a label introduces, or ""."""
    if label in words.translator_note_labels:
        return TRANSLATOR_NOTE_REASON
    if label in words.author_note_labels:
        return AUTHOR_NOTE_REASON
    return SUMMARY_REASON if label in words.summary_labels else ""


def _read_label(text: str) -> str:
    """Return the normalised label at the beginning of a text, or ""."""
    match = _LABEL.match(text[:_LABEL_CHARACTERS])
    return _normalise_label(match["label"]) if match else ""


def _normalise_label(label: str) -> str:
    """Return a label in lower case, without brackets and numbers."""
    return _simplify(label).strip(" *_()[]{}.0123456789#").replace(" / ", "/")


def _addresses_readers(text: str, words: WebWords) -> bool:
    """Return whether a text speaks to the readers of a website, or names one."""
    simple_text = f" {_simplify(text)} "
    return bool(_ADDRESS.search(text)) or any(
        re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", simple_text)
        for phrase in words.address_phrases
    )


# ---------------------------------------------------------------------------- repetition


def _skip_repeated_lines(chapters: Sequence[_Edge], words: WebWords) -> None:
    """Skip a line that names a website at the edge of many chapters."""
    edges = [_list_edge_lines(chapter) for chapter in chapters]
    counts = Counter(text for edge in edges for text in {_simplify(block.text) for block in edge})
    for edge in edges:
        for block in edge:
            is_repeated = counts[_simplify(block.text)] >= max(_MIN_REPETITIONS, len(edges) / 3)
            if is_repeated and _addresses_readers(block.text, words):
                _skip(block, ADVERTISEMENT_REASON)


def _skip_repeated_addresses(chapters: Sequence[_Edge]) -> None:
    """Skip a paragraph in brackets with the address of a website that stands in several chapters.

    It may stand anywhere in them: "[Please read at saltroad.example to support us!]".
    """
    inserted = [
        [
            block
            for block in chapter.blocks
            if not block.skip_reason
            and _BRACKETED.fullmatch(block.text)
            and count_words(block.text) <= _MAX_LINE_WORDS
            and _DOMAIN.search(block.text)
        ]
        for chapter in chapters
    ]
    counts = Counter(text for blocks in inserted for text in {_simplify(b.text) for b in blocks})
    for blocks in inserted:
        for block in blocks:
            if counts[_simplify(block.text)] > 1:
                _skip(block, ADVERTISEMENT_REASON)


def _skip_last_lines(chapters: Sequence[_Edge], words: WebWords) -> None:
    """Skip what a website puts alone at the end of a chapter: a link, or a number of words."""
    for chapter in chapters:
        last = next((block for block in reversed(chapter.blocks) if not block.skip_reason), None)
        if last is None or len(last.text) > _LABEL_CHARACTERS:
            continue
        labels = _list_information_labels(last, words)
        if " " in last.text.strip() and _simplify(last.text) in words.navigation_phrases:
            _skip(last, NAVIGATION_REASON)
        elif labels and words.certain_information_labels.issuperset(labels):
            _skip(last, INFORMATION_REASON)


def _list_edge_lines(chapter: _Edge) -> list[Block]:
    """Return the first and last short paragraphs of a chapter."""
    spoken = [block for block in chapter.blocks if not block.skip_reason]
    outer = spoken[:2] + spoken[2:][-2:]
    return [block for block in outer if count_words(block.text) <= _MAX_LINE_WORDS]
