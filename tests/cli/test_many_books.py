"""`narrator build` with many books."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from narrator.build.events import ChapterFinished
from narrator.build.options import Options
from narrator.build.pipeline import build_audiobook
from narrator.cli.main import app

TONE = ("--engine", "tone", "--jobs", "1", "--format", "wav")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two good books and one that is empty."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("emma", "persuasion"):
        text = f"---\ntitle: {name.title()}\nauthor: Jane Austen\n---\n\nIt rained until evening.\n"
        (folder / f"{name}.md").write_text(text, "utf-8")
    (folder / "empty.txt").write_text("", "utf-8")
    return folder


def build(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["build", *map(str, arguments), *TONE])


def list_outputs(folder: Path = Path("output")) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.wav"))


def test_every_book_becomes_an_audiobook_and_failures_are_listed(shelf: Path) -> None:
    result = build(shelf)
    assert list_outputs() == ["emma.wav", "persuasion.wav"]
    assert result.exit_code == 3
    assert re.search(r"2/3\s+.*empty\.txt failed", result.stderr) or "1/3" in result.stderr
    assert len(re.findall(r"^\d/3 ", result.stdout, re.MULTILINE)) == 2
    assert result.stderr.splitlines()[-1].startswith("narrator: 1 of 3 books could not be built")
    assert result.stderr.splitlines()[-2].startswith("Failed")
    assert result.stderr.splitlines()[-2].count("empty.txt") == 1
    assert "empty.txt is empty" in result.stderr.splitlines()[-2]
    assert "Traceback" not in result.output


def test_an_audiobook_always_has_a_suffix(shelf: Path) -> None:
    result = build(shelf / "emma.md", "-o", "mine")
    assert result.exit_code == 0
    assert Path("mine.wav").is_file()
    assert not Path("mine").exists()


def test_a_name_that_ends_with_a_slash_is_that_of_a_folder(shelf: Path) -> None:
    for folder in ("new", "vol.2"):
        assert build(shelf / "emma.md", "-o", f"{folder}/").exit_code == 0
        assert list_outputs(Path(folder)) == ["emma.wav"]
    assert not list(Path().glob("*.wav"))


def test_a_folder_of_chapters_is_not_named_like_a_file(shelf: Path) -> None:
    assert build(shelf / "emma.md", "--split", "chapters", "-o", "emma.wav").exit_code == 0
    assert not Path("emma.wav").exists()
    assert list_outputs(Path("emma")) == ["01 - Emma.wav"]


def test_a_page_goes_into_the_folder_that_was_named(shelf: Path) -> None:
    command = ["build", str(shelf / "emma.md"), "--engine", "tone", "--jobs", "1"]
    for _ in range(2):  # the second time, the folder exists
        result = CliRunner().invoke(app, [*command, "--format", "page", "-o", "site"])
        assert result.exit_code == 0, result.output
        assert Path("site/index.html").is_file()
        assert not Path("site/emma.page").exists()


def test_an_error_comes_before_all_notes(shelf: Path) -> None:
    (shelf / "empty.txt").unlink()
    for name in ("emma", "persuasion"):
        (shelf / f"{name}.cast.toml").write_text('[cast]\nEmma = "flute"\n', "utf-8")
    many = build(shelf, "-o", "x.wav")
    single = build(shelf / "emma.md", "--voice", "nobody")
    assert (many.exit_code, single.exit_code) == (2, 5)
    for result in (many, single):
        assert len(result.output.splitlines()) == 1


def test_a_program_is_given_all_results(shelf: Path) -> None:
    result = build(shelf, "--json")
    reported = json.loads(result.stdout)
    assert [book["title"] for book in reported["audiobooks"]] == ["Emma", "Persuasion"]
    assert reported["failures"][0]["exit_code"] == 3


def test_books_can_be_joined(shelf: Path) -> None:
    (shelf / "empty.txt").unlink()
    assert build(shelf, "--one-book").exit_code == 0
    assert list_outputs() == ["shelf.wav"]


def test_a_template_names_the_audiobooks(shelf: Path) -> None:
    (shelf / "empty.txt").unlink()
    template = ("--output-template", "{author}/{title}")
    assert build(shelf, "-o", "library", *template).exit_code == 0
    assert list_outputs(Path("library")) == ["Jane Austen/Emma.wav", "Jane Austen/Persuasion.wav"]
    assert build(shelf / "emma.md", *template).exit_code == 0
    assert list_outputs() == ["Jane Austen/Emma.wav"]


def test_what_is_done_can_be_skipped(shelf: Path) -> None:
    (shelf / "empty.txt").unlink()
    assert build(shelf / "emma.md").exit_code == 0
    before = Path("output/emma.wav").stat().st_mtime_ns
    result = build(shelf, "--skip-done", "--speed", "2")
    assert result.exit_code == 0, result.output
    assert "output/emma.wav exists already" in result.output
    assert Path("output/emma.wav").stat().st_mtime_ns == before
    assert Path("output/persuasion.wav").exists()


def test_a_book_whose_build_was_cancelled_is_not_done(shelf: Path) -> None:
    book = shelf / "emma.md"
    target = Path("output/emma")
    options = Options(engine="tone", format="wav", split=True)
    with closing(build_audiobook([str(book)], target, options)) as started:
        next(event for event in started if isinstance(event, ChapterFinished))
    assert not (target / "playlist.m3u8").exists()
    result = build(book, "--skip-done", "--split", "chapters")
    assert result.exit_code == 0, result.output
    assert (target / "playlist.m3u8").exists()
    result = build(book, "--skip-done", "--split", "chapters")
    assert "output/emma exists already" in result.output


def test_one_file_can_not_hold_many_books(shelf: Path) -> None:
    result = build(shelf, "-o", "x.wav")
    assert result.exit_code == 2
    assert "name a folder" in result.stderr


def test_quiet_prints_nothing(shelf: Path) -> None:
    result = build(shelf / "emma.md", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_the_settings_beside_each_book_apply_to_it_alone(shelf: Path, tmp_path: Path) -> None:
    for name, settings in (("a", 'speed = 2.0\nformat = "flac"'), ("b", "solo = true")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "narrator.toml").write_text(f"{settings}\n", "utf-8")
        (shelf / "emma.md").rename(tmp_path / name / "emma.md") if name == "a" else None
    (shelf / "persuasion.md").rename(tmp_path / "b" / "persuasion.md")
    books = ("a/emma.md", "b/persuasion.md")
    command = ["build", *books, "--engine", "tone", "--jobs", "1"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    files = sorted(path.name for path in Path("output").iterdir() if path.suffix != ".json")
    assert [name for name in files if not name.startswith(".")] == ["emma.flac", "persuasion.mp3"]
    assert re.search(r"Using\s+a/narrator\.toml", result.stderr)
    assert "not used" not in result.stderr
    # the command line wins over the files beside the books
    result = CliRunner().invoke(app, [*command, "--format", "wav"])
    assert result.exit_code == 0, result.output
    assert list_outputs() == ["emma.wav", "persuasion.wav"]


def test_a_mistake_in_the_settings_of_one_book_names_their_file(
    shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    (shelf / "persuasion.md").rename(tmp_path / "b" / "persuasion.md")
    (tmp_path / "b" / "narrator.toml").write_text('loudness = "loud"\n', "utf-8")
    result = build(shelf / "emma.md", "b/persuasion.md")
    assert result.exit_code == 2
    assert "b/narrator.toml: --loudness 'loud' is not known" in result.stderr
    assert list_outputs() == []


def test_an_input_that_does_not_exist_stops_the_command_at_once(shelf: Path) -> None:
    result = build(shelf / "emma.md", shelf / "sanditon.md")
    assert result.exit_code == 3
    assert "sanditon.md can't be read: No such file" in result.stderr
    assert list_outputs() == []


def test_what_the_book_does_not_allow_is_refused_before_its_cast_is_listed(shelf: Path) -> None:
    for option, value in (("--chapters", "9"), ("-o", "/proc/none/x.wav")):
        result = build(shelf / "emma.md", option, value)
        assert result.exit_code in {2, 7}
        assert result.stdout == ""
