"""Small scripts, given by who speaks in which chapter, one line after the other."""

import pytest

from narrator.casting.profiles import load_voices
from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source


def make_script(chapters, **details):
    """Return a script from the speakers of each chapter; `details` are fields by character."""
    lines = [
        Line(
            f"{number}.{i}.1",
            number,
            i,
            0,
            1,
            LineKind.DIALOGUE,
            "Oh!",
            quotation=i,
            speaker=speaker,
        )
        for number, speakers in enumerate(chapters, 1)
        for i, speaker in enumerate(speakers, 1)
    ]
    speakers = [line.speaker for line in lines]
    characters = tuple(
        Character(name, line_count=speakers.count(name), **details.get(name, {}))
        for name in sorted(set(speakers), key=lambda n: (-speakers.count(n), n))
    )
    return Script(Book(Metadata("A Play"), "", (), (), Source("-", "")), characters, tuple(lines))


@pytest.fixture(scope="session")
def scripted():
    return make_script


@pytest.fixture(scope="session")
def voices():
    return load_voices()
