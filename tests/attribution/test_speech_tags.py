import pytest

from narrator.attribution.candidate_generation import apply_speaker_rules, choose_best_tag
from narrator.attribution.speech_tags import (
    LIKELY_VERB,
    LISTED_VERB,
    SPEAKER_RULES,
    TAG_RULE_NAMES,
    SpeakerRuleInput,
)

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
    ('"Go," her mother would say.', "mother", ""),
    ('"Go," said the Hatter.', "Hatter", ""),
    ('"Go," cried the March Hare.', "Hare", ""),
    ('"Go," eagerly rejoined Ada.', "Ada", ""),
    ('"Go," went on Ada.', "Ada", ""),
    ('"Go," was Ada\'s reply.', "Ada", ""),
    ('"Go," was her sturdy answer.', None, "female"),
    ('"Go," was all my answer.', None, "first"),
    ('"Go," said the other.', None, "neutral"),
    ('"Go," I say.', None, "first"),
    ('"Go," I softly whisper.', None, "first"),
    ('"Go," Ada whispers.', "Ada", ""),
    ('According to Ada, "it is late."', "Ada", ""),
    ('In the words of her mother, "it is late."', "mother", ""),
    ('Ada thought, "Go."', "Ada", ""),
    ('Ada could not help saying, "Go."', "Ada", ""),
    ('Ada, smiling, said--\n\n"Go."', "Ada", ""),
    ('Ada turned to Tom and said\n\n"Go."', "Ada", ""),
]


COMPANY = (
    "Ada met Tom. Ada knew Tom. The Hatter met the March Hare. "
    "The March Hare sat, and the Hare rose."
)


def find_tags(people_of, text):
    """The people of a story, and the result of each rule for its first quotation."""
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    return people, apply_speaker_rules(tokens, people, tokens.quotations[0])


def name_of(people, tag):
    person = people.persons[tag.person_index]
    return person.description or next(iter(person.name_forms)).words[0].title()


@pytest.mark.parametrize(("text", "name", "gender"), TAGGED)
def test_a_tag_names_the_speaker_in_every_word_order(people_of, text, name, gender):
    people, tags = find_tags(people_of, text)
    tag = choose_best_tag(tags)
    assert tag is not None
    assert tag.pronoun_gender == gender
    if name is not None:
        assert name_of(people, tag) == name


@pytest.mark.parametrize(
    "text",
    [
        '"Go." Ada lifted her hat.',
        '"Go."',
        'Ada came in.\n\n"Go."',
        '"Go." It rained.',
        '"Go." It was Ada\'s hat.',
        'Ada\'s Answer\n\n"Go."',
        '"Go." They whisper. Ada rose.',
    ],
)
def test_an_action_is_not_a_tag(people_of, text):
    _, tags = find_tags(people_of, text)
    assert choose_best_tag(tags) is None


def test_a_rule_returns_nothing_for_a_quotation_by_itself(people_of):
    tokens, people = people_of('"Go."')
    rule_input = SpeakerRuleInput(tokens, people, tokens.quotations[0])
    assert [rule(rule_input) for _, rule in SPEAKER_RULES] == [None] * len(SPEAKER_RULES)


RULES = [
    ('"Go," said Ada, "now."', "tag_between", "Ada"),
    ('"Go now," said Ada.', "tag_after", "Ada"),
    ('Ada said, "Go."', "tag_before", "Ada"),
    ('"Go--" Ada sat down. "--now."', "beat_between", "Ada"),
    ('"Go." Ada sat down.', "beat_after", "Ada"),
    ('Ada sat down. "Go."', "beat_before", "Ada"),
    ('Ada sat down. It rained. "Go."', "paragraph_opening", "Ada"),
    ('Tom stood. Ada sat down.\n\n"Go."', "sentence_above", "Ada"),
]


@pytest.mark.parametrize(("text", "rule", "name"), RULES)
def test_each_rule_reads_narration_of_its_own(people_of, text, rule, name):
    people, tags = find_tags(people_of, text)
    assert rule in tags
    assert name_of(people, tags[rule]) == name


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"Go now," said Ada.', "tag_between"),
        ('"Go."\n\nAda sat down.', "beat_after"),
        ('It rained. "Go."', "paragraph_opening"),
        ('Ada sat. "Go."', "sentence_above"),
        ('It was late. "Go."', "beat_before"),
    ],
)
def test_a_rule_does_not_read_the_narration_of_another(people_of, text, rule):
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    assert rule not in apply_speaker_rules(tokens, people, tokens.quotations[-1])


STRENGTHS = [
    ('"Go," said Ada.', "tag_after", LISTED_VERB),
    ('"Go," Ada said.', "tag_after", LISTED_VERB),
    ('"Go." Ada said so.', "tag_after", LISTED_VERB - 1),
    ('"Go," Ada nodded.', "tag_after", LIKELY_VERB),
    ('"Go," sneezed Ada.', "tag_after", LIKELY_VERB),
    ('Ada turned to Tom: "Go."', "tag_before", LIKELY_VERB),
    ('Ada could not help saying: "Go."', "tag_before", LISTED_VERB),
    ('"Go." Ada sat down.', "beat_after", 0),
    ('Ada sat down:\n\n"Go."', "sentence_above", LIKELY_VERB),
    ('Ada sat down.\n\n"Go."', "sentence_above", 0),
]


@pytest.mark.parametrize(("text", "rule", "strength"), STRENGTHS)
def test_the_verb_decides_how_strong_a_tag_is(people_of, text, rule, strength):
    _, tags = find_tags(people_of, text)
    assert tags[rule].verb_strength == strength


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"Go," said Ada.', "said Ada"),
        ('"Go," Ada, smiling, said.', "Ada , smiling , said"),
        ('"Go," was her sturdy answer.', "was her sturdy answer"),
        ('"Go," cried the old man.', "cried the old man"),
    ],
)
def test_a_tag_covers_the_words_from_which_it_was_read(people_of, text, words):
    tokens, people = people_of(f"{COMPANY}\n\n{text}")
    tag = choose_best_tag(apply_speaker_rules(tokens, people, tokens.quotations[0]))
    assert " ".join(tokens.words[tag.start : tag.end]) == words


def test_a_listed_verb_outweighs_an_earlier_rule(people_of):
    people, tags = find_tags(people_of, '"Go," Ada nodded, "now," said Tom.')
    assert [tags[name].verb_strength for name in TAG_RULE_NAMES if name in tags] == [1, 2]
    assert name_of(people, choose_best_tag(tags)) == "Tom"


def test_a_quotation_without_words_has_no_tags(people_of):
    tokens, people = people_of('"Go," said Ada.')
    tokens.quotations[0].token_runs.clear()
    assert apply_speaker_rules(tokens, people, tokens.quotations[0]) == {}


MORE_TAGS = [
    # Verb first, subject first, and with words between.
    ('"Go," replied Ada, with a smile.', "tag_after", "Ada", ""),
    ('"Go," Ada quietly replied.', "tag_after", "Ada", ""),
    ('"Go," said poor Ada.', "tag_after", "Ada", ""),
    ('"Go," said little Tom.', "tag_after", "Tom", ""),
    ('"Go," Ada, after a long pause, replied.', "tag_after", "Ada", ""),
    ('"Go!" Tom cried. Ada rose.', "tag_after", "Tom", ""),
    ('"Go?" asked Tom of Ada.', "tag_after", "Tom", ""),
    # Pronouns, and what stands for a speaker.
    ('"Go," they said.', "tag_after", None, "plural"),
    ('"Go," said I.', "tag_after", None, "first"),
    ('"Go," his voice said.', "tag_after", None, "male"),
    ('"Go," the other replied.', "tag_after", None, "neutral"),
    ('"Go," it said.', "tag_after", None, "neutral"),
    # An owner of the words.
    ('"Go," was his reply.', "tag_after", None, "male"),
    # Before the quotation.
    ('Tom said quietly, "Go."', "tag_before", "Tom", ""),
    ('He rose, and Ada said, "Go."', "tag_before", "Ada", ""),
    ('Ada rose; Tom said, "Go."', "tag_before", "Tom", ""),
    ('Ada, who knew Tom, said, "Go."', "tag_before", "Ada", ""),
    ('Tom: "Go."', "tag_before", "Tom", ""),
    # Within the quotation.
    ('"Go," said he, "now."', "tag_between", None, "male"),
    ('"Go," Tom went on, "now."', "tag_between", "Tom", ""),
    ('"Go"--Ada shivered--"now."', "tag_between", "Ada", ""),
]


@pytest.mark.parametrize(("text", "rule", "name", "gender"), MORE_TAGS)
def test_a_rule_reads_one_order_of_subject_and_verb(people_of, text, rule, name, gender):
    people, tags = find_tags(people_of, text)
    assert tags[rule].pronoun_gender == gender
    assert (name is None) is (tags[rule].person_index < 0)
    assert name is None or name_of(people, tags[rule]) == name


NO_TAGS = [
    ('"Go," was the answer.', "tag_after"),
    ('"Go," Ada\'s hat said.', "tag_after"),
    ('Tom said nothing. "Go."', "tag_before"),
    ('Ada knew Tom. "Go."', "tag_before"),
    ('"Go," said Ada.', "tag_before"),
    ('Ada said, "Go."', "tag_after"),
]


@pytest.mark.parametrize(("text", "rule"), NO_TAGS)
def test_words_beside_a_quotation_without_subject_and_verb_of_speech_are_no_tag(
    people_of, text, rule
):
    _, tags = find_tags(people_of, text)
    assert rule not in tags


FOREIGN_TAGS = [
    ("de", "„Geh“, sagte Anna.", "Anna"),
    ("de", "„Geh!“, rief Paul laut.", "Paul"),
    ("de", "Anna sagte: „Geh.“", "Anna"),
    ("de", "„Geh“, sagte Anna, „und komm nicht wieder.“", "Anna"),
    ("de", "„Geh“, antwortete Herr Brand.", "Brand"),
    ("de", "„Geh“, sagte er.", "male"),
    ("de", "„Geh“, sagte ich.", "first"),
    ("fr", "« Pars », dit Anne.", "Anne"),
    ("fr", "— Pars, dit Paul.", "Paul"),
    ("fr", "— Pars, répondit monsieur Brun.", "Brun"),
    ("fr", "— Pars, dit-il.", "male"),
    ("fr", "— Pars, s’écria Anne.", "Anne"),
    ("es", "—Vete —dijo Ana.", "Ana"),
    ("es", "—Vete —respondió don Pedro—. Ya.", "Pedro"),
    ("es", "—Vete —dijo ella.", "female"),
    ("it", "«Vattene» disse Anna.", "Anna"),
    ("it", "— Vattene — rispose lui.", "male"),
    ("pt", "— Vai — disse Ana.", "Ana"),
    ("pt", "— Vai — respondeu ele.", "male"),
    ("pl", "— Idź — powiedziała Anna.", "Anna"),
    ("pl", "— Idź — odparł Paweł.", "Paweł"),
    ("pl", "— Idź — powiedział on.", "male"),
    ("ru", "— Иди, — сказала Анна.", "Анна"),
    ("ru", "— Иди, — ответил Павел.", "Павел"),
    ("ru", "— Иди, — сказал он.", "male"),
]
COMPANIES = {
    "de": "Anna kannte Paul. Da sprach Paul mit Anna, und Herr Brand lachte. Herr Brand ging.",
    "fr": "Anne connaissait Paul. Alors Paul vit Anne, et monsieur Brun rit. Monsieur Brun sortit.",
    "es": "Ana conocía a Pablo. Entonces don Pedro vio a Ana. Don Pedro se fue.",
    "it": "Anna conosceva Paolo. Allora Paolo vide Anna.",
    "pt": "Ana conhecia Paulo. Então Paulo viu Ana.",
    "pl": "Anna znała Pawła. Wtedy Paweł zobaczył, że Anna wyszła.",
    "ru": "Анна знала Павла. Потом Павел увидел, что Анна ушла.",
}


@pytest.mark.parametrize(("tag", "text", "speaker"), FOREIGN_TAGS)
def test_a_tag_names_the_speaker_in_every_language(people_of, tag, text, speaker):
    tokens, people = people_of(f"{COMPANIES[tag]}\n\n{text}", tag)
    speech_tag = choose_best_tag(apply_speaker_rules(tokens, people, tokens.quotations[0]))
    assert speech_tag is not None
    assert speech_tag.verb_strength == LISTED_VERB
    if speech_tag.pronoun_gender:
        assert speech_tag.pronoun_gender == speaker
    else:
        forms = people.persons[speech_tag.person_index].name_forms
        assert speaker.lower() in {word for form in forms for word in form.words}


@pytest.mark.parametrize("distance", [5, 30, 55, 70])
def test_a_subject_far_before_its_verb_is_not_read(people_of, distance):
    filler = "very " * distance
    _, tags = find_tags(people_of, f'"Go," Ada, who was {filler}tired, said.')
    assert ("tag_after" in tags) is (distance <= 5)


def test_the_opening_of_a_long_paragraph_is_searched_only_at_its_beginning(people_of):
    for filler, is_read in ((5, True), (50, False)):
        _, tags = find_tags(people_of, f'{"Then it rained. " * filler}Ada sat. It was late. "Go."')
        assert ("paragraph_opening" in tags) is is_read


def test_every_tag_lies_within_the_narration_beside_its_quotation(people_of):
    for text, *_ in [*TAGGED, *RULES]:
        tokens, people = people_of(f"{COMPANY}\n\n{text}")
        for tag in apply_speaker_rules(tokens, people, tokens.quotations[0]).values():
            assert 0 <= tag.start < tag.end <= len(tokens.words)
            assert set(tokens.quotation_indices[tag.start : tag.end]) == {-1}


def test_rules_have_names_of_their_own_and_tags_come_before_beats():
    names = [name for name, _ in SPEAKER_RULES]
    assert len(set(names)) == len(names)
    assert tuple(names[: len(TAG_RULE_NAMES)]) == TAG_RULE_NAMES
