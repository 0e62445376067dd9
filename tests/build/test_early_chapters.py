"""Chapters of a split audiobook are published while others are still being spoken."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from narrator.build import events, pipeline
from narrator.build.events import BuildEvent
from narrator.build.options import Options
from narrator.errors import OutputError
from narrator.export.splitting import PartLimit
from narrator.files.manifest import FOLDER_OUTPUT, MANIFEST_NAME, load_manifest
from tests.conftest import inline

SPLIT = Options(engine="tone", pool=inline, jobs=1, split=True, companions=("srt",))
FIRST, SECOND = "01 - Chapter I.mp3", "02 - Chapter II.mp3"
COMPLETE = {FIRST, SECOND, "01 - Chapter I.srt", "02 - Chapter II.srt", "playlist.m3u8"}


def start(story: Path, folder: Path, options: Options = SPLIT) -> Iterator[BuildEvent]:
    """Begin a build, and yield its events from the first finished chapter on."""
    build = pipeline.build_audiobook([str(story)], folder, options)
    yield from (event for event in build if _is_late(event))


def _is_late(event: BuildEvent) -> bool:
    late_types = (events.ChapterFinished, events.ExportStarted, events.BuildFinished)
    return isinstance(event, late_types)


def list_names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != MANIFEST_NAME}


def read_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in list_names(folder)}


def test_each_chapter_is_published_once_it_is_spoken(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "book"
    build = start(story, target)
    for number, name, names in ((1, FIRST, {FIRST}), (2, SECOND, {FIRST, SECOND})):
        event = next(build)
        assert isinstance(event, events.ChapterFinished)
        assert event.file == target / name
        assert (event.part.number, event.part.total) == (number, 2)
        assert list_names(target) == names
    assert isinstance(next(build), events.ExportStarted)
    early = {name: (target / name).stat() for name in (FIRST, SECOND)}
    finished = next(build)
    assert isinstance(finished, events.BuildFinished)
    assert list_names(target) == COMPLETE
    # they are not written twice, and nothing counts as replaced
    assert {name: (target / name).stat() for name in early} == early
    assert finished.audiobook.files == (target / FIRST, target / SECOND)
    assert (finished.audiobook.replaced, finished.audiobook.removed) == ((), ())


def test_early_chapters_have_the_bytes_of_those_written_at_the_end(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(start(story, tmp_path / "early"))
    monkeypatch.setattr("narrator.build.early_chapters.is_chapter_per_file", lambda _: False)
    assert len(list(start(story, tmp_path / "late"))) == 2
    assert read_files(tmp_path / "early") == read_files(tmp_path / "late")


def test_a_cancelled_build_keeps_finished_chapters_and_is_continued(
    story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "book"
    build = pipeline.build_audiobook([str(story)], target, SPLIT)
    next(event for event in build if isinstance(event, events.ChapterFinished))
    build.close()
    assert list_names(target) == {FIRST}
    assert load_manifest(target).outputs[FOLDER_OUTPUT].is_unfinished
    list(start(story, target))
    assert list_names(target) == COMPLETE
    record = load_manifest(target).outputs[FOLDER_OUTPUT]
    assert (set(record.files), record.is_unfinished) == (COMPLETE, False)


def test_chapters_of_a_cancelled_build_with_other_options_go(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "book"
    build = pipeline.build_audiobook([str(story)], target, replace(SPLIT, format="flac"))
    next(event for event in build if isinstance(event, events.ChapterFinished))
    build.close()
    *_, finished = start(story, target)
    assert list_names(target) == COMPLETE
    assert isinstance(finished, events.BuildFinished)
    assert finished.audiobook.removed == (target / "01 - Chapter I.flac",)


def test_a_finished_audiobook_is_replaced_only_by_a_finished_one(
    story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "book"
    list(start(story, target))
    older = read_files(target)
    build = start(story, target, replace(SPLIT, speed=2.0))
    assert isinstance(next(build), events.ExportStarted)
    assert read_files(target) == older
    list(build)
    assert read_files(target)[FIRST] != older[FIRST]


def test_a_chapter_that_the_listener_changed_meanwhile_is_not_replaced(
    story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "book"
    build = start(story, target)
    next(build)
    (target / FIRST).write_bytes(b"with other tags")
    with pytest.raises(OutputError, match="has been changed since narrator wrote it"):
        list(build)
    assert (target / FIRST).read_bytes() == b"with other tags"


def test_a_chapter_that_the_listener_removed_meanwhile_is_written_again(
    story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "book"
    build = start(story, target)
    next(build)
    (target / FIRST).unlink()
    list(build)
    assert list_names(target) == COMPLETE


def test_another_book_is_refused_in_an_unfinished_folder(story: Path, tmp_path: Path) -> None:
    next(start(story, tmp_path / "book"))
    other = tmp_path / "other.txt"
    other.write_text(story.read_text("utf-8") + "\n\nThe end.", "utf-8")
    with pytest.raises(OutputError, match="of another book"):
        list(start(other, tmp_path / "book"))
    assert list_names(tmp_path / "book") == {FIRST}


@pytest.mark.parametrize(
    "options",
    [
        replace(SPLIT, part_limit=PartLimit(max_seconds=3600)),
        replace(SPLIT, loudness="acx"),
        replace(SPLIT, split=False),
    ],
)
def test_files_whose_number_is_known_at_the_end_wait_for_it(
    story: Path, tmp_path: Path, options: Options
) -> None:
    target = tmp_path / ("book" if options.split else "book.mp3")
    kinds = [type(event) for event in start(story, target, options)]
    assert kinds == [events.ExportStarted, events.BuildFinished]
