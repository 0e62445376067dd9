import resource
from pathlib import Path

import pytest

from narrator.engines import espeak

OPEN_FILES = Path("/proc/self/fd")  # where the system has it
SETTINGS = {"rate": 170, "pitch": 50, "range": 50, "volume": 100}


@pytest.fixture(autouse=True)
def fresh_caches():
    caches = (
        espeak._mirror_installation,
        espeak._can_unload,
        espeak._packaged_data,
    )  # which tests may replace
    yield
    for cached in caches:
        cached.cache_clear()


def test_a_process_of_its_own_speaks_the_same_bytes():
    text = "Half a \ud800 character, and “quotes”."
    spoken = espeak._speak_in_process(text, "gmw/en-US+adam", SETTINGS)
    assert spoken == espeak.synthesise_utterance(text, "gmw/en-US+adam", SETTINGS)


def test_what_the_library_refuses_is_an_error_either_way():
    for speak in (espeak.synthesise_utterance, espeak._speak_in_process):
        with pytest.raises(espeak.EspeakError, match="refused no/such"):
            speak("Hello", "no/such", SETTINGS)


def test_data_under_a_long_path_are_reached_by_a_short_one(monkeypatch, tmp_path):
    deep = tmp_path.joinpath(*["a-rather-deep-folder"] * 8)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeak._packaged_data())
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(deep))
    monkeypatch.setattr(espeak.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(espeak, "_packaged_data", lambda: deep / "espeak-ng-data")
    expected = espeak.synthesise_utterance("Deep down.", "gmw/en", SETTINGS)
    assert espeak._mirror_installation().data.parent.parent == tmp_path
    assert expected.pcm


def test_where_nothing_can_be_written_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(file))
    monkeypatch.setattr(espeak.tempfile, "tempdir", str(file))
    espeak._mirror_installation.cache_clear()
    with pytest.raises(espeak.EngineUnavailableError, match="TMPDIR"):
        espeak._mirror_installation()


def test_loading_it_again_and_again_keeps_memory_and_files():
    espeak.synthesise_utterance("Warm up.", "gmw/en", SETTINGS)
    files = len(list(OPEN_FILES.glob("*")))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(300):
        espeak.synthesise_utterance("Again.", "gmw/en", SETTINGS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8_000
    assert len(list(OPEN_FILES.glob("*"))) == files
