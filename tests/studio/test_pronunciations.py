"""The words tab lists the names of a book whose pronunciation nobody knows, and no common nouns."""

from collections.abc import Callable
from pathlib import Path

import pytest

from narrator.build.options import Options
from narrator.studio.pronunciations import find_uses, list_uncertain_words
from tests.studio.conftest import OpenBook

GERMAN = """\
Am Kai von Orlan lag Nebel. „Wir müssen warten“, sagte Ylva Renn, „denn die Fähre ist fort.“

„Bis wann?“, fragte Tjark. Er stellte die Kiste ab und suchte in der Kiste nach Brot.

„Um Mitternacht!“, rief der Fährmann. „Komm, Tjark“, sagte Ylva.
"""
ENGLISH = """\
Fog lay on the quay of Orlan. "We must wait," said Ylva Renn, "for the ferry has left Orlan."

"Until when?" asked Tjark. He put down the Box, and looked for bread in the box.

"At midnight!" cried the ferryman. "Come, Tjark," said Ylva.
"""


@pytest.mark.parametrize(
    ("text", "language", "listed", "not_listed"),
    [
        (GERMAN, "de", {"Ylva", "Tjark"}, {"Nebel", "Fähre", "Kiste", "Brot", "Fährmann"}),
        (ENGLISH, "en", {"Ylva", "Tjark", "Orlan", "Renn"}, {"Box", "Fog", "Come"}),
    ],
)
def test_names_are_listed_and_common_nouns_are_not(
    open_book: Callable[..., OpenBook],
    tmp_path: Path,
    text: str,
    language: str,
    listed: set[str],
    not_listed: set[str],
) -> None:
    path = tmp_path / "book.txt"
    path.write_text(text, "utf-8")
    book = open_book(path, Options(engine="tone", about={"language": language}))
    words = {each.word for each in list_uncertain_words(book.session.state).words}
    assert listed <= words
    assert not words & not_listed


def test_the_uses_of_a_word_are_counted_whatever_its_case(ferry: OpenBook) -> None:
    assert find_uses(ferry.session.state, "MARTHA").lines == (
        find_uses(ferry.session.state, "Martha").lines
    )
    assert find_uses(ferry.session.state, " ").lines == 0
