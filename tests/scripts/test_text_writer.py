from dataclasses import replace

from hypothesis import given

from narrator.build import pipeline
from narrator.model import Script
from narrator.scripts import completeness, text_writer
from tests.scripts.sample_scripts import FERRY, list_kept_parts, read, scripts


@given(scripts())
def test_writing_and_reading_gives_the_same_script(script: Script) -> None:
    again = read(text_writer.format_script(script))
    assert list_kept_parts(again) == list_kept_parts(script)
    completeness.verify_completeness(again.book, again.lines)
    for line in again.lines:
        assert again.book.text[line.start : line.end] == line.text


@given(scripts())
def test_reading_and_writing_a_script_file_does_not_change_it(script: Script) -> None:
    text = text_writer.format_script(script)
    assert text_writer.format_script(read(text)) == text


def test_a_story_is_written_as_a_person_would_write_it(story) -> None:
    written = text_writer.format_script(pipeline.write_script([str(story)], pipeline.Options()))
    told = written[written.index("[characters]\n") : written.index("[chapter] Chapter II")]
    assert [row for row in told.splitlines() if row and not row.startswith("#")] == [
        "[characters]",
        "Martha: Martha Quill [female]",
        "Mr. Hobday: Hobday [male, adult]",
        "[chapter] Chapter I",
        "[heading] CHAPTER I.",
        "The ferry had gone.",
        "@Martha: “We shall have to wait,”",
        "said Martha Quill, and sat down upon the trunk.",
        "@Mr. Hobday: “Wait?”",
        "cried Mr. Hobday.",
        "@+Mr. Hobday: “I have waited since noon!”",
        "@Martha: “Then you know how it is done,”",
        "said Martha.",
        "[scene] * * *",
        "It rained until evening.",
        "Nobody came; nobody ever did, at that season & hour.",
    ]


def test_a_doubtful_speaker_has_a_remark_and_a_sure_one_has_none() -> None:
    script = read(FERRY)
    for confidence, remark in (
        (0.43, "# 43%: goes on speaking\n@Mr. Hobday: “Wait?”"),
        (0.9, "\n\n@Mr. Hobday: “Wait?”"),
    ):
        lines = tuple(
            replace(line, confidence=confidence, reason="goes on speaking") for line in script.lines
        )
        assert remark in text_writer.format_script(replace(script, lines=lines))


def test_a_mark_that_is_left_out_of_a_line_follows_it(tmp_path) -> None:
    path = tmp_path / "x.html"
    path.write_text("<p>Hello there, old<sup><a href='#n1'>1</a></sup> friend. Good night.</p>")
    script = pipeline.write_script([str(path)], pipeline.Options())
    again = read(text_writer.format_script(script))
    assert list_kept_parts(again)[2:] == list_kept_parts(script)[2:]
