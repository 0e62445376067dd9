"""Build scripts of all kinds, and script files from strings."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st

from narrator.model import (
    Book,
    Chapter,
    Character,
    Line,
    LineKind,
    Metadata,
    Paragraph,
    ParagraphKind,
    Script,
    SkippedPassage,
    Source,
)
from narrator.readers import SourceFile
from narrator.scripts import text_reader, text_syntax
from narrator.segmentation.lines import SPEAKABLE_CHARACTER

FERRY = """\
[narrator script 1]
title: The Ferry
language: en

[characters]
Martha Quill: Martha [female]
Mr. Hobday: Hobday [male]

[chapter] Chapter I

[heading] CHAPTER I.

The ferry had gone.
@Martha: “We shall have to wait,”
said Martha Quill.

# He has waited since noon.
@Mr. Hobday: “Wait?”
cried Mr. Hobday.
@+Mr. Hobday: “I have waited since noon!
    I will wait no more.”

[scene] * * *

It rained until evening.
"""


def read(text: str, path: str = "ferry.script") -> Script:
    return text_reader.parse_script([SourceFile(path, text.encode(), Path(path).suffix)])


_SIGNS = st.one_of(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"),
    st.sampled_from("@#[]\\:+~,*=“” aB1"),
)
WORDS = (
    st.text(_SIGNS, min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(SPEAKABLE_CHARACTER.search)
)


@dataclass
class _Page:
    """A text while it is being written."""

    names: list[str]
    text: str = ""
    lines: list[Line] = field(default_factory=list)
    skipped: list[SkippedPassage] = field(default_factory=list)
    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    quotations: int = 0
    said: Line | None = None
    scene: bool = False

    def put(self, text: str) -> tuple[int, int]:
        start = len(self.text)
        self.text += f"{text}\n"
        return start, start + len(text)

    def line(self, draw: st.DrawFn, chapter: int, paragraph: int, form: ParagraphKind) -> None:
        text = draw(WORDS)
        start, end = self.put(text)
        self.counts[chapter, paragraph] += 1
        name = f"{chapter}.{paragraph}.{self.counts[chapter, paragraph]}"
        kind = (
            LineKind.HEADING
            if form is ParagraphKind.HEADING
            else draw(st.sampled_from(list(LineKind)[:2]))
        )
        line = Line(
            name,
            chapter,
            paragraph,
            start,
            end,
            kind,
            text,
            paragraph_kind=form,
            follows_scene_break=self.scene,
        )
        self.scene = False
        if kind is LineKind.DIALOGUE:
            if self.said is None or draw(st.booleans()):
                self.quotations += 1
                speaker = draw(st.sampled_from([None, *self.names]))
                line = replace(line, quotation=self.quotations, speaker=speaker)
            else:
                line = replace(line, quotation=self.said.quotation, speaker=self.said.speaker)
            self.said = line
        self.lines.append(line)

    def left_out(self, draw: st.DrawFn) -> None:
        if draw(st.booleans()):
            reason, text = draw(st.sampled_from(["scene break", "note", "a [b]"])), draw(WORDS)
            self.skipped.append(SkippedPassage(*self.put(text), reason, text))


def _chapter(draw: st.DrawFn, page: _Page, number: int) -> Chapter:
    start, paragraphs, count = len(page.text), [], 0
    page.scene = False
    for _ in range(draw(st.integers(0, 3))):
        page.left_out(draw)
        form, scene, begin = (
            draw(st.sampled_from(list(ParagraphKind))),
            draw(st.booleans()),
            len(page.text),
        )
        count += form is not ParagraphKind.HEADING
        paragraph = 0 if form is ParagraphKind.HEADING else count
        page.scene = page.scene or scene
        for _ in range(draw(st.integers(0, 3))):
            page.line(draw, number, paragraph, form)
            page.left_out(draw)
        if page.text[begin:].strip() == "":
            page.put("— —")
        paragraphs.append(Paragraph(begin, len(page.text), paragraph, form, scene))
    title = draw(st.one_of(st.just(""), WORDS))
    return Chapter(number, title, start, len(page.text), tuple(paragraphs))


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    names = draw(st.lists(WORDS, unique=True, max_size=3))
    page = _Page(names)
    chapters = tuple(_chapter(draw, page, number) for number in range(1, draw(st.integers(2, 4))))
    if not page.lines:
        paragraph = Paragraph(*page.put("x"), 1)
        last = Chapter(len(chapters) + 1, "X", paragraph.start, len(page.text), (paragraph,))
        chapters = (*chapters, last)
        page.lines.append(
            Line(
                f"{last.number}.1.1",
                last.number,
                1,
                paragraph.start,
                paragraph.end,
                LineKind.NARRATION,
                "x",
            )
        )
    metadata = Metadata(
        draw(WORDS), draw(st.none() | WORDS), description=draw(st.none() | st.just("a\nb\\n"))
    )
    book = Book(metadata, page.text, chapters, tuple(page.skipped), Source("x.txt", ""))
    return Script(book, _characters(draw, page), tuple(page.lines))


def _characters(draw: st.DrawFn, page: _Page) -> tuple[Character, ...]:
    spoken = Counter(line.speaker for line in page.lines if line.speaker)
    characters = [
        Character(
            name,
            tuple(
                a
                for a in draw(
                    st.lists(WORDS | st.sampled_from(page.names), unique=True, max_size=2)
                )
                if a != name
            ),
            draw(st.sampled_from([None, *text_syntax.GENDERS])),
            draw(st.sampled_from([None, *text_syntax.AGES])),
            count,
            draw(st.booleans()),
        )
        for name, count in spoken.items()
    ]
    return tuple(sorted(characters, key=lambda c: (-c.line_count, c.name)))


def list_kept_parts(script: Script) -> tuple[object, ...]:
    """Return all parts of a script that a script file keeps."""
    book = script.book
    return (
        replace(book.metadata, cover=None),
        [
            (c.number, c.title, [(p.number, p.kind, p.follows_scene_break) for p in c.paragraphs])
            for c in book.chapters
        ],
        [
            (s.reason, " ".join(s.text.split()))
            for s in book.skipped
            if s.reason != text_syntax.SCRIPT_MARK_REASON
        ],
        script.characters,
        [
            replace(line, start=0, end=0, spoken="", confidence=None, reason=None)
            for line in script.lines
        ],
    )
