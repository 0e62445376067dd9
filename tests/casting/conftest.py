"""Scripts in miniature: who speaks in which chapter, one after the other."""

import pytest

from narrator.casting.profiles import load_voices
from narrator.model import Book, Character, Line, LineKind, Metadata, Script, Source


def _scripted(chapters, **about):
    """A script from speakers by chapter; `about` tells genders and more of characters."""
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
    spoken = [line.speaker for line in lines]
    characters = tuple(
        Character(name, line_count=spoken.count(name), **about.get(name, {}))
        for name in sorted(set(spoken), key=lambda n: (-spoken.count(n), n))
    )
    return Script(Book(Metadata("A Play"), "", (), (), Source("-", "")), characters, tuple(lines))


@pytest.fixture(scope="session")
def scripted():
    return _scripted


@pytest.fixture(scope="session")
def voices():
    return load_voices()
