import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import attribute_lines
from narrator.model import LineKind, Script
from narrator.segmentation import segment_book

STORY = """
Mr. Harding came down to breakfast late, and Mrs. Harding did not look up from her letters.

"You slept badly," said Mrs. Harding.

"I did not sleep at all," Mr. Harding replied. "The dog barked until four."

"Poor dog!"

"Poor dog, indeed," he answered. "It is I who am to be pitied, Margaret."

Their daughter Lucy ran in from the garden. "Papa, papa, the pony is out!" cried Lucy.

"Then somebody must catch him," said Mr. Harding.
"""


@pytest.fixture(scope="module")
def script(script_of):
    return script_of(STORY)


def said(script):
    return {line.text: line.speaker for line in script.lines if line.kind is LineKind.DIALOGUE}


def test_a_name_beside_a_quotation_speaks_it(script):
    assert said(script)['"You slept badly,"'] == "Mrs. Harding"
    assert said(script)['"I did not sleep at all,"'] == "Mr. Harding"
    assert said(script)['"Then somebody must catch him,"'] == "Mr. Harding"


def test_a_quotation_without_a_tag_is_answered_by_turns(script):
    assert said(script)['"Poor dog!"'] == "Mrs. Harding"


def test_a_pronoun_is_resolved_by_gender(script):
    assert said(script)['"Poor dog, indeed,"'] == "Mr. Harding"


def test_both_parts_of_an_interrupted_quotation_have_one_speaker(script):
    found = said(script)
    assert found['"The dog barked until four."'] == found['"I did not sleep at all,"']


def test_every_line_of_dialogue_says_how_sure_it_is_and_why(script):
    for line in script.lines:
        if line.kind is LineKind.DIALOGUE:
            assert line.confidence is not None
            assert 0 <= line.confidence <= 1
            assert line.reason
        else:
            assert (line.speaker, line.confidence, line.reason) == (None, None, None)


def test_the_reason_quotes_the_words_that_decided(script):
    reasons = [line.reason for line in script.lines if line.kind is LineKind.DIALOGUE]
    assert reasons[0] == "'said Mrs. Harding' after the quotation"
    assert "alternates with the other speaker" in reasons


def test_characters_come_by_number_of_lines_and_know_their_gender(script):
    spoken = [character.spoken for character in script.characters]
    assert spoken == sorted(spoken, reverse=True)
    assert sum(spoken) == len([line for line in script.lines if line.speaker])
    genders = {character.name: character.gender for character in script.characters}
    assert genders["Mr. Harding"] == "male"
    assert genders["Mrs. Harding"] == "female"


def test_a_book_without_dialogue_has_no_characters_and_keeps_its_lines(book_of):
    book = book_of("It rained.\n\nIt went on raining.")
    lines = segment_book(book)
    assert attribute_lines(book, lines) == Script(book, (), lines)


def test_a_quotation_in_a_book_without_people_has_no_speaker(script_of):
    (line, *_) = script_of('"Nobody is here," it seemed to say.').lines
    assert line.speaker is None


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("de", "Anna kam herein. Anna lachte.\n\n„Komm her!“, sagte Anna."),
        ("fr", "Marie entra. Marie sourit.\n\n« Viens ici », dit Marie."),
        ("xx", 'Anna kom in.\n\n"Kom hier", zei Anna.'),
    ],
)
def test_a_language_without_a_table_of_its_own_falls_back_with_grace(script_of, tag, text):
    spoken = [line for line in script_of(text, tag).lines if line.kind is LineKind.DIALOGUE]
    assert spoken
    assert all(line.confidence is not None for line in spoken if line.speaker is not None)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ['"Go," said Ada.', '"No."', "Tom came in.", '"', "I sat.", '"Ada!" he', "…"]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_page_holds_nothing_but_who_speaks_is_changed(book_of, blocks):
    book = book_of("\n\n".join(blocks))
    lines = segment_book(book)
    script = attribute_lines(book, lines)
    kept = ("id", "start", "end", "kind", "text", "quotation")
    for before, after in zip(lines, script.lines, strict=True):
        assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]


def test_a_description_ends_at_a_mark(script_of):
    blocks = [
        "“It’s 10:30,” said the clerk & yawned.",
        "“Go,” said the manageress (laughing).",
        "“You,” said the clerk.",
    ]
    script = script_of("\n\n".join(blocks))
    assert {person.name for person in script.characters} == {"The clerk", "The manageress"}


def test_an_alias_is_another_name_and_not_the_same_in_other_capitals(script_of):
    blocks = ["The porter came.", '"Go," said the porter.', '"No," said The Porter. "The Porter?"']
    for person in script_of("\n\n".join(blocks * 3)).characters:
        names = [name.casefold() for name in (person.name, *person.aliases)]
        assert len(names) == len(set(names))


INN = """
I came to the inn at nine, and I put my bag down.

"Mr. Fenn," said the manageress, "you are late."

"The train was late," I said.

"It always is," said the manageress to me. I was tired.
"""


def test_a_narrator_who_is_called_by_name_bears_it(script_of):
    (narrator,) = [person for person in script_of(INN).characters if person.narrates]
    assert (narrator.name, narrator.gender) == ("Mr. Fenn", "male")


def test_a_narrator_whom_nobody_calls_stays_the_narrator(script_of):
    script = script_of(INN.replace("Mr. Fenn", "Good evening"))
    assert [person.name for person in script.characters if person.narrates] == ["Narrator"]


def test_somebody_else_who_is_called_is_not_the_narrator(script_of):
    text = INN.replace('late," I said.', 'late, Mr. Fenn," I said.').replace("Mr. Fenn,", "Sir,", 1)
    assert [person.name for person in script_of(text).characters if person.narrates] == ["Narrator"]
