"""A script that is written with a memo equals one written without, whatever was edited between."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import attribute_lines
from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.cache import memo
from narrator.cache.memo import Memo
from narrator.cache.store import Store
from narrator.model import Book, Metadata, Script
from narrator.normalisation.lexicon import parse_lexicon
from narrator.normalisation.script_normalisation import normalise_script
from narrator.readers import read
from narrator.segmentation.lines import segment_book
from tests.conftest import STORY

PARAGRAPHS = (
    "It rained until evening.",
    "Mr. Hobday came at 5 p.m. on 3 May 1904, with £20 and a dog.",
    "“We shall wait,” said Martha Quill. “There is no boat.”",
    "“There is,” cried Mr. Hobday; “I have seen it!”",
    "“Where?”",
    "She looked at the sign, “Mind the step,” and laughed.",
    "‘Never,’ said the ferryman—that was old Tobias—and went.",
    "“It began in the spring.",
    "* * *",
    "Nobody spoke... Nobody came; Tobias slept.",
)
NEW_PARAGRAPHS = (
    "Then Dr. Wu arrived.",
    "“No,” said Dr. Wu.",
    "”",
    "“",
    "Martha went home.",
    "1,000 men.",
)


def make_text(chapters: list[list[str]]) -> str:
    """Return a book of these paragraphs."""
    return "\n\n".join(
        f"CHAPTER {number}.\n\n" + "\n\n".join(paragraphs)
        for number, paragraphs in enumerate(chapters, 1)
    )


def write_script(text: str, folder: Path, book_memo: Memo | None = None) -> Script:
    path = folder / "the-ferry.txt"
    path.write_text(text, encoding="utf-8")
    book = read([str(path)])
    lexicon = parse_lexicon({"words": {"Tobias": "Toe bias"}}, path)
    return normalise_script(
        attribute_lines(book, segment_book(book, memo=book_memo), book_memo), lexicon, book_memo
    )


def edit_chapters(chapters: list[list[str]], random: Random) -> list[list[str]]:
    """Return the same chapters with something changed, added, removed or moved."""
    chapters = [list(paragraphs) for paragraphs in chapters]
    chapter = random.choice(chapters)
    index, new_paragraph = random.randrange(len(chapter)), random.choice(NEW_PARAGRAPHS)
    match random.randrange(6):
        case 0:
            chapter[index] = new_paragraph
        case 1:
            chapter.insert(index, new_paragraph)
        case 2:
            chapter[index] += f" {new_paragraph}"
        case 3 if len(chapter) > 1:
            del chapter[index]
        case 4:
            chapters.append([new_paragraph, *PARAGRAPHS])
        case _:
            random.shuffle(chapters)
    return chapters


@settings(max_examples=10, deadline=None)
@given(random=st.randoms())
def test_a_script_is_the_same_with_the_memo_of_an_earlier_edition(
    tmp_path_factory: pytest.TempPathFactory, random: Random
) -> None:
    folder = tmp_path_factory.mktemp("book")
    chapters = [random.choices(PARAGRAPHS, k=random.randint(3, 30)) for _ in range(4)]
    store = Store(folder / "cache")
    for _ in range(3):
        book_memo = memo.load_memo(store, "book")
        assert write_script(make_text(chapters), folder, book_memo) == write_script(
            make_text(chapters), folder
        )
        book_memo.save(store, "book")
        chapters = edit_chapters(chapters, random)


def test_only_what_changed_is_computed_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    chapters = [[*PARAGRAPHS, f"It was year {number}."] for number in range(1, 6)]
    book_memo = memo.load_memo(store, "book")
    write_script(make_text(chapters), tmp_path, book_memo)
    book_memo.save(store, "book")
    chapters[2][0] = "It snowed until evening."
    computed_namespaces: list[str] = []

    class RecordingMemo(Memo):
        def get_or_compute(self, namespace, key, compute):  # type: ignore[no-untyped-def]
            def compute_and_record():  # type: ignore[no-untyped-def]
                computed_namespaces.append(namespace.split()[0])
                return compute()

            return super().get_or_compute(namespace, key, compute_and_record)

    write_script(
        make_text(chapters), tmp_path, RecordingMemo(memo.load_memo(store, "book")._previous)
    )
    assert computed_namespaces.count("chapter") == 1
    assert computed_namespaces.count("said") == 1


def test_a_result_that_is_not_looked_up_again_is_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = memo.load_memo(store, "book")
    assert first.get_or_compute("sum", "1 2", lambda: 3) == 3
    first.save(store, "book")
    second = memo.load_memo(store, "book")
    second.get_or_compute("sum", "2 2", lambda: 4)
    second.save(store, "book")
    assert memo.load_memo(store, "book").get_or_compute("sum", "1 2", lambda: 5) == 5


def test_editions_share_a_memo_but_other_books_and_programs_do_not() -> None:
    first = Metadata("The Ferry", "A. Nobody", description="First edition")
    assert memo.memo_name("code", first) == memo.memo_name(
        "code", replace(first, description="Second")
    )
    assert memo.memo_name("code", first) != memo.memo_name("code", replace(first, title="The Boat"))
    assert memo.memo_name("code", first) != memo.memo_name("other code", first)


def test_a_damaged_memo_costs_time_and_nothing_else(story: Path, tmp_path: Path) -> None:
    options = Options(engine="tone", cache_dir=tmp_path / "cache")
    pipeline.write_script([str(story)], options)
    [entry] = [path for path in (tmp_path / "cache" / memo.MEMO_KIND).rglob("*") if path.is_file()]
    entry.write_bytes(b"rotten")
    story.write_text(STORY.replace("until evening", "until noon"), "utf-8")
    script = pipeline.write_script([str(story)], options)
    fresh_script = pipeline.write_script(
        [str(story)], replace(options, cache_dir=tmp_path / "fresh")
    )
    assert script == fresh_script
    assert isinstance(script.book, Book)
