"""How far apart the voices of ten leads are who share a scene, against casts drawn by lot.

Told is the smallest distance between two who speak in one chapter. Two lots are drawn, 200 times
each, from all grown-up voices of the gender: one may give a voice to two people, as who chooses
without looking does, and one never does.
"""

from __future__ import annotations

import bisect
import json
import random
import re
from itertools import combinations
from statistics import mean
from typing import TYPE_CHECKING

from benchmarks import shared
from narrator.casting.acoustic_distance import acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.automatic import find_encounters
from narrator.casting.cast import cast_script
from narrator.casting.profiles import load_voices
from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOVELS = ("PrideAndPrejudice", "Emma", "HowardsEnd", "MansfieldPark", "WinnieThePooh")
LEADS, DRAWS = 10, 200
CHAPTER = re.compile(r"(?mi)^\s*chapter\b.*$")
GENDERS = {"M": "male", "F": "female"}


def main() -> None:
    voices = load_voices()
    print(f"{'':<20}{'ours':>6}{'by lot':>10}{'':>9}{'no voice twice':>18}")
    for novel in NOVELS:
        folder = shared("quotes", novel)
        if folder is None:
            print(f"{novel:<20}skipped: no shared/quotes here")
            continue
        script = annotated(folder)
        met = find_encounters(script)
        leads = [character.name for character in script.characters[:LEADS]]
        pairs = [pair for pair in combinations(leads, 2) if met.shared_chapters(*pair)]
        ours = nearest(cast_script(script, voices).cast.voices, pairs)
        lots = [
            mean(nearest(drawn(script, voices, seed, twice=twice), pairs) for seed in range(DRAWS))
            for twice in (True, False)
        ]
        told = "".join(f"{lot:>10.2f}: {ours / lot:>4.1f} ×" for lot in lots)
        print(f"{novel:<20}{ours:>6.2f}{told}")


def annotated(folder: Path) -> Script:
    """Who speaks where, as people have marked it."""
    starts = [found.start() for found in CHAPTER.finditer((folder / "text.txt").read_text("utf-8"))]
    quotes = json.loads((folder / "quotes.json").read_text("utf-8"))["quotes"]
    people = json.loads((folder / "characters.json").read_text("utf-8"))["characters"]
    lines = [
        Line(
            quote["id"], max(1, bisect.bisect(starts, quote["start"])), 1, quote["start"],
            quote["end"], LineKind.DIALOGUE, "", speaker=quote["speaker"],
        )
        for quote in quotes
    ]  # fmt: skip
    said = [line.speaker for line in lines]
    genders = {person["name"]: GENDERS.get(person["gender"]) for person in people}
    characters = [
        Character(name, gender=genders.get(name), line_count=said.count(name)) for name in set(said)
    ]
    book = Book(Metadata(folder.name), "", (), (), Source(folder.name, ""))
    ordered = sorted(characters, key=lambda c: (-c.line_count, c.name))
    return Script(book, tuple(ordered), tuple(lines))


def drawn(
    script: Script, voices: Mapping[str, Voice], seed: int, *, twice: bool
) -> dict[str, Voice]:
    """A cast of the right genders, by lot; whether a voice may be given twice."""
    chance = random.Random(seed)  # noqa: S311 - a draw, no secret
    pool = [v for v in voices.values() if v.engine == "pyttsx3" and v.age != "child"]
    given: dict[str, Voice] = {}
    for lead in script.characters[:LEADS]:
        fitting = [v for v in pool if lead.gender in (None, v.gender)]
        given[lead.name] = chance.choice(fitting)
        if not twice:
            pool.remove(given[lead.name])
    return given


def nearest(cast: Mapping[str, Voice], pairs: Sequence[tuple[str, str]]) -> float:
    return min(
        acoustic_distance(estimate_acoustics(cast[one]), estimate_acoustics(cast[other]))
        for one, other in pairs
    )
