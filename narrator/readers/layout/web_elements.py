"""Recognise elements of HTML that websites and exporters put around a story."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from narrator.readers.web_words import FurnitureElement, load_furniture_elements

if TYPE_CHECKING:
    from narrator.readers.layout.markup_elements import Element

_NUMBER_AT_END = re.compile(r"[-_]?\d+$")


def find_furniture(element: Element) -> FurnitureElement | None:
    """Return how an element is known as furniture, or None if it is part of the story."""
    element_id, class_names = element.get("id") or "", element.get("class") or ""
    if not element_id and not class_names:
        return None
    for furniture in _list_candidates(_NUMBER_AT_END.sub("", element_id), class_names):
        if not furniture.contained_classes or _contains_class(element, furniture.contained_classes):
            return furniture
    return None


@lru_cache(maxsize=4096)  # a book has few different classes
def _list_candidates(element_id: str, class_names: str) -> tuple[FurnitureElement, ...]:
    """Return the furniture that has this `id`, or a class among these."""
    known_elements = load_furniture_elements()
    words = frozenset(class_names.lower().split())
    return (
        *known_elements.get(f"#{element_id}", ()),
        *(
            furniture
            for word in sorted(words)
            for furniture in known_elements.get(word, ())
            if furniture.classes <= words
        ),
    )


def _contains_class(element: Element, class_names: frozenset[str]) -> bool:
    """Return whether an element inside has one of these classes."""
    return any(
        class_names & {*(descendant.get("class") or "").lower().split()}
        for descendant in element.iter("*")
        if descendant is not element
    )
