"""A second of sound, encoded, joined and thrown away: what does not work, fails before the work."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.errors import ExportError
from narrator.model import ChapterMark, Metadata, Timeline

if TYPE_CHECKING:
    from narrator.export import Encoding, Exporter


@cache
def check_encoder(exporter: Exporter, encoding: Encoding) -> None:
    """Encode two half seconds and join them, to find out now whether it works here.

    Raises:
        OptionError: the format can't store sound so.
        ExportError: it fails, or nothing comes of it.
    """
    exporter.check_encoding(encoding)
    half = bytes(encoding.sample_rate // 2 * 2)
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        reels = [Path(folder) / "first", Path(folder) / "second"]
        samples = [exporter.encode_chunk([half], encoding, reel) for reel in reels]
        marks = (ChapterMark("One", 0, samples[0]), ChapterMark("Two", samples[0], sum(samples)))
        target = Path(folder) / f"whole{exporter.suffix}"
        timeline = Timeline(encoding.sample_rate, marks, ())
        exporter.join(reels, timeline, Metadata("Rehearsal"), encoding, target)
        if not target.stat().st_size:
            raise ExportError(f"writing {exporter.name} does not work here: the file stays empty")
