from pathlib import Path

import pytest

from narrator.build.options import Options
from narrator.build.output_plan import describe_origin, describe_output, list_expected_names
from narrator.build.pipeline import write_script
from narrator.files.manifest import MANIFEST_NAME
from narrator.scripts.text_writer import format_script
from tests.conftest import STORY


@pytest.fixture
def beside(story: Path) -> dict[str, Path]:
    """Files that are read besides the story."""
    suffixes = (".cast.toml", ".corrections.toml")
    files = {suffix: story.with_name(f"{story.stem}{suffix}") for suffix in suffixes}
    for path in files.values():
        path.write_text("")
    return files


def test_an_origin_names_everything_that_is_read(story: Path, beside: dict[str, Path]) -> None:
    lexicon, cover = story.with_name("words.toml"), story.with_name("cover.png")
    lexicon.write_text("")
    options = Options(lexicon=lexicon, cover=cover, pauses="my.toml", force=True)
    book = write_script([str(story)], options).book
    origin = describe_origin("script", book, [str(story)], options)
    assert origin.paths == origin.inputs == (story,)
    assert origin.contents == (book.source.sha256,)
    assert origin.side_files == (*beside.values(), lexicon, cover, Path("my.toml"))
    assert origin.may_replace
    assert origin.title == "The Ferry"


def test_the_files_of_a_folder_are_the_book(tmp_path: Path) -> None:
    folder = tmp_path / "chapters"
    folder.mkdir()
    for name in ("1.txt", "2.txt", MANIFEST_NAME):
        (folder / name).write_text(STORY if name != MANIFEST_NAME else "")
    book = write_script([str(folder)], Options()).book
    origin = describe_origin("script", book, [str(folder)], Options(pauses="brisk"))
    assert origin.paths == (folder,)
    assert origin.inputs == (folder / "1.txt", folder / "2.txt")
    assert origin.side_files == ()


def test_a_book_from_standard_input_has_only_its_content(story: Path) -> None:
    book = write_script([str(story)], Options()).book
    origin = describe_origin("script", book, ["-"], Options())
    assert (origin.paths, origin.inputs) == ((), ())
    assert origin.contents


def test_an_edited_script_has_the_place_of_its_book(story: Path, tmp_path: Path) -> None:
    script = write_script([str(story)], Options())
    path = tmp_path / "edited.script"
    path.write_text(format_script(script), "utf-8")
    origin = describe_origin(
        "script", write_script([str(path)], Options()).book, [str(path)], Options()
    )
    assert story in origin.paths


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), ("audiobook", False, False)),
        (Options(format="epub"), ("audiobook", False, False)),
        (Options(split=True), ("chapters", True, False)),
        (Options(format="page"), ("page", True, True)),
        (Options(format="podcast"), ("podcast", True, True)),
    ],
)
def test_the_kind_of_an_output_depends_on_its_format(
    story: Path, options: Options, expected: tuple[str, bool, bool]
) -> None:
    book = write_script([str(story)], options).book
    output = describe_output(book, Path("out"), options, [str(story)])
    assert (output.origin.kind, output.is_folder, output.is_exclusive) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(companions=("srt", "timeline")), ["out.srt", "out.timeline.json"]),
        (
            Options(split=True, companions=("vtt",)),
            [
                "01 - Chapter I.mp3",
                "02 - Chapter II.mp3",
                "playlist.m3u8",
                "01 - Chapter I.vtt",
                "02 - Chapter II.vtt",
                "out.chapters.vtt",
            ],
        ),
        (
            Options(split=True, loudness="acx"),
            ["01_Chapter_I.mp3", "02_Chapter_II.mp3", "playlist.m3u8"],
        ),
        (Options(format="page"), []),
    ],
)
def test_the_names_of_most_files_are_known_before_anything_is_spoken(
    story: Path, options: Options, expected: list[str]
) -> None:
    script = write_script([str(story)], options)
    target = Path("out") if options.split else Path("out.mp3")
    output = describe_output(script.book, target, options, [str(story)])
    titles = {chapter.number: chapter.title for chapter in script.book.chapters}
    assert list_expected_names(script, titles, output, options) == expected
