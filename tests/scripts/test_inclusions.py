"""Text that the reader leaves out is spoken where the corrections say so."""

import json
import tomllib
from pathlib import Path

import pytest
import tomlkit

from narrator.build import pipeline
from narrator.build.options import Options
from narrator.errors import ScriptFileError
from narrator.scripts import completeness
from narrator.scripts.correction_edits import set_inclusion
from narrator.scripts.corrections import load_corrections
from narrator.scripts.inclusions import Inclusion, describe_skipped_passages

STORY = """\
<html><head><title>The Ferry</title></head><body>
<section epub:type="dedication"><h2>Dedication</h2><p>For my mother.</p><p>She rowed.</p></section>
<h1>CHAPTER I.</h1>
<p>The ferry had gone.<a epub:type="noteref" href="#n1">1</a> “We shall wait,” said Martha.</p>
<p>It rained.</p>
<aside epub:type="footnote" id="n1"><p>It went at six.</p></aside>
<h1>CHAPTER II.</h1>
<p>Nobody came.</p>
</body></html>
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.html"
    path.write_text(STORY.replace("<html>", '<html xmlns:epub="x" lang="en">'), "utf-8")
    return path


def _list_passages(path: Path) -> list[str]:
    book = pipeline.write_script([str(path)], Options()).book
    return [passage.text for passage in book.skipped]


def test_each_passage_alone_and_all_together_are_spoken_once(book: Path) -> None:
    before = pipeline.write_script([str(book)], Options())
    inclusions = list(describe_skipped_passages(before.book.skipped))
    assert len(inclusions) >= 2, before.book.skipped
    assert all(inclusions)
    for chosen in (*([each] for each in inclusions), inclusions):
        rows = "".join(
            f"[[include]]\nwords = {json.dumps(each.words)}\n" for each in chosen if each
        )
        book.with_suffix(".corrections.toml").write_text(rows, "utf-8")
        script = pipeline.write_script([str(book)], Options())
        completeness.verify_completeness(script.book, script.lines)
        assert len(script.book.skipped) == len(inclusions) - len(chosen)
        assert [p.text for p in script.book.included] == [
            passage.text
            for passage, each in zip(before.book.skipped, inclusions, strict=True)
            if each in chosen
        ]
        assert len({line.id for line in script.lines}) == len(script.lines)
        spoken = " ".join(line.text for line in script.lines)
        for passage in script.book.included:
            assert " ".join(passage.text.split()[:2]) in spoken
    book.with_suffix(".corrections.toml").unlink()
    assert pipeline.write_script([str(book)], Options()).lines == before.lines


def test_paragraphs_between_empty_lines_stay_apart(book: Path) -> None:
    [dedication] = [text for text in _list_passages(book) if "For my mother." in text]
    first = dedication.split()[0]
    book.with_suffix(".corrections.toml").write_text(f'[[include]]\nwords = "{first}"\n', "utf-8")
    lines = pipeline.write_script([str(book)], Options()).lines
    paragraphs = {line.text: line.paragraph for line in lines if line.chapter == 1}
    assert paragraphs["For my mother."] != paragraphs["She rowed."]
    assert [line.start for line in lines] == sorted(line.start for line in lines)


def test_an_inclusion_that_finds_nothing_is_noted_and_the_book_is_read(book: Path) -> None:
    book.with_suffix(".corrections.toml").write_text(
        '[[include]]\nwords = "Never printed"\n', "utf-8"
    )
    script = pipeline.write_script([str(book)], Options())
    assert any("“Never printed” is to be included" in note for note in script.notes)


@pytest.mark.parametrize("row", ['words = "…"', 'words = "a"\noccurrence = 0', "words = 3"])
def test_an_inclusion_without_a_meaning_is_an_error(tmp_path: Path, row: str) -> None:
    path = tmp_path / "a.corrections.toml"
    path.write_text(f"[[include]]\n{row}\n", "utf-8")
    with pytest.raises(ScriptFileError):
        load_corrections(path)


def test_passages_with_the_same_beginning_are_told_apart() -> None:
    from narrator.model import SkippedPassage  # noqa: PLC0415 - only here

    texts = ["Page 1", "Page 1", "* * *", "Page 1 of the book", "Page 1"]
    passages = [SkippedPassage(n * 100, n * 100 + len(t), "x", t) for n, t in enumerate(texts)]
    assert list(describe_skipped_passages(passages)) == [
        Inclusion("Page 1", 1),
        Inclusion("Page 1", 2),
        None,
        Inclusion("Page 1 of the book", 1),
        Inclusion("Page 1", 4),
    ]


def test_the_file_keeps_everything_else_when_a_passage_is_left_out_again() -> None:
    document = tomlkit.parse('# mine\n[say]\n"A" = "B"\n')
    before = tomlkit.dumps(document)
    set_inclusion(document, Inclusion("For my mother"), is_included=True)
    set_inclusion(document, Inclusion("For my mother", 2), is_included=True)
    set_inclusion(document, Inclusion("For my mother", 2), is_included=True)
    assert tomllib.loads(tomlkit.dumps(document))["include"] == [
        {"words": "For my mother"},
        {"words": "For my mother", "occurrence": 2},
    ]
    for occurrence in (1, 2):
        set_inclusion(document, Inclusion("For my mother", occurrence), is_included=False)
    assert tomlkit.dumps(document) == before
