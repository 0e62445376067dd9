"""Tags that no format has a field of its own for, under the names by which players look for them.

MP3 keeps them in TXXX frames, and MP4 in boxes with a name; docs/tags.md lists which player reads
which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.model import Metadata

DEFAULT_GENRE = "Audiobook"
"""The genre of a book without one; players put files with it on the shelf for audiobooks."""


def list_named_tags(metadata: Metadata) -> list[tuple[str, str]]:
    """Return the tags as pairs of name and value, without empty ones; the user's come last."""
    values = (
        ("NARRATOR", metadata.narrator),
        ("SUBTITLE", metadata.subtitle),
        ("SERIES", metadata.series),
        ("SERIES-PART", metadata.series_index),
        ("PUBLISHER", metadata.publisher),
        ("DESCRIPTION", metadata.description),
        ("ISBN", metadata.isbn),
        ("ASIN", metadata.asin),
        ("LANGUAGE", metadata.language),
        *metadata.extra_tags,
    )
    # a tag that the user names replaces that of the book
    named = {name.upper(): (name, value) for name, value in values if value}
    return list(named.values())
