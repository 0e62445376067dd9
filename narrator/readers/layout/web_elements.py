"""Recognise elements of HTML that websites and exporters put around a story."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.readers.layout.markup_elements import Element

_NUMBER_AT_END = re.compile(r"[-_]?\d+$")


@dataclass(frozen=True, slots=True)
class FurnitureElement:
    """An element that is not part of the story."""

    reason: str
    """Why its text is skipped."""
    classes: frozenset[str]
    """Words that its `class` must have; empty for an element with an `id`."""
    contained_classes: frozenset[str]
    """Words of which the `class` of an element inside must have one; empty if there is no such
    condition."""
    keeps_headings: bool
    """Whether the headings inside are those of the story."""


@cache
def load_furniture_elements() -> dict[str, tuple[FurnitureElement, ...]]:
    """Return the elements that are not part of the story.

    The key is `#` and an `id`, or the first word that the `class` must have.
    """
    source = files(__package__) / "furniture.toml"
    elements: dict[str, tuple[FurnitureElement, ...]] = {}
    for table in tomllib.loads(source.read_text("utf-8"))["element"]:
        for name in table["names"]:
            classes = () if name.startswith("#") else name.split(".")
            element = FurnitureElement(
                table["reason"],
                frozenset(classes),
                frozenset(table.get("contains", ())),
                table.get("keeps_headings", False),
            )
            key = classes[0] if classes else name
            elements[key] = (*elements.get(key, ()), element)
    return elements


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
        *(known_elements.get(element_id.lower(), ()) if "-" in element_id else ()),
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
