import pytest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ada's hat fell.", ["Ada", "hat", "fell", "."]),
        ("The General s glance was cold.", ["The", "General", "glance", "was", "cold", "."]),
        ("I don't know.", ["I", "don't", "know", "."]),
    ],
)
def test_a_possessive_ending_is_told_apart_even_where_its_apostrophe_is_lost(page_of, text, words):
    assert page_of(text).words == words


def test_no_sentence_ends_after_a_title_or_an_initial(page_of):
    page = page_of("Mr. J. Brown came. He sat.")
    opening = [word for word, opens in zip(page.words, page.opens, strict=True) if opens]
    assert opening == ["Mr", "He"]


def test_the_words_of_an_interrupted_quotation_are_one_quotation_in_two_runs(page_of):
    page = page_of('"Come here," said Ada, "and sit down."')
    (quotation,) = page.quotations
    runs = [" ".join(page.words[begin:end]) for begin, end in quotation.runs]
    assert runs == ["Come here ,", "and sit down ."]


def test_every_token_stands_where_the_book_has_it(page_of):
    text = 'Ada came in.\n\n"Is it you?" she asked.'
    page = page_of(text)
    assert all(
        text.startswith(word, start) for word, start in zip(page.words, page.starts, strict=True)
    )
