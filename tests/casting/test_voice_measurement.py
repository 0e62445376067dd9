import pytest

from narrator.casting import voice_measurement
from narrator.casting.acoustics import (
    TABLE_PATH,
    estimate_acoustics,
    load_measurements,
    make_acoustic_key,
    predict_acoustics,
)
from narrator.casting.profiles import list_profile_folders, load_voices
from narrator.casting.voice_measurement import (
    format_measurements,
    measure_voice,
    measure_voices,
)
from narrator.model import Voice

WHISTLE = Voice("whistle", "tone", "high", rate=200)


@pytest.fixture
def cache_path(tmp_path):
    return tmp_path / "cache" / "measurements.json"


def test_a_synthesised_tone_is_measured_as_what_it_is():
    acoustics = measure_voice(Voice("hum", "tone", "middle", rate=200))
    assert acoustics.pitch_hz == pytest.approx(220, rel=0.01)
    assert acoustics.centroid_hz == pytest.approx(220, rel=0.1)


def test_a_voice_in_the_table_is_not_synthesised(voices, cache_path, monkeypatch):
    monkeypatch.delattr(voice_measurement, "measure_voice")
    arthur = voices["arthur"]
    assert measure_voices([arthur], cache_path) == {"arthur": estimate_acoustics(arthur)}
    assert not cache_path.exists()


def test_a_voice_is_measured_once_and_then_cached(monkeypatch, cache_path):
    first = measure_voices([WHISTLE], cache_path)
    assert first["whistle"].pitch_hz == pytest.approx(440, rel=0.01)
    assert cache_path.exists()
    monkeypatch.delattr(voice_measurement, "measure_voice")
    assert measure_voices([WHISTLE], cache_path) == first


def test_a_new_voice_is_predicted_and_not_cached_where_nothing_may_be_spoken(
    monkeypatch, cache_path
):
    with monkeypatch.context() as patch:
        patch.delattr(voice_measurement, "measure_voice")
        silent = measure_voices([WHISTLE], cache_path, measure_missing=False)
    assert silent == {"whistle": predict_acoustics(WHISTLE)}
    assert not cache_path.exists()
    measured = measure_voices([WHISTLE], cache_path)
    assert measure_voices([WHISTLE], cache_path, measure_missing=False) == measured


def test_a_changed_voice_is_measured_again_and_the_old_measurement_stays(cache_path):
    measure_voices([WHISTLE], cache_path)
    slower = Voice("whistle", "tone", "high", rate=100)
    first_content = cache_path.read_text()
    assert measure_voices([slower], cache_path) != measure_voices([WHISTLE], cache_path)
    assert set(first_content.splitlines()[1:-1]) <= {
        line.removesuffix(",") for line in cache_path.read_text().splitlines()
    } | set(cache_path.read_text().splitlines())


def test_without_a_cache_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert measure_voices([WHISTLE])["whistle"].pitch_hz == pytest.approx(440, rel=0.01)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["", "[]", "{"])
def test_a_damaged_cache_is_replaced(cache_path, damage):
    cache_path.parent.mkdir()
    cache_path.write_text(damage)
    expected = {"whistle": measure_voice(WHISTLE)}
    assert measure_voices([WHISTLE], cache_path) == expected
    assert cache_path.read_text() != damage


@pytest.mark.parametrize(
    "voice",
    [
        Voice("far", "server", "alloy", gender="female"),
        Voice("wrong", "tone", "humming", age="child"),
        Voice("gone", "no-such-engine", "x"),
    ],
)
def test_a_voice_that_cannot_be_measured_sounds_as_its_profile_suggests(voice, cache_path):
    assert measure_voices([voice], cache_path) == {voice.name: predict_acoustics(voice)}
    assert not cache_path.exists()


def test_a_cache_that_cannot_be_written_does_not_keep_a_voice_from_being_measured(cache_path):
    cache_path.parent.touch()
    assert measure_voices([WHISTLE], cache_path) == {"whistle": measure_voice(WHISTLE)}


def test_the_table_agrees_with_a_new_measurement_of_the_projects_voices(voices):
    for name in ("edgar", "clara", "penny"):
        assert f'"{make_acoustic_key(voices[name])}" = ' in format_measurements([voices[name]], {})
        assert estimate_acoustics(voices[name]) == measure_voice(voices[name])


def test_a_measured_voice_is_not_measured_again_for_the_table(voices, monkeypatch):
    monkeypatch.delattr(voice_measurement, "measure_voice")
    clara = voices["clara"]
    measurements = {make_acoustic_key(clara): estimate_acoustics(clara)}
    line = format_measurements([clara], measurements).splitlines()[1]
    assert line.startswith(f'"{make_acoustic_key(clara)}" = [')
    assert line.endswith("] # clara")


def test_the_table_lists_every_voice_of_the_project(monkeypatch):
    monkeypatch.delattr(voice_measurement, "measure_voice")
    shipped_voices = load_voices(list_profile_folders()[:1])
    table = format_measurements(shipped_voices.values(), load_measurements())
    assert table == TABLE_PATH.read_text("utf-8")
