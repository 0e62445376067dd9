import pytest

from narrator import registry
from narrator.engines import system
from narrator.engines.availability import EngineStatus, survey_engines
from narrator.engines.tone import Tone
from narrator.errors import SynthesisError
from narrator.model import Voice

VOICES = (
    Voice("whistle", "tone", "low"),
    Voice("hum", "tone", "humming"),
    Voice("far", "server", "x", options=(("url", "http://127.0.0.1:9/v1"),)),
)


def test_every_engine_is_told_of_with_its_problem_and_the_remedy():
    found = {finding.name: finding for finding in survey_engines(VOICES)}
    assert tuple(found) == registry.list_plugins("engines")
    assert found["tone"].voices == ("whistle",)
    assert found["tone"].silent_voices == ("hum",)
    assert "1 voice; 1 more is not ready, such as hum: it has low" in found["tone"].summary
    assert not found["server"].is_working
    assert "start it" in found["server"].remedy
    assert found["command"].is_working
    assert "write a profile" in found["command"].summary
    assert found["command"].summary.startswith("Any program")


def test_an_engine_without_profiles_that_does_not_work_says_so(monkeypatch):
    monkeypatch.setattr(system, "_START_SECONDS", 0.01)
    system._list_voices.cache_clear()
    found = {finding.name: finding for finding in survey_engines(())}
    assert not found["system"].is_working
    assert found["system"].remedy
    assert not found["server"].is_working


def test_speed_is_measured_where_it_is_asked_for():
    speeds = {finding.name: finding.speed for finding in survey_engines(VOICES, measure=True)}
    assert speeds["tone"] > 1
    assert speeds["server"] is None


def test_an_engine_whose_packages_are_missing_says_which_extra_to_install(monkeypatch):
    def missing(_):
        raise registry.MissingExtraError("piper needs onnx", "pip install it")

    monkeypatch.setattr(registry, "load_engine", missing)
    assert {finding.summary for finding in survey_engines(VOICES)} == {
        "piper needs onnx: pip install it"
    }


SUMMARIES = [
    (EngineStatus("x", ("anna",)), True, "1 voice"),
    (EngineStatus("x", ("anna", "bert")), True, "2 voices"),
    (EngineStatus("x", ("anna",), ("bert",), "bert is missing", "add bert"), True, "1 voice; 1 more is not ready, such as bert: add bert"),
    (EngineStatus("x", ("anna",), ("bert", "carl"), "bert is missing", "add bert"), True, "1 voice; 2 more are not ready, such as bert: add bert"),
    (EngineStatus("x", problem="no library"), False, "no library"),
    (EngineStatus("x", problem="no library", remedy="install it"), False, "no library: install it"),
    (EngineStatus("x", purpose="Any program."), True, "Any program. No voices yet: write a profile, as `narrator help files` shows"),
    (EngineStatus("x"), True, "No voices yet: write a profile, as `narrator help files` shows"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "is_working", "summary"), SUMMARIES)
def test_a_summary_tells_voices_problem_and_remedy(status, is_working, summary):
    assert (status.is_working, status.summary) == (is_working, summary)


def test_an_engine_that_fails_while_it_is_timed_has_no_speed(monkeypatch):
    def fail(*_):
        raise SynthesisError("no breath")

    monkeypatch.setattr(Tone, "speak", fail)
    statuses = {status.name: status for status in survey_engines(VOICES[:1], measure=True)}
    assert statuses["tone"].voices == ("whistle",)
    assert statuses["tone"].speed is None


def test_nothing_is_spoken_unless_speed_is_asked_for(monkeypatch):
    spoken = []
    monkeypatch.setattr(Tone, "speak", lambda _, text, __: spoken.append(text))
    assert all(status.speed is None for status in survey_engines(VOICES))
    assert spoken == []


def test_the_example_of_a_voice_that_is_not_ready_is_the_one_that_the_remedy_names():
    remedy = "`narrator voices fetch fenrir` downloads it"
    status = EngineStatus("natural", ("heart",), ("amos", "fenrir"), "", remedy)
    assert f"2 more are not ready, such as fenrir: {remedy}" in status.summary
