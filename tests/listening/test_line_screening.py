import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks._damages import DAMAGES, TimedSound, load_audiobook
from narrator.build.options import Options
from narrator.build.pipeline import write_script
from narrator.listening.line_placement import LinePlace, place_lines
from narrator.listening.line_screening import ListeningRegion, choose_regions, find_short_lines
from narrator.listening.sound_scan import scan_audiobook
from narrator.listening.timeline_lines import find_timeline, list_timed_lines, plan_places
from tests.listening.short_audiobook import build_audiobook, run


@pytest.fixture(scope="module")
def audiobook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_audiobook(tmp_path_factory.mktemp("story"), "edgar")


def screen(audiobook: Path) -> tuple[list[str], list[ListeningRegion] | None, float]:
    """Return the lines of an audiobook, what must be listened to, and its length in seconds."""
    script = write_script([str(audiobook.parent / "story.txt")], Options())
    timeline = find_timeline([audiobook])
    assert timeline
    lines = list_timed_lines(timeline, script, [audiobook])
    assert lines
    scan = run(scan_audiobook([audiobook]))
    regions = choose_regions(lines, plan_places(timeline, lines, scan.file_starts), scan, "en")
    return [line.line_id for line in lines], regions, scan.seconds


def find_short(audiobook: Path) -> set[int]:
    """Return the indices of the lines of an audiobook that are heard for too short a time."""
    timeline = find_timeline([audiobook])
    assert timeline
    lines = list_timed_lines(
        timeline, write_script([str(audiobook.parent / "story.txt")], Options()), [audiobook]
    )
    assert lines
    scan = run(scan_audiobook([audiobook]))
    return find_short_lines(plan_places(timeline, lines, scan.file_starts), scan)


def test_almost_nothing_of_a_good_audiobook_is_listened_to(audiobook: Path) -> None:
    _, regions, seconds = screen(audiobook)
    assert regions is not None
    listened = sum(region.end_seconds - region.start_seconds for region in regions)
    assert listened < 0.3 * seconds


@pytest.mark.parametrize("index", [1, 3, 6, 9, 12])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_line_is_listened_to(
    audiobook: Path, tmp_path: Path, name: str, index: int
) -> None:
    sound = load_audiobook(audiobook)
    damaged = tmp_path / "story.wav"
    soundfile.write(damaged, DAMAGES[name](sound, index), sound.rate)
    for companion in ("story.txt", "story.timeline.json"):
        (tmp_path / companion).write_bytes((audiobook.parent / companion).read_bytes())
    line_ids, regions, _ = screen(damaged)
    # None means that all is listened to
    heard = {line_ids[i] for region in regions or () for i in range(region.first, region.end)}
    assert regions is None or sound.timeline["lines"][index]["id"] in heard


def test_the_lines_around_a_damaged_one_are_not_doubtful(audiobook: Path, tmp_path: Path) -> None:
    sound = load_audiobook(audiobook)
    soundfile.write(tmp_path / "story.wav", DAMAGES["truncated"](sound, 8), sound.rate)
    for companion in ("story.txt", "story.timeline.json"):
        (tmp_path / companion).write_bytes((audiobook.parent / companion).read_bytes())
    _, regions, _ = screen(tmp_path / "story.wav")
    assert regions
    [region] = [region for region in regions if region.first <= 8 < region.end]
    assert 8 in region.doubtful
    assert not region.doubtful & {region.first, region.end - 1}
    assert region.short == {8}
    assert find_short(tmp_path / "story.wav") == {8}


def make_speech(pieces: list[tuple[float, bool]]) -> np.ndarray:
    return np.concatenate([np.full(round(100 * seconds), heard) for seconds, heard in pieces])


def make_book(lengths: list[float]) -> tuple[list[LinePlace], list[tuple[float, bool]]]:
    """Return lines with pauses of half a second, and the sound that they make."""
    places, pieces, now = [], [(0.5, False)], 0.5
    for seconds in lengths:
        places.append(LinePlace(now, now + seconds))
        pieces += [(seconds, True), (0.5, False)]
        now += seconds + 0.5
    return places, pieces


LENGTHS = [2.0, 3.1, 1.4, 2.6, 4.2, 1.1, 3.7, 2.2, 1.9, 2.9]


def test_every_line_of_an_audiobook_as_planned_is_in_its_place() -> None:
    planned, pieces = make_book(LENGTHS)
    assert place_lines(planned, make_speech(pieces)) == planned


def test_lines_after_a_cut_are_found_earlier() -> None:
    planned, pieces = make_book(LENGTHS)
    shorter = make_speech(pieces[:7] + pieces[9:])  # without the fourth line
    places = place_lines(planned, shorter)
    assert places[3] is None
    for place, plan in zip(places[4:], planned[4:], strict=True):
        assert place
        assert place.start_seconds == pytest.approx(plan.start_seconds - 3.1, abs=0.02)


def test_lines_after_an_insertion_are_found_later() -> None:
    planned, pieces = make_book(LENGTHS)
    longer = make_speech([*pieces[:5], (40.0, True), (0.5, False), *pieces[5:]])
    places = place_lines(planned, longer)
    assert places[1] == planned[1]
    last = places[-1]
    assert last
    assert last.start_seconds == pytest.approx(planned[-1].start_seconds + 40.5, abs=0.02)


def test_lines_between_two_edits_are_found() -> None:
    planned, pieces = make_book([*LENGTHS, *LENGTHS[::-1]])
    # without the sixth line, and with the ninth twice
    edited = make_speech([*pieces[:11], *pieces[13:19], *pieces[17:19], *pieces[19:]])
    places = place_lines(planned, edited)
    shifts = [
        round(place.start_seconds - plan.start_seconds, 1) if place else None
        for place, plan in zip(places, planned, strict=True)
    ]
    assert shifts[:5] == [0.0] * 5
    assert shifts[5] is None
    assert shifts[6:8] == [-1.6] * 2
    assert shifts[9:] == [0.8] * 11


@pytest.mark.parametrize("seed", [26, 77, 172, 295, 399])
def test_places_are_in_the_order_of_the_lines_although_others_sound_alike(seed: int) -> None:
    generator = random.Random(seed)  # noqa: S311 - the same lines each time
    lengths = [generator.choice([0.6, 1.2, 1.2, 2.0, 2.5]) for _ in range(40)]
    planned, pieces = make_book(lengths)
    damaged = generator.randrange(5, 34)
    places = place_lines(
        planned, make_speech(pieces[: 2 * damaged + 1] + pieces[2 * damaged + 3 :])
    )
    starts = [place.start_seconds for place in places if place]
    assert starts == sorted(starts)
    assert len(starts) >= 0.75 * len(lengths)


def test_no_line_of_another_audiobook_has_a_place() -> None:
    planned, _ = make_book(LENGTHS)
    assert place_lines(planned, np.zeros(3000, bool)) == [None] * len(LENGTHS)


@pytest.mark.parametrize("lengths", [[], [1.0]])
def test_short_books_have_places_too(lengths: list[float]) -> None:
    planned, pieces = make_book(lengths)
    assert place_lines(planned, make_speech(pieces)) == planned


def test_a_timeline_of_another_version_of_the_book_is_left_aside(audiobook: Path) -> None:
    book = audiobook.parent / "edited.txt"
    text = (audiobook.parent / "story.txt").read_text("utf-8")
    book.write_text(text.replace("eleven barrels", "twelve barrels"), "utf-8")
    timeline = find_timeline([audiobook])
    assert timeline
    assert list_timed_lines(timeline, write_script([str(book)], Options()), [audiobook]) is None


def test_an_audiobook_of_another_program_has_no_timeline(tmp_path: Path) -> None:
    (tmp_path / "other.mp3").touch()
    assert find_timeline([tmp_path / "other.mp3"]) is None


def test_sound_is_described_alike_in_one_file_and_in_several(
    audiobook: Path, tmp_path: Path
) -> None:
    sound: TimedSound = load_audiobook(audiobook)
    middle = len(sound.samples) // 2
    files = [tmp_path / "1.wav", tmp_path / "2.wav"]
    for file, part in zip(files, (sound.samples[:middle], sound.samples[middle:]), strict=True):
        soundfile.write(file, part, sound.rate)
    whole, parts = run(scan_audiobook([audiobook])), run(scan_audiobook(files))
    assert parts.seconds == pytest.approx(whole.seconds, abs=0.03)
    assert list(parts.file_starts.values())[1] == pytest.approx(middle / sound.rate, abs=0.02)
