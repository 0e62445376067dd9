import json
import logging
import os
import traceback
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.engines import server as module
from narrator.engines.server import Server, estimate_price
from narrator.engines.tone import Tone
from narrator.engines.verified_speech import speak_line
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Voice
from tests.speech_server import serving


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "_BACK_OFF_SECONDS", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(Tone(), ["low", "middle", "high"]) as running:
        yield running


def voiced(server, name="middle", **options):
    every = {"url": server.url, **options}
    return Voice("x", "server", name, options=tuple(sorted(every.items())))


def test_what_is_asked_is_what_openai_asks_for(server):
    clip = speak_line(Server(), "Good <b>day</b>.", voiced(server, model="kokoro"))
    method, path, _, asked = server.seen[0]
    assert (method, path) == ("POST", "/v1/audio/speech")
    assert asked == {
        "model": "kokoro",
        "input": "Good <b>day</b>.",
        "voice": "middle",
        "response_format": "wav",
        "speed": 1.0,
    }
    assert clip.samples == Tone().speak(asked["input"], Voice("x", "tone", "middle")).samples


@pytest.mark.parametrize(
    "troubles",
    [
        [(503, (), b"")],
        [(429, (("Retry-After", "0"),), b""), (500, (), b"")],
        [(0, (), b"")] * 4,
    ],
)
def test_what_passes_is_tried_again(server, troubles):
    server.troubles = list(troubles)
    assert any(speak_line(Server(), "Again.", voiced(server)).pcm)
    assert len(server.seen) == len(troubles) + 1


@pytest.mark.parametrize(
    ("troubles", "problem", "requests"),
    [
        ([(503, (), b"")] * 9, "status 503", 5),
        ([(0, (), b"")] * 9, "RemoteProtocolError", 5),
        ([(400, (), b"")], "status 400", 1),
        ([(200, (), b"<html>")], "no sound", 1),
        ([(200, (), b"")], "no sound", 1),
    ],
)
def test_what_does_not_pass_is_an_error_that_names_the_text(server, troubles, problem, requests):
    server.troubles = list(troubles)
    with pytest.raises(SynthesisError, match=problem) as caught:
        Server().speak("The text itself.", voiced(server))
    assert "The text itself." in caught.value.message
    assert len(server.seen) == requests


def test_an_answer_may_not_take_for_ever(server, monkeypatch):
    monkeypatch.setattr(module, "_ATTEMPTS", 1)
    monkeypatch.setattr(server.engine, "speak", lambda *_: __import__("time").sleep(1.2))
    with pytest.raises(SynthesisError, match="ReadTimeout"):
        Server().speak("Slow.", voiced(server, seconds=1))


def test_the_key_is_sent_and_never_told(server, monkeypatch):
    server.key = "s3cret"
    voice = voiced(server, key="MY_KEY")
    monkeypatch.setenv("MY_KEY", "wrong-s3cret")
    with pytest.raises(EngineUnavailableError, match="export MY_KEY") as caught:
        Server().validate(voice)
    assert "s3cret" not in str(caught.value)
    monkeypatch.setenv("MY_KEY", "s3cret")
    Server().validate(voice)
    assert "s3cret" not in Server().fingerprint(voice)


def test_the_key_is_in_no_log_and_in_no_error(server, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    server.key = "s3cret"
    server.troubles = [(503, (), b""), (0, (), b""), (400, (), b"")]
    monkeypatch.setenv("MY_KEY", "s3cret")
    with pytest.raises(SynthesisError) as caught:
        Server().speak("Again.", voiced(server, key="MY_KEY"))
    assert "Bearer s3cret" in server.seen[-1][2].values()
    assert caplog.text
    assert "s3cret" not in caplog.text
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_a_key_that_is_written_into_a_profile_is_refused_and_not_told(server):
    with pytest.raises(CastFileError, match="environment variable") as caught:
        Server().validate(voiced(server, key="sk-s3cret"))
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_a_voice_that_the_server_lacks_is_an_error_that_suggests_another(server):
    with pytest.raises(UnknownVoiceError, match="did you mean middle"):
        Server().validate(voiced(server, "midle"))


def test_a_server_that_tells_no_voices_is_believed(server):
    server.voices = []
    Server().validate(voiced(server, "anything"))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"url": "localhost:80"}, CastFileError),
        ({"url": "http://127.0.0.1:9/v1"}, EngineUnavailableError),
        ({"seconds": 0}, CastFileError),
        ({"modell": "x"}, CastFileError),
    ],
)
def test_a_profile_with_a_mistake_is_an_error_before_anything_is_spoken(options, error):
    with pytest.raises(error):
        Server().validate(Voice("x", "server", "alloy", options=tuple(options.items())))


def test_no_more_requests_are_sent_than_allowed(server, monkeypatch):
    slept = []
    monkeypatch.setattr(module.time, "sleep", slept.append)
    engine = Server()
    for _ in range(3):
        engine.speak("One.", voiced(server, per_minute=60))
    assert [round(seconds) for seconds in slept] == [0, 1, 2]


def test_the_price_is_known_before_it_is_spent():
    cloud = Voice("x", "server", "alloy", options=(("price", 15.0),))
    lines = [("a" * 1000, cloud), ("b" * 500, cloud), ("free", Voice("y", "tone", "low"))]
    assert estimate_price(lines) == pytest.approx(0.0225)


def asked(server):
    return [path for method, path, *_ in server.seen if method == "POST"]


def test_a_build_tells_what_it_costs_before_it_is_spent(server, story, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    voices = Path(os.environ["NARRATOR_VOICES"])
    for name in ("low", "middle", "high"):
        (voices / f"cloud_{name}.toml").write_text(
            f'description = "A voice."\nengine = "server"\nvoice = "{name}"\nrate = 600\n'
            f'[options]\nurl = "{server.url}"\nprice = 1000.0\n'
        )
    command = ["build", str(story), "--engine", "server", "--jobs", "1"]
    told = CliRunner().invoke(app, [*command, "--dry-run", "--json"])
    price = json.loads(told.stdout)["price"]
    assert 2 < price < 4
    assert f"about {price:.2f}" in told.stderr
    assert asked(server) == []
    built = CliRunner().invoke(app, command)
    assert f"about {price:.2f}" in built.stderr
    assert len(asked(server)) > 10
    assert "Costs" not in CliRunner().invoke(app, command).stderr
