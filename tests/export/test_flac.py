from pathlib import Path

import pytest
import soundfile
from mutagen.flac import FLAC

from narrator.errors import ExportError, OutputError
from narrator.export import Encoding
from narrator.export.flac import Flac
from narrator.export.flac_chunks import read_flac_blocks
from tests.export.sample_audiobooks import METADATA
from tests.pictures import PNG


def test_every_sample_is_the_same(make_audiobook):
    audiobook = make_audiobook("flac")
    samples, _ = soundfile.read(audiobook.path, dtype="int16")
    assert samples.tobytes() == b"".join(read_flac_blocks(audiobook.chunks))


def test_chapters_and_tags_are_comments(make_audiobook):
    audiobook = make_audiobook("flac", titles=("One", "第二章", "x" * 400))
    tags = FLAC(audiobook.path)
    assert tags["chapter002name"] == ["第二章"]
    assert tags["chapter003name"] == ["x" * 400]
    assert tags["chapter001"] == ["00:00:00.000"]
    start = audiobook.timeline.marks[1].start / audiobook.timeline.rate
    assert tags["chapter002"] == [f"00:00:{start:06.3f}"]
    assert tags["title"] == [METADATA.title]
    assert tags["narrator"] == ["Edgar"]
    assert tags.pictures[0].data == PNG


def test_a_damaged_chunk_is_named(make_audiobook):
    audiobook = make_audiobook("flac")
    audiobook.chunks[1].write_bytes(b"no sound")
    with pytest.raises(ExportError, match="chunk1"):
        list(read_flac_blocks(audiobook.chunks))


def test_a_full_disk_is_reported(capfd):
    with pytest.raises(
        OutputError, match=r"/dev/full can't be written \(No space left on device\)"
    ):
        Flac().encode_chunk([bytes(400_000)], Encoding(), Path("/dev/full"))
    assert capfd.readouterr().err == ""
