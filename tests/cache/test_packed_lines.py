"""Packed lines are the same lines, and share what is the same."""

from dataclasses import replace
from operator import is_

from narrator.cache.packed_lines import (
    _UNPACKED_LINES,
    LINES_PER_BLOCK,
    PackedLines,
    pack_lines,
    unpack_lines,
)
from narrator.model import NO_DIRECTIONS, Directions, Line, LineKind, ParagraphKind

PLAIN = Line("1.1.1", 1, 1, 0, 9, LineKind.NARRATION, "It rained.")
LINES = (
    PLAIN,
    replace(PLAIN, id="1.1.2", spoken="It rained."),
    replace(PLAIN, id="1.1.3", kind=LineKind.HEADING, text="II", spoken="Two"),
    Line(
        "1.2.1", 1, 2, 10, 14, LineKind.DIALOGUE, "“No!”", "“No!”", 7, "Ada", 0.9, "said Ada",
        (("Ada", 0.9), ("Tom", 0.1)), ParagraphKind.VERSE, True,
        Directions("whisper", 0.5, "Never!", 2), "fr",
    ),
)  # fmt: skip


def test_lines_are_the_same_after_packing() -> None:
    assert [line for block in pack_lines(LINES) for line in unpack_lines(block)] == list(LINES)


def test_lines_are_read_again_until_they_are_drained() -> None:
    packed = PackedLines(LINES)
    assert tuple(packed) == tuple(packed) == LINES
    assert tuple(packed.drain()) == LINES
    assert not list(packed)


def test_many_lines_are_several_blocks_in_order() -> None:
    lines = [replace(PLAIN, id=f"1.1.{number}") for number in range(LINES_PER_BLOCK + 1)]
    assert [len(unpack_lines(block)) for block in pack_lines(lines)] == [LINES_PER_BLOCK, 1]


def test_only_the_lines_of_a_long_book_are_packed() -> None:
    lines = [replace(PLAIN, id=f"1.1.{number}") for number in range(_UNPACKED_LINES + 2)]
    packed = PackedLines(lines)
    assert list(packed) == lines
    assert list(map(is_, packed, lines)).count(False) == 2
    assert list(packed.drain()) == lines
    assert not list(packed)


def test_equal_texts_names_and_directions_are_one_object() -> None:
    spoken = replace(LINES[3], directions=NO_DIRECTIONS)
    [block] = pack_lines([spoken, spoken])
    first, second = unpack_lines(block)
    assert first.spoken is first.text
    assert first.speaker is second.speaker
    assert first.reason is second.reason
    assert first.directions is NO_DIRECTIONS


def test_a_line_takes_little_more_than_its_text() -> None:
    [block] = pack_lines([PLAIN] * 100)
    assert len(block) < 100 * 80
