"""What every exporter must do; a new one is checked without a new test."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrator import registry
from narrator.errors import OutputError
from narrator.export import Encoding
from narrator.export.encoder_check import check_encoder
from tests.export.sample_audiobooks import METADATA, make_beep, write_audiobook

EXPORTERS = registry.list_plugins("exporters")


@pytest.fixture(scope="module", params=EXPORTERS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def audiobook(name, tmp_path_factory):
    return write_audiobook(name, tmp_path_factory.mktemp(name))


def test_it_has_its_own_tests(name):
    assert (Path(__file__).parents[1] / "export" / f"test_{name}.py").is_file()


def test_it_has_the_name_it_is_registered_under(name):
    exporter = registry.load_exporter(name)
    assert exporter.name == name
    assert exporter.suffix.startswith(".")


def test_it_works_here(name):
    check_encoder(registry.load_exporter(name), Encoding())


def test_the_sound_is_as_long_as_the_timeline(audiobook):
    assert len(audiobook.decode()) == pytest.approx(
        audiobook.timeline.samples, abs=audiobook.encoding.sample_rate * 0.03
    )


def test_every_chapter_begins_where_the_timeline_says(audiobook):
    beep, margin = make_beep(audiobook.encoding.sample_rate), 1_000
    sound = np.concatenate([np.zeros(margin), audiobook.decode()])
    for mark in audiobook.timeline.marks:
        window = sound[mark.start : mark.start + margin + 4_000]
        delay = int(np.argmax(np.correlate(window, beep))) - margin
        assert abs(delay) <= audiobook.encoding.sample_rate * 0.001


def test_the_padding_of_a_chunk_leaves_some_of_it(name):
    exporter, encoding = registry.load_exporter(name), Encoding()
    for sample_count in (5_000, 22_050, 22_051, 100_000, 1_234_567):
        assert exporter.compute_padding(sample_count, encoding) < sample_count


def test_the_same_sound_gives_the_same_bytes(name, audiobook, tmp_path):
    assert write_audiobook(name, tmp_path).path.read_bytes() == audiobook.path.read_bytes()


def test_a_target_that_cannot_be_written_is_reported(name, audiobook, tmp_path):
    exporter = registry.load_exporter(name)
    with pytest.raises(OutputError, match="can't be written"):
        exporter.encode_chunk([bytes(2_000)], audiobook.encoding, tmp_path)
    with pytest.raises(OutputError, match="can't be written"):
        exporter.join(
            audiobook.chunks,
            audiobook.timeline,
            METADATA,
            audiobook.encoding,
            tmp_path / "no" / "way",
        )


def test_a_book_of_one_chunk_without_tags_can_be_written(name, tmp_path):
    plain = replace(METADATA, author=None, cover=None, description=None, series=None)
    assert (
        write_audiobook(name, tmp_path, lengths=(1.0,), metadata=plain).path.stat().st_size > 1_000
    )
