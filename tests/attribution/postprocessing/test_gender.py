"""The gender constraint: nobody whom the tag can't mean keeps much of his probability."""

import numpy as np
import pytest

from narrator.attribution.candidate_generation import build_quotation_context
from narrator.attribution.postprocessing.gender import apply_gender_constraint

STORY = (
    "Anna came in with Mr. Gray. Anna sat down. Mr. Gray stood. Zobeth stood by. Zobeth sat.\n\n"
)


def constrain(people_of, speech):
    """Return the candidates of one quotation by name, with equal probabilities constrained."""
    tokens, people = people_of(STORY + speech)
    context = build_quotation_context(tokens, people)
    candidates = context.candidates[0]
    probabilities = np.full((1, len(candidates)), 1 / len(candidates), dtype=np.float32)
    row = apply_gender_constraint(context, probabilities)[0]
    assert (probabilities == probabilities[0, 0]).all()
    return {
        next(iter(people.persons[person].name_forms)).words[-1]: float(probability)
        for person, probability in zip(candidates, row, strict=True)
        if not people.persons[person].description
    }, row


@pytest.mark.parametrize(
    ("speech", "excluded"),
    [
        ('"Go," said he.', {"anna"}),
        ('"Go," she cried.', {"gray"}),
        ('"Go," said his mother.', {"gray"}),
        ('"Go," said the doctor.', set()),  # a doctor may be a woman
        ('"Go," said Anna.', set()),
        ('"Go," I said.', set()),
        ('"Go." He rose.', set()),  # no verb of speech
        ('"Go."', set()),
    ],
)
def test_a_candidate_of_the_wrong_gender_keeps_hardly_any_probability(people_of, speech, excluded):
    probabilities, row = constrain(people_of, speech)
    assert {name for name, value in probabilities.items() if value < 0.02} == excluded
    assert row.sum() == pytest.approx(1)


def test_a_candidate_of_the_right_gender_gains_what_the_others_lose(people_of):
    probabilities, row = constrain(people_of, '"Go," said he.')
    assert probabilities["gray"] > 1 / len(row)


MORE_SPEECH = [
    ('"Go," whispered she.', {"gray"}),
    ('She said, "Go."', {"gray"}),
    ('"Go," said he, "now."', {"anna"}),
    ('"Go," was his answer.', {"anna"}),
    ('"Go," said the old woman.', {"gray"}),
    ('"Go," said the young gentleman.', {"anna"}),
    ('"Go," said her father.', {"anna"}),
    ('"Go," said the cook.', set()),
    ('"Go," they said.', set()),
    ('"Go," said the other.', set()),
    ('"Go." She nodded.', set()),
    ('"Go," he nodded.', set()),  # no verb of speech for certain
]


@pytest.mark.parametrize(("speech", "excluded"), MORE_SPEECH)
def test_only_a_pronoun_or_a_noun_of_one_gender_excludes_the_other(people_of, speech, excluded):
    probabilities, row = constrain(people_of, speech)
    assert {name for name, value in probabilities.items() if value < 0.02} == excluded
    assert row.sum() == pytest.approx(1)


STRANGER = 'Then Zobeth said so. "Yes," said Zobeth.\n\n'


def test_a_candidate_of_unknown_gender_is_never_excluded(people_of):
    for pronoun in ("he", "she"):
        tokens, people = people_of(f'{STORY}{STRANGER}"Go," said {pronoun}.')
        context = build_quotation_context(tokens, people)
        candidates = context.candidates[-1]
        probabilities = np.full((2, len(candidates)), 1 / len(candidates), np.float32)
        row = apply_gender_constraint(context, probabilities)[-1]
        unknown = [slot for slot, p in enumerate(candidates) if people.persons[p].gender is None]
        assert len(unknown) == 1
        assert row[unknown[0]] > probabilities[-1, unknown[0]]


def test_the_order_of_those_who_fit_stays_as_it_was(people_of):
    tokens, people = people_of(f'{STORY}{STRANGER}"Go," said he.')
    context = build_quotation_context(tokens, people)
    candidates = context.candidates[-1]
    count = len(candidates)
    weights = np.arange(1, count + 1, dtype=np.float32) / (count * (count + 1) / 2)
    row = apply_gender_constraint(context, np.stack([weights, weights]))[-1]
    fitting = [slot for slot, p in enumerate(candidates) if people.persons[p].gender != "female"]
    assert 1 < len(fitting) < count
    assert (np.diff(row[fitting]) > 0).all()
    ratios = row[fitting] / weights[fitting]
    assert np.allclose(ratios, ratios[0])


def test_only_the_quotation_with_the_tag_is_constrained(people_of):
    tokens, people = people_of(f'{STORY}"Go," said he.\n\n"No."')
    context = build_quotation_context(tokens, people)
    width = max(map(len, context.candidates))
    probabilities = np.full((2, width), 1 / width, np.float32)
    constrained = apply_gender_constraint(context, probabilities)
    assert (constrained[1] == probabilities[1]).all()
    assert (constrained[0] != probabilities[0]).any()


def test_a_row_without_any_probability_stays_so(people_of):
    tokens, people = people_of(f'{STORY}"Go," said he.')
    context = build_quotation_context(tokens, people)
    zeros = np.zeros((1, len(context.candidates[0])), np.float32)
    assert (apply_gender_constraint(context, zeros) == 0).all()


@pytest.mark.parametrize(
    ("tag", "speech", "excluded"),
    [
        ("de", "„Geh“, sagte sie.", {"male"}),
        ("de", "„Geh“, sagte er.", {"female"}),
        ("fr", "— Pars, dit-il.", {"female"}),
        ("es", "—Vete —dijo ella.", {"male"}),
        ("ru", "— Иди, — сказал он.", {"female"}),
    ],
)
def test_pronouns_of_other_languages_have_their_gender(people_of, tag, speech, excluded):
    stories = {
        "de": "Anna kannte Paul. Da lachte Paul, und Anna lachte.",
        "fr": "Anne connaissait Paul. Alors Paul vit Anne.",
        "es": "Ana conocía a Pablo. Entonces Pablo vio a Ana.",
        "ru": "Анна знала Павла. Потом Павел увидел, что Анна ушла. Павел сел.",
    }
    tokens, people = people_of(f"{stories[tag]}\n\n{speech}", tag)
    context = build_quotation_context(tokens, people)
    candidates = context.candidates[0]
    probabilities = np.full((1, len(candidates)), 1 / len(candidates), np.float32)
    row = apply_gender_constraint(context, probabilities)[0]
    lost = {
        people.persons[p].gender for p, value in zip(candidates, row, strict=True) if value < 0.1
    }
    assert lost == excluded
