"""Interviews whose questions are only set off by their type."""

import pytest

from tests.segmentation.speech_prefixes.sample_scripts import hear

TURNS = [
    ("When did you begin?", "I was nine. My aunt had a loom."),
    ("Was it hard?", "No. I liked the noise."),
    ("That sounds lonely.", "It was full of people, you know."),
    ("And now?", "Now I teach."),
]


def write(turns: list[tuple[str, str]], mark: str = "**") -> str:
    head = "# A Talk with Vera Lind\n\nThe weaver Vera Lind lives by the river.\n\n"
    return head + "\n\n".join(f"{mark}{question}{mark}\n\n{answer}" for question, answer in turns)


@pytest.mark.parametrize("mark", ["**", "*"])
def test_questions_and_answers_have_speakers(mark: str) -> None:
    heard = hear(write(TURNS, mark), suffix="md")
    assert heard[2:6] == [
        "Interviewer: When did you begin?",
        "Vera Lind: I was nine.",
        "Vera Lind: My aunt had a loom.",
        "Interviewer: Was it hard?",
    ]


def test_an_answer_may_have_several_paragraphs_and_remarks() -> None:
    turns = [*TURNS[:3], ("And now?", "Now I teach.\n\n[Laughs.]\n\nI still have the loom.")]
    assert "Vera Lind: I still have the loom." in hear(write(turns), suffix="md")


@pytest.mark.parametrize(
    "turns",
    [
        TURNS[:2],
        [("A house", "I saw it."), ("A mill", "I saw you."), ("A ford", "I went.")],
        [(q, f"“{a}” said Ann.") for q, a in TURNS],
        [(q, "The house was old. It had stood empty.") for q, _ in TURNS],
        [(q, "\n\n".join(["I saw it."] * 25)) for q, _ in TURNS],
    ],
)
def test_emphasised_paragraphs_of_other_texts_are_left_alone(turns: list[tuple[str, str]]) -> None:
    assert not any(row.startswith("Interviewer") for row in hear(write(turns), suffix="md"))
