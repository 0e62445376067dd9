import email.utils
import json
import logging
import os
import struct
import time
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.engines import server as module
from narrator.engines.server import Server, estimate_price
from narrator.engines.server_settings import load_server_settings
from narrator.engines.tone import Tone
from narrator.engines.verified_speech import speak_line
from narrator.errors import (
    CastFileError,
    EngineUnavailableError,
    NarratorError,
    SynthesisError,
    UnknownVoiceError,
)
from narrator.model import Voice
from narrator.synthesis.clip_names import clip_name
from tests.speech_server import Handler, serving


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(module, "_BACK_OFF_SECONDS", 0.01)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with serving(Tone(), ["low", "middle", "high"]) as running:
        yield running


def make_wav(seconds, *, silence=0.0, claimed_bytes=None, rate=8000):
    """A WAV file with a hum, then silence; its header may claim another size."""
    pcm = b"\x00\x10\x00\xf0" * int(seconds * rate / 2) + bytes(2 * int(silence * rate))
    size = len(pcm) if claimed_bytes is None else claimed_bytes
    header = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVEfmt " + header + b"data" + struct.pack("<I", size) + pcm


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
        ([(503, (), b"")] * 9, "status 503", 6),
        ([(0, (), b"")] * 9, "broke off", 6),
        ([(400, (), b"")], "status 400", 1),
        ([(200, (), b"<html>")] * 9, "sent no sound but a web page", 6),
        ([(200, (), b"")] * 9, "sent nothing", 6),
        ([(204, (), b"")] * 9, "status 204", 6),
        ([(200, (), make_wav(0.0))] * 9, "silence", 6),
        ([(200, (), make_wav(0.0, silence=2))] * 9, "silence", 6),
        ([(200, (), make_wav(200.0))] * 9, "200 seconds", 6),
    ],
)
def test_what_does_not_pass_is_an_error_that_names_the_text(server, troubles, problem, requests):
    server.troubles = list(troubles)
    with pytest.raises(SynthesisError, match=problem) as caught:
        Server().speak("The text itself.", voiced(server))
    assert "The text itself." in caught.value.message
    assert len(server.seen) == requests


def test_an_answer_may_not_take_for_ever(server, monkeypatch):
    monkeypatch.setattr(module, "_ATTEMPTS_IF_LATE", 1)
    monkeypatch.setattr(server.engine, "speak", lambda *_: time.sleep(1.2))
    with pytest.raises(SynthesisError, match="did not answer within 1 s"):
        Server().speak("Slow.", voiced(server, seconds=1))


def test_an_answer_that_never_ends_is_given_up_in_time(server, monkeypatch):
    def trickle(handler, *_):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    monkeypatch.setattr(module, "_ATTEMPTS_IF_LATE", 1)
    monkeypatch.setattr(Handler, "answer", trickle)
    start = time.monotonic()
    with pytest.raises(SynthesisError, match="did not answer within 1 s"):
        Server().speak("Slow.", voiced(server, seconds=1))
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    "bad_answer",
    [
        (200, (), b""),
        (200, (), b'{"error": "CUDA out of memory"}'),
        (200, (("Content-Type", "text/html"),), b"<html><title>Gateway</title>"),
        (200, (), make_wav(0.0, silence=2)),
        (200, (), make_wav(2, claimed_bytes=64_000)),
        (206, (), make_wav(2)),
    ],
)
def test_an_answer_that_is_not_whole_speech_is_asked_for_again(server, bad_answer):
    server.troubles = [bad_answer] * 2
    assert any(Server().speak("Again.", voiced(server)).pcm)
    assert len(server.seen) == 3


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


def write_priced_voices(server):
    voices = Path(os.environ["NARRATOR_VOICES"])
    for name in ("low", "middle", "high"):
        (voices / f"cloud_{name}.toml").write_text(
            f'description = "A voice."\nengine = "server"\nvoice = "{name}"\nrate = 600\n'
            f'[options]\nurl = "{server.url}"\nprice = 1000.0\n'
        )


def test_whispered_lines_that_were_spoken_cost_nothing(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_priced_voices(server)
    text = "“Come here,” whispered Anna.\n\n“I am here,” whispered Bert.\n"
    Path("hush.txt").write_text(text, encoding="utf-8")
    command = ["build", "hush.txt", "--engine", "server", "--jobs", "1"]
    assert "Costs" in CliRunner().invoke(app, command).stderr
    told = CliRunner().invoke(app, [*command, "--dry-run", "--json"])
    assert json.loads(told.stdout)["price"] == 0


def test_a_build_tells_what_it_costs_before_it_is_spent(server, story, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_priced_voices(server)
    command = ["build", str(story), "--engine", "server", "--jobs", "1"]
    told = CliRunner().invoke(app, [*command, "--dry-run", "--json"])
    price = json.loads(told.stdout)["price"]
    assert 0.5 < price < 2
    assert f"about {price:.2f}" in told.stderr
    assert asked(server) == []
    built = CliRunner().invoke(app, command)
    assert f"about {price:.2f}" in built.stderr
    assert len(asked(server)) > 10
    assert "Costs" not in CliRunner().invoke(app, command).stderr


PASSING = [408, 409, 425, 429, 500, 502, 503, 504]
LASTING = [400, 404, 405, 413, 415, 422, 501]


@pytest.mark.parametrize("status", PASSING)
def test_a_status_that_may_pass_is_tried_again(server, status):
    server.troubles = [(status, (), b"")] * 2
    assert any(Server().speak("Again.", voiced(server)).pcm)
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", LASTING)
def test_a_status_that_lasts_is_an_error_at_once(server, status):
    server.troubles = [(status, (), b"")] * 5
    with pytest.raises(SynthesisError, match=f"status {status}"):
        Server().speak("Again.", voiced(server))
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_an_error_that_names_its_variable_and_is_not_tried_again(
    server, status, monkeypatch
):
    server.troubles = [(status, (), b"")] * 5
    with pytest.raises(EngineUnavailableError, match="asks for a key"):
        Server().speak("Again.", voiced(server, key="MY_KEY"))
    server.seen.clear()
    monkeypatch.setenv("MY_KEY", "s3cret")
    with pytest.raises(EngineUnavailableError, match="refuses the key") as caught:
        Server().speak("Again.", voiced(server, key="MY_KEY"))
    assert caught.value.hint == "export MY_KEY=..."
    assert server.url in caught.value.message
    assert len(server.seen) == 1


@pytest.fixture
def waits(monkeypatch):
    """The seconds that an engine wanted to wait, without waiting."""
    waits = []
    monkeypatch.setattr(module.time, "sleep", waits.append)
    return waits


def test_each_wait_is_twice_as_long_as_the_one_before(server, waits, monkeypatch):
    monkeypatch.setattr(module, "_BACK_OFF_SECONDS", 0.5)
    server.troubles = [(500, (), b"")] * 4
    Server().speak("Again.", voiced(server))
    assert waits == [0.5, 1, 2, 4]


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("0", 0.01),
        ("300", 300),
        ("-5", 0.01),
        ("1.5", 1.5),
        ("²", 0.01),
        ("Wed, 21 Oct 2020 07:28:00 GMT", 0.01),  # past
        ("Wed, 99 Oct 99999999 07:28:00 GMT", 0.01),
        ("9" * 400, 0.01),
        ("soon", 0.01),
        ("", 0.01),
    ],
)
def test_a_server_may_ask_for_a_wait_of_some_minutes(server, waits, retry_after, seconds):
    server.troubles = [(429, (("Retry-After", retry_after),), b"")]
    Server().speak("Again.", voiced(server))
    assert waits == [seconds]


def test_a_server_that_asks_for_a_long_wait_ends_the_build(server, waits):
    server.troubles = [(429, (("Retry-After", "86400"),), b"")]
    with pytest.raises(SynthesisError, match="asks to wait 1,440 minutes"):
        Server().speak("Again.", voiced(server))
    assert waits == []


def test_a_server_may_name_the_moment_to_ask_again(server, waits):
    moment = email.utils.formatdate(time.time() + 90, usegmt=True)
    server.troubles = [(429, (("Retry-After", moment),), b"")]
    Server().speak("Again.", voiced(server))
    assert waits == [pytest.approx(90, abs=5)]


@pytest.mark.parametrize("per_minute", [30, 60, 240])
def test_requests_are_spread_evenly_over_a_minute(server, waits, monkeypatch, per_minute):
    monkeypatch.setattr(module.time, "monotonic", lambda: 1000.0)  # no time passes
    engine = Server()
    for _ in range(3):
        engine.speak("One.", voiced(server, per_minute=per_minute))
    assert waits == pytest.approx([0, 60 / per_minute, 120 / per_minute])


def test_attempts_count_as_requests(server, waits, monkeypatch):
    monkeypatch.setattr(module.time, "monotonic", lambda: 1000.0)  # no time passes
    server.troubles = [(503, (), b"")] * 2
    Server().speak("One.", voiced(server, per_minute=60))
    assert waits == pytest.approx([0, 0.01, 1, 0.02, 2])


def test_without_a_limit_nothing_waits(server, waits):
    engine = Server()
    for _ in range(3):
        engine.speak("One.", voiced(server))
    assert waits == []


def test_a_limit_does_not_count_the_time_that_passed(server, waits, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    engine = Server()
    for seconds in (0, 10, 0.5):
        now[0] += seconds
        engine.speak("One.", voiced(server, per_minute=60))
    assert waits == [0, 0, 0.5]


@pytest.mark.parametrize("text", ["", " ", "…", "* * *"])
def test_a_text_without_words_costs_no_request(server, text):
    assert Server().speak(text, voiced(server)).samples == 0
    assert server.seen == []


@pytest.mark.parametrize(("rate", "speed"), [(170, 1.0), (85, 0.5), (200, 1.176), (340, 2.0)])
def test_a_rate_in_words_per_minute_is_sent_as_a_speed(server, rate, speed):
    Server().speak("One.", replace(voiced(server), rate=rate))
    assert server.seen[0][3]["speed"] == speed


def test_what_no_server_can_read_is_sent_as_spaces(server):
    Server().speak("One\0two \ud800.", voiced(server))
    assert server.seen[0][3]["input"] == "One two  ."


def test_without_a_key_no_authorization_is_sent(server):
    Server().speak("One.", voiced(server, key="NO_SUCH_KEY"))
    assert "Authorization" not in server.seen[0][2]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("sk-s3cret", "sk-s3cret"),
        ("sk-s3cret\r\n", "sk-s3cret"),
        ("\ufeff sk-s3cret ", "sk-s3cret"),
        ("“sk-s3cret”", "sk-s3cret"),
        ("'sk-s3cret'", "sk-s3cret"),
    ],
)
def test_what_comes_along_with_a_key_is_stripped(server, monkeypatch, value, sent):
    monkeypatch.setenv("MY_KEY", value)
    Server().speak("One.", voiced(server, key="MY_KEY"))
    assert server.seen[0][2]["Authorization"] == f"Bearer {sent}"


@pytest.mark.parametrize(
    "value", ["sk-s3crét", "sk-s3cret\r\nX: y", "Bearer sk-s3cret", "sk\x1bs3cret"]
)
def test_a_key_that_can_not_be_one_is_refused_and_not_shown(server, monkeypatch, value):
    monkeypatch.setenv("MY_KEY", value)
    voice = voiced(server, key="MY_KEY")
    for use in (Server().validate, lambda voice: Server().speak("One.", voice)):
        with pytest.raises(EngineUnavailableError, match="the key in MY_KEY") as caught:
            use(voice)
        assert "s3cr" not in "".join(traceback.format_exception(caught.value))
    assert server.seen == []


def test_a_server_that_repeats_the_key_does_not_show_it(server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "s3cret")
    server.troubles = [(400, (), b'{"error": {"message": "no such key: s3cret\\u001b[2J"}}')]
    with pytest.raises(SynthesisError, match="status 400: “no such key: …") as caught:
        Server().speak("One.", voiced(server, key="MY_KEY"))
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("troubles", [[(400, (), b"")], [(401, (), b"")], [(0, (), b"")] * 9])
def test_a_password_in_an_address_is_sent_and_not_shown(server, caplog, troubles):
    caplog.set_level(logging.DEBUG)
    server.troubles = list(troubles)
    voice = voiced(server, url=server.url.replace("://", "://ann:s3cret@"))
    with pytest.raises(NarratorError) as caught:
        Server().speak("One.", voice)
    assert server.seen[0][2]["Authorization"].startswith("Basic ")
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "s3cret" not in shown + repr(load_server_settings(voice)) + Server().fingerprint(voice)


def test_further_fields_of_a_profile_are_passed_on(server):
    extra = {"instructions": "Speak calmly.", "lang_code": "a", "tags": [1, {"x": True}]}
    Server().speak("One.", voiced(server, extra=json.dumps(extra)))
    assert {**server.seen[0][3], **extra} == server.seen[0][3]


@pytest.mark.parametrize("extra", ["x", "[]", '{"input": "other words"}', 5])
def test_further_fields_are_a_table_and_can_not_replace_the_text(extra):
    with pytest.raises(CastFileError, match="extra must be a table"):
        load_server_settings(Voice("x", "server", "alloy", options=(("extra", extra),)))


def test_a_clip_stays_valid_when_the_price_changes(server):
    plain, priced = voiced(server), voiced(server, price=3.0, key="K", seconds=9, per_minute=5)
    assert clip_name("One.", plain) == clip_name("One.", priced)
    assert clip_name("One.", plain) != clip_name("One.", voiced(server, extra='{"a": 1}'))


@pytest.mark.parametrize(
    ("url", "path"),
    [("", "/v1/audio/speech"), ("/", "/v1/audio/speech"), ("/audio/speech", "/v1/audio/speech")],
)
def test_an_address_may_end_in_different_ways(server, url, path):
    Server().speak("One.", voiced(server, url=f"{server.url}{url}"))
    assert server.seen[0][1] == path


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://" + "a" * 70_000,
        "http://host:99999/v1",
        "http://\x1bhost",
        "http://a b",
    ],
)
def test_a_malformed_address_is_one_line_with_the_voice(url):
    with pytest.raises(CastFileError, match=r"voice x: url '.* is not an address") as caught:
        load_server_settings(Voice("x", "server", "alloy", options=(("url", url),)))
    assert len(str(caught.value)) < 300


def test_the_time_for_a_line_includes_all_attempts_and_waits():
    voice = Voice("x", "server", "alloy", options=(("seconds", 900),))
    assert Server().time_limit(voice) > 6 * 900


LISTS = [
    (["high"], "high(2)+low", True),
    (["low"], "high+middle", False),
    (["middle", "high"], "middle", True),
    ([{"id": "middle", "name": "Mia"}, {"id": "high"}], "middle", True),
    ([{"voice_id": "x1", "name": "middle"}], "middle", True),
    ([{"ShortName": "middle"}], "middle", True),
    ([{"name": "middle"}], "middle", True),
    ([{"id": "high"}], "middle", False),
    (["high"], "middle", False),
    ([], "middle", True),
    (None, "middle", True),
    ([1, 2], "middle", True),
    ([None, ["x"], {"id": 5}], "middle", True),
    ({"a": 1}, "middle", True),
    ("text", "middle", True),
]


@pytest.mark.parametrize(("voices", "name", "is_known"), LISTS)
def test_a_list_of_voices_of_any_shape_is_read_or_ignored(server, voices, name, is_known):
    server.voices = voices
    if is_known:
        Server().validate(voiced(server, name))
    else:
        with pytest.raises(UnknownVoiceError, match="the server has no voice"):
            Server().validate(voiced(server, name))


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (500, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}"), (200, b"null")],
)
def test_a_server_without_a_list_of_voices_is_accepted(server, monkeypatch, status, body):
    answer = Handler.answer
    monkeypatch.setattr(Handler, "answer", lambda self, *_: answer(self, status, body))
    Server().validate(voiced(server, "anything"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per_minute": -1}, "per_minute -1 is out of range"),
        ({"per_minute": "60"}, "per_minute 60 is out of range"),
        ({"price": -0.5}, "price -0.5 is out of range"),
        ({"price": True}, "price True is out of range"),
        ({"seconds": 3601}, "seconds 3601 is out of range"),
        ({"key": "two words"}, "key must name an environment variable"),
        ({"key": "9LIVES"}, "key must name an environment variable"),
        ({"url": "ftp://host/v1"}, "'ftp://host/v1' is not an address"),
        ({"url": ""}, "'' is not an address"),
        ({"url": "http://"}, "is not an address"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(options, message):
    with pytest.raises(CastFileError) as caught:
        Server().validate(Voice("x", "server", "alloy", options=tuple(options.items())))
    assert caught.value.message.startswith("voice x: ")
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("rate", [42, 681])
def test_a_rate_that_no_server_speaks_is_an_error(rate):
    with pytest.raises(CastFileError, match="rate"):
        Server().validate(Voice("x", "server", "alloy", rate=rate))


def test_a_server_that_does_not_answer_is_an_error_that_names_its_address():
    voice = Voice("x", "server", "alloy", options=(("url", "http://127.0.0.1:9/v1"),))
    with pytest.raises(
        EngineUnavailableError, match=r"answers at http://127\.0\.0\.1:9/v1"
    ) as caught:
        Server().validate(voice)
    assert "start it" in caught.value.hint


def test_a_server_of_another_address_or_model_has_another_fingerprint():
    voices = [
        Voice("x", "server", "alloy"),
        Voice("x", "server", "alloy", options=(("model", "tts-2"),)),
        Voice("x", "server", "alloy", options=(("url", "http://host/v1"),)),
    ]
    assert len({Server().fingerprint(voice) for voice in voices}) == 3
    priced = Voice("x", "server", "alloy", options=(("price", 3.0), ("key", "K"), ("seconds", 9)))
    assert Server().fingerprint(priced) == Server().fingerprint(voices[0])


@pytest.mark.parametrize(
    ("lengths_and_prices", "price"),
    [([], 0), ([(100, None)], 0), ([(10**6, 15)], 15), ([(10**6, 15), (2 * 10**6, 4.5)], 24)],
)
def test_prices_are_per_million_characters_and_add_up(lengths_and_prices, price):
    lines = [
        ("x" * length, Voice("x", "server", "a", options=() if per is None else (("price", per),)))
        for length, per in lengths_and_prices
    ]
    assert estimate_price(lines) == pytest.approx(price)
