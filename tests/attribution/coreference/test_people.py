"""What holds for the people and the mentions of any book."""

from hypothesis import given, settings
from hypothesis import strategies as st

SENTENCES = [
    "Ada Vane met Tom Reed.",
    "Then old Tom sat down.",
    "Mr. Reed bowed to Mrs. Vane.",
    "I came, and I sat.",
    "The old man went out.",
    "Her mother wept; his wife did not.",
    "“Tom, come here,” said Ada.",
    "“My dear Ada!” cried the porter.",
    "“Hastings, you and I,” he said to me.",
    "Nobody came.",
    "Ada's dog barked.",
    "The General coughed.",
]
STORIES = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_mentions_are_in_order_and_never_overlap(people_of, sentences):
    tokens, people = people_of("\n\n".join(sentences))
    end = 0
    for mention in people.mentions:
        assert end <= mention.start < mention.end <= len(tokens.words)
        end = mention.end


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_every_mention_is_of_a_person_and_is_found_by_its_first_token(people_of, sentences):
    _, people = people_of("\n\n".join(sentences))
    assert len(people.mention_by_start) == len(people.mentions)
    for index, mention in enumerate(people.mentions):
        assert 0 <= mention.person_index < len(people.persons)
        assert people.mention_by_start[mention.start] == index


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_a_mention_lies_in_one_paragraph_and_in_one_quotation_or_in_none(people_of, sentences):
    tokens, people = people_of("\n\n".join(sentences))
    for mention in people.mentions:
        place = slice(mention.start, mention.end)
        assert len(set(tokens.paragraph_indices[place])) == 1
        (quotation,) = set(tokens.quotation_indices[place])
        assert mention.is_quoted is (quotation >= 0)
        assert mention.is_quoted or not mention.is_addressed
        assert not (mention.is_possessive and mention.is_subject)


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_at_most_one_person_is_the_narrator_and_no_description_is_quoted(people_of, sentences):
    _, people = people_of("\n\n".join(sentences))
    narrators = [index for index, person in enumerate(people.persons) if person.is_narrator]
    assert narrators == [index for index in (people.narrator_index,) if index >= 0]
    assert not any(mention.is_description and mention.is_quoted for mention in people.mentions)


@settings(max_examples=20, deadline=None)
@given(STORIES)
def test_the_people_of_a_book_are_the_same_each_time(people_of, sentences):
    text = "\n\n".join(sentences)
    (_, first), (_, second) = people_of(text), people_of(text)
    assert first == second


@settings(max_examples=20, deadline=None)
@given(STORIES)
def test_a_person_has_a_name_or_a_description_and_a_possible_probability(people_of, sentences):
    _, people = people_of("\n\n".join(sentences))
    for person in people.persons:
        assert person.name_forms or person.description
        assert 0 <= person.male_probability <= 1
        assert person.gender in {"male", "female", None}
        assert person.age in {"child", "young", "adult", "old", None}
