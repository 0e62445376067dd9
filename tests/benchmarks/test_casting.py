"""The benchmark of casting: annotated scripts, and random casts to compare with."""

import json
from dataclasses import replace

import pytest

from benchmarks.casting import (
    draw_cast,
    format_ratio,
    load_annotated_script,
    measure_similar_answers,
    select_voices,
)
from narrator.casting.acoustics import look_up_acoustics
from narrator.casting.automatic import find_encounters
from narrator.casting.engine_choice import find_voice_problem
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


def test_two_have_the_same_voice_only_if_there_are_more_leads_than_voices(script):
    [man] = [voice for voice in load_voices().values() if voice.name == "edgar"]
    people = tuple(replace(script.characters[0], name=name) for name in ("Tom", "Tim"))
    crowd = replace(script, characters=people)
    assert set(draw_cast(crowd, {"edgar": man}, 1, reuse_voices=False).values()) == {man}


def test_voices_that_can_not_speak_here_are_not_drawn():
    ready = select_voices(load_voices(), "natural", only_ready=True)
    assert {voice.engine_voice for voice in ready.values() if find_voice_problem(voice)} == set()
    measured = select_voices(load_voices(), "kokoro", only_ready=False)
    assert len(measured) > 30
    assert all(look_up_acoustics(voice) for voice in measured.values())


def test_answers_between_leads_with_the_same_voice_count_as_similar(script):
    voices = load_voices()
    pair, encounters = ("Ada", "Tom"), find_encounters(script)
    encounters = replace(encounters, exchange_counts={frozenset(pair): 3})
    for tom, share in (("helen", 1.0), ("edgar", 0.0)):
        cast = {"Ada": voices["helen"], "Tom": voices[tom]}
        assert measure_similar_answers(cast, [pair], encounters) == share


def test_no_ratio_is_shown_where_random_casts_have_no_distance():
    assert format_ratio(1.2, 0.6).split() == ["0.60:", "2.0", "×"]
    assert format_ratio(1.2, 0.0).split() == ["0.00:", "-"]
