"""The words of the house: what a book is made of, from the page to the ear.

Values only, all frozen; a stage of the pipeline is a function from one of them to the next.

Offsets are character offsets into `Book.text`, end exclusive. Samples are counted per channel, and
all sound is mono 16-bit.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_EMPHASIS = re.compile(r"(?<!\w)_++(?=[^\s_])|(?<=[^\s_])_++(?!\w)")
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_BROKEN = re.compile(rf"({_WORD})-[ \t]*\r?\n\s*([^\W\d_]+)")
_HYPHENATED = frozenset(["all", "ex", "half", "ill", "non", "self", "well"])
"""First halves of compounds, which keep their hyphen."""
_DROP_CAP = re.compile(
    r"(?P<cap>[^\W\d_AIO]) (?=[^\W\d_a-z]{2,}\b)"
    r"|(?P<word>O(?= (?:NCE|NE?|F|UR|NLY|VER|UT)\b)|A(?= (?:LL|T|S|ND?|FTER|LTHOUGH)\b)"
    r"|I(?= (?:TS?|N|F)\b)|[WHB](?= E\b)|[MB](?= Y\b)|[TSN](?= O\b)) "
)
"""A capital that stands apart from its word; A, I and O, and before one letter, only for some."""


# ---------------------------------------------------------------------------------- the page


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of `Book.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SkippedPassage:
    """A stretch of the book that is not spoken, and why."""

    start: int
    end: int
    reason: str
    """In words a person reads: "front matter", "footnote mark", "scene break", ..."""
    text: str


class ParagraphKind(StrEnum):
    """What a paragraph is on the page."""

    TEXT = "text"
    HEADING = "heading"
    VERSE = "verse"
    QUOTE = "quote"
    ITEM = "item"
    TABLE = "table"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of text, as the page shows it."""

    start: int
    end: int
    number: int
    """Counted from 1 within the chapter; a heading has 0."""
    kind: ParagraphKind = ParagraphKind.TEXT
    follows_scene_break: bool = False
    """Whether a scene break stands before it."""
    emphasis: tuple[Span, ...] = ()
    """The stretches set in italics or bold."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A run of paragraphs under one title."""

    number: int
    """Counted from 1."""
    title: str
    """As players show it: "Chapter IV: The Storm". It need not occur in the text."""
    start: int
    end: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, as stored in the book."""

    data: bytes = field(repr=False)
    media_type: str
    """`image/jpeg` or `image/png`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a book came from."""

    path: str
    """As the user gave it; `-` for standard input."""
    sha256: str
    """Of the bytes read, in hexadecimal."""
    encoding: str | None = None
    """For plain text: what it was decoded as."""
    origin: str | None = None
    """For a script that a person may have edited: the path of the book that it was written from."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of an audiobook that is split into several."""

    number: int
    """Counted from 1."""
    total: int
    title: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a library's catalogue says of a book."""

    title: str
    author: str | None = None
    language: str = "en"
    """A BCP 47 tag."""
    series: str | None = None
    series_index: str | None = None
    narrator: str | None = None
    publisher: str | None = None
    published: str | None = None
    """A year or an ISO 8601 date."""
    description: str | None = None
    cover: Image | None = None
    part: FilePart | None = None
    """Which file of the audiobook is described; none for the whole."""


@dataclass(frozen=True)
class Book:
    """A source text, its chapters, and what of it is left out.

    Every word of `text` lies in exactly one paragraph or in `skipped`, or in both where a stretch
    inside a paragraph, such as the mark of a footnote, is not spoken.
    """

    metadata: Metadata
    text: str = field(repr=False)
    """The text as read, never changed. For plain text: the decoded file itself."""
    chapters: tuple[Chapter, ...] = field(repr=False)
    skipped: tuple[SkippedPassage, ...] = field(repr=False)
    """In order, without overlap."""
    source: Source

    @cached_property
    def readable_text(self) -> str:
        """`text` with all that is skipped blanked out by spaces, so that offsets agree."""
        pieces, at = [], 0
        for skipped in self.skipped:
            pieces += [self.text[at : skipped.start], " " * (skipped.end - skipped.start)]
            at = skipped.end
        return "".join([*pieces, self.text[at:]])

    @cached_property
    def _hides(self) -> bool:
        """Whether invisible characters are anywhere in it, which is seldom."""
        return any(chr(sign) in self.text for sign in _INVISIBLE)

    @cached_property
    def _openings(self) -> frozenset[int]:
        """Where the text of each chapter begins, below its headings."""
        texts = (
            next((p.start for p in chapter.paragraphs if p.kind is ParagraphKind.TEXT), -1)
            for chapter in self.chapters
        )
        return frozenset(texts)

    @cached_property
    def _words(self) -> frozenset[str]:
        """The words of the book in small letters, but for those that a line's end breaks."""
        return frozenset(re.findall(_WORD, _BROKEN.sub(" ", self.readable_text).casefold()))

    def _mended(self, broken: re.Match[str]) -> str:
        """A word that a line's end breaks, with its hyphen only where that belongs to it.

        So it does where the book has the word so elsewhere, or else both halves as words.
        """
        first, second = broken.groups()
        whole, compound = f"{first}{second}".casefold(), f"{first}-{second}".casefold()
        joins = whole in self._words or not (
            compound in self._words or {first.casefold(), second.casefold()} <= self._words
        )
        if "-" in first or second[0].isupper() or first.casefold() in _HYPHENATED or not joins:
            return f"{first}-{second}"
        return f"{first}{second}"

    def display_text(self, start: int, end: int) -> str:
        """What is to be read between two offsets, on one line, as a person would copy it.

        That is without invisible characters and the underscores that plain text sets around
        emphasis, with words that are broken at a line's end, and a drop cap that stands apart
        from its word, in one piece.
        """
        text = self.readable_text[start:end]
        if self._hides:
            text = text.translate(_INVISIBLE)
        if "_" in text:
            text = _EMPHASIS.sub("", text)
        if "-" in text:
            text = _BROKEN.sub(self._mended, text)
        if start in self._openings and (cap := _DROP_CAP.match(text)):
            text = cap[0].rstrip() + text[cap.end() :]
        return " ".join(text.split())


# ---------------------------------------------------------------------------------- the script


class LineKind(StrEnum):
    """Who is heard in a line."""

    NARRATION = "narration"
    DIALOGUE = "dialogue"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Line:
    """What one speaker says, or the narrator tells, within one paragraph: about a sentence."""

    id: str
    """`chapter.paragraph.line`, as in "3.12.2": unique in a script."""
    chapter: int
    paragraph: int
    start: int
    end: int
    kind: LineKind
    text: str
    """As written in the book, on one line."""
    spoken: str = ""
    """As it is to be said; empty until normalisation."""
    quotation: int | None = None
    """The quotation that a line of dialogue belongs to, counted from 1 through the book. An
    interrupted quotation, or one of several paragraphs, is one quotation."""
    speaker: str | None = None
    """The character's main name; none for the narrator."""
    confidence: float | None = None
    """The chance, from 0 to 1, that `speaker` is right."""
    reason: str | None = None
    """Why this speaker, in words: "'said Holmes' after the quotation"."""
    paragraph_kind: ParagraphKind = ParagraphKind.TEXT
    follows_scene_break: bool = False
    """Whether a scene break stands before it."""


@dataclass(frozen=True, slots=True)
class Character:
    """A speaker in the story."""

    name: str
    """The main name, by which lines and the cast refer to the character."""
    aliases: tuple[str, ...] = ()
    """Every other name that the book uses."""
    gender: str | None = None
    """`female`, `male`, or none where the book does not tell."""
    age: str | None = None
    """`child`, `young`, `adult`, `old`, or none where the book does not tell."""
    line_count: int = 0
    """How many lines the character speaks."""
    is_narrator: bool = False
    """Whether this is the first-person narrator of the book."""


@dataclass(frozen=True)
class Script:
    """What will be said, by whom, and why."""

    book: Book
    characters: tuple[Character, ...]
    """By number of lines, most first."""
    lines: tuple[Line, ...] = field(repr=False)
    """In reading order."""
    uncorrected: Script | None = field(default=None, repr=False)
    """Who speaks where as it was found, if a person may have changed it since. Automatic casting
    goes by it, so that a correction changes nobody else's voice. Its lines may be without words."""
    notes: tuple[str, ...] = ()
    """What its reader may want to know, in whole sentences."""


# ---------------------------------------------------------------------------------- the cast


@dataclass(frozen=True, slots=True)
class Voice:
    """A named profile of how somebody sounds."""

    name: str
    engine: str
    """The engine's name, as `narrator engines` lists it."""
    engine_voice: str
    """What the engine calls the voice that this one is made from."""
    rate: float = 170.0
    """Words per minute, by the engine's own measure of an English word."""
    pitch: float = 0.0
    """Semitones above the engine voice's own pitch."""
    volume: float = 0.0
    """Decibels above the level that all voices are brought to."""
    gender: str | None = None
    """`female`, `male`, or none."""
    age: str | None = None
    """`child`, `young`, `adult`, `old`, or none."""
    accent: str | None = None
    language: str = "en"
    description: str = ""
    licence: str | None = None
    options: tuple[tuple[str, str | int | float | bool], ...] = ()
    """What only this engine understands, sorted by key."""


@dataclass(frozen=True)
class Cast:
    """Which character has which voice."""

    narrator: Voice
    voices: Mapping[str, Voice]
    """By a character's main name."""

    def voice_of(self, speaker: str | None) -> Voice:
        """The speaker's voice; the narrator's for nobody, or for somebody without a part."""
        return self.narrator if speaker is None else self.voices.get(speaker, self.narrator)


# ---------------------------------------------------------------------------------- the sound


@dataclass(frozen=True, slots=True)
class WordTiming:
    """When a word of a clip begins."""

    start: int
    """Character offset into the text that was spoken."""
    sample: int
    """Samples from the beginning of the clip."""


Word = WordTiming  # plug-ins written for version 0.1 know it by this name


class WordTimings(Sequence[WordTiming]):
    """The words of a line, packed: one by one, those of a long audiobook take more memory than all
    of its text.
    """

    __slots__ = ("_numbers",)

    def __init__(self, pairs: Iterable[Iterable[int]] = ()) -> None:
        """Take `start` and `sample` of each."""
        self._numbers = array("q", chain.from_iterable(pairs))

    def __len__(self) -> int:
        return len(self._numbers) // 2

    @overload
    def __getitem__(self, at: int) -> WordTiming: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[WordTiming, ...]: ...
    def __getitem__(self, at: int | slice) -> WordTiming | tuple[WordTiming, ...]:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[WordTiming]:
        return map(WordTiming, self._numbers[::2], self._numbers[1::2])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordTimings | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Words({[(word.start, word.sample) for word in self]})"


@dataclass(frozen=True, slots=True)
class Clip:
    """A line spoken."""

    pcm: bytes = field(repr=False)
    """Signed 16-bit little-endian samples, mono."""
    rate: int
    """Samples per second."""
    words: tuple[WordTiming, ...] = ()
    """In order; empty where the engine does not tell."""

    @property
    def samples(self) -> int:
        """How many samples it has."""
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Cue:
    """A line as it goes to be spoken: the words, the voice, and the pause after it."""

    line_id: str
    """The line's id."""
    spoken: str
    voice: Voice
    gain_db: float
    """Decibels that bring this voice to the common level."""
    pause_seconds: float
    """Seconds of silence after the line."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of cues that is spoken, stitched and encoded in one go, by one worker.

    It ends where a paragraph ends and never crosses a chapter, so that reels may be made in any
    order, on any machine, and joined without encoding again.
    """

    chapter: int
    cues: tuple[Cue, ...]
    lead_in_seconds: float = 0.0
    """Seconds of silence before the first line."""


@dataclass(frozen=True, slots=True)
class LineTiming:
    """When a line is heard."""

    line_id: str
    """The line's id."""
    start: int
    """Sample at which it begins, from the beginning of the audiobook (or of its reel)."""
    end: int
    """Sample at which its speech ends, before the pause."""
    word_timings: Sequence[WordTiming] = ()
    """With `sample` counted from `start`."""


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter of an audiobook."""

    title: str
    start: int
    """First sample."""
    end: int
    """The sample after its last; the next chapter's `start`."""


@dataclass(frozen=True)
class Timeline:
    """When each chapter and each line starts and ends in the audiobook."""

    rate: int
    """Samples per second."""
    marks: tuple[ChapterMark, ...]
    line_timings: tuple[LineTiming, ...] = field(repr=False)

    @property
    def samples(self) -> int:
        """The length of the audiobook."""
        return self.marks[-1].end if self.marks else 0

    @property
    def seconds(self) -> float:
        """The length of the audiobook."""
        return self.samples / self.rate


@dataclass(frozen=True)
class Audiobook:
    """What a build made."""

    files: tuple[Path, ...]
    """In listening order."""
    timeline: Timeline
    metadata: Metadata
    companions: tuple[Path, ...] = ()
    """What lies beside them: subtitles, timeline."""
