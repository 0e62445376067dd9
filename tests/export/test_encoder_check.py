import pytest

from narrator.errors import ExportError, OptionError
from narrator.export import Encoding
from narrator.export.encoder_check import check_encoder
from narrator.export.mp3 import Mp3
from narrator.export.wav import Wav


class _EmptyExporter(Wav):
    """An exporter whose files stay empty."""

    name = "empty"

    def join(self, *arguments):  # type: ignore[no-untyped-def]
        arguments[-1].touch()


class _FailingExporter(Wav):
    """An exporter whose encoder fails."""

    def encode_chunk(self, *_arguments):  # type: ignore[no-untyped-def]
        raise ExportError("no encoder")


def test_an_encoding_that_the_format_does_not_support_is_reported() -> None:
    with pytest.raises(OptionError, match="no sample rate of 1 Hz"):
        check_encoder(Mp3(), Encoding(1, 64))


def test_an_encoder_that_fails_is_reported() -> None:
    with pytest.raises(ExportError, match="no encoder"):
        check_encoder(_FailingExporter(), Encoding())


def test_a_file_that_stays_empty_is_reported() -> None:
    with pytest.raises(ExportError, match="writing empty does not work here"):
        check_encoder(_EmptyExporter(), Encoding())


def test_an_exporter_is_checked_once_per_encoding() -> None:
    check_encoder.cache_clear()
    exporter = Wav()
    for sample_rate in (8_000, 8_000, 16_000):
        check_encoder(exporter, Encoding(sample_rate))
    assert check_encoder.cache_info().misses == 2
