import pytest

from narrator import registry
from narrator.export import Encoding
from narrator.export.encodings import default_encoding


@pytest.mark.parametrize(
    ("exporter", "loudness", "encoding"),
    [
        ("mp3", "", Encoding(22_050, 64)),
        ("m4b", "audiobook", Encoding(22_050, 64)),
        ("opus", "podcast", Encoding(22_050, 32)),
        ("flac", "", Encoding()),
        ("mp3", "acx", Encoding(44_100, 192)),
        ("opus", "acx", Encoding(44_100, 192)),
    ],
)
def test_a_publisher_decides_before_the_format(
    exporter: str, loudness: str, encoding: Encoding
) -> None:
    assert default_encoding(exporter, loudness) == encoding


@pytest.mark.parametrize("name", registry.list_plugins("exporters"))
def test_every_format_supports_its_default_encoding(name: str) -> None:
    registry.load_exporter(name).check_encoding(default_encoding(name))


def test_opus_needs_fewer_bits_than_mp3() -> None:
    assert default_encoding("opus").bit_rate_kbps < default_encoding("mp3").bit_rate_kbps
