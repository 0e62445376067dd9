"""How a line is spoken follows from the clause beside it, and from its capitals."""

from __future__ import annotations

import pytest

from narrator.casting.delivery import find_manners
from narrator.languages.language_files import list_tags_with_section, load_language_file
from narrator.languages.manners import Manner, load_manner_words
from narrator.model import Book, Chapter, LineKind, Metadata, Paragraph, Source
from narrator.segmentation.lines import segment_book

TAGS = list_tags_with_section("manners")


def list_manners(text: str, tag: str = "en") -> list[str]:
    """Return the manner of each line of dialogue of a paragraph."""
    paragraph = Paragraph(0, len(text), 1)
    chapter = Chapter(1, "One", 0, len(text), (paragraph,))
    book = Book(Metadata("Tale", language=tag), text, (chapter,), (), Source("tale.txt", ""))
    lines = segment_book(book)
    found = find_manners(lines, tag)
    return [found.get(line.id, Manner.PLAIN) for line in lines if line.kind is LineKind.DIALOGUE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Come here,” whispered Nora.", ["whisper"]),
        ("“Come here,” Nora whispered.", ["whisper"]),
        ("“Come here,” said Nora.", ["plain"]),
        ("“Come here,” said Nora in a low voice.", ["soft"]),
        ("“Come here,” said the old miller softly, and went in.", ["soft"]),
        ("“Come here,” Nora said under her breath.", ["whisper"]),
        ("“Come here!” bellowed Mr. Pike. He was red.", ["shout"]),
        ("“Come here!” he cried angrily.", ["exclaim"]),
        ("“Come here,” said Nora coldly.", ["hard"]),
        ("“Come here,” drawled Finn.", ["slow"]),
        ("“Come here,” said Finn, quickly closing the door.", ["plain"]),
        ("“Come here,” said Finn, very quickly.", ["fast"]),
        ("“Come here,” said Finn, not loudly.", ["plain"]),
        ("Nora whispered, “Come here.”", ["whisper"]),
        ("Then, in a whisper, she said: “Come here.”", ["whisper"]),
        ("She turned quickly and said, “Come here.”", ["plain"]),
        ("He whispered to the dog. “Come here,” said Nora.", ["plain"]),
        ("“Come here,” said Nora. The wind whispered in the leaves.", ["plain"]),
        ("“Come,” whispered Nora, “or we are late.”", ["whisper", "whisper"]),
        ("“Come!” shouted Finn. “They are here. Run!”", ["shout", "shout", "shout"]),
        ("“GET OUT OF MY HOUSE!” said Nora.", ["shout"]),
        ("“OK!” said Nora.", ["plain"]),
        ("“It was on the BBC,” said Nora.", ["plain"]),
        ("“Come here.”", ["plain"]),
    ],
)
def test_a_clause_and_capitals_say_how_a_line_is_spoken(text: str, expected: list[str]) -> None:
    assert list_manners(text) == expected


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("de", "„Komm her“, flüsterte Nora.", "whisper"),
        ("de", "„Komm her“, sagte Nora leise.", "soft"),
        ("de", "„Komm her!“, schrie der alte Müller.", "shout"),
        ("fr", "« Viens ici », murmura Nora.", "soft"),
        ("fr", "— Viens ici, dit Nora à voix basse.", "whisper"),
        ("es", "—Ven aquí —susurró Nora.", "whisper"),
        ("it", "«Vieni qui» sussurrò Nora.", "whisper"),
        ("nl", "‘Kom hier’, fluisterde Nora.", "whisper"),
        ("nl", "‘Kom hier’, zei Nora streng.", "hard"),
        ("sv", "– Kom hit, viskade Nora.", "whisper"),
        ("sv", "– Kom hit! skrek Nora.", "shout"),
        ("uk", "— Ходи сюди, — прошепотіла Нора.", "whisper"),
        ("uk", "— Ходи сюди! — закричала Нора.", "shout"),
        ("cs", "„Pojď sem,“ zašeptala Nora.", "whisper"),
        ("cs", "„Pojď sem!“ zakřičela Nora.", "shout"),
        ("pt", "— Vem cá — gritou Nora.", "shout"),
        ("pl", "— Chodź tu — szepnęła Nora.", "whisper"),
        ("ru", "— Иди сюда, — прошептала Нора.", "whisper"),
        ("ru", "— Иди сюда, — сказала Нора тихо.", "soft"),
    ],
)
def test_every_language_says_it_in_its_own_words(tag: str, text: str, expected: str) -> None:
    assert expected in list_manners(text, tag)


def test_a_language_without_words_has_only_capitals() -> None:
    assert list_manners("„Poď sem,“ zašepkala Nora.", "sk") == ["plain"]
    assert "shout" in list_manners("„POĎ SEM HNEĎ!“ povedala Nora.", "sk")


@pytest.mark.parametrize("tag", TAGS)
def test_the_words_of_each_language_are_in_lower_case_and_have_one_manner(tag: str) -> None:
    words = load_manner_words(tag)
    assert len(words.verbs) > 20
    assert not set(words.verbs) & set(words.adverbs)
    assert all(word == word.casefold() for word in [*words.verbs, *words.adverbs])
    table = load_language_file(tag).section("manners").table
    listed = [word for group in table.values() for word in group.get("verbs", "").split()]
    assert len(listed) == len(set(listed))
