import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from narrator.errors import OutputError
from narrator.files import outputs
from narrator.files.manifest import MANIFEST_NAME, load_manifest
from narrator.files.outputs import Changes
from narrator.files.ownership import Origin, Output

EMMA = Origin("audiobook", "Emma", ("emma",))
OTHER = Origin("audiobook", "Other", ("other",))


def write(output: Output, content: str = "sound") -> None:
    with outputs.write_file(output) as path:
        path.write_text(content)


def write_folder(output: Output, contents: dict[str, str]) -> Changes:
    with outputs.stage_output(output) as folder:
        for name, content in contents.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(content)
        return outputs.publish_output(output, folder)


def list_names(folder: Path) -> set[str]:
    """Return the names of all files in a folder, except the record."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_NAME)
    return {path.relative_to(folder).as_posix() for path in paths}


# ---------------------------------------------------------------------------------- files


def test_a_file_appears_once_it_is_complete(tmp_path: Path) -> None:
    output = Output(tmp_path / "new" / "a.mp3", EMMA)
    with outputs.write_file(output) as path:
        path.write_text("sound")
        assert not output.target.exists()
    assert output.target.read_text() == "sound"
    assert list_names(tmp_path) == {"new/a.mp3"}


def fail_halfway(output: Output) -> None:
    with outputs.write_file(output) as path:
        path.write_text("half")
        raise ZeroDivisionError


def test_a_file_stays_as_it_was_if_writing_fails(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output, "older")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(output)
    assert output.target.read_text() == "older"
    assert list_names(tmp_path) == {"a.mp3"}


def test_a_file_of_the_same_book_is_replaced(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output, "first")
    outputs.prepare_output(output)
    write(output, "second")
    assert output.target.read_text() == "second"


def test_a_file_that_changed_in_nothing_but_its_times_is_still_narrators(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output, "first")
    os.utime(output.target, (0, 0))
    write(output, "second")
    assert output.target.read_text() == "second"


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        (None, "no record of writing it: choose another name with -o, or replace it with --force"),
        (OTHER, "is an audiobook of another book, “Other”"),
        (replace(EMMA, kind="preview"), "is a preview"),
    ],
)
@pytest.mark.parametrize("is_early", [True, False])
def test_a_file_of_anybody_else_is_refused_unless_it_is_forced(
    tmp_path: Path, earlier: Origin | None, reason: str, is_early: bool
) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    if earlier:
        write(Output(output.target, earlier), "theirs")
    else:
        output.target.write_text("theirs")
    with pytest.raises(OutputError, match=reason):
        outputs.prepare_output(output) if is_early else write(output)
    assert output.target.read_text() == "theirs"
    write(replace(output, origin=replace(EMMA, may_replace=True)), "mine")
    assert output.target.read_text() == "mine"
    write(output, "again")
    assert list_names(tmp_path) == {"a.mp3"}


def test_a_file_that_the_user_has_changed_is_the_users(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output)
    output.target.write_text("SOUND")
    with pytest.raises(OutputError, match="has been changed since narrator wrote it"):
        write(output)
    assert output.target.read_text() == "SOUND"


def test_an_empty_file_and_one_with_the_same_content_may_be_replaced(tmp_path: Path) -> None:
    for name, content in (("empty", ""), ("same", "sound")):
        (tmp_path / name).write_text(content)
        write(Output(tmp_path / name, EMMA))
        write(Output(tmp_path / name, EMMA), "again")
        assert (tmp_path / name).read_text() == "again"


def test_force_does_not_apply_to_companions(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("the user's")
    output = Output(tmp_path / "a.mp3", replace(EMMA, may_replace=True))
    with pytest.raises(OutputError, match=r"a\.srt is there already"):
        outputs.prepare_output(output, ["a.srt"])
    with pytest.raises(OutputError, match=r"a\.srt is there already"):
        write_folder(output, {"a.mp3": "sound", "a.srt": "text"})
    assert list_names(tmp_path) == {"a.srt"}


def test_companions_of_two_formats_of_one_book_replace_each_other(tmp_path: Path) -> None:
    for name in ("a.mp3", "a.m4b", "a.mp3"):
        write_folder(Output(tmp_path / name, EMMA), {name: "sound", "a.srt": name})
        assert (tmp_path / "a.srt").read_text() == name


def test_the_book_and_what_is_read_with_it_are_refused_by_any_name(tmp_path: Path) -> None:
    for name in ("book.mp3", "cover.mp3"):
        (tmp_path / name).write_text(name)
        (tmp_path / f"link-{name}").symlink_to(tmp_path / name)
        (tmp_path / f"hard-{name}").hardlink_to(tmp_path / name)
    (tmp_path / "inner").mkdir()
    origin = replace(
        EMMA,
        inputs=(tmp_path / "book.mp3",),
        side_files=(tmp_path / "cover.mp3",),
        may_replace=True,
    )
    for name, reason in (
        ("book.mp3", "is the book itself"),
        ("cover.mp3", "that this is made from"),
    ):
        for path in (name, f"link-{name}", f"hard-{name}", f"inner/../{name}"):
            with pytest.raises(OutputError, match=reason):
                write(Output(tmp_path / path, origin))
            with pytest.raises(OutputError, match=reason):
                outputs.prepare_output(Output(tmp_path / path, origin))
        assert (tmp_path / name).read_text() == name


@pytest.mark.parametrize("target", [".", "file/a.mp3", "a" * 300, "pipe", MANIFEST_NAME])
def test_a_target_that_cannot_be_written_is_reported_at_once(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("in the way")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="choose another"):
        outputs.prepare_output(Output(tmp_path / target, replace(EMMA, may_replace=True)))
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("is_folder", [True, False])
def test_no_output_is_named_like_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_folder: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="standard output"):
        outputs.prepare_output(Output(Path("-"), EMMA, is_folder=is_folder))
    assert not list(tmp_path.iterdir())


def test_an_error_names_the_target_and_not_the_staging_folder(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    with (
        pytest.raises(OutputError, match=r"/a\.mp3 can't be written \(full\): make room") as caught,
        outputs.write_file(output) as path,
    ):
        raise OutputError(f"{path} can't be written (full)", "make room")
    assert ".part" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "expected"), [("a.mp3", "a.mp3"), ("in/a.mp3", "in/a.mp3"), ("./a.mp3", "a.mp3")]
)
def test_errors_name_files_as_the_user_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    output = Output(Path(target), EMMA)
    with pytest.raises(OutputError) as caught, outputs.write_file(output) as path:
        raise OutputError(f"{path} can't be written")
    assert caught.value.message == f"{expected} can't be written"
    with pytest.raises(OutputError) as caught, outputs.create_scratch_folder(output) as folder:
        raise OutputError(f"{folder}/001.mp3 can't be written")
    assert caught.value.message == f"{expected} can't be written"
    assert list_names(tmp_path) == set()


def publish_first(output: Output, contents: dict[str, str]) -> None:
    with outputs.stage_output(output) as folder:
        for name, content in contents.items():
            (folder / name).write_text(content)
        outputs.publish_early(output, folder)


def test_early_files_stay_when_the_output_is_finished(tmp_path: Path) -> None:
    output = Output(tmp_path / "book", EMMA, is_folder=True)
    assert not outputs.is_unfinished(output.target)
    publish_first(output, {"1.mp3": "one"})
    publish_first(output, {"2.mp3": "two"})
    assert outputs.is_unfinished(output.target)
    assert not outputs.has_finished_output(output)
    (output.target / "2.mp3").unlink()
    names = outputs.find_early_files(output, ["1.mp3", "2.mp3", "3.mp3"])
    assert names == {"1.mp3"}
    with outputs.stage_output(output) as folder:
        (folder / "2.mp3").write_text("two")
        changes = outputs.publish_output(output, folder, names)
    assert changes == Changes()
    assert list_names(output.target) == {"1.mp3", "2.mp3"}
    assert set(load_manifest(output.target).outputs["."].files) == {"1.mp3", "2.mp3"}
    assert outputs.has_finished_output(output)
    assert not outputs.is_unfinished(output.target)


def test_early_files_remove_nothing_and_spare_files_of_the_user(tmp_path: Path) -> None:
    output = Output(tmp_path / "book", EMMA, is_folder=True)
    write_folder(output, {"1.mp3": "one", "2.mp3": "two"})
    publish_first(output, {"1.mp3": "new"})
    assert list_names(output.target) == {"1.mp3", "2.mp3"}
    (output.target / "3.mp3").write_text("mine")
    with pytest.raises(OutputError, match="no record of writing it"):
        publish_first(output, {"3.mp3": "three"})
    assert (output.target / "3.mp3").read_text() == "mine"


def test_an_empty_folder_is_unfinished(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    assert outputs.is_unfinished(tmp_path)
    (tmp_path / "1.mp3").touch()
    assert not outputs.is_unfinished(tmp_path)
    assert not outputs.is_unfinished(tmp_path / "1.mp3")


def test_a_link_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "a.mp3"
    link.symlink_to("disk/b.mp3")
    for content in ("first", "second"):
        write(Output(link, EMMA), content)
        assert link.is_symlink()
        assert (tmp_path / "disk" / "b.mp3").read_text() == content
    assert list_names(tmp_path / "disk") == {"b.mp3"}


def test_a_link_to_another_disk_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "a.srt").symlink_to(tmp_path / "disk" / "a.srt")
    move = Path.replace

    def refuse_other_disk(path: Path, target: Path) -> Path:
        if path.parent != Path(target).parent and path.suffix == ".srt":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return move(path, target)

    monkeypatch.setattr(Path, "replace", refuse_other_disk)
    write_folder(Output(tmp_path / "a.mp3", EMMA), {"a.mp3": "sound", "a.srt": "text"})
    assert (tmp_path / "disk" / "a.srt").read_text() == "text"
    assert list_names(tmp_path) == {"a.mp3", "a.srt", "disk/a.srt"}


def test_a_private_file_stays_private(tmp_path: Path) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output)
    output.target.chmod(0o600)
    write(output, "again")
    assert output.target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("moment", ["_move_file", "record_written_files"])
def test_a_build_that_is_killed_while_it_publishes_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output, "first")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outputs, moment, interrupt)
        with pytest.raises(KeyboardInterrupt):
            write(output, "second")
    write(output, "third")
    assert output.target.read_text() == "third"
    assert list_names(tmp_path) == {"a.mp3"}


def test_a_full_disk_while_the_record_is_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Output(tmp_path / "a.mp3", EMMA)
    write(output, "first")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(outputs, "record_planned_files", fail)
        with pytest.raises(OutputError, match="make room"):
            write(output, "second")
    assert output.target.read_text() == "first"
    with monkeypatch.context() as patch:
        patch.setattr(outputs, "record_written_files", fail)
        write(output, "third")
    write(output, "fourth")
    assert output.target.read_text() == "fourth"


PROGRAM = """
import sys, pathlib
from narrator.errors import OutputError
from narrator.files import outputs
from narrator.files.ownership import Origin, Output
folder, name, book = sys.argv[1:]
output = Output(pathlib.Path(folder) / name, Origin("audiobook", book, (book,)))
try:
    outputs.prepare_output(output)
    print("ready", flush=True)
    with outputs.write_file(output) as path:
        path.write_text(book)
        input()
except OutputError as error:
    print(error)
"""


def run_at_once(folder: Path, names_and_books: list[tuple[str, str]]) -> list[str]:
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), name, book],
            stdin=pipe, stdout=pipe, text=True,
        )
        for name, book in names_and_books
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    return [process.communicate("\n")[0] for process in processes]


def test_builds_of_several_books_into_one_folder_are_all_recorded(tmp_path: Path) -> None:
    books = [(f"{number}.mp3", f"book {number}") for number in range(4)]
    assert run_at_once(tmp_path, books) == [""] * 4
    assert set(load_manifest(tmp_path).outputs) == {name for name, _ in books}
    assert list_names(tmp_path) == {name for name, _ in books}


def test_of_two_books_with_one_output_the_second_is_refused(tmp_path: Path) -> None:
    said = run_at_once(tmp_path, [("a.mp3", "first"), ("a.mp3", "second")])
    assert said[0] == ""
    assert "is an audiobook of another book, “first”" in said[1]
    assert (tmp_path / "a.mp3").read_text() == "first"


def test_two_builds_of_one_book_at_once_both_succeed(tmp_path: Path) -> None:
    assert run_at_once(tmp_path, [("a.mp3", "one")] * 4) == [""] * 4
    write(Output(tmp_path / "a.mp3", Origin("audiobook", "one", ("one",))), "again")


# ---------------------------------------------------------------------------------- text files


def test_a_text_that_the_user_has_edited_is_updated_and_stays_the_users(tmp_path: Path) -> None:
    path = tmp_path / "emma.cast.toml"
    output = Output(path, replace(EMMA, kind="cast"))
    outputs.update_file(output, lambda: "a")
    outputs.update_file(output, lambda: path.read_text() + "b")
    path.write_text("mine ")
    outputs.update_file(output, lambda: path.read_text() + "c")
    assert path.read_text() == "mine c"
    with pytest.raises(OutputError, match="has been changed"):
        write(output)


# ---------------------------------------------------------------------------------- folders

CHAPTERS = replace(EMMA, kind="chapters")


def test_files_that_an_earlier_build_wrote_are_replaced_or_removed(tmp_path: Path) -> None:
    output = Output(tmp_path / "book", CHAPTERS, is_folder=True)
    assert write_folder(output, {"1.mp3": "1", "in/2.mp3": "2"}) == Changes()
    (output.target / "cover.jpg").write_text("the user's own")
    outputs.prepare_output(output, ["1.mp3"])
    changes = write_folder(output, {"1.mp3": "uno"})
    assert changes == Changes((output.target / "1.mp3",), (output.target / "in/2.mp3",))
    assert list_names(output.target) == {"1.mp3", "cover.jpg"}
    assert not (output.target / "in").exists()
    assert (output.target / "1.mp3").read_text() == "uno"


def test_a_playlist_of_the_user_removes_nothing(tmp_path: Path) -> None:
    output = Output(tmp_path, CHAPTERS, is_folder=True)
    (tmp_path / "music.mp3").write_text("the user's")
    (tmp_path / "playlist.m3u8").write_text("music.mp3\n")
    with pytest.raises(OutputError, match=r"playlist\.m3u8 is there already"):
        outputs.prepare_output(output, ["playlist.m3u8"])
    with pytest.raises(OutputError, match=r"playlist\.m3u8 is there already"):
        write_folder(output, {"1.mp3": "1", "playlist.m3u8": "1.mp3"})
    assert list_names(tmp_path) == {"music.mp3", "playlist.m3u8"}


def test_a_chapter_that_the_user_has_changed_is_neither_replaced_nor_removed(
    tmp_path: Path,
) -> None:
    output = Output(tmp_path, CHAPTERS, is_folder=True)
    write_folder(output, {"1.mp3": "1", "2.mp3": "2"})
    (tmp_path / "2.mp3").write_text("TAGGED")
    with pytest.raises(OutputError, match=r"2\.mp3 has been changed"):
        outputs.prepare_output(output)
    with pytest.raises(OutputError, match=r"2\.mp3 has been changed"):
        write_folder(output, {"1.mp3": "uno", "2.mp3": "due"})
    assert write_folder(output, {"1.mp3": "uno"}).removed == ()
    assert (tmp_path / "2.mp3").read_text() == "TAGGED"
    outputs.prepare_output(output)


@pytest.mark.parametrize(
    "origin", [replace(CHAPTERS, contents=("other",)), replace(EMMA, kind="page")]
)
def test_another_book_or_format_does_not_take_over_a_folder(tmp_path: Path, origin: Origin) -> None:
    write_folder(Output(tmp_path, CHAPTERS, is_folder=True), {"1.mp3": "1"})
    other = Output(tmp_path, replace(origin, may_replace=True), is_folder=True)
    with pytest.raises(OutputError, match="holds an audiobook in chapters"):
        outputs.prepare_output(other)
    with pytest.raises(OutputError, match="holds an audiobook in chapters"):
        write_folder(other, {"9.mp3": "9"})
    assert list_names(tmp_path) == {"1.mp3"}


def test_a_page_needs_a_folder_of_its_own(tmp_path: Path) -> None:
    page = Output(tmp_path / "page", replace(EMMA, kind="page"), is_folder=True, is_exclusive=True)
    page.target.mkdir()
    (page.target / ".htaccess").write_text("hidden files are for servers")
    write_folder(page, {"index.html": "1"})
    (page.target / "notes.txt").write_text("the user's")
    write_folder(page, {"index.html": "2"})
    assert list_names(page.target) == {"index.html", "notes.txt", ".htaccess"}
    mine = replace(page, target=tmp_path / "mine")
    mine.target.mkdir()
    (mine.target / "page.js").write_text("the user's")
    with pytest.raises(OutputError, match="no record of writing them"):
        outputs.prepare_output(mine)


def test_a_record_that_names_files_elsewhere_removes_none_of_them(tmp_path: Path) -> None:
    output = Output(tmp_path / "book", CHAPTERS, is_folder=True)
    write_folder(output, {"1.mp3": "1", "in/2.mp3": "2"})
    (tmp_path / "elsewhere").mkdir()
    for name in ("2.mp3", "elsewhere/2.mp3"):
        (tmp_path / name).write_text("2")
    record = (output.target / MANIFEST_NAME).read_text()
    (output.target / MANIFEST_NAME).write_text(record.replace('"in/2.mp3"', '"../2.mp3"'))
    write_folder(output, {"1.mp3": "1"})
    write_folder(output, {"1.mp3": "1", "linked/2.mp3": "2"})
    (output.target / "linked" / "2.mp3").unlink()
    (output.target / "linked").rmdir()
    (output.target / "linked").symlink_to(tmp_path / "elsewhere")
    write_folder(output, {"1.mp3": "1"})
    assert {"2.mp3", "elsewhere/2.mp3"} <= list_names(tmp_path)


def test_a_folder_that_was_moved_or_copied_is_still_narrators(tmp_path: Path) -> None:
    write_folder(Output(tmp_path / "old", CHAPTERS, is_folder=True), {"1.mp3": "1", "2.mp3": "2"})
    (tmp_path / "old").rename(tmp_path / "new")
    moved = Output(tmp_path / "new", CHAPTERS, is_folder=True)
    outputs.prepare_output(moved)
    assert write_folder(moved, {"1.mp3": "uno"}).removed == (moved.target / "2.mp3",)


def test_a_file_in_place_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("in the way")
    with pytest.raises(OutputError, match="has to be a folder"):
        outputs.prepare_output(Output(tmp_path / "book", CHAPTERS, is_folder=True))
    assert (tmp_path / "book").read_text() == "in the way"
