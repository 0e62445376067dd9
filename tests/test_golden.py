"""Whole stories, and the scripts they should become: one folder a scenario.

`pytest tests/test_golden.py --accept` writes what comes out today as what is expected.
"""

from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.options import Options
from narrator.model import Script

GOLDEN = Path(__file__).parent / "golden"
SCENARIOS = sorted(folder.name for folder in GOLDEN.iterdir())


def as_text(script: Script) -> str:
    """A script as a person reads it, one line a line."""
    about = script.book.metadata
    rows = [f"# {about.title}" + (f" by {about.author}" if about.author else "")]
    rows += [f"# {c.number}. {c.title}" for c in script.book.chapters]
    rows += [
        f"@ {' = '.join([p.name, *p.aliases])}: {p.gender or '?'}, {p.line_count}"
        + (", narrates" if p.is_narrator else "")
        for p in script.characters
    ]
    for line in script.lines:
        who = line.speaker or "?" if line.kind == "dialogue" else line.kind
        said = "" if line.spoken == line.text else f" => {line.spoken}"
        rows.append(f"{line.id}{'*' if line.follows_scene_break else ''} {who}: {line.text}{said}")
    rows += [f"- {each.reason}: {' '.join(each.text.split())}" for each in script.book.skipped]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_script_of_a_story_is_as_expected(
    scenario: str, request: pytest.FixtureRequest
) -> None:
    [story] = (GOLDEN / scenario).glob("story.*")
    expected = GOLDEN / scenario / "script.txt"
    script = as_text(pipeline.write_script([str(story)], Options()))
    if request.config.getoption("--accept"):
        expected.write_text(script, "utf-8")
    assert script == expected.read_text("utf-8")
