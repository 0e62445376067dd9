import time

import pytest

from narrator.model import Paragraph, ParagraphKind, Span
from narrator.segmentation.speech_prefixes.label_parsing import (
    Casing,
    LabelForm,
    classify_casing,
    find_labels,
    find_logged_lines,
    starts_with_time,
)


def find(text: str, **fields):
    return find_labels(text, [Paragraph(0, len(text), 1, **fields)])


@pytest.mark.parametrize(
    ("line", "name", "form", "speech"),
    [
        ("OTTO. Good day.", "OTTO", "stop", "Good day."),
        ("OTTO: Good day.", "OTTO", "colon", "Good day."),
        ("OTTO — Good day.", "OTTO", "dash", "Good day."),
        ("OTTO : Good day.", "OTTO", "colon", "Good day."),
        ("OTTO.—Good day.", "OTTO", "stop", "Good day."),
        ("Otto. Good day.", "Otto", "stop", "Good day."),
        ("_Otto_. Good day.", "Otto", "stop", "Good day."),
        ("**Otto:** Good day.", "Otto", "colon", "Good day."),
        ("otto: good day", "otto", "colon", "good day"),
        ("OTTO [rising]. Good day.", "OTTO", "stop", "Good day."),
        ("OTTO [rising] Good day.", "OTTO", "stop", " Good day."),
        ("OTTO (to IDA): Good day.", "OTTO", "colon", "Good day."),
        ("OTTO, à part. — Bonjour.", "OTTO", "stop", "Bonjour."),
        ("MRS. O'DEA. Good day.", "MRS. O'DEA", "stop", "Good day."),
        ("DR. J. McLEAN: Good day.", "DR. J. McLEAN", "colon", "Good day."),
        ("FIRST GUARD. Halt!", "FIRST GUARD", "stop", "Halt!"),
        ("GUARD 2: Halt!", "GUARD 2", "colon", "Halt!"),
        ("1 Guard. Halt!", "1 Guard", "stop", "Halt!"),
        ("OTTO and IDA. Halt!", "OTTO and IDA", "stop", "Halt!"),
        ("OTTO, IDA. Halt!", "OTTO, IDA", "stop", "Halt!"),
        ("OTTO", "OTTO", "alone", ""),
        ("OTTO (V.O.)", "OTTO", "alone", ""),
        ("Q. Where?", "Q", "stop", "Where?"),
        ("ФИРС. Да.", "ФИРС", "stop", "Да."),
        ("王五：你好。", "王五", "colon", "你好。"),
        ("花子「はい」", "花子", "quote", "「はい」"),
        ("[Otto] Good day.", "Otto", "bracket", "Good day."),
        ("<otto> good day", "otto", "angle", "good day"),
        ("[11:18] OTTO: Good day.", "OTTO", "chat", "Good day."),
        ("10:05 PM - Otto: good day", "Otto", "chat", "good day"),
        ("12/03/2024, 10:05 - Otto Ley: good day", "Otto Ley", "chat", "good day"),
        ("11:18 <otto> good day", "otto", "chat", "good day"),
    ],
)  # fmt: skip
def test_a_label_has_a_name_a_form_and_a_speech(
    line: str, name: str, form: str, speech: str
) -> None:
    # a second time lets the parser look for times at all
    [label] = find(line + ("\n \n10:00" if form == "chat" else ""))[:1]
    assert (label.name, label.form, line[label.speech_start :]) == (name, LabelForm(form), speech)


@pytest.mark.parametrize(
    "line",
    [
        "He said: nothing at all.",
        "The rain fell. It was cold.",
        "It was cold: the rain fell.",
        "Otto went home.",
        "otto. good day",
        "12. The Tenant shall pay.",
        "http://example.org is closed.",
        "OTTO WENT HOME IN THE RAIN WITH ALL OF HIS SEVEN SISTERS AND COUSINS: yes.",
        "[1] A note.",
    ],
)
def test_a_line_of_prose_has_no_label(line: str) -> None:
    assert find(line) == []


def test_headings_have_no_labels() -> None:
    assert find("OTTO. Good day.", kind=ParagraphKind.HEADING) == []


def test_each_line_of_a_paragraph_may_have_a_label() -> None:
    labels = find("OTTO. Good day.\nIDA. Is it?")
    assert [(label.name, label.opens_paragraph) for label in labels] == [
        ("OTTO", True),
        ("IDA", False),
    ]


def test_the_markup_may_declare_a_name() -> None:
    [label] = find("the old cook, Good day.", speaker_names=(Span(0, 12),))
    assert (label.name, label.form, label.speech_start) == ("the old cook", LabelForm.DECLARED, 14)


def test_a_stage_direction_is_no_part_of_a_declared_name() -> None:
    text = "Otto and Ida together, Good day."
    names, directions = (Span(0, 21),), (Span(13, 21),)
    [label] = find(text, speaker_names=names, stage_directions=directions)
    assert (label.name, text[: label.name_end], label.speech_start) == (
        "Otto and Ida",
        "Otto and Ida ",
        23,
    )
    assert find("Otto sits.", speaker_names=(Span(0, 4),), stage_directions=(Span(0, 10),)) == []


def test_a_voice_remark_belongs_to_the_name_and_a_direction_does_not() -> None:
    text = "OTTO (V.O.) (softly)\nGood day."
    [label] = find(text)
    assert text[: label.name_end] == "OTTO (V.O.)"
    assert label.has_direction


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("OTTO", Casing.CAPITALS),
        ("McLEAN", Casing.CAPITALS),
        ("OTTO and IDA", Casing.CAPITALS),
        ("Otto Ley", Casing.TITLE),
        ("otto", Casing.LOWER),
        ("Otto went", None),
        ("12", None),
    ],
)
def test_the_casing_of_a_name_is_classified(name: str, expected: Casing | None) -> None:
    assert classify_casing(name) is expected


def test_lines_of_a_log_begin_with_a_time() -> None:
    text = "10:00 Otto: hi\n10:01 Ida joined\nand sang"
    assert find_logged_lines(text, Paragraph(0, len(text), 1)) == [0, 15]
    assert starts_with_time("[10:01] Ida joined")
    assert not starts_with_time("10 of us joined")


def test_a_long_run_of_blank_characters_takes_no_time() -> None:
    text = "It rained." + "\n\t\t" * 4000 + "It rained."
    started = time.process_time()
    assert find_labels(text, []) == []
    assert time.process_time() - started < 1
