from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrator.export import splitting
from narrator.model import ChapterMark, FilePart, Line, LineKind, LineTiming, Metadata, Timeline

SAMPLE_RATE = 100


def make_book(*chapters):
    """Return chunks, their lengths, and a timeline with a line per chunk.

    Args:
        chapters: The lengths of each chapter's chunks, in samples.
    """
    marks, line_timings, sample_counts, position = [], [], [], 0
    for number, chunk_lengths in enumerate(chapters, 1):
        start = position
        for length in chunk_lengths:
            line_id = f"{number}.1.{len(line_timings)}"
            line_timings.append(LineTiming(line_id, position, position + length // 2))
            sample_counts.append(length)
            position += length
        marks.append(ChapterMark(f"Chapter {number}", start, position))
    chunks = [Path(f"chunk{index}") for index in range(len(sample_counts))]
    return chunks, sample_counts, Timeline(SAMPLE_RATE, tuple(marks), tuple(line_timings))


def test_each_chapter_is_a_file_with_its_own_chunks_and_time():
    first, second = splitting.split_by_chapter(*make_book([1_000, 500], [700]))
    assert [chunk.name for chunk in first.chunks + second.chunks] == ["chunk0", "chunk1", "chunk2"]
    assert second.part == FilePart(2, 2, "Chapter 2")
    assert second.timeline == Timeline(
        SAMPLE_RATE, (ChapterMark("Chapter 2", 0, 700),), (LineTiming("2.1.2", 0, 350),)
    )


def test_a_file_has_the_books_metadata_and_its_own_number():
    _, second = splitting.split_by_chapter(*make_book([1_000], [700]))
    metadata = second.describe_file(Metadata("Emma", "Jane Austen"))
    assert metadata == Metadata("Emma", "Jane Austen", part=FilePart(2, 2, "Chapter 2"))


def test_a_long_chapter_becomes_several_files():
    files = splitting.split_by_chapter(*make_book([600, 600, 600], [500]), max_seconds=12.0)
    assert [file.part.title for file in files] == ["Chapter 1 (1)", "Chapter 1 (2)", "Chapter 2"]
    assert [file.timeline.samples for file in files] == [1_200, 600, 500]


@given(
    st.lists(st.lists(st.integers(1, 2_000), min_size=1, max_size=5), min_size=1, max_size=6),
    st.floats(1.0, 40.0),
)
def test_no_chunk_and_no_line_is_lost(chapters, max_seconds):
    chunks, sample_counts, timeline = make_book(*chapters)
    files = splitting.split_by_chapter(chunks, sample_counts, timeline, max_seconds)
    assert [chunk for file in files for chunk in file.chunks] == chunks
    assert sum(file.timeline.samples for file in files) == timeline.samples
    line_ids = [line.line_id for file in files for line in file.timeline.line_timings]
    assert line_ids == [line.line_id for line in timeline.line_timings]
    assert all(file.timeline.seconds <= max_seconds or len(file.chunks) == 1 for file in files)


def test_a_sample_is_the_beginning_of_a_file():
    chunks, sample_counts, timeline = make_book([1_000, 1_000, 1_000])
    (file,) = splitting.split_by_chapter(chunks, sample_counts, timeline)
    sample = splitting.cut_retail_sample(file, sample_counts, max_seconds=25.0)
    assert (len(sample.chunks), sample.timeline.samples) == (2, 2_000)
    shortest = splitting.cut_retail_sample(file, sample_counts, max_seconds=5.0)
    assert shortest.timeline.samples == 1_000


def test_silence_can_be_appended_to_a_file():
    chunks, sample_counts, timeline = make_book([1_000, 100])
    (file,) = splitting.split_by_chapter(chunks, sample_counts, timeline)
    longer = splitting.append_silence(file, Path("silence"), 150)
    assert longer.chunks == (*file.chunks, Path("silence"))
    assert longer.timeline.samples == 1_250
    assert longer.timeline.line_timings == file.timeline.line_timings


@pytest.mark.parametrize(
    ("title", "name", "ascii_name"),
    [
        ("The Storm", "03 - The Storm.mp3", "03_The_Storm.mp3"),
        ('I/O: "what?" <*>|\\', "03 - I O what.mp3", "03_I_O_what.mp3"),
        ("../../etc/passwd", "03 - etc passwd.mp3", "03_etc_passwd.mp3"),
        ("", "03.mp3", "03.mp3"),
        ("...", "03.mp3", "03.mp3"),
        ("CON", "03 - CON_.mp3", "03_CON.mp3"),
        ("Tab\tand\nnewline\x00", "03 - Tab and newline␀.mp3", "03_Tab_and_newline.mp3"),
        ("Red \x1b[31m", "03 - Red ␛[31m.mp3", "03_Red_31m.mp3"),
        ("\u202e3pm.\ud800\x9b", "03 - ⟨U+202E⟩3pm.\ufffd⟨U+009B⟩.mp3", "03_U_202E3pm_U_009B.mp3"),
        ("Élan d'Or", "03 - Élan d'Or.mp3", "03_Elan_dOr.mp3"),
        ("第三章　嵐", "03 - 第三章 嵐.mp3", "03.mp3"),
    ],
)
def test_names_are_safe_everywhere(title, name, ascii_name):
    part = FilePart(3, 12, title)
    assert splitting.part_file_name(part, ".mp3") == name
    assert splitting.part_file_name(part, ".mp3", ascii_only=True) == ascii_name


@given(st.text(max_size=400))
def test_any_title_gives_a_name_that_fits(title):
    name = splitting.part_file_name(FilePart(1, 300, title), ".mp3")
    assert name.startswith("001")
    assert len(name.encode()) < 200
    assert not set(name) & set('<>:"/\\|?*\0\n\r')


def test_a_playlist_names_the_files_in_order():
    files = splitting.split_by_chapter(*make_book([1_000], [250]))
    text = splitting.format_playlist(["01.mp3", "02.mp3"], files)
    assert text == "#EXTM3U\n#EXTINF:10,Chapter 1\n01.mp3\n#EXTINF:2,Chapter 2\n02.mp3\n"


def test_credits_name_the_author_and_the_narrator_if_they_are_known():
    assert splitting.opening_credits(Metadata("Emma", "Jane Austen", narrator="Edgar")) == (
        "Emma. Written by Jane Austen. Narrated by Edgar."
    )
    assert splitting.closing_credits(Metadata("Emma")) == "The end. This was Emma."


def test_credits_are_in_the_language_of_the_book():
    german = Metadata("Der Weg", "Anna Huch", language="de-AT", narrator="Bruno")
    assert splitting.opening_credits(german) == (
        "Der Weg. Geschrieben von Anna Huch. Gelesen von Bruno."
    )
    unknown = Metadata("Quo vadis?", "Gaius", language="la", narrator="Bruno")
    assert splitting.opening_credits(unknown) == "Quo vadis? Gaius. Bruno."
    assert splitting.closing_credits(unknown) == "Quo vadis? Gaius. Bruno."


def test_a_file_of_a_few_words_has_shorter_pauses_than_a_chapter():
    def make_line(chapter, text):
        return Line(f"{chapter}.1.1", chapter, 1, 0, 1, LineKind.NARRATION, text, spoken=text)

    lines = [
        make_line(0, "A title, and its author. " * 3),
        make_line(1, "word " * 100),
        make_line(1, "Short."),
        make_line(2, "Chapter two."),
        make_line(2, "Oh."),
        make_line(3, "The end."),
    ]
    pause_seconds = [3.0, 1.6, 3.0, 1.6, 3.0, 0.9]
    assert splitting.shorten_pauses(lines, pause_seconds) == (1.2, 1.6, 3.0, 0.3, 1.05, 0.9)


LIMITED = [
    # seconds of each chunk, chapters by the number of their chunks, limit, chunks of each file
    ([60] * 6, [6], 180, [3, 3]),
    ([60] * 6, [2, 4], 180, [2, 3, 1]),  # a file ends with a chapter, if it is not too short
    ([60] * 6, [1, 5], 180, [3, 3]),
    ([400, 60, 60], [3], 180, [1, 2]),  # a chunk is never divided
    ([60], [1], 180, [1]),
]


@pytest.mark.parametrize(("seconds", "chapters", "limit", "expected"), LIMITED)
def test_no_file_is_longer_than_the_limit(
    seconds: list[int], chapters: list[int], limit: int, expected: list[int]
) -> None:
    rate, position, marks, first = 100, 0, [], 0
    for number, count in enumerate(chapters, 1):
        end = position + sum(seconds[first : first + count]) * rate
        marks.append(ChapterMark(f"Chapter {number}", position, end))
        position, first = end, first + count
    timeline = Timeline(rate, tuple(marks), ())
    chunks = [Path(str(index)) for index in range(len(seconds))]
    samples = [each * rate for each in seconds]
    files = splitting.split_by_limit(
        chunks, samples, [0] * len(chunks), timeline, splitting.PartLimit(max_seconds=limit)
    )
    assert [len(file.chunks) for file in files] == expected
    assert [chunk for file in files for chunk in file.chunks] == chunks
    assert sum(file.timeline.samples for file in files) == timeline.samples
    assert [file.part.number for file in files] == list(range(1, len(files) + 1))
    assert all(file.timeline.marks[0].start == 0 for file in files)


def test_files_are_limited_by_size_too() -> None:
    timeline = Timeline(100, (ChapterMark("One", 0, 400),), ())
    chunks = [Path(str(index)) for index in range(4)]
    files = splitting.split_by_limit(
        chunks, [100] * 4, [10, 30, 10, 25], timeline, splitting.PartLimit(max_bytes=40)
    )
    assert [len(file.chunks) for file in files] == [2, 2]
