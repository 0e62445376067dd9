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
def test_every_rate_is_as_long_as_the_timeline(make_audiobook, encoding):
    audiobook = make_audiobook("opus", encoding=encoding)
    assert OggOpus(audiobook.path).info.length == pytest.approx(
        audiobook.timeline.seconds, abs=0.001
    )
    assert len(audiobook.decode()) == pytest.approx(audiobook.timeline.samples, abs=2)


def test_it_is_one_stream_with_pages_counted_through(make_audiobook):
    found = []
    with make_audiobook("opus").path.open("rb") as file:
        while True:
            try:
                found.append(OggPage(file))
            except EOFError:
                break
    assert [page.sequence for page in found] == list(range(len(found)))
    assert len({page.serial for page in found}) == 1
    assert [page.first for page in found] == [True] + [False] * (len(found) - 1)
    assert [page.last for page in found] == [False] * (len(found) - 1) + [True]
    times = [page.position for page in found]
    assert times == sorted(times)


def test_chapters_and_tags_are_comments(make_audiobook):
    audiobook = make_audiobook("opus", titles=("One", "第二章", "x" * 400))
    tags = OggOpus(audiobook.path)
    assert [tags[f"chapter{n:03}name"][0] for n in (1, 2, 3)] == ["One", "第二章", "x" * 400]
    starts = [mark.start / audiobook.timeline.rate for mark in audiobook.timeline.marks]
    assert [tags[f"chapter{n:03}"][0] for n in (1, 2, 3)] == [f"00:00:{s:06.3f}" for s in starts]
    assert tags["title"] == [METADATA.title]
    assert Picture(b64decode(tags["metadata_block_picture"][0])).data == PNG


def test_a_half_second_is_not_rounded_up(make_audiobook):
    """ffmpeg's own writer makes 2.5 s of it."""
    audiobook = make_audiobook("opus", lengths=(1.5, 1.0))
    assert OggOpus(audiobook.path)["chapter002"] == ["00:00:01.500"]


def test_a_rate_that_cannot_be_cut_to_packets_is_told():
    with pytest.raises(OptionError, match="11025"):
        Opus().check_encoding(Encoding(11_025, 32))
