"""Casting: how distinct the voices of the ten leads are, compared with random casts.

The figure is the smallest acoustic distance between two leads who speak in the same chapter. It is
compared with two kinds of random casts, 200 of each, drawn from all adult voices of the right
gender. The first kind may give one voice to two people; the second kind never does. The voices are
those of `NARRATOR_BENCH_ENGINE`, by default pyttsx3.
"""

from __future__ import annotations

import bisect
import json
import os
import random
import re
from itertools import combinations
from statistics import mean
from typing import TYPE_CHECKING

from benchmarks import find_material
from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.automatic import find_encounters
from narrator.casting.cast import cast_script
from narrator.casting.profiles import load_voices
from narrator.casting.voice_languages import select_speaking_voices
from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOVELS = ("PrideAndPrejudice", "Emma", "HowardsEnd", "MansfieldPark", "WinnieThePooh")
LEAD_COUNT, DRAW_COUNT = 10, 200
ENGINE = os.environ.get("NARRATOR_BENCH_ENGINE", "pyttsx3")
CHAPTER_HEADING = re.compile(r"(?mi)^\s*chapter\b.*$")
GENDERS = {"M": "male", "F": "female"}


def main() -> None:
    """Print a row of distances for each novel."""
    voices = load_voices()
    print(f"{'':<20}{'ours':>6}{'by lot':>10}{'':>9}{'no voice twice':>18}")
    for novel in NOVELS:
        folder = find_material("quotes", novel)
        if folder is None:
            print(f"{novel:<20}skipped: no shared/quotes here")
            continue
        script = load_annotated_script(folder)
        encounters = find_encounters(script)
        leads = [character.name for character in script.characters[:LEAD_COUNT]]
        pairs = [pair for pair in combinations(leads, 2) if encounters.find_shared_chapters(*pair)]
        our_distance = find_smallest_distance(
            cast_script(script, voices, engine=ENGINE).cast.voices, pairs
        )
        random_distances = [
            mean(
                find_smallest_distance(draw_cast(script, voices, seed, reuse_voices=reuse), pairs)
                for seed in range(DRAW_COUNT)
            )
            for reuse in (True, False)
        ]
        ratios = "".join(f"{d:>10.2f}: {our_distance / d:>4.1f} ×" for d in random_distances)
        print(f"{novel:<20}{our_distance:>6.2f}{ratios}")


def load_annotated_script(folder: Path) -> Script:
    """Return a script of a novel's quotations, with their annotated speakers."""
    text = (folder / "text.txt").read_text("utf-8")
    chapter_starts = [heading.start() for heading in CHAPTER_HEADING.finditer(text)]
    quotes = json.loads((folder / "quotes.json").read_text("utf-8"))["quotes"]
    people = json.loads((folder / "characters.json").read_text("utf-8"))["characters"]
    lines = [
        Line(
            quote["id"], max(1, bisect.bisect(chapter_starts, quote["start"])), 1, quote["start"],
            quote["end"], LineKind.DIALOGUE, "", speaker=quote["speaker"],
        )
        for quote in quotes
    ]  # fmt: skip
    speakers = [line.speaker for line in lines]
    genders = {person["name"]: GENDERS.get(person["gender"]) for person in people}
    characters = [
        Character(name, gender=genders.get(name), line_count=speakers.count(name))
        for name in set(speakers)
    ]
    book = Book(Metadata(folder.name), "", (), (), Source(folder.name, ""))
    ordered = sorted(characters, key=lambda character: (-character.line_count, character.name))
    return Script(book, tuple(ordered), tuple(lines))


def draw_cast(
    script: Script, voices: Mapping[str, Voice], seed: int, *, reuse_voices: bool
) -> dict[str, Voice]:
    """Draw a random voice of the right gender for each lead.

    Args:
        script: the script, with its characters.
        voices: all voices, by name.
        seed: random seed.
        reuse_voices: whether several leads may have the same voice.
    """
    rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
    speaking = select_speaking_voices(voices, script.book.metadata.language).values()
    pool = [v for v in speaking if v.engine == ENGINE and v.age != "child"]
    cast: dict[str, Voice] = {}
    for lead in script.characters[:LEAD_COUNT]:
        fitting = [voice for voice in pool if lead.gender in (None, voice.gender)]
        cast[lead.name] = rng.choice(fitting)
        if not reuse_voices:
            pool.remove(cast[lead.name])
    return cast


def find_smallest_distance(cast: Mapping[str, Voice], pairs: Sequence[tuple[str, str]]) -> float:
    """Return the smallest acoustic distance between the voices of any pair of leads."""
    return min(
        compute_acoustic_distance(estimate_acoustics(cast[first]), estimate_acoustics(cast[second]))
        for first, second in pairs
    )
