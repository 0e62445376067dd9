"""Plug-ins are found by name, and a missing package is named with the extra that brings it."""

from importlib.metadata import EntryPoint

import pytest

from narrator import registry
from narrator.errors import EngineUnavailableError, MissingExtraError, OptionError


def test_readers_engines_and_exporters_are_listed_in_order() -> None:
    assert {"epub", "plain"} <= set(registry.list_readers())
    for group in ("readers", "engines", "exporters"):
        names = registry.list_plugins(group)
        assert names == tuple(sorted(names))
    assert "tone" in registry.list_plugins("engines")
    assert registry.list_plugins("nothing") == ()


def test_a_plug_in_is_made_once() -> None:
    assert registry.load_engine("tone") is registry.load_engine("tone")
    assert registry.load_exporter("wav").name == "wav"
    assert registry.load_reader("plain").name == "plain"


def test_an_unknown_engine_or_format_is_refused_with_a_hint() -> None:
    with pytest.raises(EngineUnavailableError, match="did you mean tone"):
        registry.load_engine("tune")
    with pytest.raises(OptionError, match="did you mean mp3"):
        registry.load_exporter("mp4")


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("no_such_package.plugin:Plugin [gpu]", "narrator setup gpu"),
        ("no_such_package.plugin:Plugin", "pip install no_such_package"),
    ],
)
def test_a_missing_package_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, value: str, hint: str
) -> None:
    entry = EntryPoint("lost", value, "narrator.engines")
    monkeypatch.setattr(registry, "_find_entry_points", lambda _group: {"lost": entry})
    with pytest.raises(MissingExtraError, match=hint):
        registry.load_engine("lost")
