"""The values that the stages of a build exchange: book, script, cast, clips and timeline.

All of them are frozen. A stage of the pipeline takes one of them and returns the next.

`start` and `end` in the book and the script are character offsets into `Book.text`, with the end
exclusive. All sound is mono, in
16-bit samples.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, overload

from narrator.text.language_tags import primary_subtag
from narrator.text.line_end_hyphens import LineEndHyphens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_INVISIBLE_SIGNS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner and byte order mark, for `str.translate`."""
_EMPHASIS_MARK = re.compile(r"(?<!\w)_++(?=[^\s_])|(?<=[^\s_])_++(?!\w)")
"""Underscores before or after a word, which plain text uses for italics."""
_WORD_PATTERN = r"[^\W\d_]++(?:-[^\W\d_]++)*+"
"""A word of letters; unlike `narrator.text.words`, hyphens join and apostrophes separate."""
_BROKEN_WORD = re.compile(
    rf"(?<![^\W\d_])(?<![^\W\d_]-)({_WORD_PATTERN})[-¬][ \t]*+\r?\n\s*([^\W\d_]+)"
)
"""A word that is hyphenated at the end of a line; groups 1 and 2 are its two parts."""
_REFLOWED_WORD = re.compile(
    rf"(?<![^\W\d_])(?<![^\W\d_]-)({_WORD_PATTERN})- (?=[^\W\d_A-ZÀ-Þ])({_WORD_PATTERN})"
)
"""A word that was hyphenated at the end of a line, in a text whose lines were joined since."""
_REFLOWED_HINT = re.compile(r"(?<=[^\W\d_])- (?=[^\W\d_A-ZÀ-Þ])")
_WORDS_AFTER_SUSPENDED_HYPHEN = frozenset(
    [
        "and", "or", "to", "nor", "but", "than", "versus", "und", "oder", "bis", "sowie", "et",
        "ou", "à", "y", "e", "o", "u", "a", "en", "och", "og", "eller", "i", "lub", "и", "или",
    ]
)  # fmt: skip
"""Words after a hyphen that stands for the rest of a compound: "pre- and post-war"."""
_MIN_REFLOWED_WORDS = 2
_MIN_REFLOWED_SHARE = 0.4
"""Number and share of such words that are certain, from which all of them are joined."""
_WORD_OR_DROP_CAP = re.compile(r"(?P<cap>[AIO]) (?=(?P<rest>[^\W\d_a-z]{2,})\b)")
"""A letter that may be a word before words in capitals, or the drop cap of the first."""
_DROP_CAP = re.compile(
    r"(?P<cap>[^\W\d_AIO]) (?=[^\W\d_a-z]{2,}\b)"
    r"|(?P<word>O(?= (?:NCE|NE?|F|UR|NLY|VER|UT)\b)|A(?= (?:LL|T|S|ND?|FTER|LTHOUGH)\b)"
    r"|I(?= (?:TS?|N|F)\b)|[WHB](?= E\b)|[MB](?= Y\b)|[TSN](?= O\b)) "
)
"""A large first letter that a space separates from the rest of its word, as in "T HE".

A, I and O are words themselves, so they are joined only to the endings of a few common words. A
letter before a single other letter is also joined only to form a common word, such as "H E".
"""


# ---------------------------------------------------------------------------------- the book


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of `Book.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LanguageSpan:
    """A stretch of text whose markup says that it is in another language."""

    start: int
    end: int
    tag: str
    """A BCP 47 tag."""


@dataclass(frozen=True, slots=True)
class SkippedPassage:
    """A passage of the book that is not spoken, and why."""

    start: int
    end: int
    reason: str
    """In words that a user reads: "front matter", "footnote mark", "scene break", ..."""
    text: str


class ParagraphKind(StrEnum):
    """What a paragraph is, as typography shows it."""

    TEXT = "text"
    HEADING = "heading"
    VERSE = "verse"
    QUOTE = "quote"
    ITEM = "item"
    TABLE = "table"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of text: prose, a heading, a line of verse, an item of a list, ..."""

    start: int
    end: int
    number: int
    """Counted from 1 within the chapter; a heading has 0."""
    kind: ParagraphKind = ParagraphKind.TEXT
    follows_scene_break: bool = False
    """Whether a scene break precedes it."""
    emphasis: tuple[Span, ...] = ()
    """Passages in italics or bold."""
    speaker_names: tuple[Span, ...] = ()
    """Names before speeches, where the markup declares them."""
    stage_directions: tuple[Span, ...] = ()
    """Stage directions, where the markup declares them."""
    foreign_passages: tuple[LanguageSpan, ...] = ()
    """Passages that the markup declares to be in another language than the book."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A run of paragraphs under one title."""

    number: int
    """Counted from 1."""
    title: str
    """As players show it, such as "Chapter IV: The Storm". It need not occur in the text."""
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
    """The file or stream that a book was read from."""

    path: str
    """As the user gave it; `-` for standard input."""
    sha256: str
    """Checksum of the bytes that were read, in hexadecimal."""
    encoding: str | None = None
    """The encoding that plain text was decoded from; None for other formats."""
    origin: str | None = None
    """For a script that a user may have edited: the path of the book that it was written from."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of an audiobook that is split into several."""

    number: int
    """Counted from 1."""
    total: int
    title: str


class LanguageOrigin(StrEnum):
    """Where the language of a book comes from."""

    CHOSEN = "chosen"
    """The user named it."""
    DECLARED = "declared"
    """The book declares it."""
    DETECTED = "detected"
    """The book declares none, and its text shows it."""
    OVERRULED = "overruled"
    """The book declares another one, with which its text clearly disagrees."""
    ASSUMED = "assumed"
    """The book declares none, and its text is too short to show it."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a library catalogue records about a book."""

    title: str
    author: str | None = None
    language: str = "en"
    """A BCP 47 tag."""
    language_origin: LanguageOrigin = field(default=LanguageOrigin.DECLARED, compare=False)
    declared_language: str = field(default="", compare=False)
    """What the file declares, as it declares it; empty if nothing."""
    series: str | None = None
    series_index: str | None = None
    narrator: str | None = None
    publisher: str | None = None
    published: str | None = None
    """A year or an ISO 8601 date."""
    description: str | None = None
    cover: Image | None = None
    part: FilePart | None = None
    """The file of the audiobook that is described; None for the whole audiobook."""
    subtitle: str | None = None
    isbn: str | None = None
    """Digits, and possibly a final X, without hyphens."""
    asin: str | None = None
    """The number of the book in the shop of Amazon and Audible."""
    genre: str | None = None
    """Several genres have a semicolon between them."""
    extra_tags: tuple[tuple[str, str], ...] = ()
    """Further tags as pairs of name and value."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A passage whose speaker the text itself names, as a play does."""

    start: int
    end: int
    speaker: str
    """The main name of a `Persona`."""
    continues: bool = False
    """Whether it goes on with the speech before it, after a stage direction or a new paragraph."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A person whom the text names before speeches."""

    name: str
    aliases: tuple[str, ...] = ()
    """The other forms of the name that stand before speeches."""
    description: str = ""
    """What the list of the persons says about the person: "a widow"."""


@dataclass(frozen=True)
class Book:
    """A source text, its chapters, and the passages that are not spoken.

    Every word of `text` is in exactly one paragraph, or in `skipped`. It is in both if part of a
    paragraph, such as the mark of a footnote, is not spoken.
    """

    metadata: Metadata
    text: str = field(repr=False)
    """The text as read, never changed. For plain text: the decoded file itself."""
    chapters: tuple[Chapter, ...] = field(repr=False)
    skipped: tuple[SkippedPassage, ...] = field(repr=False)
    """In text order, without overlap."""
    source: Source
    notes: tuple[str, ...] = ()
    """What a reader repaired or could only guess, as whole sentences for the user."""
    speeches: tuple[Speech, ...] = field(default=(), repr=False)
    """In text order, without overlap."""
    personae: tuple[Persona, ...] = field(default=(), repr=False)
    """The speakers of `speeches`, in order of first appearance."""
    included: tuple[SkippedPassage, ...] = field(default=(), repr=False)
    """Passages that would be skipped if the user did not want to hear them, with the reason."""

    @cached_property
    def readable_text(self) -> str:
        """Return `text` with skipped passages replaced by spaces, so that offsets stay valid."""
        pieces, previous_end = [], 0
        for passage in self.skipped:
            pieces += [self.text[previous_end : passage.start], " " * (passage.end - passage.start)]
            previous_end = passage.end
        return "".join([*pieces, self.text[previous_end:]])

    def drop_readable_text(self) -> None:
        """Free the memory of `readable_text`, which is computed again when it is read."""
        self.__dict__.pop("readable_text", None)

    @cached_property
    def _has_invisible_signs(self) -> bool:
        """Return whether any invisible character occurs; most books have none."""
        return any(chr(sign) in self.text for sign in _INVISIBLE_SIGNS)

    @cached_property
    def _chapter_text_starts(self) -> frozenset[int]:
        """Return the offset of each chapter's first paragraph of prose, below its headings."""
        # -1 for a chapter without prose, because no offset equals it
        starts = (
            next((p.start for p in chapter.paragraphs if p.kind is ParagraphKind.TEXT), -1)
            for chapter in self.chapters
        )
        return frozenset(starts)

    @cached_property
    def _line_end_hyphens(self) -> LineEndHyphens:
        """Return the evidence of the words of the book that are not broken at the end of a line."""
        # a broken word must not count as evidence of its own spelling
        text = _BROKEN_WORD.sub(" ", self.readable_text)
        if self._may_have_reflowed_words:
            text = _REFLOWED_WORD.sub(" ", text)
        words = re.findall(_WORD_PATTERN, text.casefold())
        breaks = _BROKEN_WORD.findall(self.readable_text)
        return LineEndHyphens(words, breaks, primary_subtag(self.metadata.language))

    @cached_property
    def _may_have_reflowed_words(self) -> bool:
        """Return whether hyphens before spaces are frequent enough; it is a quick test."""
        hints = itertools.islice(_REFLOWED_HINT.finditer(self.text), _MIN_REFLOWED_WORDS)
        return sum(1 for _ in hints) == _MIN_REFLOWED_WORDS

    @cached_property
    def _has_reflowed_words(self) -> bool:
        """Return whether words are broken within lines, as in a scan whose lines were joined.

        It is certain if the rest of the book has the whole word, or lacks a part of it.
        """
        if not self._may_have_reflowed_words:
            return False
        pairs = [
            (first.casefold(), second.casefold())
            for first, second in _REFLOWED_WORD.findall(self.readable_text)
            if second.casefold() not in _WORDS_AFTER_SUSPENDED_HYPHEN
        ]
        words = self._line_end_hyphens.words
        certain_count = sum(
            f"{first}{second}" in words or not {first, second} <= words for first, second in pairs
        )
        return certain_count >= _MIN_REFLOWED_WORDS and certain_count >= _MIN_REFLOWED_SHARE * len(
            pairs
        )

    def _rejoin_reflowed(self, broken_word: re.Match[str]) -> str:
        """Return a word that was broken within a line; the hyphen may belong to a compound."""
        if broken_word[2].casefold() in _WORDS_AFTER_SUSPENDED_HYPHEN:
            return broken_word[0]
        if "-" in broken_word[2]:
            return f"{broken_word[1]}-{broken_word[2]}"
        return self._rejoin_word(broken_word)

    def _rejoin_word(self, broken_word: re.Match[str]) -> str:
        """Return a word that was broken at the end of a line; a compound keeps its hyphen."""
        first, second = broken_word.groups()
        hyphen = "-" if self._line_end_hyphens.keeps_hyphen(first, second) else ""
        return f"{first}{hyphen}{second}"

    def _match_drop_cap(self, text: str) -> re.Match[str] | None:
        """Return the match of a letter that is a word, too, but the drop cap of the next word here.

        The book has the joined word elsewhere, and the word without the letter only here.
        """
        drop_cap = _WORD_OR_DROP_CAP.match(text)
        if drop_cap is None:
            return None
        rest, joined = drop_cap["rest"], f"{drop_cap['cap']}{drop_cap['rest']}"
        counts = [
            len(re.findall(rf"\b{word}\b", self.text, re.IGNORECASE)) for word in (rest, joined)
        ]
        return drop_cap if counts[0] == 1 and counts[1] else None

    def display_text(self, start: int, end: int) -> str:
        """Return the readable text between two offsets on one line, as a person would copy it.

        Invisible characters and the underscores around emphasis are removed. Words that are broken
        at the end of a line are joined, and so is a drop cap that is separated from its word.
        """
        text = self.readable_text[start:end]
        # most lines have none of these characters, and testing for one is quicker than a pattern
        if self._has_invisible_signs:
            text = text.translate(_INVISIBLE_SIGNS)
        if "_" in text:
            text = _EMPHASIS_MARK.sub("", text)
        if "-" in text or "¬" in text:
            text = _BROKEN_WORD.sub(self._rejoin_word, text)
            if "- " in text and self._has_reflowed_words:
                text = _REFLOWED_WORD.sub(self._rejoin_reflowed, text)
        if start in self._chapter_text_starts and (
            (drop_cap := _DROP_CAP.match(text)) or (drop_cap := self._match_drop_cap(text))
        ):
            text = drop_cap[0].rstrip() + text[drop_cap.end() :]
        return " ".join(text.split())


# ---------------------------------------------------------------------------------- the script


class LineKind(StrEnum):
    """Whether a line is narration, the speech of a character, or a heading."""

    NARRATION = "narration"
    DIALOGUE = "dialogue"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Directions:
    """What the user says about how a line is spoken; what is not set follows the book."""

    manner: str = ""
    """`whisper`, `shout` or another manner of `narrator.languages.manners`; empty if not set."""
    pause_seconds: float | None = None
    """Silence after the line."""
    say: str = ""
    """What is spoken instead of the words of the book; empty if not set."""
    take: int = 0
    """The number of the take, from 1; 0 for the first that is good."""


NO_DIRECTIONS = Directions()


@dataclass(frozen=True, slots=True)
class Line:
    """A passage that one voice speaks, usually a sentence of a quotation or of the narration."""

    id: str
    """Chapter, paragraph and line, such as "3.12.2"; unique in a script."""
    chapter: int
    paragraph: int
    start: int
    end: int
    kind: LineKind
    text: str
    """As written in the book, on one line."""
    spoken: str = ""
    """As it is to be pronounced, numbers written out; empty until normalisation."""
    quotation: int | None = None
    """The quotation that a line of dialogue belongs to, counted from 1 through the book. It may be
    interrupted by narration, and may span several paragraphs."""
    speaker: str | None = None
    """The character's main name; None for the narrator."""
    confidence: float | None = None
    """Probability that `speaker` is right, from 0 to 1."""
    reason: str | None = None
    """Why this speaker, in words, such as "'said Holmes' after the quotation"."""
    candidates: tuple[tuple[str, float], ...] = ()
    """The likeliest speakers, at most three, each with the probability; likeliest first."""
    paragraph_kind: ParagraphKind = ParagraphKind.TEXT
    follows_scene_break: bool = False
    """Whether a scene break precedes it."""
    directions: Directions = NO_DIRECTIONS
    """What the user says about how it is spoken."""
    language: str = ""
    """The BCP 47 tag of its language, if that is not the language of the book."""


@dataclass(frozen=True, slots=True)
class Character:
    """A speaker in the story."""

    name: str
    """The main name, by which lines and the cast refer to the character."""
    aliases: tuple[str, ...] = ()
    """Every other name that the book uses, also without its title if nobody else may be meant."""
    gender: str | None = None
    """`female`, `male`, or None if the book does not say."""
    age: str | None = None
    """`child`, `young`, `adult`, `old`, or None if the book does not say."""
    line_count: int = 0
    """Number of lines that the character speaks."""
    is_narrator: bool = False
    """Whether this character tells the book in the first person."""


@dataclass(frozen=True)
class Script:
    """What will be said, by whom, and why."""

    book: Book
    characters: tuple[Character, ...]
    """Sorted by number of lines, most first."""
    lines: tuple[Line, ...] = field(repr=False)
    """In reading order."""
    uncorrected: Script | None = field(default=None, repr=False)
    """The script as it was attributed, if a user may have corrected it since. Automatic casting
    uses it, so that a correction does not change the voices of other characters. Its lines may lack
    their text."""
    notes: tuple[str, ...] = ()
    """Remarks for the user, as whole sentences."""


# ---------------------------------------------------------------------------------- the cast


@dataclass(frozen=True, slots=True)
class Voice:
    """A named profile of how a speaker sounds."""

    name: str
    engine: str
    """The engine's name, as `narrator engines` lists it."""
    engine_voice: str
    """The voice that this one is based on, by the name that the engine gives it."""
    rate: float = 170.0
    """Words per minute, as the engine counts English words."""
    pitch: float = 0.0
    """Semitones above the natural pitch of the engine voice."""
    volume: float = 0.0
    """Decibels above the level that all voices are brought to."""
    gender: str | None = None
    """`female`, `male`, or None."""
    age: str | None = None
    """`child`, `young`, `adult`, `old`, or None."""
    accent: str | None = None
    language: str = "en"
    description: str = ""
    licence: str | None = None
    options: tuple[tuple[str, str | int | float | bool], ...] = ()
    """Settings that only this engine understands, sorted by key."""

    @property
    def credit_name(self) -> str:
        """Return the name for credits: "Bruno" for the voice `de-bruno`."""
        return self.name.removeprefix(f"{self.language.lower()}-").title()


@dataclass(frozen=True)
class Cast:
    """Which character has which voice."""

    narrator: Voice
    voices: Mapping[str, Voice]
    """Voices by the main names of the characters."""
    foreign_voices: Mapping[tuple[str | None, str], Voice] = field(default_factory=dict)
    """Voices for passages in another language, by the name of the speaker, or None for the
    narrator, and the language of the passage."""
    deliveries: Mapping[str | None, str] = field(default_factory=dict)
    """One of `manners.DELIVERIES` for each speaker, or None for the narrator, who differs in this
    from the whole book."""

    def voice_of(self, speaker: str | None, language: str = "") -> Voice:
        """Return the voice of a speaker; the narrator's for None and for characters not cast.

        `language` is `Line.language`.
        """
        own_voice = self.narrator if speaker is None else self.voices.get(speaker, self.narrator)
        return self.foreign_voices.get((speaker, language), own_voice) if language else own_voice


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
    """The word timings of one line, packed into an array.

    As separate objects, the timings of a long audiobook would take more memory than its text.
    """

    __slots__ = ("_numbers",)

    def __init__(self, pairs: Iterable[Iterable[int]] = ()) -> None:
        """Take pairs of `start` and `sample`."""
        # start and sample of the first word, then of the second, and so on
        self._numbers = array("q", chain.from_iterable(pairs))

    def __len__(self) -> int:
        return len(self._numbers) // 2

    @overload
    def __getitem__(self, index: int) -> WordTiming: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[WordTiming, ...]: ...
    def __getitem__(self, index: int | slice) -> WordTiming | tuple[WordTiming, ...]:
        return tuple(self)[index]

    def __iter__(self) -> Iterator[WordTiming]:
        return map(WordTiming, self._numbers[::2], self._numbers[1::2])

    def __eq__(self, value: object) -> bool:
        # equal to a tuple too, because a clip holds its timings as a tuple
        return isinstance(value, WordTimings | tuple) and tuple(self) == tuple(value)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"WordTimings({[(word.start, word.sample) for word in self]})"


@dataclass(frozen=True, slots=True)
class Clip:
    """The sound of one spoken line."""

    pcm: bytes = field(repr=False)
    """Signed 16-bit little-endian samples, mono."""
    rate: int
    """Samples per second."""
    words: tuple[WordTiming, ...] = ()
    """In order; empty if the engine does not report word timings."""

    @property
    def samples(self) -> int:
        """Return the number of samples."""
        return len(self.pcm) // 2


@dataclass(frozen=True, slots=True)
class Effects:
    """What is done to the sound of a line after an engine has spoken it."""

    is_whispered: bool = False
    """Whether breath replaces the voice."""
    is_rising: bool = False
    """Whether the pitch rises at the end, as that of a question."""
    is_pressed: bool = False
    """Whether the peaks are pressed towards the rest of the sound, as in a shout."""
    stressed_words: tuple[int, ...] = ()
    """Where the words that are stressed begin, in characters of the spoken text; ascending."""


NO_EFFECTS = Effects()


@dataclass(frozen=True, slots=True)
class Cue:
    """A line prepared for synthesis: its words, its voice, and the pause after it."""

    line_id: str
    """`Line.id` of the line."""
    spoken: str
    voice: Voice
    gain_db: float
    """Decibels that bring this voice to the common level."""
    pause_seconds: float
    """Seconds of silence after the line."""
    effects: Effects = NO_EFFECTS
    take: int = 0
    """The number of the take that the user chose; 0 for the first that is good."""
    take_count: int = 1
    """How many takes are compared at least, if the user chose none."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of cues that one worker speaks, stitches and encodes in one go.

    It ends at the end of a paragraph and never crosses a chapter boundary. Chunks may therefore be
    made in any order, on any machine, and are joined without encoding them again.
    """

    chapter: int
    cues: tuple[Cue, ...]
    lead_in_seconds: float = 0.0
    """Seconds of silence before the first line."""


@dataclass(frozen=True, slots=True)
class LineTiming:
    """When a line is heard."""

    line_id: str
    """`Line.id` of the line."""
    start: int
    """Sample at which its speech begins, from the beginning of the audiobook or of its chunk."""
    end: int
    """Sample at which its speech ends, before the pause."""
    word_timings: Sequence[WordTiming] = ()
    """With `sample` counted from `start`."""


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """Title and extent of a chapter of an audiobook."""

    title: str
    start: int
    """Its first sample."""
    end: int
    """The sample after its last one, which is the next chapter's `start`."""


@dataclass(frozen=True)
class Timeline:
    """When each chapter and each line starts and ends in the audiobook."""

    rate: int
    """Samples per second."""
    marks: tuple[ChapterMark, ...]
    line_timings: tuple[LineTiming, ...] = field(repr=False)

    @property
    def samples(self) -> int:
        """Return the length of the audiobook in samples."""
        return self.marks[-1].end if self.marks else 0

    @property
    def seconds(self) -> float:
        """Return the length of the audiobook in seconds."""
        return self.samples / self.rate


@dataclass(frozen=True)
class Audiobook:
    """The files of a finished build, and what they contain."""

    files: tuple[Path, ...]
    """Audio files in listening order; for a read-along format, everything that it consists of."""
    timeline: Timeline
    metadata: Metadata
    companions: tuple[Path, ...] = ()
    """Files beside the audio: subtitles, timeline, labels."""
    replaced: tuple[Path, ...] = ()
    """Those of the files that existed before this build, which has written them again."""
    removed: tuple[Path, ...] = ()
    """Files of an earlier build that this build removed: the audiobook no longer has them."""
    stems: tuple[Path, ...] = ()
    """One file per speaker, or one per speaker and audio file."""
