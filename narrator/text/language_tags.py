"""Language tags of BCP 47, such as "en-GB" or "pt_BR"."""

from __future__ import annotations


def primary_subtag(tag: str) -> str:
    """Return the language of a tag without script, region and variants, in small letters.

    "en-GB" and "EN_gb" give "en"; an empty tag gives "". Underscores, which are not valid but
    frequent in the metadata of books, count as hyphens.
    """
    return tag.replace("_", "-").split("-", maxsplit=1)[0].casefold()
