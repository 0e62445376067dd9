"""The benchmark of casting: annotated scripts, and random casts to compare with."""

import json

import pytest

from benchmarks.casting import draw_cast, load_annotated_script
from narrator.casting.profiles import load_voices

TEXT = 'Chapter 1\n\n"Go," said Ada.\n\nChapter 2\n\n"No," said Tom.\n\n"Yes," said Tom.\n'


@pytest.fixture
def script(tmp_path):
    quotes = [
        {"id": f"Q{n}", "start": start, "end": start + 4, "speaker": speaker}
        for n, (word, speaker) in enumerate((('"Go', "Ada"), ('"No', "Tom"), ('"Yes', "Tom")))
        for start in [TEXT.index(word)]
    ]
    characters = [{"name": "Ada", "gender": "F"}, {"name": "Tom", "gender": "M"}]
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    (tmp_path / "quotes.json").write_text(json.dumps({"quotes": quotes}))
    (tmp_path / "characters.json").write_text(json.dumps({"characters": characters}))
    return load_annotated_script(tmp_path)


def test_an_annotated_script_has_speakers_in_their_chapters(script):
    lines = [(line.chapter, line.speaker) for line in script.lines]
    assert lines == [(1, "Ada"), (2, "Tom"), (2, "Tom")]


def test_its_characters_are_sorted_by_their_lines(script):
    characters = [(c.name, c.gender, c.line_count) for c in script.characters]
    assert characters == [("Tom", "male", 2), ("Ada", "female", 1)]


def test_a_random_cast_has_the_right_genders_and_is_the_same_for_a_seed(script):
    voices = load_voices()
    cast = draw_cast(script, voices, seed=1, reuse_voices=True)
    assert {name: voice.gender for name, voice in cast.items()} == {"Ada": "female", "Tom": "male"}
    assert draw_cast(script, voices, seed=1, reuse_voices=True) == cast


def test_a_random_cast_may_be_drawn_without_a_voice_for_two(script):
    for seed in range(20):
        cast = draw_cast(script, load_voices(), seed, reuse_voices=False)
        assert len({voice.name for voice in cast.values()}) == len(cast)
