import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from narrator.build.events import ScriptWritten
from narrator.build.options import Options
from narrator.build.pipeline import narrate, write_script
from narrator.errors import OptionError
from narrator.scripts.corrections import load_corrections

SPOILING_ENGINE = '''
"""An engine that spoils one text in three, in one of four ways, and reports each."""
import os
import zlib
from dataclasses import replace
from narrator.engines.pyttsx3 import Pyttsx3

OTHER_TEXT = "Sweet apples lay in the cellar all through that winter, and nobody counted them."

class Spoiling(Pyttsx3):
    name = "spoiling"

    def speak(self, text, voice):
        clip = super().speak(text, voice)
        chance = zlib.crc32(f"{text} {voice.rate}".encode())
        if len(text) >= 200 or chance % 3:
            return clip
        third = len(clip.pcm) // 6 * 2
        first, middle, last = clip.pcm[:third], clip.pcm[third : -third], clip.pcm[-third:]
        ways = {
            "cut": first + middle,
            "doubled": first + middle + middle + last,
            "silenced": first + bytes(len(middle)) + last,
            "other text": super().speak(OTHER_TEXT, voice).pcm,
        }
        way = list(ways)[chance // 3 % len(ways)]
        with open(os.environ["SPOILT_TEXTS"], "a") as file:
            print(way, text, sep=": ", file=file)
        return replace(clip, pcm=ways[way])
'''
PROFILE = """
engine = "spoiling"
voice = "gmw/en-US+m3"
language = "en"
gender = "male"
age = "adult"
description = "A voice that is often spoilt."
"""
STORY = "\n\n".join(
    f"The {ordinal} lighthouse stood upon a rock, {distance} miles from the shore. "
    f"Its keeper had not spoken a word since the {ordinal} storm of that year."
    for ordinal, distance in (
        ("first", "seven"),
        ("second", "eleven"),
        ("third", "twenty"),
        ("fourth", "two"),
        ("fifth", "thirty"),
        ("sixth", "fourteen"),
        ("seventh", "nine"),
        ("eighth", "sixteen"),
    )
)


@pytest.fixture
def spoiling_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the engine as a plug-in, and a voice of it; return the folder of the book."""
    plugins = tmp_path / "plugins"
    folder = plugins / "spoiling-1.dist-info"
    folder.mkdir(parents=True)
    (plugins / "spoiling_engine.py").write_text(SPOILING_ENGINE, "utf-8")
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: spoiling\nVersion: 1\n", "utf-8")
    entry = "[narrator.engines]\nspoiling = spoiling_engine:Spoiling\n"
    (folder / "entry_points.txt").write_text(entry, "utf-8")
    voices = tmp_path / "voices"
    voices.mkdir()
    (voices / "spoilt.toml").write_text(PROFILE, "utf-8")
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(plugins), str(root)]))
    monkeypatch.setenv("NARRATOR_VOICES", str(voices))
    monkeypatch.setenv("SPOILT_TEXTS", str(tmp_path / "spoilt.txt"))
    book = tmp_path / "book"
    book.mkdir()
    (book / "story.txt").write_text(STORY, "utf-8")
    return book


def run_narrator(folder: Path, *arguments: str) -> str:
    command = "from narrator.cli.start import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", command, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_every_line_that_an_engine_spoils_is_spoken_again(spoiling_engine: Path) -> None:
    arguments = ("story.txt", "-o", "story.mp3", "--voice", "spoilt", "--timeline")
    result = json.loads(run_narrator(spoiling_engine, "build", *arguments, "--json"))
    spoilt = (spoiling_engine.parent / "spoilt.txt").read_text("utf-8").splitlines()
    ways, texts = zip(*(row.split(": ") for row in spoilt), strict=True)
    assert set(ways) == {"cut", "doubled", "silenced", "other text"}
    lines = write_script([str(spoiling_engine / "story.txt")], Options()).lines
    retaken = [take["line"] for take in result["takes"]]
    assert retaken == [line.id for line in lines if line.text in texts]
    assert all(take["take"] and not take["flaws"] for take in result["takes"])
    audiobook = (spoiling_engine / "story.mp3").read_bytes()
    # every line is whole: none is shorter than its twin in another paragraph by a third
    timeline = json.loads((spoiling_engine / "story.timeline.json").read_text("utf-8"))
    first_lines = [line for line in timeline["lines"] if line["id"].endswith(".1")]
    lengths = [line["end"] - line["start"] for line in first_lines]
    assert min(lengths) > 0.75 * max(lengths)
    assert not any("suspect" in line for line in timeline["lines"])
    # the same takes from the cache, and without it
    assert f"{len(retaken)} lines" in run_narrator(spoiling_engine, "build", *arguments)
    fresh = ("--cache-dir", "fresh", "-o", "fresh.mp3", "--jobs", "1")
    run_narrator(spoiling_engine, "build", *arguments[:1], *arguments[3:], *fresh)
    assert (spoiling_engine / "fresh.mp3").read_bytes() == audiobook


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text("The ferry had gone. Nobody came.\n\nIt rained until evening.\n", "utf-8")
    return path


def build(story: Path, **settings: object) -> bytes:
    target = story.with_name("story.wav")
    options = Options(voice="edgar", format="wav", jobs=1, **settings)  # type: ignore[arg-type]
    narrate([str(story)], target, options)
    return target.read_bytes()


def test_another_take_of_a_line_is_kept_beside_the_book(story: Path) -> None:
    first = build(story)
    second = build(story, again=("1.1.2",))
    assert second != first
    corrections = load_corrections(story.with_name("story.corrections.toml"))
    assert [(each.words, each.take) for each in corrections.line_corrections] == [
        ("Nobody came.", 1)
    ]
    assert build(story) == second
    assert build(story, again=("1.1.2",)) not in (first, second)
    corrections = load_corrections(story.with_name("story.corrections.toml"))
    assert [each.take for each in corrections.line_corrections] == [2]


def test_the_book_is_described_once_when_another_take_is_asked_for(story: Path) -> None:
    happened: list[object] = []
    options = Options(voice="edgar", format="wav", jobs=1, again=("1.1.2",))
    narrate([str(story)], story.with_name("story.wav"), options, happened.append)
    assert sum(isinstance(event, ScriptWritten) for event in happened) == 1


def test_a_take_survives_an_edit_of_the_book(story: Path) -> None:
    build(story, again=("1.1.2",))
    story.write_text("A new beginning.\n\n" + story.read_text("utf-8"), "utf-8")
    lines = write_script([str(story)], Options()).lines
    assert [(line.id, line.directions.take) for line in lines if line.directions.take] == [
        ("1.2.2", 1)
    ]


@pytest.mark.parametrize(
    ("part", "count"), [("1.1", 2), ("1", 3), ("1.1.2-1.2", 2), ("1.2.1", 1), ("suspect", 0)]
)
def test_lines_are_chosen_by_number_range_paragraph_and_chapter(
    story: Path, part: str, count: int
) -> None:
    build(story, again=(part,))
    path = story.with_name("story.corrections.toml")
    assert len(load_corrections(path).line_corrections if path.exists() else ()) == count


@pytest.mark.parametrize("part", ["7.1", "one", "1.1.9", "1-x"])
def test_a_line_that_does_not_exist_is_an_error(story: Path, part: str) -> None:
    with pytest.raises(OptionError, match="--again"):
        build(story, again=(part,))
    assert not story.with_name("story.corrections.toml").exists()
