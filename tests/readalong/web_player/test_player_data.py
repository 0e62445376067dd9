from dataclasses import replace

import pytest

from narrator.readalong.web_player.player_data import (
    SPEAKER_COLOUR_COUNT,
    build_book_data,
    build_chapter_data,
    make_chapter_file_name,
    number_speakers,
)
from tests.readalong.rendering import render

VERSE = """CHAPTER I. Song

    Roses are red,
    Violets are blue,
    And so are you.

She sang it once. Then she was quiet.
"""


def build_chapter(rendered_book, index=0):
    track = rendered_book.tracks[index]
    return build_chapter_data(rendered_book, track, number_speakers(rendered_book))["paragraphs"]


def test_speakers_are_numbered_by_how_much_they_say(tmp_path):
    assert number_speakers(render(tmp_path)) == {None: 0, "Anna": 1, "Tom <& Co>": 2}


def test_speakers_of_chapters_that_were_not_rendered_are_left_out(tmp_path):
    rendered_book = render(tmp_path)
    timeline = rendered_book.timeline
    only_narration = tuple(t for t in timeline.line_timings if t.start >= timeline.marks[-1].start)
    partial_book = replace(rendered_book, timeline=replace(timeline, line_timings=only_narration))
    assert number_speakers(partial_book) == {None: 0}


def test_colours_start_again_after_the_last_one(tmp_path):
    rendered_book = render(tmp_path)
    numbers = {None: 0} | {f"Speaker {i}": i for i in range(1, SPEAKER_COLOUR_COUNT + 2)}
    colours = [speaker["colour"] for speaker in build_book_data(rendered_book, numbers)["speakers"]]
    assert colours == [0, *range(1, SPEAKER_COLOUR_COUNT + 1), 1]


def test_the_book_lists_its_chapters_with_their_files_and_lengths(tmp_path):
    rendered_book = render(tmp_path, split=True)
    data = build_book_data(rendered_book, number_speakers(rendered_book))
    assert [chapter["audio"] for chapter in data["chapters"]] == ["audio/001.mp3", "audio/002.mp3"]
    assert [chapter["text"] for chapter in data["chapters"]] == [
        make_chapter_file_name(0),
        make_chapter_file_name(1),
    ]
    seconds = sum(chapter["seconds"] for chapter in data["chapters"])
    assert seconds == pytest.approx(rendered_book.timeline.seconds)
    assert data["speakers"][0] == {"name": "Narrator", "voice": "edgar", "colour": 0}


@pytest.mark.parametrize(("language", "name"), [("en", "Narrator"), ("de-CH", "Erzähler")])
def test_the_narrator_has_a_name_in_the_language_of_the_book(tmp_path, language, name):
    rendered_book = render(tmp_path)
    book = rendered_book.script.book
    book = replace(book, metadata=replace(book.metadata, language=language))
    rendered_book = replace(rendered_book, script=replace(rendered_book.script, book=book))
    data = build_book_data(rendered_book, number_speakers(rendered_book))
    assert data["speakers"][0]["name"] == name


def test_words_carry_the_space_that_follows_them(tmp_path):
    _, first, *_ = build_chapter(render(tmp_path))
    assert [line["words"] for line in first["lines"]] == [
        ['"Good ', 'morning," '],
        ["said ", "Anna. "],
        ['"Is ', "it ", 'you?"'],
    ]
    assert [line["speaker"] for line in first["lines"]] == [1, 0, 1]


def test_verse_keeps_its_line_breaks(tmp_path):
    _, verse, prose = build_chapter(render(tmp_path, VERSE))
    assert verse["form"] == "verse"
    assert "".join(word for line in verse["lines"] for word in line["words"]) == (
        "Roses are red,\nViolets are blue,\nAnd so are you."
    )
    assert "\n" not in "".join(word for line in prose["lines"] for word in line["words"])


def test_words_in_italics_are_listed_by_their_index(tmp_path):
    text = "CHAPTER I. Song\n\nShe was _very late_, he said. He left.\n"
    _, paragraph = build_chapter(render(tmp_path, text))
    assert [line.get("emphasis") for line in paragraph["lines"]] == [[2, 3], None]


def test_a_chapter_without_a_heading_of_its_own_gets_one(tmp_path):
    first, *others = build_chapter(render(tmp_path, "They went home.\n\nNobody saw them.\n"))
    assert first["form"] == "heading"
    assert first["title"]
    assert first["lines"] == []
    assert [paragraph["form"] for paragraph in others] == ["text", "text"]


def test_a_paragraph_after_a_scene_break_is_marked(tmp_path):
    paragraphs = build_chapter(render(tmp_path))
    assert [paragraph.get("scene", False) for paragraph in paragraphs] == [
        False,
        False,
        False,
        True,
        *[False] * (len(paragraphs) - 4),
    ]
