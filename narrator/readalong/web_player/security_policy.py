"""The content security policy of the pages: nothing runs or loads that is not part of them."""

from __future__ import annotations


def format_policy(nonce: str, media_sources: str) -> str:
    """Return the policy of a page, for its `meta` element.

    Args:
        nonce: What the page's own scripts and styles carry.
        media_sources: From where sound may come.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
        f"img-src data:; media-src {media_sources}; base-uri 'none'; form-action 'none'"
    )
