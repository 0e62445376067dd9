"""The two sides of an interview get the names of its introduction."""

import pytest

from tests.segmentation.speech_prefixes.sample_scripts import hear, read_book

QUESTIONS = (
    "Q. How did you begin?\n\nA. With one box.\n\nQ. Were you stung?\n\nA. I was. Every day.\n"
)


@pytest.mark.parametrize(
    ("introduction", "asker", "answerer"),
    [
        ("Marta Oldroyd keeps bees. Jon Pell spoke to her in May.", "Jon Pell", "Marta Oldroyd"),
        (
            "A CONVERSATION WITH ILSE BRANDT\n\nInterviewed by Peter Marsh",
            "Peter Marsh",
            "Ilse Brandt",
        ),
        ("We met Leo Varga in his shop.", "Interviewer", "Leo Varga"),
        ("We met a man in his shop.", "Interviewer", "Interviewee"),
        ("Leo Varga, Ann Lee and Bo Dahl keep bees.", "Interviewer", "Interviewee"),
    ],
)
def test_the_introduction_names_the_two_sides(introduction: str, asker: str, answerer: str) -> None:
    heard = hear(f"{introduction}\n\n{QUESTIONS}")
    assert f"{asker}: How did you begin?" in heard
    assert f"{answerer}: With one box." in heard


def test_roles_have_the_language_of_the_book() -> None:
    questions = "F: Wie haben Sie angefangen?\n\nA: Mit einem Kasten, und ich war nicht allein.\n\n"
    text = questions.replace("F:", "Frage:").replace("A:", "Antwort:") * 2
    assert hear(text)[:1] == ["Interviewer: Wie haben Sie angefangen?"]
    assert hear(text)[1].startswith("Befragter: ")


def test_a_role_before_a_name_in_brackets_is_that_person() -> None:
    text = (
        "Host (Tilda Marsh): Welcome back. How are you?\n\nGuest (Oren Pike): I am well.\n\n"
        "Tilda: Did you get stung?\n\nOren: Every day, I did.\n\nTilda: And you stayed?\n\n"
        "Oren: I did. Would you?\n"
    )
    heard = hear(text)
    assert heard[0] == "Tilda Marsh: Welcome back."
    assert "Oren Pike: I am well." in heard
    assert heard[-1].startswith("Oren Pike: ")


def test_a_line_of_a_court_record_says_who_asks() -> None:
    text = (
        "Testimony of Walter Crane\n\nBY MR. HOLT:\n\nQ. Where were you?\n\nA. At home.\n\n"
        "Q. In bed?\n\nA. I was.\n\nMRS. AVERY: Objection!\n\nMR. HOLT: I withdraw it.\n\nBY MRS. AVERY:\n\nQ. Were you alone?\n\nA. I was.\n"
    )
    assert hear(text)[1:] == [
        "Mr. Holt: Where were you?",
        "Walter Crane: At home.",
        "Mr. Holt: In bed?",
        "Walter Crane: I was.",
        "Mrs. Avery: Objection!",
        "Mr. Holt: I withdraw it.",
        "Mrs. Avery: Were you alone?",
        "Walter Crane: I was.",
    ]


def test_a_surname_after_the_full_name_is_the_same_person() -> None:
    text = (
        "Interviewer: Thank you for coming.\n\nNgozi Obi: Thank you.\n\nInterviewer: Why locks?\n\n"
        "Obi: My mother made them.\n\nInterviewer: And you?\n\nObi: I break them.\n"
    )
    assert [persona.name for persona in read_book(text).personae] == ["Interviewer", "Ngozi Obi"]
