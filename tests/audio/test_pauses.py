from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.audio import pauses
from narrator.audio.pauses import PAUSE_PRESETS, Pauses
from narrator.errors import OptionError
from narrator.model import Cast, Line, LineKind, ParagraphKind, Voice

NATURAL = Pauses()
STEADY = Pauses(variation=0.0)
NARRATION, DIALOGUE, HEADING = LineKind.NARRATION, LineKind.DIALOGUE, LineKind.HEADING


def make_line(
    text, kind=NARRATION, *, chapter=1, paragraph=1, scene=False, paragraph_kind=ParagraphKind.TEXT
):
    return Line(
        "1.1.1",
        chapter,
        paragraph,
        0,
        len(text),
        kind,
        text,
        follows_scene_break=scene,
        paragraph_kind=paragraph_kind,
    )


def pause_between(before, after):
    return pauses.compute_pauses([before, after], STEADY)[0]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (make_line("It rained."), make_line("He slept."), "sentence"),
        (make_line("He came in, and"), make_line("sat down."), "clause"),
        (make_line("He waited…"), make_line("and waited."), "ellipsis"),
        (make_line("He waited. . ."), make_line("and waited."), "ellipsis"),
        (make_line("He waited—"), make_line("in vain."), "dash"),
        (make_line("“Really?”", DIALOGUE), make_line("she asked."), "reporting"),
        (make_line("“Well,”", DIALOGUE), make_line("Mary said, and rose."), "reporting"),
        (make_line("“Stop!”", DIALOGUE), make_line("Mary cried."), "reporting"),
        (make_line("“Come in.”", DIALOGUE), make_line("said Holmes."), "reporting"),
        (make_line("“I think—”", DIALOGUE), make_line("he began."), "reporting"),
        (make_line("'Really?'", DIALOGUE), make_line("she asked."), "reporting"),
        (make_line("“Come in.”", DIALOGUE), make_line("He rose from his chair."), "sentence"),
        (make_line("“Stop!”", DIALOGUE), make_line("The door flew open."), "sentence"),
        (make_line("She said,"), make_line("“Come in.”", DIALOGUE), "reported"),
        (make_line("He rose."), make_line("“Come in.”", DIALOGUE), "sentence"),
        (make_line("It rained."), make_line("He slept.", paragraph=2), "paragraph"),
        (make_line("x" * 900 + "."), make_line("He slept.", paragraph=2), "long_paragraph"),
        (make_line("“Hot.”", DIALOGUE), make_line("“Yes.”", DIALOGUE, paragraph=2), "turn"),
        (make_line("He slept."), make_line("“Yes.”", DIALOGUE, paragraph=2), "paragraph"),
        (make_line("It rained."), make_line("He slept.", paragraph=2, scene=True), "scene"),
        (make_line("Chapter I", HEADING, paragraph=0), make_line("It rained."), "after_heading"),
        (make_line("It rained."), make_line("Part two", HEADING, paragraph=2), "before_heading"),
        (make_line("It rained."), make_line("Chapter II", HEADING, chapter=2, paragraph=0), "chapter"),
        (
            make_line("Tyger tyger", paragraph_kind=ParagraphKind.VERSE),
            make_line("burning bright", paragraph_kind=ParagraphKind.VERSE, paragraph=2),
            "verse",
        ),
    ],
)  # fmt: skip
def test_every_boundary_has_its_pause(before, after, expected):
    assert pause_between(before, after) == getattr(NATURAL, expected)


def test_nearly_no_pause_stands_inside_a_reported_question():
    assert pause_between(make_line("“Really?”", DIALOGUE), make_line("she asked.")) <= 0.1


def test_two_headings_are_a_title_and_its_subtitle():
    title, subtitle = make_line("Chapter I", HEADING, paragraph=0), make_line("The Storm", HEADING)
    assert pause_between(title, subtitle) == NATURAL.paragraph


SHORT, MEDIUM, LONG = (
    make_line("It rained."),
    make_line("He came in out of the rain and sat down by the stove."),
    make_line("He came in out of the rain, " * 5 + "and sat down by the stove."),
)


def vary_pause(before, after, **changes):
    return pauses.compute_pauses([before, after], Pauses(**changes))[0]


def test_pauses_are_longer_between_longer_sentences():
    lengths = [vary_pause(*pair) for pair in ((SHORT, SHORT), (MEDIUM, MEDIUM), (LONG, LONG))]
    assert lengths == sorted(lengths)
    assert lengths[0] < NATURAL.sentence < lengths[-1]


def test_pauses_vary_within_their_limits_and_always_in_the_same_way():
    lines = [make_line(f"It was {number} o'clock.") for number in range(200)]
    seconds = pauses.compute_pauses(lines, NATURAL)[:-1]
    assert len(set(seconds)) > 50
    assert all(0.85 <= pause / NATURAL.sentence <= 1.15 for pause in seconds)
    assert seconds == pauses.compute_pauses(lines, NATURAL)[:-1]
    assert seconds[5:] == pauses.compute_pauses(lines[5:], NATURAL)[:-1]


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (make_line("He slept.", scene=True, paragraph=2), "scene"),
        (make_line("Part two", HEADING, paragraph=2), "before_heading"),
    ],
)
def test_breaks_between_scenes_and_chapters_do_not_vary(after, kind):
    assert vary_pause(SHORT, after) == vary_pause(LONG, after) == getattr(NATURAL, kind)


def test_steady_pauses_do_not_vary():
    steady = PAUSE_PRESETS["steady"]
    for pair in ((SHORT, SHORT), (LONG, LONG)):
        assert pauses.compute_pauses(pair, steady)[0] == steady.sentence


@pytest.mark.parametrize(("speaker", "kind"), [("Ann", "voice_change"), ("Ben", "reporting")])
def test_a_clause_in_another_voice_is_set_apart_from_its_quotation(speaker, kind):
    voices = [Voice(name, "tone", name) for name in ("low", "high")]
    cast = Cast(voices[0], {"Ann": voices[1], "Ben": voices[0]})
    quotation = replace(make_line("“Really?”", DIALOGUE), speaker=speaker)
    seconds = pauses.compute_pauses([quotation, make_line("she asked.")], NATURAL, "en", cast)
    assert seconds[0] == getattr(NATURAL, kind)


def test_the_book_ends_as_a_chapter_does():
    assert pauses.compute_pauses([make_line("The end.")], NATURAL) == (NATURAL.chapter,)


def test_a_turn_is_found_by_paragraphs_not_by_lines():
    lines = [
        make_line("“Hot,”", DIALOGUE),
        make_line("she said."),
        make_line("“Yes.”", DIALOGUE, paragraph=2),
    ]
    assert pauses.compute_pauses(lines, STEADY)[1] == NATURAL.turn


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
    ("table", "message"),
    [
        ({"sentense": 1}, "sentence"),
        ({"sentence": -1}, "seconds"),
        ({"sentence": 21}, "seconds"),
        ({"variation": 0.6}, "0 to 0.5"),
        ({"variation": "much"}, "0 to 0.5"),
        ({"sentence": "long"}, "seconds"),
        ({"sentence": True}, "seconds"),
        ({"sentence": float("nan")}, "seconds"),
        ({"preset": "brisc"}, "brisk"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(table, message):
    with pytest.raises(OptionError, match=message):
        pauses.parse_pauses(table)


@pytest.mark.parametrize("choice", ["slo", "nowhere.toml"])
def test_an_unknown_choice_is_refused(choice):
    with pytest.raises(OptionError, match=choice):
        pauses.load_pauses(choice)


def test_a_broken_file_is_refused(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("sentence = = 1", encoding="utf-8")
    with pytest.raises(OptionError, match=r"broken\.toml"):
        pauses.load_pauses(str(path))


LINES = st.builds(
    make_line,
    st.text(alphabet="ab .,!?…—“”'", max_size=8),
    st.sampled_from(LineKind),
    chapter=st.integers(1, 3),
    paragraph=st.integers(0, 4),
    scene=st.booleans(),
    paragraph_kind=st.sampled_from(ParagraphKind),
)


@given(st.lists(LINES, max_size=12))
def test_every_line_gets_one_pause_within_the_policy(lines):
    seconds = pauses.compute_pauses(lines, NATURAL)
    assert len(seconds) == len(lines)
    assert all(0 <= pause <= NATURAL.longest_pause for pause in seconds)
