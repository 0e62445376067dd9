import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from narrator.engines import espeak

OPEN_FILES = Path("/proc/self/fd")  # where the system has it
SETTINGS = {"rate": 170, "pitch": 50, "range": 50, "volume": 100}


@pytest.fixture
def fresh_caches():
    """Forgets where the library lies, before and after a test that changes it."""
    caches = (espeak._mirror_installation, espeak._can_unload, espeak.locate_language_data)
    for cached in caches:
        cached.cache_clear()
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


@pytest.mark.usefixtures("fresh_caches")
def test_data_under_a_long_path_are_reached_by_a_short_one(monkeypatch, tmp_path):
    deep = tmp_path.joinpath(*["a-rather-deep-folder"] * 8)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(espeak.locate_language_data())
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(deep))
    monkeypatch.setattr(espeak.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(espeak, "locate_language_data", lambda: deep / "espeak-ng-data")
    expected = espeak.synthesise_utterance("Deep down.", "gmw/en", SETTINGS)
    assert espeak._mirror_installation().data.parent.parent == tmp_path
    assert expected.pcm


@pytest.mark.usefixtures("fresh_caches")
def test_where_nothing_can_be_written_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(file))
    monkeypatch.setattr(espeak.tempfile, "tempdir", str(file))
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


def speak(text, voice="gmw/en-US", **settings):
    return espeak.synthesise_utterance(text, voice, {**SETTINGS, **settings})


def test_the_voices_of_a_kind_are_sorted_and_have_no_doubles():
    for names in (espeak.list_base_voices(), espeak.list_variants()):
        assert list(names) == sorted(set(names))
    assert {"gmw/en", "gmw/en-US", "gmw/de", "roa/fr", "zle/ru"} <= set(espeak.list_base_voices())
    assert {"f2", "m3", "whisper"} <= set(espeak.list_variants())


@pytest.mark.parametrize(
    "voice", ["gmw/en", "gmw/de", "roa/fr", "roa/es", "roa/it", "zlw/pl", "zle/ru"]
)
def test_every_language_that_narrator_knows_is_spoken(voice):
    clip = speak("Maria 12", voice)
    assert any(clip.pcm)
    assert clip.word_starts[0][0] == 0


def test_words_are_reported_at_their_offsets_and_in_order():
    text = "Martha sat down; nobody came."
    word_starts = speak(text).word_starts
    assert [text[offset:].split(maxsplit=1)[0].strip(";.") for offset, _ in word_starts] == [
        "Martha", "sat", "down", "nobody", "came",
    ]  # fmt: skip
    samples = [sample for _, sample in word_starts]
    assert samples == sorted(samples)


def test_words_after_a_character_beyond_the_basic_plane_keep_their_offsets():
    text = "“É 𝒜 🙂” said Anna"
    offsets = [offset for offset, _ in speak(text).word_starts]
    assert text.index("said") in offsets
    assert text.index("Anna") in offsets


@pytest.mark.parametrize(
    ("slow", "fast"), [({"rate": 100}, {"rate": 200}), ({"rate": 200}, {"rate": 400})]
)
def test_twice_the_rate_is_about_half_the_time(slow, fast):
    text = "It rained until the evening, and then it rained all night."
    assert 0.4 < len(speak(text, **fast).pcm) / len(speak(text, **slow).pcm) < 0.65


def loudness(utterance):
    samples = memoryview(utterance.pcm).cast("h")
    return sum(sample * sample for sample in samples) / len(samples)


def test_half_the_volume_is_quieter():
    assert loudness(speak("It rained.", volume=50)) < 0.5 * loudness(speak("It rained."))


@pytest.mark.parametrize(
    "changes", [{"pitch": 80}, {"range": 0}, {"voice": "gmw/en-US+f3"}, {"voice": "gmw/en-GB-scotland"}]
)  # fmt: skip
def test_each_setting_and_each_voice_changes_the_sound(changes):
    assert speak("It rained.", **changes).pcm != speak("It rained.").pcm


@pytest.mark.parametrize("text", ["", " ", "\n", "\0"])
def test_nothing_to_say_has_no_words(text):
    utterance = speak(text)
    assert utterance.word_starts == ()
    assert not any(utterance.pcm)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("[[h@l'oU]]", "((h@l'oU))"),
        ("Say <break time='9s'/> it", "Say  break time='9s'/  it"),
        ("a\0b", "a b"),
        ("tab\tstop", "tab stop"),
    ],
)
def test_markup_and_control_characters_are_no_commands(text, plain):
    lengths = [len(speak(each).pcm) for each in (text, plain)]
    assert min(lengths) > 0.7 * max(lengths)


def test_speech_from_several_threads_is_the_same_as_from_one():
    texts = ["It rained.", "Nobody came.", "The ferry had gone."] * 2
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(speak, texts)) == [speak(text) for text in texts]


@pytest.mark.usefixtures("fresh_caches")
def test_the_mirror_of_the_installation_is_made_once_and_has_names_in_lower_case(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path))
    mirror = espeak._mirror_installation()
    assert mirror.library.is_file()
    names = [
        path.relative_to(mirror.data / "lang").as_posix()
        for path in (mirror.data / "lang").rglob("*")
    ]
    assert names == [name.lower() for name in names]
    espeak._mirror_installation.cache_clear()
    assert espeak._mirror_installation() == mirror
    assert list(mirror.data.parent.parent.iterdir()) == [mirror.data.parent]
