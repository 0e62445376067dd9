import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from narrator.build.options import Options
from narrator.build.pipeline import narrate
from narrator.build.stems import name_stems
from narrator.cli.main import app
from narrator.errors import OutputError

STORY = """\
CHAPTER ONE

"Who left the gate open?" asked Marta. "The goats are out."

"Not I," said Peter. They looked at each other.

CHAPTER TWO

Nobody spoke on the way home.
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "goats.txt"
    path.write_text(STORY, "utf-8")
    return path


def read_samples(path: Path) -> np.ndarray:
    samples, _ = soundfile.read(path, dtype="int16")
    return samples.astype(np.int32)


def test_all_stems_together_are_the_audiobook(story: Path, tmp_path: Path) -> None:
    options = Options(format="wav", stems=True, jobs=1)
    audiobook = narrate([str(story)], tmp_path / "goats.wav", options)
    names = [path.relative_to(tmp_path).as_posix() for path in audiobook.stems]
    assert names == [f"goats.stems/{name}.wav" for name in ("Marta", "Narrator", "Peter")]
    stems = [read_samples(path) for path in audiobook.stems]
    assert np.array_equal(sum(stems), read_samples(tmp_path / "goats.wav"))
    assert all(stem.any() for stem in stems)
    # no two speakers are heard at once
    assert np.max(np.sum([stem != 0 for stem in stems], axis=0)) == 1


def test_stems_of_an_encoded_audiobook_are_aligned_with_it(story: Path, tmp_path: Path) -> None:
    options = Options(format="mp3", stems=True, jobs=1, companions=("timeline",))
    audiobook = narrate([str(story)], tmp_path / "goats.mp3", options)
    timeline = json.loads((tmp_path / "goats.timeline.json").read_text("utf-8"))
    peter = read_samples(tmp_path / "goats.stems" / "Peter.wav")
    assert len(peter) == audiobook.timeline.samples
    [line] = [line for line in timeline["lines"] if line["speaker"] == "Peter"]
    heard = np.flatnonzero(peter) / audiobook.timeline.rate
    assert line["start"] - 0.01 <= heard[0] <= line["start"] + 0.05
    assert heard[-1] <= line["end"] + 0.01


def test_a_split_audiobook_has_stems_for_each_file(story: Path, tmp_path: Path) -> None:
    options = Options(split=True, stems=True, jobs=1)
    audiobook = narrate([str(story)], tmp_path / "goats", options)
    folders = {path.parent.name for path in audiobook.stems}
    assert folders == {path.stem for path in audiobook.files}
    for path in audiobook.files:
        [narrator] = [
            s for s in audiobook.stems if (s.parent.name, s.stem) == (path.stem, "Narrator")
        ]
        assert soundfile.info(narrator).duration == pytest.approx(
            soundfile.info(path).duration, abs=0.1
        )


def test_the_stem_of_a_character_who_is_gone_is_removed(story: Path, tmp_path: Path) -> None:
    options = Options(format="wav", stems=True, jobs=1)
    narrate([str(story)], tmp_path / "goats.wav", options)
    unchanged = narrate([str(story)], tmp_path / "goats.wav", options)
    assert len(unchanged.stems) == 3
    assert not unchanged.companions
    assert unchanged.files == (tmp_path / "goats.wav",)
    story.write_text(STORY.replace("said Peter", "said Marta"), "utf-8")
    narrate([str(story)], tmp_path / "goats.wav", options)
    names = sorted(path.name for path in (tmp_path / "goats.stems").glob("*.wav"))
    assert names == ["Marta.wav", "Narrator.wav"]


def test_a_folder_of_the_user_is_not_mixed_with_stems(story: Path, tmp_path: Path) -> None:
    (tmp_path / "goats.stems").mkdir()
    (tmp_path / "goats.stems" / "mine.wav").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"goats\.stems"):
        narrate([str(story)], tmp_path / "goats.wav", Options(format="wav", stems=True, jobs=1))
    assert not (tmp_path / "goats.wav").exists()


def test_the_command_names_the_stems_and_the_labels(story: Path, tmp_path: Path) -> None:
    arguments = ["build", str(story), "-o", str(tmp_path / "goats.wav"), "--stems", "--labels"]
    result = CliRunner().invoke(app, [*arguments, "--jobs", "1"])
    assert result.exit_code == 0, result.output
    assert "(3 speakers)" in result.stdout
    assert (tmp_path / "goats.speakers.labels.txt").is_file()


def test_names_that_differ_by_capitals_or_by_forbidden_signs_stay_apart() -> None:
    names = name_stems([None, "Narrator", "AC/DC", "ac dc", "Anna", "Anna"], "en")
    assert len({name.casefold() for name in names.values()}) == 5
    assert names[None] == "Narrator.wav"
    assert names["Anna"] == "Anna.wav"
