import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.casting.prosody import VoiceSelector
from narrator.model import Cast, Cue, Line, LineKind, Voice
from narrator.synthesis.chunking import CHUNK_CHARACTERS, count_characters, cut_chunks, make_cues

VOICE = Voice("viola", "tone", "middle")


def _make_pairs(chapters: list[list[list[int]]]) -> list[tuple[Line, Cue]]:
    """Return lines and cues from the length of each line, by chapter and paragraph."""
    pairs = []
    for chapter, paragraphs in enumerate(chapters, 1):
        for paragraph, lengths in enumerate(paragraphs, 1):
            for index, length in enumerate(lengths):
                line_id, text = f"{chapter}.{paragraph}.{index}", "x" * length
                line = Line(
                    line_id, chapter, paragraph, 0, 1, LineKind.NARRATION, text, spoken=text
                )
                pairs.append((line, Cue(line_id, text, VOICE, 0.0, 0.5)))
    return pairs


HALF = CHUNK_CHARACTERS // 2


@pytest.mark.parametrize(
    ("chapters", "chunk_ids"),
    [
        ([[[10], [10]]], [["1.1.0", "1.2.0"]]),
        ([[[10]], [[10]]], [["1.1.0"], ["2.1.0"]]),
        ([[[HALF], [HALF], [1]]], [["1.1.0", "1.2.0"], ["1.3.0"]]),
        ([[[HALF, HALF, HALF], [1]]], [["1.1.0", "1.1.1", "1.1.2"], ["1.2.0"]]),
        ([[[1], [CHUNK_CHARACTERS]]], [["1.1.0"], ["1.2.0"]]),
    ],
)
def test_a_chunk_ends_with_a_paragraph_and_within_its_chapter(
    chapters: list[list[list[int]]], chunk_ids: list[list[str]]
) -> None:
    chunks = cut_chunks(_make_pairs(chapters))
    assert [[cue.line_id for cue in chunk.cues] for chunk in chunks] == chunk_ids


lengths = st.lists(st.integers(1, CHUNK_CHARACTERS), min_size=1, max_size=4)
chapters = st.lists(st.lists(lengths, min_size=1, max_size=6), max_size=4)


@given(chapters)
def test_every_cue_is_in_one_chunk_in_order(chapters: list[list[list[int]]]) -> None:
    pairs = _make_pairs(chapters)
    chunks = cut_chunks(pairs)
    assert [cue for chunk in chunks for cue in chunk.cues] == [cue for _, cue in pairs]
    for chunk in chunks:
        paragraphs = {cue.line_id.rpartition(".")[0] for cue in chunk.cues}
        assert len(paragraphs) == 1 or count_characters(chunk) <= CHUNK_CHARACTERS


@pytest.mark.parametrize(
    ("every_chapter", "leads"), [(False, [1.5, 0.0, 0.0]), (True, [1.5, 0.0, 1.5])]
)
def test_the_silence_at_the_start_is_that_of_a_file(
    every_chapter: bool, leads: list[float]
) -> None:
    pairs = _make_pairs([[[CHUNK_CHARACTERS], [1]], [[1]]])
    chunks = cut_chunks(pairs, 1.5, every_chapter=every_chapter)
    assert [chunk.lead_in_seconds for chunk in chunks] == leads


def test_a_cue_has_the_voice_and_the_gain_of_its_speaker() -> None:
    narrator, martha = VOICE, Voice("flute", "tone", "high")
    lines = [
        Line("1.1.1", 1, 1, 0, 1, LineKind.NARRATION, "It rained.", spoken="It rained."),
        Line("1.1.2", 1, 1, 1, 2, LineKind.DIALOGUE, "“No.”", spoken="No.", speaker="Martha"),
    ]
    selector = VoiceSelector(Cast(narrator, {"Martha": martha}), False)
    gains_db = {narrator: -2.0, martha: 3.5}
    cues = [cue for _, cue in make_cues(lines, selector, gains_db, [0.5, 1.0])]
    assert cues == [
        Cue("1.1.1", "It rained.", narrator, -2.0, 0.5),
        Cue("1.1.2", "No.", martha, 3.5, 1.0),
    ]
