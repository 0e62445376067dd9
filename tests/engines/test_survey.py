from narrator import registry
from narrator.engines.survey import survey
from narrator.model import Voice

VOICES = (
    Voice("whistle", "tone", "low"),
    Voice("hum", "tone", "humming"),
    Voice("far", "server", "x", options=(("url", "http://127.0.0.1:9/v1"),)),
)


def test_every_engine_is_told_of_with_its_problem_and_the_remedy():
    found = {finding.name: finding for finding in survey(VOICES)}
    assert tuple(found) == registry.names("engines")
    assert found["tone"].voices == ("whistle",)
    assert "1 voice; voice hum: tone has no voice 'humming'" in found["tone"].about
    assert not found["server"].works
    assert "start it" in found["server"].remedy
    assert (found["pyttsx3"].works, found["pyttsx3"].about) == (True, "0 voices")


def test_speed_is_measured_where_it_is_asked_for():
    speeds = {finding.name: finding.speed for finding in survey(VOICES, measure=True)}
    assert speeds["tone"] > 1
    assert speeds["server"] is None


def test_an_engine_whose_packages_are_missing_says_which_extra_to_install(monkeypatch):
    def missing(_):
        raise registry.MissingExtraError("piper needs onnx", "pip install it")

    monkeypatch.setattr(registry, "engine", missing)
    assert {finding.about for finding in survey(VOICES)} == {"piper needs onnx: pip install it"}
