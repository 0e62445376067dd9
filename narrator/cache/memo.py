"""What was worked out when a script was last written, so that writing it again costs what changed.

Much of a script follows from a small part of the book and nothing else: how a chapter is cut, how a
sentence is said, who speaks in a conversation. Whatever is asked for under the same words is handed
out again instead of being worked out, so a script is the same with a draft and without one.

One draft is kept a book, and the last one stays: one of another edition helps where both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from narrator.cache.store import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from narrator.cache.store import Store
    from narrator.model import Metadata

KIND = "draft"

_T = TypeVar("_T")


class Memo:
    """Results of functions that depend on nothing but the words under which they are kept.

    The results are plain values (text, numbers, bytes, and lists and tables of them), and nobody
    changes them.
    """

    def __init__(self, before: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._before = before or {}
        self._now: dict[str, dict[str, Any]] = {}

    def get_or_compute(self, question: str, key: str, compute: Callable[[], _T]) -> _T:
        """What is known about something, by the words that it follows from; else it is worked out.

        Args:
            about: what is asked, and whatever else the answer depends on.
            words: all the rest that it depends on.
            work: finds the answer, always the same for the same words.
        """
        now = self._now.setdefault(question, {})
        if key in now:
            found: _T = now[key]
            return found
        before = self._before.get(question)
        now[key] = found = before[key] if before and key in before else compute()
        return found

    def save(self, store: Store, name: str) -> None:
        """Keep what was asked for since it was loaded; the rest is forgotten."""
        store.save(KIND, name, msgspec.msgpack.encode(self._now))


def load_memo(store: Store, name: str) -> Memo:
    """The draft of that name, or an empty one."""
    kept = store.load(KIND, name)
    return Memo(msgspec.msgpack.decode(kept) if kept else None)


def memo_name(program: str, metadata: Metadata) -> str:
    """The name of a book's draft: an edition that was changed here and there still has it.

    Args:
        code: of the program; what another one worked out is not trusted.
        metadata: of the book.
    """
    return fingerprint("draft", program, metadata.title, metadata.author, metadata.language)
