"""The figures of attribution on authors that the nets have not seen."""

import json

import pytest

from benchmarks import _novels, attribution

FIGURES = {
    "calibration": 0.01,
    "total": dict.fromkeys(_novels.FIGURES, 0.5),
    "novels": {"Emma": dict.fromkeys(_novels.FIGURES, 0.25)},
}


@pytest.mark.parametrize(
    ("versions", "tables"), [(("original",), 1), (("original", "renamed"), 2), ((), 0)]
)
def test_each_version_of_the_names_has_a_table(monkeypatch, tmp_path, capsys, versions, tables):
    path = tmp_path / "unseen.json"
    path.write_text(json.dumps({"day": "2026-01-02", **dict.fromkeys(versions, FIGURES)}))
    monkeypatch.setattr(attribution, "UNSEEN_PATH", path)
    attribution._print_unseen_figures()
    printed = capsys.readouterr().out
    assert printed.count("2026-01-02") == printed.count("Emma") == tables
    assert printed.count("with other names") == ("renamed" in versions)


def test_the_committed_figures_have_the_names_of_the_novels():
    figures = _novels.read_json(attribution.UNSEEN_PATH)["original"]
    assert 0.7 < figures["total"]["all"] < 1
    assert len(figures["novels"]) == 18
