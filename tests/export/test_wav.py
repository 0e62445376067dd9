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
from tests.export.sample_audiobooks import METADATA


def chunks(data):
    """The chunks of a RIFF file by name."""
    found, at = {}, 12
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def test_not_a_sample_is_changed(make_audiobook):
    audiobook = make_audiobook("wav")
    written, rate = soundfile.read(audiobook.path, dtype="int16")
    assert rate == audiobook.encoding.sample_rate
    assert written.tobytes() == b"".join(read_flac_blocks(audiobook.chunks))
    assert len(written) == audiobook.timeline.samples


def test_chapters_are_cue_points_with_titles(make_audiobook):
    audiobook = make_audiobook("wav", titles=("One", "第二章", "Three"))
    found = chunks(audiobook.path.read_bytes())
    count, *_ = struct.unpack_from("<I", found[b"cue "])
    starts = [struct.unpack_from("<I", found[b"cue "], 4 + 24 * n + 20)[0] for n in range(count)]
    assert starts == [mark.start for mark in audiobook.timeline.marks]
    assert "第二章".encode() in found[b"LIST"]


def test_a_title_is_cut_where_players_stop_to_read_it_but_not_within_a_character(make_audiobook):
    audiobook = make_audiobook("wav", titles=("嵐" * 400, "x" * 400, "“Quoted” = 'title'"))
    labels = chunks(audiobook.path.read_bytes())[b"LIST"]
    titles = [label[8:].split(b"\0")[0].decode() for label in labels.split(b"labl")[1:]]
    assert titles == ["嵐" * (511 // 3), "x" * 400, "“Quoted” = 'title'"]


def test_the_id3_tag_tells_of_the_book_and_not_again_of_its_chapters(make_audiobook):
    audiobook = make_audiobook("wav")
    tags = WAVE(audiobook.path).tags
    assert str(tags["TIT2"]) == METADATA.title
    assert not tags.getall("CHAP")
    assert len(container.read_container(audiobook.path).chapters) == 3


@pytest.mark.parametrize(("samples", "form"), [(1_000, b"RIFF"), (3 << 30, b"RF64")])
def test_beyond_four_gigabytes_the_sizes_have_64_bits(samples, form):
    head = wav._make_head(22_050, samples, 100)
    assert head[:4] == form
    if form == b"RF64":
        whole, data, count = struct.unpack_from("<QQQ", head, 20)
        assert (whole, data, count) == (len(head) - 8 + 2 * samples + 100, 2 * samples, samples)
    else:
        assert struct.unpack_from("<I", head, 4) == (len(head) - 8 + 2 * samples + 100,)


def test_a_large_header_is_read_by_others():
    """A file of 6 GiB that ends early, as far as libsndfile can tell from its header."""
    head = wav._make_head(22_050, 3 << 30, 0)
    with soundfile.SoundFile(BytesIO(head + bytes(2_000))) as sound:
        assert (sound.format, sound.samplerate, sound.channels) == ("RF64", 22_050, 1)
        assert np.all(sound.read(10) == 0)


def test_lossless_reels_need_no_slack():
    assert Wav().compute_padding(12_345, None) == 0
