from pathlib import Path

from narrator.files.manifest import (
    FOLDER_OUTPUT,
    MANIFEST_NAME,
    BookRecord,
    OutputRecord,
    Version,
    is_unchanged,
    load_manifest,
    read_version,
)
from narrator.files.record_keeping import (
    WrittenFiles,
    record_planned_files,
    record_written_files,
)

EMMA = BookRecord("Emma", ("emma",), (), ())
OTHER = BookRecord("Other", ("other",), (), ())


def write_files(
    folder: Path, output: str, contents: dict[str, str], book: BookRecord = EMMA
) -> None:
    for name, content in contents.items():
        (folder / name).write_text(content)
    versions = {name: read_version(folder / name) for name in contents}
    written = WrittenFiles(folder, output, OutputRecord("audiobook", book, {}), versions)
    record_planned_files(written)
    record_written_files(written)


def list_files(folder: Path) -> dict[str, set[str]]:
    return {name: set(output.files) for name, output in load_manifest(folder).outputs.items()}


def test_while_a_file_is_replaced_both_contents_are_recorded(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "old"})
    new_version = Version(3, "abc")
    output = OutputRecord("audiobook", EMMA, {})
    record_planned_files(WrittenFiles(tmp_path, "a.mp3", output, {"a.mp3": new_version}))
    record = load_manifest(tmp_path).outputs["a.mp3"].files["a.mp3"]
    assert record.versions == (new_version, read_version(tmp_path / "a.mp3"))
    assert is_unchanged(tmp_path / "a.mp3", record)


def test_companions_that_are_not_written_again_stay_in_the_record(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "1", "a.srt": "1"})
    write_files(tmp_path, "a.mp3", {"a.mp3": "2"})
    assert list_files(tmp_path) == {"a.mp3": {"a.mp3", "a.srt"}}


def test_what_a_folder_no_longer_holds_leaves_the_record(tmp_path: Path) -> None:
    write_files(tmp_path, FOLDER_OUTPUT, {"1.mp3": "1", "2.mp3": "1"})
    write_files(tmp_path, FOLDER_OUTPUT, {"1.mp3": "2"})
    assert list_files(tmp_path) == {FOLDER_OUTPUT: {"1.mp3"}}


def test_a_file_belongs_to_the_output_that_wrote_it_last(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "1", "a.srt": "1"})
    write_files(tmp_path, "a.m4b", {"a.m4b": "1", "a.srt": "2"})
    assert list_files(tmp_path) == {"a.mp3": {"a.mp3"}, "a.m4b": {"a.m4b", "a.srt"}}


def test_another_book_in_the_same_place_takes_over_only_what_it_writes(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "1", "a.srt": "1"})
    write_files(tmp_path, "a.mp3", {"a.mp3": "2"}, OTHER)
    [output] = load_manifest(tmp_path).outputs.values()
    assert (output.book, set(output.files)) == (OTHER, {"a.mp3"})


def test_files_that_were_removed_leave_the_record(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "1"})
    (tmp_path / "a.mp3").unlink()
    write_files(tmp_path, "b.mp3", {"b.mp3": "1"})
    assert list_files(tmp_path) == {"b.mp3": {"b.mp3"}}


def test_a_record_that_is_right_is_not_written_again(tmp_path: Path) -> None:
    write_files(tmp_path, "a.mp3", {"a.mp3": "1"})
    before = (tmp_path / MANIFEST_NAME).stat()
    version = read_version(tmp_path / "a.mp3")
    written = WrittenFiles(
        tmp_path, "a.mp3", OutputRecord("audiobook", EMMA, {}), {"a.mp3": version}
    )
    record_written_files(written)
    assert (tmp_path / MANIFEST_NAME).stat().st_ino == before.st_ino
