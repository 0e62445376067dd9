import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.coreference.name_detection import NameForm, detect_names
from narrator.attribution.coreference.name_statistics import (
    NameStatistics,
    collect_name_statistics,
    count_adjacent_uses,
    find_narrated_positions,
    is_addressed,
    is_likely_verb,
    is_person_name,
    sum_statistics,
)

COUNTS = [
    ("Ada smiled.", "ada", {"acting_count": 1, "speaking_count": 1, "initial_count": 1}),
    ("Ada sneezed.", "ada", {"acting_count": 1, "initial_count": 1}),
    ('"Go," said Ada.', "ada", {"speaking_count": 1}),
    ('"Go," said the Hatter.', "hatter", {"speaking_count": 1, "article_count": 1}),
    (
        '"Ada, come in."',
        "ada",
        {"quoted_count": 1, "addressed_count": 1, "initial_count": 1},
    ),
    ('"I saw Ada there."', "ada", {"quoted_count": 1}),
    ('"I saw Ada there. She slept."', "ada", {"quoted_count": 1}),
    ("She lived in Meryton.", "meryton", {"place_count": 1}),
    ("Then Ada was here. She slept.", "ada", {"acting_count": 1, "she_count": 1}),
    ("Then Ada, for it was late, lost his way.", "ada", {"he_count": 1}),
    ("We looked for Ada, who slept.", "ada", {"explained_count": 1}),
    ("We looked for Ada, which took long.", "ada", {}),
    # An object is somebody else.
    ("Then Ada, for it was late, saw him.", "ada", {}),
    ("Then Tom drove her to town.", "tom", {"acting_count": 1}),
    ("Then Ada drove her horse.", "ada", {"acting_count": 1, "she_count": 1}),
    # The pronoun belongs to the next name, to another paragraph, or to somebody who speaks.
    ("Then Ada and Tom left. He slept.", "ada", {}),
    ("Then Ada!\n\nShe slept.", "ada", {}),
    ('Then Ada! "She sleeps."', "ada", {}),
]


@pytest.mark.parametrize(("text", "word", "counts"), COUNTS)
def test_each_use_of_a_name_is_counted_by_the_words_beside_it(tokens_of, text, word, counts):
    tokens = tokens_of(text)
    statistics = collect_name_statistics(tokens, detect_names(tokens))
    assert statistics[NameForm("", (word,))] == NameStatistics(total_count=1, **counts)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("— Да, — сказала Нина.", "female_verb_count"),
        ("— Да, — сказал Иван.", "male_verb_count"),
    ],
)
def test_the_ending_of_a_russian_verb_shows_the_gender(tokens_of, text, field):
    tokens = tokens_of(text, "ru")
    (statistics,) = collect_name_statistics(tokens, detect_names(tokens)).values()
    assert statistics.male_verb_count + statistics.female_verb_count == 1
    assert getattr(statistics, field) == 1


@pytest.mark.parametrize(
    ("word", "is_verb"),
    [("sneezed", True), ("went", True), ("whispered", True), ("red", False), ("table", False)],
)
def test_a_verb_is_known_by_its_ending_or_from_a_list(tokens_of, word, is_verb):
    assert is_likely_verb(tokens_of(f"Then {word}."), 1) is is_verb


@pytest.mark.parametrize(
    ("positions", "other_positions", "count"),
    [
        ([], [5], 0),
        ([10], [25], 1),
        ([10], [26], 0),
        ([10], [0, 40], 1),
        ([10, 100, 200], [9, 11], 2),  # the uses of the rarer name are counted
        ([100, 200], [101, 102, 300], 1),
    ],
)
def test_two_names_stand_side_by_side_within_fifteen_tokens(positions, other_positions, count):
    assert count_adjacent_uses(positions, other_positions) == count


def test_only_narrated_uses_have_positions(tokens_of):
    tokens = tokens_of('Then Ada rose. "Ada, go." Ada sat.')
    positions = find_narrated_positions(tokens, detect_names(tokens))
    assert positions == {NameForm("", ("ada",)): [1, 8]}


def test_the_statistics_of_several_forms_add_up():
    parts = [NameStatistics(total_count=2, he_count=1), NameStatistics(total_count=3, she_count=4)]
    assert sum_statistics(parts) == NameStatistics(total_count=5, he_count=1, she_count=4)
    assert sum_statistics([]) == NameStatistics()


PERSONS = [
    ("mr", "darcy", {"total_count": 1}, True),
    ("", "ada", {"total_count": 1}, True),
    ("", "quoyle", {"total_count": 3, "speaking_count": 1}, True),
    ("", "quoyle", {"total_count": 3, "addressed_count": 1}, True),
    ("", "quoyle", {"total_count": 3, "acting_count": 1}, False),
    ("", "quoyle", {"total_count": 100, "acting_count": 2}, False),
    ("", "meryton", {"total_count": 10, "acting_count": 5, "place_count": 4}, False),
    ("", "meryton", {"total_count": 10, "acting_count": 5, "place_count": 3}, True),
    ("", "abbey", {"total_count": 5, "acting_count": 5}, False),
    ("", "abbey", {"total_count": 5, "speaking_count": 2}, True),
]


@pytest.mark.parametrize(("title", "word", "counts", "is_person"), PERSONS)
def test_a_name_is_a_person_s_if_it_has_a_title_or_acts_like_one(
    tokens_of, title, word, counts, is_person
):
    form, language = NameForm(title, (word,)), tokens_of("").language
    assert is_person_name(form, NameStatistics(**counts), language) is is_person


ADDRESSES = [
    ("Ada, come.", True),
    ("Come, Ada.", True),
    ("Come, Ada, and sit.", True),
    ("Oh Ada!", True),
    ("Yes, Ada; go.", True),
    ("My dear Ada, go.", True),
    ("Ada dear, go.", True),
    ("My poor Ada!", True),
    ("Poor Ada!", False),
    ("Come--Ada--and sit.", True),
    ("Ada came.", False),
    ("I saw Ada.", False),
    ("I saw Ada, Tom.", False),
    ("Ada, who came, sat.", False),
    ("Ada, and Tom, came.", False),
    ("Ada and I came.", False),
    ("That is Ada's.", False),
    ("My dear little modest Ada, go.", True),
]


@pytest.mark.parametrize(("speech", "is_address"), ADDRESSES)
def test_a_name_addresses_the_hearer_if_it_is_set_off_on_both_sides(tokens_of, speech, is_address):
    tokens = tokens_of(f'It rained.\n\n"{speech}"')
    index = tokens.words.index("Ada")
    assert is_addressed(tokens, index, index + 1) is is_address


FOREIGN_ADDRESSES = [
    ("de", "„Komm, Anna!“", True),
    ("de", "„Liebe Anna, komm!“", True),
    ("de", "„Ich sah Anna dort.“", False),
    ("fr", "« Viens, Anna. »", True),
    ("fr", "« Ma chère Anna, viens. »", True),
    ("fr", "« Pauvre Anna ! »", False),
    ("es", "—Ven, Anna.", True),
    ("es", "—Vi a Anna.", False),
    ("ru", "— Иди, Anna.", True),
]


@pytest.mark.parametrize(("tag", "speech", "is_address"), FOREIGN_ADDRESSES)
def test_address_is_recognised_in_other_languages(tokens_of, tag, speech, is_address):
    tokens = tokens_of(speech, tag)
    index = tokens.words.index("Anna")
    assert is_addressed(tokens, index, index + 1) is is_address


POSITIONS = st.lists(st.integers(0, 300), max_size=12, unique=True).map(sorted)


@settings(max_examples=60, deadline=None)
@given(POSITIONS, POSITIONS)
def test_it_does_not_matter_which_name_is_counted_first(positions, other_positions):
    count = count_adjacent_uses(positions, other_positions)
    if len(positions) != len(other_positions):
        assert count == count_adjacent_uses(other_positions, positions)
    assert count <= min(len(positions), len(other_positions))


@settings(max_examples=60, deadline=None)
@given(POSITIONS, POSITIONS, st.integers(0, 1000))
def test_only_the_distance_of_names_counts_and_not_their_place(positions, other_positions, shift):
    shifted = [[position + shift for position in each] for each in (positions, other_positions)]
    assert count_adjacent_uses(*shifted) == count_adjacent_uses(positions, other_positions)
