import wave

import pytest
import pyttsx3

from narrator.engines import pyttsx3_driver


@pytest.fixture
def engine():
    pyttsx3_driver.register_driver()
    return pyttsx3.init(pyttsx3_driver.NAME)


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
