"""Only labels that name speakers are taken for speech prefixes."""

import pytest

from narrator.segmentation.speech_prefixes.cast_list import CastList
from narrator.segmentation.speech_prefixes.evidence import choose_speech_prefixes
from narrator.segmentation.speech_prefixes.label_parsing import find_labels
from tests.segmentation.speech_prefixes.sample_scripts import read_book

RECIPE = """\
Soup

Ingredients: your best leeks, butter, salt

Method: Peel the leeks and fry them. Don't let them burn! You may add wine.

Serves: 4
"""
MAIL = """\
From: Ida Ley
To: Otto Ley
Subject: Your oven, again

I don't know what you want from me. Where are you?
"""
STATUS = """\
Name: Otto Ley
Class: Baker
Strength: 12

You have gained a level! What will you do?
"""
DIARY = """\
MONDAY. I went to the bakery again. You were not there.

TUESDAY. I stayed at home. Where were you?

MONDAY. I waited for you.
"""
CURT = """\
You cold?

Yes.

You want the blanket?

No. You keep it.

Okay.

What's that?

Okay. I'll look.

No. I'll look.
"""
SONG = """\
Verse 1
I walked along the river

Chorus
Oh, carry me, carry me

Verse 2
You never saw the river

Chorus
Oh, carry me, carry me
"""
VIEWS = "\n\n".join(
    f"{name}\n\nI woke early, and you were gone.\n\nI went to the bakery and thought of you.\n\nWhat now?"
    for name in ("OTTO", "IDA", "OTTO", "IDA")
)
REMARKS = """\
Ida looked at the oven. It was cold.

Note: the oven was built long ago.

"Is it you?" she asked.

Note: nobody knows by whom.

Dear Otto: I am leaving you.

"It is I," said Otto.

Dear Otto: I have left.
"""
DATELINES = "\n\n".join(
    f"{place} — The minister said that you and I must pay." for place in ("BERN", "ROME", "BERN")
)


@pytest.mark.parametrize(
    "text", [RECIPE, MAIL, STATUS, DIARY, CURT, SONG, VIEWS, REMARKS, DATELINES]
)
@pytest.mark.parametrize("times", [1, 4])
def test_labels_that_name_no_speaker_are_left_alone(text: str, times: int) -> None:
    assert read_book("\n\n".join([text] * times)).speeches == ()


SIX_LINES = [
    ("Otto", "Is the bread done?"),
    ("Ida", "Not yet."),
    ("Otto", "I can smell it."),
    ("Ida", "You smell the neighbour's bread, Otto."),
    ("Otto", "It smells like ours."),
    ("Ida", "It does."),
]


@pytest.mark.parametrize(
    "form",
    ["{name}: {line}", "{caps}. {line}", "{caps}: {line}", "{caps}.—{line}", "_{name}._ {line}",
     "[{name}] {line}", "<{name}> {line}", "(10:0{n}) {name}: {line}", "{caps}\n{line}",
     "{caps}\n\n{line}", "{name}. {line}"],
)  # fmt: skip
def test_every_usual_style_is_recognised(form: str) -> None:
    rows = [
        form.format(name=name, caps=name.upper(), line=line, n=n)
        for n, (name, line) in enumerate(SIX_LINES)
    ]
    book = read_book("\n\n".join(rows))
    spoken = [(s.speaker, book.text[s.start : s.end].strip()) for s in book.speeches]
    assert spoken == SIX_LINES


def test_a_book_that_names_its_speakers_is_a_script() -> None:
    book = read_book("The oven was cold.\n\n")
    text = "\n\n".join(f"{name.upper()}. {line}" for name, line in SIX_LINES)
    book = read_book("It rained.\n\n" + text.replace(".", "!", 0))
    paragraphs = [p for chapter in book.chapters for p in chapter.paragraphs]
    labels = find_labels(book.text, paragraphs)
    prefixes = choose_speech_prefixes(book.text, paragraphs, labels, CastList())
    assert prefixes.is_script
    assert [label.name for label in prefixes.labels] == ["OTTO", "IDA"] * 3
