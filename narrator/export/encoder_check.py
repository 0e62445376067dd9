"""Tests an exporter on one second of silence, to report problems before the build starts."""

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
    """Encode and join two chunks of half a second of silence, to check that the exporter works.

    Raises:
        OptionError: The format does not support the encoding.
        ExportError: Encoding or joining fails, or the file is empty.
    """
    exporter.check_encoding(encoding)
    silence = bytes(encoding.sample_rate // 2 * 2)  # two bytes per sample
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        chunks = [Path(folder) / "first", Path(folder) / "second"]
        sample_counts = [exporter.encode_chunk([silence], encoding, chunk) for chunk in chunks]
        marks = (
            ChapterMark("One", 0, sample_counts[0]),
            ChapterMark("Two", sample_counts[0], sum(sample_counts)),
        )
        target = Path(folder) / f"whole{exporter.suffix}"
        timeline = Timeline(encoding.sample_rate, marks, ())
        exporter.join(chunks, timeline, Metadata("Rehearsal"), encoding, target)
        if not target.stat().st_size:
            raise ExportError(f"writing {exporter.name} does not work here: the file stays empty")
