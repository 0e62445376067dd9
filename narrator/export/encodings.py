"""How sound is stored when nobody says: small enough for a pocket, good enough for speech."""

from __future__ import annotations

from narrator.export import Encoding

_BY_FORMAT = {
    "mp3": Encoding(22_050, 64),
    "m4b": Encoding(22_050, 64),
    "opus": Encoding(22_050, 32),  # as good for speech as twice the bits of MP3
}
_BY_LOUDNESS = {
    "acx": Encoding(44_100, 192),  # ACX: constant 192 kb/s or more, 44.1 kHz, mono
}


def default_encoding(exporter: str, loudness: str = "") -> Encoding:
    """The encoding for a format, and for a publisher whose profile of loudness is used."""
    return _BY_LOUDNESS.get(loudness) or _BY_FORMAT.get(exporter) or Encoding()
