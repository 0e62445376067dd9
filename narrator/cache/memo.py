"""Remembers intermediate results of a script, so that writing it again costs only what changed.

Much of a script depends on a small part of the book and on nothing else: how a chapter is divided
into lines, how a sentence is spoken, who speaks in a conversation. A result is looked up by all
that it depends on, so a script is the same with a memo and without one.

There is one memo per book, of the last time that its script was written. The memo of an earlier
edition still helps wherever both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from narrator.cache.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from narrator.cache.store import Store
    from narrator.model import Metadata

MEMO_KIND = "draft"
"""Kind of the entries; users see it in `narrator cache`."""

_ResultT = TypeVar("_ResultT")


class Memo:
    """Results of functions that depend on nothing but the key under which they are looked up.

    The results are plain values (text, numbers, bytes, and lists and mappings of them) that must
    not be changed.
    """

    def __init__(self, previous: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._previous = previous or {}
        self._current: dict[str, dict[str, Any]] = {}

    def get_or_compute(self, namespace: str, key: str, compute: Callable[[], _ResultT]) -> _ResultT:
        """Return the result that is stored under a namespace and a key, or compute it.

        Args:
            namespace: What is computed, such as "chapter", and the settings that it depends on.
            key: Everything else that it depends on: mostly the text itself.
            compute: Computes the result, always the same for the same namespace and key.
        """
        # What is looked up moves from the previous results to the current ones, which are stored.
        current = self._current.setdefault(namespace, {})
        if key in current:
            result: _ResultT = current[key]
            return result
        previous = self._previous.get(namespace)
        current[key] = result = previous[key] if previous and key in previous else compute()
        return result

    def save(self, store: Store, name: str) -> None:
        """Store what was looked up since the memo was loaded, and forget the rest."""
        store.save(MEMO_KIND, name, msgspec.msgpack.encode(self._current))


def load_memo(store: Store, name: str) -> Memo:
    """Return the memo of that name, or an empty one."""
    content = store.load(MEMO_KIND, name)
    return Memo(msgspec.msgpack.decode(content) if content else None)


def memo_name(program: str, metadata: Metadata) -> str:
    """Return the name of a book's memo, which all editions of the book share.

    Args:
        program: The fingerprint of the program: results of another version are not used.
        metadata: The book's metadata.
    """
    return fingerprint("draft", program, metadata.title, metadata.author, metadata.language)
