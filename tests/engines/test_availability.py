from narrator import registry
from narrator.engines import system
from narrator.engines.availability import survey_engines
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
    assert "1 voice; voice hum: tone has no voice 'humming'" in found["tone"].summary
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
