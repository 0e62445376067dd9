"""Language tags of BCP 47, such as "en-GB" or "pt_BR"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_DISTANCE = 9
"""The largest distance of the CLDR between two tags whose speakers understand each other.

Regions of a language have at most 5, Bokmal in place of Norwegian has 1, Croatian in place of
Serbian 5, German in place of Swiss German 8; Spanish in place of Galician has 20."""
_STAND_INS = {"pt": "pt-PT", "nn": "nb"}
"""Tags that are compared as others: the CLDR takes Portuguese for that of Brazil, but espeak-ng for
that of Portugal; and whoever reads one form of Norwegian understands the other."""


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


def is_part_of(tag: str, wider_tag: str) -> bool:
    """Return whether a tag is a wider one, or the same with further subtags (RFC 4647, 3.3.1).

    "en-GB-scotland" is part of "en-GB" and "en".
    """
    return f"{tag}-".casefold().startswith(f"{wider_tag}-".casefold())


def find_closest_tags(wanted_tag: str, tags: Iterable[str]) -> frozenset[str]:
    """Return those of some tags in whose language a reader of another tag understands best.

    "es-MX" is closest to "es-419" among "es" and "es-419", "fr-CA" to "fr" among "fr" and "fr-BE",
    "no" to "nb", and "zh-yue" to "yue". There is no result if no tag is close enough: for "gl"
    (Galician) not "es" (Spanish).
    """
    known_tags = frozenset(tags)
    language = primary_subtag(wanted_tag)
    if {tag for tag in known_tags if primary_subtag(tag) == language} == {wanted_tag}:
        return frozenset((wanted_tag,))
    ranks = {
        tag: (
            _measure_tag_distance(wanted_tag, tag),
            _measure_tag_distance(language, tag),
            _count_variants(tag),
        )
        for tag in known_tags
    }
    best_rank = min(ranks.values(), default=(_MAX_DISTANCE + 1, 0, 0))
    if best_rank[0] <= _MAX_DISTANCE:
        return frozenset(tag for tag, rank in ranks.items() if rank == best_rank)
    # in another script, as zh-TW beside zh, the language is still the same
    return frozenset(tag for tag in known_tags if tag == language)


def _measure_tag_distance(wanted_tag: str, tag: str) -> int:
    """Return how far the languages of two tags are apart, by the tables of the CLDR."""
    import langcodes  # noqa: PLC0415 - loading takes a tenth of a second
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415 - as above

    wanted_tag, tag = _STAND_INS.get(wanted_tag, wanted_tag), _STAND_INS.get(tag, tag)
    try:
        return langcodes.tag_distance(wanted_tag, tag)
    except LanguageTagError:
        return _MAX_DISTANCE + 1


def _count_variants(tag: str) -> int:
    """Return the number of subtags for a dialect, as in "ca-valencia" or "vi-VN-x-south"."""
    return sum(len(subtag) > 4 or subtag == "x" for subtag in tag.casefold().split("-")[1:])
