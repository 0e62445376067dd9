"""Casting: how distinct the voices of the ten leads are, compared with random casts.

The first figure is the smallest acoustic distance between two leads who speak in the same chapter.
It is compared with two kinds of random casts, 200 of each, drawn from the adult voices of the right
gender that are ready here. The first kind may give one voice to two people; the second kind never
does, as long as there are voices left. The last figures are the shares of the answers between two
leads whose voices are hard to tell apart, in our cast and in random casts of the second kind.

The voices are those of `NARRATOR_BENCH_ENGINE`, by default pyttsx3. With
`NARRATOR_BENCH_VOICES=all`, they are those whose sound was measured, ready here or not.
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
from narrator.casting.acoustics import estimate_acoustics, look_up_acoustics
from narrator.casting.automatic import CONFUSABLE_DISTANCE, find_encounters
from narrator.casting.cast import cast_script
from narrator.casting.engine_choice import select_ready_voices
from narrator.casting.profiles import load_voices
from narrator.casting.voice_languages import select_speaking_voices
from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source, Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from narrator.casting.automatic import CharacterEncounters

NOVELS = ("PrideAndPrejudice", "Emma", "HowardsEnd", "MansfieldPark", "WinnieThePooh")
LEAD_COUNT, DRAW_COUNT = 10, 200
ENGINE = os.environ.get("NARRATOR_BENCH_ENGINE", "pyttsx3")
SELECTION = os.environ.get("NARRATOR_BENCH_VOICES", "ready")
CHAPTER_HEADING = re.compile(r"(?mi)^\s*chapter\b.*$")
GENDERS = {"M": "male", "F": "female"}


def main() -> None:
    """Print a row of distances for each novel."""
    voices = select_voices(load_voices(), ENGINE, only_ready=SELECTION != "all")
    print(f"{ENGINE}, {len(voices)} voices; smallest distance, and answers between similar voices")
    columns = f"{'ours':>6}{'by lot':>10}{'':>9}{'no voice twice':>18}{'similar':>12}{'by lot':>8}"
    print(f"{'':<20}{columns}")
    for novel in NOVELS:
        folder = find_material("quotes", novel)
        if folder is None:
            print(f"{novel:<20}skipped: no shared/quotes here")
            continue
        script = load_annotated_script(folder)
        encounters = find_encounters(script)
        leads = [character.name for character in script.characters[:LEAD_COUNT]]
        pairs = [pair for pair in combinations(leads, 2) if encounters.find_shared_chapters(*pair)]
        our_cast = cast_script(script, voices, engine=ENGINE).cast.voices
        lots = [draw_cast(script, voices, seed, reuse_voices=True) for seed in range(DRAW_COUNT)]
        fair_lots = [
            draw_cast(script, voices, seed, reuse_voices=False) for seed in range(DRAW_COUNT)
        ]
        our_distance = find_smallest_distance(our_cast, pairs)
        lot_distances = [
            mean(find_smallest_distance(cast, pairs) for cast in casts)
            for casts in (lots, fair_lots)
        ]
        ratios = "".join(format_ratio(our_distance, distance) for distance in lot_distances)
        similar = measure_similar_answers(our_cast, pairs, encounters)
        similar_by_lot = mean(
            measure_similar_answers(cast, pairs, encounters) for cast in fair_lots
        )
        print(f"{novel:<20}{our_distance:>6.2f}{ratios}{similar:>12.0%}{similar_by_lot:>8.0%}")


def format_ratio(our_distance: float, lot_distance: float) -> str:
    """Format the distance in random casts, and how many times larger ours is.

    There is no ratio if some voice always has two leads, because there are too few voices.
    """
    ratio = f"{our_distance / lot_distance:>4.1f} ×" if lot_distance else f"{'-':>4}  "
    return f"{lot_distance:>10.2f}: {ratio}"


def select_voices(
    voices: Mapping[str, Voice], engine: str, *, only_ready: bool
) -> dict[str, Voice]:
    """Return the English voices of an engine that are ready here, or those that were measured."""
    speaking = select_speaking_voices(
        {name: voice for name, voice in voices.items() if voice.engine == engine}, "en"
    )
    if only_ready:
        return select_ready_voices(speaking)
    return {name: voice for name, voice in speaking.items() if look_up_acoustics(voice)}


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
        voices: the voices to draw from, by name.
        seed: random seed.
        reuse_voices: whether several leads may have the same voice. If not, they still may if there
            are more leads than voices.
    """
    rng = random.Random(seed)  # noqa: S311 - a draw, not a secret
    adults = [voice for voice in voices.values() if voice.age != "child"]
    cast: dict[str, Voice] = {}
    for lead in script.characters[:LEAD_COUNT]:
        fitting = [voice for voice in adults if lead.gender in (None, voice.gender)]
        free = [voice for voice in fitting if reuse_voices or voice not in cast.values()]
        cast[lead.name] = rng.choice(free or fitting)
    return cast


def find_smallest_distance(cast: Mapping[str, Voice], pairs: Sequence[tuple[str, str]]) -> float:
    """Return the smallest acoustic distance between the voices of any pair of leads."""
    return min(
        compute_acoustic_distance(estimate_acoustics(cast[first]), estimate_acoustics(cast[second]))
        for first, second in pairs
    )


def measure_similar_answers(
    cast: Mapping[str, Voice], pairs: Sequence[tuple[str, str]], encounters: CharacterEncounters
) -> float:
    """Return the share of the answers between leads whose voices are hard to tell apart."""
    similar_count = sum(
        encounters.count_exchanges(*pair)
        for pair in pairs
        if find_smallest_distance(cast, [pair]) < CONFUSABLE_DISTANCE
    )
    return similar_count / max(sum(encounters.count_exchanges(*pair) for pair in pairs), 1)
