import pytest

from narrator.text import words


@pytest.mark.parametrize(
    ("text", "found"),
    [("—", False), ("* * *", False), ("__", False), ("", False), ("1", True), ("_é_", True)],
)
def test_a_text_has_words_if_a_letter_or_digit_is_in_it(text, found):
    assert words.has_words(text) is found


@pytest.mark.parametrize(
    ("text", "plain", "with_apostrophes", "with_hyphens"),
    [
        ("don't", ["don", "t"], ["don't"], ["don't"]),
        ("l’été", ["l", "été"], ["l’été"], ["l’été"]),
        ("well-known", ["well", "known"], ["well", "known"], ["well-known"]),
        ("_so_ 'tis'", ["so", "tis"], ["so", "tis"], ["so", "tis"]),
    ],
)
def test_words_are_found_with_or_without_what_joins_them(
    text, plain, with_apostrophes, with_hyphens
):
    assert words.PLAIN_WORD_PATTERN.findall(text) == plain
    assert words.APOSTROPHE_WORD_PATTERN.findall(text) == with_apostrophes
    assert words.HYPHENATED_WORD_PATTERN.findall(text) == with_hyphens


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("He didn’t go.", 3), ("A well-known one…", 4), ("— “!”", 0)]
)
def test_words_are_counted(text, count):
    assert words.count_words(text) == count


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("She left.", True),
        ("“She left.”", True),
        ("„Sie ging.“", True),
        ("»Sie ging!« ", True),
        ("« Elle partit. »", True),
        ("「行った。」", True),
        ("(Really?)", True),
        ("She left", False),
        ("She left,", False),
        ("", False),
    ],
)
def test_a_sentence_ends_at_its_mark_and_the_closing_marks_after_it(text, ends):
    assert words.ends_sentence(text) is ends


@pytest.mark.parametrize(
    ("text", "limit", "has_more"),
    [
        ("", 0, False),
        ("One", 0, True),
        ("It’s so", 2, False),
        ("a b c", 2, True),
        ("— !", 0, False),
    ],
)
def test_words_are_counted_up_to_a_limit(text, limit, has_more):
    assert words.has_more_words(text, limit) is has_more


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("T H E   G R E Y   H O R S E", "THE GREY HORSE"),
        ("C H A P T E R   I", "CHAPTER I"),
        ("A B C", "A B C"),
        ("I am a B C D", "I am a B C D"),
        ("", ""),
    ],
)
def test_single_letters_are_joined_to_words(line, expected):
    assert words.join_spaced_letters(line) == expected
