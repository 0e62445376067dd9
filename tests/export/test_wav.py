import struct
from io import BytesIO

import numpy as np
import pytest
import soundfile
from mutagen.wave import WAVE

from narrator.export import wav
from narrator.export.flac_chunks import read_flac_blocks
from narrator.export.wav import Wav
from narrator.inspection import container
from narrator.model import ChapterMark
from tests.export.sample_audiobooks import METADATA

BEYOND_RIFF = 3 << 30
"""Samples of a file of six gigabytes."""


def read_riff_chunks(data):
    """Return the bodies of the chunks of a RIFF file, by name."""
    chunks, offset = {}, 12
    while offset < len(data):
        name, size = struct.unpack_from("<4sI", data, offset)
        chunks[name] = data[offset + 8 : offset + 8 + size]
        offset += 8 + size + size % 2
    assert offset == len(data)
    return chunks


def test_every_sample_is_the_same(make_audiobook):
    audiobook = make_audiobook("wav")
    samples, sample_rate = soundfile.read(audiobook.path, dtype="int16")
    assert sample_rate == audiobook.encoding.sample_rate
    assert samples.tobytes() == b"".join(read_flac_blocks(audiobook.chunks))
    assert len(samples) == audiobook.timeline.samples


def test_chapters_are_cue_points_with_titles(make_audiobook):
    audiobook = make_audiobook("wav", titles=("One", "第二章", "Three"))
    chunks = read_riff_chunks(audiobook.path.read_bytes())
    count, *_ = struct.unpack_from("<I", chunks[b"cue "])
    starts = [struct.unpack_from("<I", chunks[b"cue "], 4 + 24 * n + 20)[0] for n in range(count)]
    assert starts == [mark.start for mark in audiobook.timeline.marks]
    assert "第二章".encode() in chunks[b"LIST"]


def test_a_title_is_truncated_to_what_players_read_but_not_within_a_character(make_audiobook):
    audiobook = make_audiobook("wav", titles=("嵐" * 400, "x" * 400, "“Quoted” = 'title'"))
    labels = read_riff_chunks(audiobook.path.read_bytes())[b"LIST"]
    titles = [label[8:].split(b"\0")[0].decode() for label in labels.split(b"labl")[1:]]
    assert titles == ["嵐" * (511 // 3), "x" * 400, "“Quoted” = 'title'"]


def test_the_id3_tag_describes_the_book_but_does_not_repeat_its_chapters(make_audiobook):
    audiobook = make_audiobook("wav")
    tags = WAVE(audiobook.path).tags
    assert str(tags["TIT2"]) == METADATA.title
    assert not tags.getall("CHAP")
    assert len(container.read_container(audiobook.path).chapters) == 3


@pytest.mark.parametrize(("sample_count", "name"), [(1_000, b"RIFF"), (BEYOND_RIFF, b"RF64")])
def test_beyond_four_gigabytes_the_sizes_have_64_bits(sample_count, name):
    head = wav.format_wav_head(22_050, sample_count, 100)
    assert head[:4] == name
    riff_bytes = len(head) - 8 + 2 * sample_count + 100
    if name == b"RF64":
        sizes = struct.unpack_from("<QQQ", head, 20)
        assert sizes == (riff_bytes, 2 * sample_count, sample_count)
    else:
        assert struct.unpack_from("<I", head, 4) == (riff_bytes,)


def test_small_and_large_files_have_the_same_layout():
    assert len(wav.format_wav_head(22_050, 1, 0)) == len(
        wav.format_wav_head(22_050, BEYOND_RIFF, 0)
    )


def test_other_programs_read_a_large_header():
    """A file of six gigabytes that ends early, as far as libsndfile can tell from its header."""
    head = wav.format_wav_head(22_050, BEYOND_RIFF, 0)
    with soundfile.SoundFile(BytesIO(head + bytes(2_000))) as sound:
        assert (sound.format, sound.samplerate, sound.channels) == ("RF64", 22_050, 1)
        assert np.all(sound.read(10) == 0)


def test_a_chapter_that_begins_beyond_32_bits_has_no_cue_point():
    marks = [ChapterMark("One", 0, 1 << 33), ChapterMark("Two", 1 << 33, 1 << 34)]
    cue_chunks = wav._make_cue_chunks(marks)
    assert struct.unpack_from("<4sII", cue_chunks) == (b"cue ", 4 + 24, 1)
    assert b"Two" not in cue_chunks


@pytest.mark.parametrize(
    ("body", "chunk"), [(b"ab", b"name\2\0\0\0ab"), (b"abc", b"name\3\0\0\0abc\0")]
)
def test_a_riff_chunk_of_odd_size_is_padded(body, chunk):
    assert wav._make_riff_chunk(b"name", body) == chunk


def test_lossless_chunks_need_no_padding():
    assert Wav().compute_padding(12_345, None) == 0
