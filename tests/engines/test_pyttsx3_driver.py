import wave

import pytest
import pyttsx3

from narrator.engines import pyttsx3_driver


@pytest.fixture
def engine():
    pyttsx3_driver.register_driver()
    return pyttsx3.init(pyttsx3_driver.DRIVER_NAME)


def test_pyttsx3_writes_as_many_files_as_it_is_told_to(engine, tmp_path):
    for number in range(3):
        engine.setProperty("rate", 150 + 50 * number)
        engine.save_to_file("The same words.", str(tmp_path / f"{number}.wav"))
    engine.runAndWait()
    lengths = []
    for number in range(3):
        with wave.open(str(tmp_path / f"{number}.wav")) as file:
            lengths.append(file.getnframes())
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] > 10_000
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_that_can_not_be_written_is_reported_and_nothing_hangs(engine, tmp_path):
    errors = []
    token = engine.connect("error", lambda exception, **_: errors.append(exception))
    engine.save_to_file("Words.", str(tmp_path / "none" / "x.wav"))
    engine.runAndWait()
    engine.disconnect(token)
    assert [type(error) for error in errors] == [FileNotFoundError]


@pytest.mark.parametrize(
    ("name", "value"),
    [("voice", "gmw/en+f3"), ("rate", 140), ("pitch", 30), ("range", 70), ("volume", 0.5)],
)
def test_a_property_keeps_what_it_was_set_to(engine, name, value):
    engine.setProperty(name, value)
    engine.runAndWait()
    assert engine.getProperty(name) == value
    engine.setProperty("volume", 1.0)


def test_it_lists_the_voices_of_espeak(engine):
    assert "gmw/en-US" in {voice.id for voice in engine.getProperty("voices")}


def test_an_unknown_property_is_an_error():
    with pytest.raises(KeyError, match="wobble"):
        pyttsx3_driver.EspeakDriver(None).setProperty("wobble", 1)


def test_the_sound_and_the_words_of_a_text_are_notified_in_order(engine):
    events = []
    tokens = [
        engine.connect(topic, lambda topic=topic, **values: events.append((topic, values)))
        for topic in ("started-utterance", "started-word", "finished-utterance")
    ]
    engine.say("Nobody came.", "first")
    engine.runAndWait()
    for token in tokens:
        engine.disconnect(token)
    assert [topic for topic, _ in events] == [
        "started-utterance", "started-word", "started-word", "finished-utterance",
    ]  # fmt: skip
    assert [values["location"] for topic, values in events if topic == "started-word"] == [0, 7]
    assert any(events[-1][1]["pcm"])


def test_a_setting_counts_for_what_is_said_after_it(engine):
    sounds = []
    token = engine.connect("finished-utterance", lambda pcm=b"", **_: sounds.append(pcm))
    for rate in (100, 300):
        engine.setProperty("rate", rate)
        engine.say("The same words.")
    engine.runAndWait()
    engine.disconnect(token)
    assert len(sounds[0]) > 2 * len(sounds[1]) > 0


def test_a_file_that_could_not_be_finished_does_not_appear(engine, tmp_path, monkeypatch):
    def fail(*_):
        raise pyttsx3_driver.espeak.EspeakError("no voice")

    errors = []
    token = engine.connect("error", lambda exception, **_: errors.append(exception))
    monkeypatch.setattr(pyttsx3_driver.espeak, "synthesise_utterance", fail)
    engine.save_to_file("Words.", str(tmp_path / "x.wav"))
    engine.runAndWait()
    engine.disconnect(token)
    assert len(errors) == 1
    assert list(tmp_path.iterdir()) == []
