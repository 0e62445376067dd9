import pytest

from narrator.attribution.candidate_generation import apply_speaker_rules, choose_best_tag
from narrator.attribution.speech_tags import SPEAKER_RULES, SpeakerRuleInput

TAGGED = [
    ('"Go," said Ada.', "Ada", ""),
    ('"Go," Ada said.', "Ada", ""),
    ('"Go," cried the old man.', "the old man", ""),
    ('"Go," said she.', None, "female"),
    ('"Go!" he shouted.', None, "male"),
    ('"Go," I said.', None, "first"),
    ('Ada said, "Go."', "Ada", ""),
    ('Ada looked at Tom and said: "Go."', "Ada", ""),
    ('"Go," said Ada, "and come back."', "Ada", ""),
    ('"Go," said her mother.', "mother", ""),
    ('"Go," said the Hatter.', "Hatter", ""),
    ('"Go," cried the March Hare.', "Hare", ""),
    ('"Go," eagerly rejoined Ada.', "Ada", ""),
    ('"Go," went on Ada.', "Ada", ""),
    ('"Go," was Ada\'s reply.', "Ada", ""),
    ('"Go," was her sturdy answer.', None, "female"),
    ('"Go," was all my answer.', None, "first"),
    ('"Go," said the other.', None, "neutral"),
    ('Ada thought, "Go."', "Ada", ""),
    ('Ada could not help saying, "Go."', "Ada", ""),
    ('Ada, smiling, said--\n\n"Go."', "Ada", ""),
    ('Ada turned to Tom and said\n\n"Go."', "Ada", ""),
]


COMPANY = "Ada met Tom. Ada knew Tom. The Hatter met the March Hare. The March Hare sat, and the Hare rose."


@pytest.mark.parametrize(("text", "name", "gender"), TAGGED)
def test_a_tag_tells_who_speaks_in_every_order(people_of, text, name, gender):
    page, people = people_of(f"{COMPANY}\n\n{text}")
    clue = choose_best_tag(apply_speaker_rules(page, people, page.quotations[0]))
    assert clue is not None
    assert clue.pronoun_gender == gender
    if name is not None:
        who = people.persons[clue.person_index]
        assert (who.role or next(iter(who.forms)).words[0].title()) == name


@pytest.mark.parametrize(
    "text",
    [
        '"Go." Ada lifted her hat.',
        '"Go."',
        'Ada came in.\n\n"Go."',
        '"Go." It rained.',
        '"Go." It was Ada\'s hat.',
        'Ada\'s Answer\n\n"Go."',
    ],
)
def test_what_somebody_does_is_no_tag(people_of, text):
    page, people = people_of(f"Ada met Tom. Ada knew Tom.\n\n{text}")
    assert choose_best_tag(apply_speaker_rules(page, people, page.quotations[0])) is None


def test_every_rule_is_a_callable_that_may_have_nothing_to_say(people_of):
    page, people = people_of('"Go."')
    assert [
        rule(SpeakerRuleInput(page, people, page.quotations[0])) for _, rule in SPEAKER_RULES
    ] == [None] * len(SPEAKER_RULES)
