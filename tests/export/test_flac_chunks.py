from pathlib import Path

import numpy as np
import pytest

from narrator.errors import ExportError, OutputError
from narrator.export import Encoding
from narrator.export.flac_chunks import FlacChunkExporter, read_flac_blocks, write_flac


def _make_pcm(sample_count: int, seed: int) -> bytes:
    samples = np.random.default_rng(seed).integers(-32_768, 32_768, sample_count)
    return samples.astype("<i2").tobytes()


@pytest.mark.parametrize("sample_counts", [(1,), (100_000, 3), (2, 500_000), ()])
def test_chunks_are_read_back_to_the_sample_in_order(
    tmp_path: Path, sample_counts: tuple[int, ...]
) -> None:
    contents = [_make_pcm(count, seed) for seed, count in enumerate(sample_counts)]
    paths = [tmp_path / str(index) for index in range(len(contents))]
    for path, pcm in zip(paths, contents, strict=True):
        assert write_flac([pcm[:1000], pcm[1000:]], 22_050, path) == len(pcm) // 2
    assert b"".join(read_flac_blocks(paths)) == b"".join(contents)


def test_a_chunk_occupies_as_many_samples_as_it_was_made_from(tmp_path: Path) -> None:
    exporter, encoding = FlacChunkExporter(), Encoding()
    assert exporter.compute_padding(12_345, encoding) == 0
    assert exporter.encode_chunk([bytes(24_690)], encoding, tmp_path / "chunk") == 12_345


def test_a_chunk_that_is_damaged_in_the_middle_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "chunk"
    write_flac([_make_pcm(100_000, 0)], 22_050, path)
    path.write_bytes(b"no FLAC" + path.read_bytes()[7:])
    with pytest.raises(ExportError, match=r"chunk is damaged.*delete it"):
        list(read_flac_blocks([path]))


def test_a_full_disk_is_reported(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(
        OutputError, match=r"/dev/full can't be written \(No space left on device\)"
    ):
        write_flac([_make_pcm(200_000, 0)], 22_050, Path("/dev/full"))
    assert capfd.readouterr().err == ""


def test_a_folder_that_does_not_exist_is_reported_in_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file or directory"):
        write_flac([], 22_050, tmp_path / "missing" / "chunk")
