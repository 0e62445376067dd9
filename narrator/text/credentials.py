"""Hides the user names, passwords and keys that addresses contain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIDDEN = "…"
_USER_INFO = re.compile(
    r"(?<=://)(?:[^\s/?#]*@"  # as RFC 3986 has it: up to the last @ before the path
    r"|[^\s/?#@]*:\S*@)"  # a password with a slash that should have been escaped
    r"|(?<![\w.+/-])[\w.+-]+:[^\s/@:]+@(?=[\w\[])"  # without a scheme: user:password@host
)


def hide_credentials(text: str) -> str:
    """Return a text in which an ellipsis stands for the user information of every address.

    >>> hide_credentials("ftp://ann:s3cret@example.org/x and bob:hunter2@10.0.0.1:8786")
    'ftp://…@example.org/x and …@10.0.0.1:8786'
    """
    return _USER_INFO.sub(f"{_HIDDEN}@", text)


def show_address(address: str) -> str:
    """Return an address without its user information, and without the values of its query.

    Unlike `hide_credentials`, this takes all of the text for one address, which may be malformed.

    >>> show_address("http://ann:s3 cret@example.org/v1?key=s3cret")
    'http://…@example.org/v1?…'
    """
    scheme, separator, rest = address.partition("://") if "://" in address else ("", "", address)
    before, query_mark, _ = rest.partition("?")
    user_info, at_sign, host = rest.rpartition("@")
    if at_sign and (":" in user_info or "/" not in user_info):
        before, query_mark, _ = f"{_HIDDEN}@{host}".partition("?")
    shown_query = f"?{_HIDDEN}" if query_mark else ""
    return f"{scheme}{separator}{before}{shown_query}"


def hide_words(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which an ellipsis stands for each of the secrets that are not empty.

    >>> hide_words("the key s3cret is unknown", ["s3cret", ""])
    'the key … is unknown'
    """
    # the longest first, because one secret may contain another
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return text


def list_credentials(address: str) -> list[str]:
    """Return the user information of an address: all of it, and what follows the first colon.

    >>> list_credentials("sftp://ann:s3cret@example.org/x")
    ['ann:s3cret', 's3cret']
    """
    authority = re.split(r"[/?#]", address.partition("://")[2], maxsplit=1)[0]
    user_info = authority.rpartition("@")[0]
    return [part for part in (user_info, user_info.partition(":")[2]) if part]
