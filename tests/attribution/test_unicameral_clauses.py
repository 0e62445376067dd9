"""Names are learned from the subjects of verbs of speech."""

from __future__ import annotations

import pytest

from narrator.attribution.unicameral_clauses import ClauseReader, Subject, remove_vowel_marks
from narrator.languages.people_words import load_attribution_language
from narrator.languages.speaking_forms import load_speaking_forms


def build_reader(tag: str, *narration: str) -> ClauseReader:
    forms = load_speaking_forms(tag)
    return ClauseReader(load_attribution_language(tag), forms, narration, ["。"])


def test_a_name_ends_where_other_words_follow_it() -> None:
    reader = build_reader("zh", "李明笑着说：", "李明站起来。", "李明问道。")
    assert set(reader.names) == {"李明"}


def test_a_subject_that_does_not_recur_is_no_name() -> None:
    assert not build_reader("ja", "健一が言った。").names


def test_a_title_and_a_name_are_one_person() -> None:
    reader = build_reader("ar", "قال الدكتور كمال.", "سأل الدكتور كمال.", "قال كمال.")
    assert reader.read("قال الدكتور كمال.") == Subject("كمال", "male")


@pytest.mark.parametrize(
    ("tag", "narration", "sentence", "subject"),
    [
        ("ja", ["健一は言った。", "健一が答えた。"], "彼女は言った。", Subject("", "female")),
        (
            "ja",
            ["健一は言った。", "健一が答えた。"],
            "老いた御者は言った。",
            Subject(is_unknown=True),
        ),
        ("hi", ["राधा ने कहा।", "राधा ने पूछा।"], "राधा बोली।", Subject("राधा", "female")),
        ("hi", ["बूढ़ा बोला।", "बूढ़ा बोला।"], "बूढ़े ने कहा।", Subject("बूढ़ा")),
        ("ar", ["قال أحمد.", "قال أحمد."], "سألته سلمى.", Subject("", "female")),
        ("ko", ["민호가 말했다.", "민호는 물었다."], "늙은 민호가 말했다.", Subject("민호")),
        ("ko", ["민호가 말했다.", "민호는 물었다."], "조용히 말했다.", Subject()),
        ("fa", ["رضا گفت.", "رضا پرسید."], "رضا به مریم گفت.", Subject("رضا")),
        ("fa", ["رضا گفت.", "رضا پرسید."], "آهسته به مریم گفت.", Subject()),
        ("he", ["אמר דן.", "שאל דן."], "דן קם ואמר.", Subject("דן", "male")),
    ],
)
def test_a_clause_has_a_subject(
    tag: str, narration: list[str], sentence: str, subject: Subject
) -> None:
    assert build_reader(tag, *narration).read(sentence) == subject


def test_vowel_marks_are_no_part_of_a_name() -> None:
    assert remove_vowel_marks("مُحَمَّد") == "محمد"


@pytest.mark.parametrize(
    ("tag", "narration", "names"),
    [
        ("zh", ["他回过头来说：", "他回过头来问：", "李明说：", "李明问："], {"李明"}),
        ("ar", ["قال ضاحكا:", "رد بسرعة:", "قال ضاحكا:", "رد بسرعة:"], set()),
        ("ar", ["قالت رشا:", "سألت رشا:", "رشا لم تنم."], {"رشا"}),
    ],
)
def test_a_pronoun_or_a_manner_is_no_name(tag: str, narration: list[str], names: set[str]) -> None:
    assert set(build_reader(tag, *narration).names) == names
