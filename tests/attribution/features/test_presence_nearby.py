"""Presence: who takes part in a conversation, and who is in a scene."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.features.presence_nearby import (
    COLUMNS,
    PresenceBatch,
    PresenceStatistics,
    find_conversations,
    find_scenes,
)
from narrator.attribution.features.turn_taking import TurnStatistics
from tests.attribution.features.comparing import PEOPLE, compare_candidates, find_persons

FOUR = '"One."\n\n"Two."\n\n"Three."\n\n"Four."'
LONG_NARRATION = "It rained and rained upon the old grey roofs of the town. " * 12


def compare(people_of, text, speakers, quotation):
    """Return the columns of Ada and of Tom, where "A", "T" or "-" say who speaks each quotation."""
    tokens, people = people_of(f"{PEOPLE}\n\n{text}")
    ada, tom = find_persons(people, "Ada", "Tom")
    named = [{"A": ada, "T": tom}.get(speaker, -1) for speaker in speakers]
    context = build_quotation_context(tokens, people)
    statistics = PresenceStatistics(context, TurnStatistics(context, named, named))
    return compare_candidates(COLUMNS, PresenceBatch, statistics, tokens, quotation, [ada, tom])


def test_a_long_narration_ends_a_conversation_but_not_a_scene(people_of):
    tokens, _ = people_of(f'{PEOPLE}\n\n"One."\n\n"Two."\n\n{LONG_NARRATION}\n\n"Three."')
    scenes = find_scenes(tokens)
    conversations = find_conversations(tokens, scenes)
    assert conversations.first_quotations.tolist() == [0, 0, 2]
    assert conversations.stop_quotations.tolist() == [2, 2, 3]
    assert scenes.first_quotations.tolist() == [0, 0, 0]
    assert np.all(conversations.start_tokens >= scenes.start_tokens)
    assert np.all(conversations.end_tokens <= scenes.end_tokens)


def test_a_conversation_ends_with_its_scene(people_of):
    tokens, _ = people_of(f'{PEOPLE}\n\n"One."\n\n* * *\n\n"Two."')
    tokens.is_scene_start[-1] = True
    scenes = find_scenes(tokens)
    assert find_conversations(tokens, scenes).first_quotations.tolist() == [0, 1]
    assert scenes.first_quotations.tolist() == [0, 1]


def test_a_quotation_is_not_evidence_of_its_own_speaker(people_of):
    ada, tom = compare(people_of, FOUR, "AT--", 0)
    assert ada["conversation:named_speaker"] == 0.0
    assert tom["conversation:named_speaker"] == pytest.approx(np.log(2))


def test_speakers_of_another_conversation_count_for_the_scene_alone(people_of):
    text = f'"One."\n\n{LONG_NARRATION}\n\n"Two."'
    ada, _ = compare(people_of, text, "A-", 1)
    assert ada["conversation:named_speaker"] == 0.0
    assert ada["scene:named_speaker"] == pytest.approx(np.log(2))


def test_the_last_turn_suggests_the_next_but_one(people_of):
    ada, tom = compare(people_of, FOUR, "AT--", 2)
    assert ada["alternation:back"] > 0 > tom["alternation:back"]
    assert ada["alternation:ahead"] == tom["alternation:ahead"] == 0.0
    ada, tom = compare(people_of, FOUR, "--AT", 0)
    assert ada["alternation:ahead"] > 0 > tom["alternation:ahead"]


def test_a_turn_of_another_conversation_says_nothing(people_of):
    text = f'"One."\n\n{LONG_NARRATION}\n\n"Two."\n\n"Three."'
    ada, _ = compare(people_of, text, "A--", 2)
    assert ada["alternation:back"] == 0.0


def test_who_is_addressed_or_mentioned_is_present(people_of):
    text = f'Then.\n\n{LONG_NARRATION}\n\n"One, Ada."\n\n"Two."'
    ada, tom = compare(people_of, text, "--", 1)
    assert ada["conversation:addressed"] > 0
    assert (ada["conversation:is_present"], tom["conversation:is_present"]) == (1.0, 0.0)
    assert ada["conversation:present_count"] == 1.0
    assert (ada["scene:is_present"], tom["scene:is_present"]) == (1.0, 1.0)
    assert ada["scene:present_count"] == 2.0
