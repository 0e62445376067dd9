"""Default encodings: files are small enough for a phone, and speech sounds good."""

from __future__ import annotations

from narrator.export import Encoding

_FORMAT_DEFAULTS = {
    "mp3": Encoding(22_050, 64),
    "m4b": Encoding(22_050, 64),
    "opus": Encoding(22_050, 32),  # as good for speech as MP3 at twice the bit rate
}
_PUBLISHER_ENCODINGS = {
    "acx": Encoding(44_100, 192),  # ACX requires a constant 192 kb/s or more, 44.1 kHz, mono
}
"""Encodings that publishers require, by the names of their loudness profiles."""


def default_encoding(exporter_name: str, loudness_name: str = "") -> Encoding:
    """Return the encoding that the loudness profile requires, else the default of the format."""
    return (
        _PUBLISHER_ENCODINGS.get(loudness_name) or _FORMAT_DEFAULTS.get(exporter_name) or Encoding()
    )
