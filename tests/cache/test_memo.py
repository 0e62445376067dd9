"""A script written with a draft is the script written without one, whatever was edited between."""

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
from narrator.normalisation import normalise_script, parse_lexicon
from narrator.readers import read
from narrator.segmentation import segment_book
from tests.conftest import STORY

NARRATED = (
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
OTHERS = ("Then Dr. Wu arrived.", "“No,” said Dr. Wu.", "”", "“", "Martha went home.", "1,000 men.")


def told(chapters: list[list[str]]) -> str:
    """A book of these paragraphs."""
    return "\n\n".join(
        f"CHAPTER {number}.\n\n" + "\n\n".join(paragraphs)
        for number, paragraphs in enumerate(chapters, 1)
    )


def written(text: str, folder: Path, known: Memo | None = None) -> Script:
    path = folder / "the-ferry.txt"
    path.write_text(text, encoding="utf-8")
    book = read([str(path)])
    lexicon = parse_lexicon({"words": {"Tobias": "Toe bias"}}, path)
    return normalise_script(
        attribute_lines(book, segment_book(book, memo=known), known), lexicon, known
    )


def edited(chapters: list[list[str]], chance: Random) -> list[list[str]]:
    """The same book with something in it changed, added, taken away or moved."""
    chapters = [list(paragraphs) for paragraphs in chapters]
    chapter = chance.choice(chapters)
    at, other = chance.randrange(len(chapter)), chance.choice(OTHERS)
    match chance.randrange(6):
        case 0:
            chapter[at] = other
        case 1:
            chapter.insert(at, other)
        case 2:
            chapter[at] += f" {other}"
        case 3 if len(chapter) > 1:
            del chapter[at]
        case 4:
            chapters.append([other, *NARRATED])
        case _:
            chance.shuffle(chapters)
    return chapters


@settings(max_examples=10, deadline=None)
@given(chance=st.randoms())
def test_a_script_is_the_same_with_the_draft_of_an_edition_before(
    tmp_path_factory: pytest.TempPathFactory, chance: Random
) -> None:
    folder = tmp_path_factory.mktemp("book")
    chapters = [chance.choices(NARRATED, k=chance.randint(3, 30)) for _ in range(4)]
    kept = Store(folder / "cache")
    for _ in range(3):
        known = memo.load_memo(kept, "book")
        assert written(told(chapters), folder, known) == written(told(chapters), folder)
        known.save(kept, "book")
        chapters = edited(chapters, chance)


def test_only_what_changed_is_worked_out_again(tmp_path: Path) -> None:
    kept = Store(tmp_path / "cache")
    chapters = [[*NARRATED, f"It was year {number}."] for number in range(1, 6)]
    known = memo.load_memo(kept, "book")
    written(told(chapters), tmp_path, known)
    known.save(kept, "book")
    chapters[2][0] = "It snowed until evening."
    asked: list[str] = []

    class Watched(Memo):
        def get_or_compute(self, about, words, work):  # type: ignore[no-untyped-def]
            def watched():  # type: ignore[no-untyped-def]
                asked.append(about.split()[0])
                return work()

            return super().get_or_compute(about, words, watched)

    written(told(chapters), tmp_path, Watched(memo.load_memo(kept, "book")._previous))
    assert asked.count("chapter") == 1
    assert asked.count("said") == 1


def test_what_nobody_asked_for_again_is_forgotten(tmp_path: Path) -> None:
    kept = Store(tmp_path)
    first = memo.load_memo(kept, "book")
    assert first.get_or_compute("sum", "1 2", lambda: 3) == 3
    first.save(kept, "book")
    second = memo.load_memo(kept, "book")
    second.get_or_compute("sum", "2 2", lambda: 4)
    second.save(kept, "book")
    assert memo.load_memo(kept, "book").get_or_compute("sum", "1 2", lambda: 5) == 5


def test_editions_share_a_draft_and_other_books_and_programs_do_not() -> None:
    one = Metadata("The Ferry", "A. Nobody", description="First edition")
    assert memo.memo_name("code", one) == memo.memo_name("code", replace(one, description="Second"))
    assert memo.memo_name("code", one) != memo.memo_name("code", replace(one, title="The Boat"))
    assert memo.memo_name("code", one) != memo.memo_name("other code", one)


def test_a_damaged_draft_costs_time_and_nothing_else(story: Path, tmp_path: Path) -> None:
    options = Options(engine="tone", cache_dir=tmp_path / "cache")
    pipeline.write_script([str(story)], options)
    [entry] = [path for path in (tmp_path / "cache" / memo.MEMO_KIND).rglob("*") if path.is_file()]
    entry.write_bytes(b"rotten")
    story.write_text(STORY.replace("until evening", "until noon"), "utf-8")
    found = pipeline.write_script([str(story)], options)
    fresh = pipeline.write_script([str(story)], replace(options, cache_dir=tmp_path / "fresh"))
    assert found == fresh
    assert isinstance(found.book, Book)
