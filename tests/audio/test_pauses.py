import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import pauses
from narrator.audio.pauses import PAUSE_PRESETS, Pauses
from narrator.errors import OptionError
from narrator.model import Line, LineKind, ParagraphKind

HOUSE = Pauses()
NARRATION, DIALOGUE, HEADING = LineKind.NARRATION, LineKind.DIALOGUE, LineKind.HEADING


def line(text, kind=NARRATION, *, chapter=1, paragraph=1, scene=False, form=ParagraphKind.TEXT):
    return Line(
        "1.1.1",
        chapter,
        paragraph,
        0,
        len(text),
        kind,
        text,
        follows_scene_break=scene,
        paragraph_kind=form,
    )


def between(before, after):
    return pauses.compute_pauses([before, after], HOUSE)[0]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (line("It rained."), line("He slept."), "sentence"),
        (line("He came in, and"), line("sat down."), "clause"),
        (line("He waited…"), line("and waited."), "ellipsis"),
        (line("He waited. . ."), line("and waited."), "ellipsis"),
        (line("He waited—"), line("in vain."), "dash"),
        (line("“Really?”", DIALOGUE), line("she asked."), "reporting"),
        (line("“Well,”", DIALOGUE), line("Mary said, and rose."), "reporting"),
        (line("“Stop!”", DIALOGUE), line("Mary cried."), "reporting"),
        (line("“Come in.”", DIALOGUE), line("said Holmes."), "reporting"),
        (line("“I think—”", DIALOGUE), line("he began."), "reporting"),
        (line("'Really?'", DIALOGUE), line("she asked."), "reporting"),
        (line("“Come in.”", DIALOGUE), line("He rose from his chair."), "sentence"),
        (line("“Stop!”", DIALOGUE), line("The door flew open."), "sentence"),
        (line("She said,"), line("“Come in.”", DIALOGUE), "reported"),
        (line("He rose."), line("“Come in.”", DIALOGUE), "sentence"),
        (line("It rained."), line("He slept.", paragraph=2), "paragraph"),
        (line("x" * 900 + "."), line("He slept.", paragraph=2), "long_paragraph"),
        (line("“Hot.”", DIALOGUE), line("“Yes.”", DIALOGUE, paragraph=2), "turn"),
        (line("He slept."), line("“Yes.”", DIALOGUE, paragraph=2), "paragraph"),
        (line("It rained."), line("He slept.", paragraph=2, scene=True), "scene"),
        (line("Chapter I", HEADING, paragraph=0), line("It rained."), "after_heading"),
        (line("It rained."), line("Part two", HEADING, paragraph=2), "before_heading"),
        (line("It rained."), line("Chapter II", HEADING, chapter=2, paragraph=0), "chapter"),
        (
            line("Tyger tyger", form=ParagraphKind.VERSE),
            line("burning bright", form=ParagraphKind.VERSE, paragraph=2),
            "verse",
        ),
    ],
)  # fmt: skip
def test_a_reader_breathes_where_the_page_says(before, after, expected):
    assert between(before, after) == getattr(HOUSE, expected)


def test_nearly_no_pause_stands_inside_a_reported_question():
    assert between(line("“Really?”", DIALOGUE), line("she asked.")) <= 0.1


def test_two_headings_are_a_title_and_its_subtitle():
    title, subtitle = line("Chapter I", HEADING, paragraph=0), line("The Storm", HEADING)
    assert between(title, subtitle) == HOUSE.paragraph


def test_the_book_ends_as_a_chapter_does():
    assert pauses.compute_pauses([line("The end.")], HOUSE) == (HOUSE.chapter,)


def test_conversation_is_told_by_paragraphs_not_by_lines():
    told = [
        line("“Hot,”", DIALOGUE),
        line("she said."),
        line("“Yes.”", DIALOGUE, paragraph=2),
    ]
    assert pauses.compute_pauses(told, HOUSE)[1] == HOUSE.turn


def test_presets_differ_in_pace_only():
    brisk, natural, slow = (PAUSE_PRESETS[name] for name in ("brisk", "natural", "slow"))
    assert brisk.sentence < natural.sentence < slow.sentence
    assert brisk.chapter < natural.chapter < slow.chapter


def test_a_file_changes_what_it_names_and_keeps_the_rest(tmp_path):
    path = tmp_path / "calm.toml"
    path.write_text('[pauses]\npreset = "slow"\nscene = 4\n', encoding="utf-8")
    calm = pauses.load_pauses(str(path))
    assert (calm.scene, calm.sentence) == (4.0, PAUSE_PRESETS["slow"].sentence)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"sentense": 1}, "sentence"),
        ({"sentence": -1}, "seconds"),
        ({"sentence": 21}, "seconds"),
        ({"sentence": "long"}, "seconds"),
        ({"sentence": True}, "seconds"),
        ({"sentence": float("nan")}, "seconds"),
        ({"preset": "brisc"}, "brisk"),
    ],
)
def test_a_table_that_makes_no_sense_is_told(table, said):
    with pytest.raises(OptionError, match=said):
        pauses.parse_pauses(table)


@pytest.mark.parametrize("choice", ["slo", "nowhere.toml"])
def test_an_unknown_choice_is_told(choice):
    with pytest.raises(OptionError, match=choice):
        pauses.load_pauses(choice)


def test_a_broken_file_is_told(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("sentence = = 1", encoding="utf-8")
    with pytest.raises(OptionError, match=r"broken\.toml"):
        pauses.load_pauses(str(path))


LINES = st.builds(
    line,
    st.text(alphabet="ab .,!?…—“”'", max_size=8),
    st.sampled_from(LineKind),
    chapter=st.integers(1, 3),
    paragraph=st.integers(0, 4),
    scene=st.booleans(),
    form=st.sampled_from(ParagraphKind),
)


@given(st.lists(LINES, max_size=12))
def test_every_line_gets_one_pause_within_the_policy(lines):
    found = pauses.compute_pauses(lines, HOUSE)
    assert len(found) == len(lines)
    assert all(0 <= seconds <= HOUSE.longest_pause for seconds in found)
