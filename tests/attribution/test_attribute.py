"""Attribution from end to end: speakers, confidences, reasons and characters."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution import attribute, attribute_lines
from narrator.model import LineKind, Script
from narrator.segmentation.lines import segment_book

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


def list_speakers(script):
    """Return the speaker of each line of dialogue, by its text."""
    return {line.text: line.speaker for line in script.lines if line.kind is LineKind.DIALOGUE}


def test_whoever_is_named_beside_a_quotation_speaks_it(script):
    assert list_speakers(script)['"You slept badly,"'] == "Mrs. Harding"
    assert list_speakers(script)['"I did not sleep at all,"'] == "Mr. Harding"
    assert list_speakers(script)['"Then somebody must catch him,"'] == "Mr. Harding"


def test_two_speakers_alternate_where_there_is_no_tag(script):
    assert list_speakers(script)['"Poor dog!"'] == "Mrs. Harding"


def test_a_pronoun_is_resolved_by_gender(script):
    assert list_speakers(script)['"Poor dog, indeed,"'] == "Mr. Harding"


def test_both_parts_of_an_interrupted_quotation_have_one_speaker(script):
    speakers = list_speakers(script)
    assert speakers['"The dog barked until four."'] == speakers['"I did not sleep at all,"']


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


def test_characters_are_sorted_by_their_lines_and_have_a_gender(script):
    line_counts = [character.line_count for character in script.characters]
    assert line_counts == sorted(line_counts, reverse=True)
    assert sum(line_counts) == len([line for line in script.lines if line.speaker])
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
def test_a_language_with_little_or_no_data_is_attributed_as_far_as_possible(script_of, tag, text):
    dialogue = [line for line in script_of(text, tag).lines if line.kind is LineKind.DIALOGUE]
    assert dialogue
    assert all(line.confidence is not None for line in dialogue if line.speaker is not None)


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
def test_nothing_but_the_speaker_of_a_line_is_changed_in_any_book(book_of, blocks):
    book = book_of("\n\n".join(blocks))
    lines = segment_book(book)
    script = attribute_lines(book, lines)
    unchanged = ("id", "start", "end", "kind", "text", "quotation")
    for before, after in zip(lines, script.lines, strict=True):
        assert [getattr(before, name) for name in unchanged] == [
            getattr(after, name) for name in unchanged
        ]


def test_a_description_ends_at_a_bracket_or_an_ampersand(script_of):
    blocks = [
        "“It’s 10:30,” said the clerk & yawned.",
        "“Go,” said the manageress (laughing).",
        "“You,” said the clerk.",
    ]
    script = script_of("\n\n".join(blocks))
    assert {person.name for person in script.characters} == {"The clerk", "The manageress"}


def test_an_alias_is_not_the_same_name_in_other_capitals(script_of):
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


def test_a_narrator_who_is_addressed_by_name_has_that_name(script_of):
    (narrator,) = [person for person in script_of(INN).characters if person.is_narrator]
    assert (narrator.name, narrator.gender) == ("Mr. Fenn", "male")


def test_a_narrator_who_is_never_addressed_is_called_narrator(script_of):
    script = script_of(INN.replace("Mr. Fenn", "Good evening"))
    assert [person.name for person in script.characters if person.is_narrator] == ["Narrator"]


def test_a_name_that_the_narrator_uses_for_others_is_not_his(script_of):
    text = INN.replace('late," I said.', 'late, Mr. Fenn," I said.').replace("Mr. Fenn,", "Sir,", 1)
    assert [person.name for person in script_of(text).characters if person.is_narrator] == [
        "Narrator"
    ]


TURNS = """
Anna came in. Anna sat down.

"One," said Anna.

"Two."

"Three."
"""


def test_the_only_person_of_a_book_speaks_where_a_tag_or_the_turn_says_so(script_of):
    dialogue = [line for line in script_of(TURNS).lines if line.kind is LineKind.DIALOGUE]
    assert [(line.speaker, line.confidence) for line in dialogue] == [
        ("Anna", 0.9),
        (None, None),  # somebody who is not known answers her
        ("Anna", 0.5),
    ]
    assert dialogue[2].reason == "alternates with somebody unknown"


REASONS = [
    ('Anna rose. "Go," said Tom.', "'said Tom' after the quotation"),
    ('Anna rose. Tom said, "Go."', "'Tom said' before the quotation"),
    ('Anna rose. "Go," said Tom, "or stay."', "'said Tom' within the quotation"),
    ('"Go." Tom rose.', "'Tom rose.' after the quotation"),
]


@pytest.mark.parametrize(("paragraph", "reason"), REASONS)
def test_a_reason_says_where_its_words_stand(script_of, paragraph, reason):
    script = script_of(f"Anna Vane met Tom Reed. Anna smiled. Tom smiled.\n\n{paragraph}")
    assert reason in [line.reason for line in script.lines]


TWO_PERSONS = "Anna Vane met Tom Reed. Anna smiled. Tom smiled."
WITHOUT_TAGS = [
    # Text below the introduction of two persons, then speaker and reason of its last line.
    ('"One," said Anna.\n\n"Two," said Tom.\n\n"Three."', "Anna", "alternates with the other speaker"),
    ('"One."\n\n"Two," said Tom.\n\n"Three," said Anna.\n\n"Four."', "Tom", "alternates with the other speaker"),
    ('"One," said Anna. She sat down by the stove.\n\n"Two." It was warm there.', "Anna", "goes on speaking"),
    ('Hugh Stone came in. Hugh laughed.\n\n"It rains."', "Hugh Stone", "'Hugh laughed.' in the paragraph above"),
    ('Tom had lost his hat. It was late. "Where is it?"', "Tom", "'Tom had lost his hat. It was' opens the paragraph"),
    ('"Where?" asked Anna.\n\n"Home." Tom sat down.', "Tom", "'Tom sat down.' after the quotation"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker", "reason"), WITHOUT_TAGS)
def test_a_line_without_a_tag_says_why_its_speaker_is_likely(script_of, text, speaker, reason):
    lines = [line for line in script_of(f"{TWO_PERSONS}\n\n{text}").lines if line.speaker]
    assert (lines[-1].speaker, lines[-1].reason) == (speaker, reason)


def test_a_line_that_nothing_points_to_is_less_certain_than_one_with_a_tag(script_of):
    text = f'{TWO_PERSONS}\n\n"Go," said Anna.\n\nIt rained. It rained on.\n\n"Is nobody here?"'
    tagged, untagged = (line for line in script_of(text).lines if line.speaker)
    assert tagged.confidence > 0.95 > untagged.confidence


def test_the_owner_of_the_words_in_a_reason_keeps_the_possessive(script_of):
    script = script_of(f'{TWO_PERSONS}\n\n"Go," was Anna\'s answer.')
    (line,) = [line for line in script.lines if line.speaker]
    assert (line.speaker, line.reason) == ("Anna", "'was Anna's answer' after the quotation")


def test_the_candidates_of_a_line_are_the_three_likeliest_and_the_first_is_the_speaker(script):
    for line in script.lines:
        if line.kind is not LineKind.DIALOGUE:
            assert line.candidates == ()
            continue
        names, probabilities = zip(*line.candidates, strict=True)
        assert (names[0], probabilities[0]) == (line.speaker, line.confidence)
        assert len(set(names)) == len(names) <= 3
        assert list(probabilities[1:]) == sorted(probabilities[1:], reverse=True)
        assert sum(probabilities) <= 1.01


def test_the_narrator_speaks_where_nobody_is_likely(script_of, monkeypatch):
    monkeypatch.setattr(attribute, "_MIN_CONFIDENCE", 1.01)
    for line in script_of(STORY).lines:
        assert line.speaker is None
        assert line.candidates == ()


def test_a_description_keeps_the_capital_of_a_people_and_leaves_out_of_what(script_of):
    script = script_of(
        '"What a woman!" cried the King of Ruritania.\n\n"Quite," said the American.\n\n'
        '"Read it," said the King.\n\n"No," said the American.'
    )
    speakers = [line.speaker for line in script.lines if line.speaker]
    assert speakers == ["King", "The American", "King", "The American"]
