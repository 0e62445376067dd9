"""Stores intermediate results of a script, so only what has changed is computed again.

Many results depend only on a small part of the book: the lines of a chapter, the spoken text of a
line, the speakers in a conversation. Each is stored under a key of everything it depends on, so a
script is the same with a memo or without one.

There is one memo per book, with the results of the last time its script was made. After an edit,
the results for unchanged parts of the book are still used.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from narrator.cache.fingerprints import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from narrator.cache.store import Store
    from narrator.model import Metadata

    MemoResults = Mapping[str, Mapping[str, Any]]
    """Results by namespace and key."""

MEMO_KIND = "draft"
"""Kind of the cache entries of memos; `narrator cache` shows it to users."""

_LONG_MAP = b"\xdf"
"""How MessagePack begins a map whose length follows in four bytes."""
_PACKED_RESULTS = 1024
"""Number of results that are packed at once."""
_ResultT = TypeVar("_ResultT")


class Memo:
    """Stored results, each of which depends only on its namespace and key.

    Results are plain values (text, numbers, bytes, and lists and mappings of them), which callers
    must not modify.
    """

    def __init__(self, previous: MemoResults | None = None) -> None:
        self._previous = previous or {}
        self._current: dict[str, dict[str, Any]] = {}

    def get_or_compute(self, namespace: str, key: str, compute: Callable[[], _ResultT]) -> _ResultT:
        """Return the result stored under a namespace and key, or compute and store it.

        Args:
            namespace: The kind of result, such as "chapter", and the settings it depends on.
            key: Everything else that the result depends on, usually the text itself.
            compute: Computes the result, which must depend only on the namespace and key.
        """
        # A result that is used is copied to the current results; only these are saved.
        current = self._current.setdefault(namespace, {})
        if key in current:
            result: _ResultT = current[key]
            return result
        previous = self._previous.get(namespace)
        current[key] = result = previous[key] if previous and key in previous else compute()
        return result

    @property
    def current(self) -> MemoResults:
        """Return the results that were used since the memo was loaded."""
        return self._current

    def add(self, results: MemoResults) -> None:
        """Add what `current` returns of the same memo in another process."""
        for namespace, values in results.items():
            self._current.setdefault(namespace, {}).update(values)

    def save(self, store: Store, name: str) -> None:
        """Save the results that were used since the memo was loaded, and drop all others."""
        store.save_parts(MEMO_KIND, name, self._pack())

    def _pack(self) -> Iterator[bytes]:
        """Yield the parts of a map of maps in MessagePack; those of a long book are large."""
        encode = msgspec.msgpack.encode
        yield _LONG_MAP + len(self._current).to_bytes(4, "big")
        for namespace, results in self._current.items():
            yield encode(namespace) + _LONG_MAP + len(results).to_bytes(4, "big")
            items = iter(results.items())
            while batch := list(islice(items, _PACKED_RESULTS)):
                yield b"".join(encode(key) + encode(result) for key, result in batch)


def load_memo(store: Store, name: str) -> Memo:
    """Return the memo stored under a name, or an empty memo."""
    content = store.load(MEMO_KIND, name)
    return Memo(msgspec.msgpack.decode(content) if content else None)


def memo_name(program: str, metadata: Metadata) -> str:
    """Return the name of a book's memo, which stays the same when the text is edited.

    Args:
        program: The fingerprint of the program; results of another version are not used.
        metadata: The book's metadata, of which title, author and language count.
    """
    return fingerprint("draft", program, metadata.title, metadata.author, metadata.language)
