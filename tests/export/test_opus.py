from base64 import b64decode

import pytest
from mutagen.flac import Picture
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

from narrator.errors import OptionError
from narrator.export import Encoding
from narrator.export.opus import Opus
from tests.export.sample_audiobooks import METADATA
from tests.pictures import PNG


@pytest.mark.parametrize(
    "encoding", [Encoding(22_050, 32), Encoding(24_000, 24), Encoding(44_100, 64)]
)
def test_at_every_rate_the_sound_is_as_long_as_the_timeline(make_audiobook, encoding):
    audiobook = make_audiobook("opus", encoding=encoding)
    assert OggOpus(audiobook.path).info.length == pytest.approx(
        audiobook.timeline.seconds, abs=0.001
    )
    assert len(audiobook.decode()) == pytest.approx(audiobook.timeline.samples, abs=2)


def test_it_is_one_stream_whose_pages_are_numbered_through(make_audiobook):
    pages = []
    with make_audiobook("opus").path.open("rb") as file:
        while True:
            try:
                pages.append(OggPage(file))
            except EOFError:
                break
    assert [page.sequence for page in pages] == list(range(len(pages)))
    assert len({page.serial for page in pages}) == 1
    assert [page.first for page in pages] == [True] + [False] * (len(pages) - 1)
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    times = [page.position for page in pages]
    assert times == sorted(times)


def test_chapters_and_tags_are_comments(make_audiobook):
    audiobook = make_audiobook("opus", titles=("One", "第二章", "x" * 400))
    tags = OggOpus(audiobook.path)
    assert [tags[f"chapter{n:03}name"][0] for n in (1, 2, 3)] == ["One", "第二章", "x" * 400]
    starts = [mark.start / audiobook.timeline.rate for mark in audiobook.timeline.marks]
    assert [tags[f"chapter{n:03}"][0] for n in (1, 2, 3)] == [f"00:00:{s:06.3f}" for s in starts]
    assert tags["title"] == [METADATA.title]
    assert Picture(b64decode(tags["metadata_block_picture"][0])).data == PNG


def test_the_start_of_a_chapter_is_not_rounded_to_seconds(make_audiobook):
    """ffmpeg's own writer of chapters rounds starts to whole seconds."""
    audiobook = make_audiobook("opus", lengths=(1.5, 1.0))
    assert OggOpus(audiobook.path)["chapter002"] == ["00:00:01.500"]


def test_a_sample_rate_that_does_not_fill_packets_is_reported():
    with pytest.raises(OptionError, match="11025"):
        Opus().check_encoding(Encoding(11_025, 32))
