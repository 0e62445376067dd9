import pytest

from narrator.casting.questions import find_statement_questions, is_statement_question
from narrator.languages import load_language
from narrator.model import Line, LineKind

ENGLISH = load_language("en")


@pytest.mark.parametrize(
    "text",
    [
        "“He sold the mill yesterday?”",
        "You mean the house by the river?",
        "They are not coming with us?!",
        "Tomorrow?",
        "“You?”",
        "I waited an hour. You never came?",
        "Well, you know when he comes?",
        "What, you too?",
        "Why, he’s dead?",
        "Nobody saw her leave, then?",
        "So the letter was yours?",
        "You did it?",
        "The boy who came yesterday is your brother?",
        "Mr. Hale is dead?",
        "*You* took it?",
    ],
)
def test_a_question_in_the_words_of_a_statement_is_found(text: str) -> None:
    assert is_statement_question(text, ENGLISH)


@pytest.mark.parametrize(
    "text",
    [
        "He sold the mill yesterday.",
        "Is she ill?",
        "Didn’t you hear the bell?",
        "“And where’s the key?”",
        "From which of the two towns did he come?",
        "But what, then, happened?",
        "Tell me, who told you?",
        "You heard it, didn’t you?",
        "In London did you see him?",
        "You did what?",
        "Tea or coffee?",
        "You hid it in the barn, or the garden?",
        "D’you know her?",
        "Art thou afraid?",
        "?",
        "",
        "“…?”",
        "He asked why? Then he left.",
    ],
)
def test_other_sentences_are_not_found(text: str) -> None:
    assert not is_statement_question(text, ENGLISH)


def _make_lines(*parts: tuple[str, int | None]) -> list[Line]:
    return [
        Line(
            f"1.1.{number}", 1, 1, 0, 1,
            LineKind.NARRATION if quotation is None else LineKind.DIALOGUE,
            text, spoken=text, quotation=quotation,
        )
        for number, (text, quotation) in enumerate(parts, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([("“You went,”", 1), ("he said,", None), ("“to Leeds?”", 1)], {"1.1.3"}),
        ([("“Where,”", 1), ("he said,", None), ("“to Leeds?”", 1)], set()),
        ([("“Where did you go.", 1), ("To Leeds?”", 1)], {"1.1.2"}),
        ([("“Why", 1), ("not?”", 2)], {"1.1.2"}),
    ],
)
def test_a_sentence_that_a_clause_interrupts_is_judged_whole(
    parts: list[tuple[str, int | None]], expected: set[str]
) -> None:
    assert find_statement_questions(_make_lines(*parts), "en-GB") == expected


def test_a_language_without_question_words_has_none() -> None:
    assert find_statement_questions(_make_lines(("“Tu viens ?”", 1)), "fr") == frozenset()
