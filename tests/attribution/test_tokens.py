from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.tokens import (
    ConsecutiveRanges,
    find_chapter_openings,
    find_narrator_pronouns,
    is_narrator_pronoun,
    tokenise,
)
from narrator.languages.people_words import load_attribution_language
from narrator.model import Book, Chapter, Metadata, Paragraph, Source
from narrator.segmentation.lines import segment_book


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ada's hat fell.", ["Ada", "hat", "fell", "."]),
        ("Ada’s hat fell.", ["Ada", "hat", "fell", "."]),
        ("The General s glance was cold.", ["The", "General", "glance", "was", "cold", "."]),
        ("I don't know.", ["I", "don't", "know", "."]),
    ],
)
def test_a_possessive_ending_is_not_part_of_the_word(tokens_of, text, words):
    assert tokens_of(text).words == words


@pytest.mark.parametrize("text", ["Ada's hat fell.", "Ada’s hat fell.", "Ada s hat fell."])
def test_a_possessive_is_marked_even_where_the_apostrophe_is_lost(tokens_of, text):
    assert list(tokens_of(text).is_possessive) == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        ("Mr. J. Brown came. He sat.", ["Mr", "He"]),
        ("He came! Then he sat… Why? I know.", ["He", "Then", "Why", "I"]),
        ("It was I. He knew.", ["It", "He"]),
        ('He rose. "Go," he said.', ["He", "Go", "he"]),
    ],
)
def test_a_sentence_starts_after_a_stop_but_not_after_a_title_or_an_initial(
    tokens_of, text, openings
):
    tokens = tokens_of(text)
    starts = zip(tokens.words, tokens.is_sentence_start, strict=True)
    assert [word for word, is_start in starts if is_start] == openings


def test_the_words_of_an_interrupted_quotation_are_one_quotation_in_two_runs(tokens_of):
    tokens = tokens_of('"Come here," said Ada, "and sit down."')
    (quotation,) = tokens.quotations
    runs = [" ".join(tokens.words[start:end]) for start, end in quotation.token_runs]
    assert runs == ["Come here ,", "and sit down ."]


def test_a_token_belongs_to_its_quotation_or_to_none(tokens_of):
    tokens = tokens_of('"Go." She rose.\n\n"No."')
    owners = dict(zip(tokens.words, tokens.quotation_indices, strict=True))
    assert (owners["Go"], owners["rose"], owners["No"]) == (0, -1, 1)


def test_a_quotation_knows_the_paragraphs_in_which_it_begins_and_ends(tokens_of):
    tokens = tokens_of('Ada spoke.\n\n"It rained.\n\n"It rained on," said Ada.')
    first = tokens.quotations[0]
    assert (first.first_paragraph, tokens.quotations[-1].last_paragraph) == (1, 2)


def test_every_token_stands_at_its_offset_in_the_book(tokens_of):
    text = 'Ada came in.\n\n"Is it you?" she asked.'
    tokens = tokens_of(text)
    assert all(
        text.startswith(word, start)
        for word, start in zip(tokens.words, tokens.start_offsets, strict=True)
    )


def test_the_paragraphs_share_out_all_tokens(tokens_of):
    tokens = tokens_of("Ada came in.\n\nTom left.\n\nIt rained.")
    assert list(tokens.paragraph_ranges) == [(0, 4), (4, 7), (7, 10)]
    assert list(tokens.paragraph_indices) == [0] * 4 + [1] * 3 + [2] * 3


@pytest.mark.parametrize(
    ("text", "separated"),
    [
        ("the clerk & the porter", ["the"]),
        ("the clerk (the porter)", ["the"]),
        ("the clerk, the porter", []),
    ],
)
def test_a_bracket_or_an_ampersand_separates_two_words(tokens_of, text, separated):
    tokens = tokens_of(text)
    marks = zip(tokens.words, tokens.is_separated, strict=True)
    assert [word for word, is_separated in marks if is_separated] == separated


@pytest.mark.parametrize(
    ("text", "tag", "words"),
    [
        ("— Non, dit Luc.", "fr", "Non , dit Luc ."),
        ("—Nadie —dijo Marta.", "es", "Nadie dijo Marta ."),
        ("It rained — at last.", "en", "It rained — at last ."),
    ],
)
def test_a_dash_that_opens_a_speech_is_not_a_token(tokens_of, text, tag, words):
    assert " ".join(tokens_of(text, tag).words) == words


@pytest.mark.parametrize(
    ("text", "tag", "pronouns"),
    [
        ("I came, and I sat.", "en", [0, 4]),
        ('"I came," he said.', "en", []),
        ("Then he saw me.", "en", []),
        ("Ich kam, und ich saß.", "de", [0, 4]),
    ],
)
def test_only_narration_has_the_pronouns_of_a_narrator(tokens_of, text, tag, pronouns):
    tokens = tokens_of(text, tag)
    assert find_narrator_pronouns(tokens) == pronouns
    by_token = [is_narrator_pronoun(tokens, index) for index in range(len(tokens.words))]
    assert [index for index, is_pronoun in enumerate(by_token) if is_pronoun] == pronouns


def test_the_first_quotation_of_a_later_chapter_opens_it(tokens_of):
    text = '"One."\n\n"Two."\n\n"Three."\n\n"Four."'
    starts = [text.index(f'"{word}') for word in ("One", "Two", "Three", "Four")]
    ends = [*(start - 2 for start in starts[1:]), len(text)]
    paragraphs = [Paragraph(*bounds, 1) for bounds in zip(starts, ends, strict=True)]
    chapters = (
        Chapter(1, "One", 0, starts[2], tuple(paragraphs[:2])),
        Chapter(2, "Two", starts[2], len(text), tuple(paragraphs[2:])),
    )
    book = Book(Metadata("A story", language="en"), text, chapters, (), Source("-", ""))
    tokens = tokenise(book, segment_book(book), tokens_of("").language)
    assert find_chapter_openings(tokens) == [2]


WORDS = [
    ("It was noon--and hot.", "It was noon -- and hot ."),
    ("It was noon---and hot.", "It was noon --- and hot ."),
    ("Well-known, half past 10:30.", "Well known , half past 10 : 30 ."),
    ("“Oh!” (she said); yes: no?", "Oh ! she said ; yes : no ?"),
    ("Wait… or wait...", "Wait … or wait . . ."),
    ("It's O'Brien's rock'n'roll.", "It O'Brien rock'n'roll ."),
    ("L’été d’Élodie fut beau.", "L’été d’Élodie fut beau ."),
    ("_Never_ again, snake_case.", "Never again , snake case ."),
    ("£5 at 20%, No. 7", "5 at 20 , No . 7"),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_and_stops_are_tokens_and_all_other_characters_are_not(tokens_of, text, words):
    assert " ".join(tokens_of(text).words) == words


PIECES = st.lists(
    st.sampled_from(
        ['"Go," said Ada.', "Tom's dog", "—", "“No", "…", "J. R. Brown", "& (the cat)", "I sat.", "\n\n"]
    ),
    min_size=1,
    max_size=10,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_the_columns_of_any_text_have_one_value_per_token(tokens_of, pieces):
    tokens = tokens_of(" ".join(pieces).replace(" \n\n ", "\n\n") + " x")
    columns = (
        tokens.lowercase_words,
        tokens.start_offsets,
        tokens.is_possessive,
        tokens.is_sentence_start,
        tokens.quotation_indices,
        tokens.paragraph_indices,
        tokens.is_separated,
    )
    assert {len(column) for column in columns} == {len(tokens.words)}
    assert tokens.lowercase_words == [word.lower() for word in tokens.words]
    assert list(tokens.start_offsets) == sorted(set(tokens.start_offsets))
    assert list(tokens.paragraph_indices) == sorted(tokens.paragraph_indices)


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_quotations_and_paragraphs_of_any_text_share_out_its_tokens(tokens_of, pieces):
    tokens = tokens_of(" ".join(pieces).replace(" \n\n ", "\n\n") + " x")
    for index, quotation in enumerate(tokens.quotations):
        runs = [token for start, end in quotation.token_runs for token in range(start, end)]
        owned = [token for token, owner in enumerate(tokens.quotation_indices) if owner == index]
        assert runs == owned
        assert quotation.first_paragraph <= quotation.last_paragraph
    ends = [0, *(end for _, end in tokens.paragraph_ranges)]
    assert [start for start, _ in tokens.paragraph_ranges] == ends[:-1]
    assert ends[-1] == len(tokens.words)


@pytest.mark.parametrize(
    ("text", "tag", "openings"),
    [
        ("Herr Dr. Brand kam. Er saß.", "de", ["Herr", "Er"]),
        ("Puis M. Brun vint. Il dit non.", "fr", ["Puis", "Il"]),
        ("Vino la Sra. Gil. Se fue.", "es", ["Vino", "Se"]),
        ("He met Capt. Hill. So?", "en", ["He", "So"]),
    ],
)
def test_each_language_knows_the_abbreviations_that_end_no_sentence(tokens_of, text, tag, openings):
    tokens = tokens_of(text, tag)
    starts = zip(tokens.words, tokens.is_sentence_start, strict=True)
    assert [word for word, is_start in starts if is_start] == openings


def test_a_scene_starts_with_the_book_and_after_a_break_and_not_with_each_paragraph(book_of):
    book = book_of("Ada rose.\n\nTom sat.\n\nIt rained.")
    first, second, third = segment_book(book)
    lines = [first, replace(second, follows_scene_break=True), third]
    tokens = tokenise(book, lines, load_attribution_language("en"))
    assert tokens.is_scene_start == [True, True, False]


def test_lines_of_dialogue_without_a_number_are_quotations_of_their_own(book_of):
    book = book_of('"Go."\n\n"No."')
    lines = [replace(line, quotation=None) for line in segment_book(book)]
    tokens = tokenise(book, lines, load_attribution_language("en"))
    assert [quotation.key for quotation in tokens.quotations] == [-1, -2]


def test_an_empty_book_has_no_tokens(book_of):
    tokens = tokenise(book_of("…"), (), load_attribution_language("en"))
    assert tokens.words == list(tokens.paragraph_ranges) == tokens.quotations == []
    assert find_chapter_openings(tokens) == find_narrator_pronouns(tokens) == []


@pytest.mark.parametrize(
    ("text", "tag", "pronouns"),
    [
        ("Je vins et je vis. Moi, non.", "fr", ["Je", "je", "Moi"]),
        ("Yo vine y yo vi.", "es", ["Yo", "yo"]),
        ("Я пришёл, и я сел.", "ru", ["Я", "я"]),
        ("I came to me.", "en", ["I"]),
        ("Part i was lost.", "en", []),
    ],
)
def test_each_language_has_its_own_pronouns_of_a_narrator(tokens_of, text, tag, pronouns):
    tokens = tokens_of(text, tag)
    assert [tokens.words[index] for index in find_narrator_pronouns(tokens)] == pronouns


def test_consecutive_ranges_are_read_like_a_list():
    ranges = ConsecutiveRanges()
    assert (ranges.end, len(ranges), list(ranges)) == (0, 0, [])
    for end in (4, 4, 9):
        ranges.append_end(end)
    assert list(ranges) == [ranges[0], ranges[1], ranges[-1]] == [(0, 4), (4, 4), (4, 9)]
    assert ranges[1:] == [(4, 4), (4, 9)]
    with pytest.raises(IndexError):
        ranges[3]
