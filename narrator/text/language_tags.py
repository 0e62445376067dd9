"""Language tags of BCP 47, such as "en-GB" or "pt_BR"."""

from __future__ import annotations


def primary_subtag(tag: str) -> str:
    """Return the language part of a tag, in lower case and without script, region or variants.

    "en-GB" and "EN_gb" give "en"; an empty tag gives "". Underscores count as hyphens: they are
    invalid, but frequent in the metadata of books.
    """
    return tag.replace("_", "-").split("-", maxsplit=1)[0].casefold()
