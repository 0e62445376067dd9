from narrator.attribution import attribute
from narrator.model import Book, Chapter, Kind, Metadata, Paragraph, Script, Source
from narrator.segmentation import segment

STORY = """
Mr. Harding came down to breakfast late, and Mrs. Harding did not look up from her letters.

"You slept badly," said Mrs. Harding.

"I did not sleep at all," Mr. Harding replied. "The dog barked until four."

"Poor dog!"

"Poor dog, indeed," he answered. "It is I who am to be pitied, Margaret."

Their daughter Lucy ran in from the garden. "Papa, papa, the pony is out!" cried Lucy.

"Then somebody must catch him," said Mr. Harding.
"""


def book_of(text: str) -> Book:
    paragraphs, at = [], 0
    for number, block in enumerate(text.strip("\n").split("\n\n"), 1):
        start = text.index(block, at)
        at = start + len(block)
        paragraphs.append(Paragraph(start, at, number))
    chapter = Chapter(1, "One", 0, len(text), tuple(paragraphs))
    return Book(Metadata("A story"), text, (chapter,), (), Source("-", ""))


def script_of(text: str) -> Script:
    book = book_of(text)
    return attribute(book, segment(book))


def speakers(text: str) -> list[tuple[str, str | None]]:
    return [
        (line.text, line.speaker) for line in script_of(text).lines if line.kind is Kind.DIALOGUE
    ]


def test_a_name_beside_a_quotation_speaks_it() -> None:
    said = dict(speakers(STORY))
    assert said['"You slept badly,"'] == "Mrs. Harding"
    assert said['"I did not sleep at all,"'] == "Mr. Harding"
    assert said['"Then somebody must catch him,"'] == "Mr. Harding"


def test_both_parts_of_an_interrupted_quotation_have_one_speaker() -> None:
    said = dict(speakers(STORY))
    assert said['"The dog barked until four."'] == said['"I did not sleep at all,"']


def test_every_line_of_dialogue_says_how_sure_it_is_and_why() -> None:
    for line in script_of(STORY).lines:
        if line.kind is Kind.DIALOGUE:
            assert line.confidence is not None
            assert 0 <= line.confidence <= 1
            assert line.reason
        else:
            assert line.speaker is None


def test_the_reason_quotes_the_words_that_decided() -> None:
    first = next(line for line in script_of(STORY).lines if line.kind is Kind.DIALOGUE)
    assert first.reason == "'said Mrs. Harding' after the quotation"


def test_characters_come_by_number_of_lines_and_know_their_gender() -> None:
    characters = script_of(STORY).characters
    assert [c.spoken for c in characters] == sorted((c.spoken for c in characters), reverse=True)
    genders = {c.name: c.gender for c in characters}
    assert genders["Mr. Harding"] == "male"
    assert genders["Mrs. Harding"] == "female"


def test_a_book_without_dialogue_has_no_characters_and_keeps_its_lines() -> None:
    book = book_of("It rained.\n\nIt went on raining.")
    lines = segment(book)
    assert attribute(book, lines) == Script(book, (), lines)


def test_a_quotation_in_a_book_without_people_has_no_speaker() -> None:
    assert speakers('"Nobody is here," it seemed to say.')[0][1] is None
