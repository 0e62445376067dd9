"""Find out how each line of a script is spoken, and keep the result for the next build."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from narrator.cache.fingerprints import fingerprint, program_fingerprint
from narrator.errors import OutputError
from narrator.languages.manners import Manner

if TYPE_CHECKING:
    from narrator.cache.store import Store
    from narrator.model import Script

_DELIVERY_KIND = "delivery"
"""Kind of the cache entries of deliveries; `narrator cache` shows it to users."""


@dataclass(frozen=True)
class LineDelivery:
    """How the lines of a script are spoken; each key or element is the number of a line."""

    manners: dict[str, Manner] = field(default_factory=dict, repr=False)
    """The manner of each line that is not plain."""
    rising_lines: frozenset[str] = field(default_factory=frozenset, repr=False)
    """The questions whose words do not show that they are questions."""
    stressed_words: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    """Where stressed words begin in the spoken text of a line."""


def load_or_find_delivery(script: Script, store: Store, *, is_plain: bool) -> LineDelivery:
    """Return the delivery of a script's lines, from the store if it is there.

    Args:
        script: With the spoken form of each line.
        store: Where deliveries are kept.
        is_plain: Whether to ignore what the book says about how lines are spoken, and to follow
            only what the user says about it.
    """
    name = _fingerprint_delivery(script, is_plain=is_plain)
    if (content := store.load(_DELIVERY_KIND, name)) is not None:
        return msgspec.msgpack.decode(content, type=LineDelivery)
    delivery = _find_delivery(script, is_plain=is_plain)
    with suppress(OutputError):  # the next build only takes a little longer
        store.save(_DELIVERY_KIND, name, msgspec.msgpack.encode(delivery))
    return delivery


def _fingerprint_delivery(script: Script, *, is_plain: bool) -> str:
    """Return a fingerprint of everything that the delivery of a script depends on."""
    book, language = script.book, script.book.metadata.language
    texts = msgspec.msgpack.encode([script.lines, book.chapters, book.skipped, book.text])
    digest = hashlib.sha256(texts).hexdigest()
    return fingerprint(_DELIVERY_KIND, program_fingerprint(), language, digest, is_plain)


def _find_delivery(script: Script, *, is_plain: bool) -> LineDelivery:
    """Find the delivery of a script's lines."""
    # the tables and patterns are loaded here, because most deliveries are in the store
    from narrator.casting.delivery import find_chosen_manners, find_manners  # noqa: PLC0415
    from narrator.casting.questions import find_statement_questions  # noqa: PLC0415
    from narrator.casting.stress import find_stressed_words, find_thoughts  # noqa: PLC0415

    if is_plain:
        return LineDelivery(find_chosen_manners(script.lines))
    language = script.book.metadata.language
    thoughts = dict.fromkeys(find_thoughts(script), Manner.THOUGHT)
    return LineDelivery(
        thoughts | find_manners(script.lines, language),
        find_statement_questions(script.lines, language),
        find_stressed_words(script),
    )
