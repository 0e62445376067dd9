"""Language tags of BCP 47, such as "en-GB" or "pt_BR"."""

from __future__ import annotations


def primary_subtag(tag: str) -> str:
    """Return the language part of a tag, in lower case and without script, region or variants.

    "en-GB" and "EN_gb" give "en"; an empty tag gives "". Underscores count as hyphens: they are
    invalid, but frequent in the metadata of books.
    """
    return tag.replace("_", "-").split("-", maxsplit=1)[0].casefold()


def region_subtag(tag: str) -> str:
    """Return the region of a tag in capitals, such as "GB", or "" if the tag has none."""
    subtags = tag.replace("_", "-").split("-")[1:]
    regions = (subtag for subtag in subtags if len(subtag) == 2 and subtag.isalpha())
    return next(regions, "").upper()
