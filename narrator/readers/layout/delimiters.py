"""Remove delimited passages, such as comments, from markup in linear time.

A regular expression such as `<!--.*?-->` takes quadratic time if many passages begin and none ends.
"""

from __future__ import annotations

import re


def remove_delimited(text: str, opening: str, closing: str) -> str:
    """Return a text with a space instead of each passage between two delimiters, ignoring case.

    A passage that is not closed stays in the text.
    """
    opening_pattern, closing_pattern = (
        re.compile(re.escape(delimiter), re.IGNORECASE) for delimiter in (opening, closing)
    )
    pieces, position = [], 0
    while (start := opening_pattern.search(text, position)) and (
        end := closing_pattern.search(text, start.end())
    ):
        pieces.append(text[position : start.start()])
        position = end.end()
    return " ".join([*pieces, text[position:]])
