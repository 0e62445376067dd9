"""Read the names, attributes and text of lxml elements, whatever their namespaces."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

from lxml import etree

Element = etree._Element


def local_name(element: Element) -> str:
    """Return an element's name in lower case without its namespace; empty for comments."""
    tag: object = element.tag
    if not isinstance(tag, str):  # comments and processing instructions have a function as tag
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def parent_name(element: Element) -> str:
    """Return the name of the element around this one, or an empty string."""
    parent = element.getparent()
    return "" if parent is None else local_name(parent)


def text_content(element: Element) -> str:
    """Return all text inside an element."""
    return "".join(str(text) for text in element.itertext())


def find_page_title(tree: Element) -> str:
    """Return the title in the head of a page, or an empty string."""
    titles = (
        element
        for element in tree.iter("{*}title", "title")
        if parent_name(element) in ("head", "html")  # not that of a drawing
    )
    title = next(titles, None)
    return "" if title is None else " ".join(text_content(title).split())


def get_attribute(element: Element, name: str) -> str:
    """Return an attribute by its name without a namespace, or an empty string."""
    value = element.get(name)
    if value is not None:
        return value
    for key, text in element.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == name:
            return str(text)
    return ""


def get_semantic_types(element: Element) -> frozenset[str]:
    """Return the semantic types in an element's `epub:type` and `role`, without `doc-`."""
    if not element.attrib:
        return frozenset()
    names = ""
    for key, text in element.attrib.items():
        if str(key) in ("{http://www.idpf.org/2007/ops}type", "epub:type", "role"):
            names += " " + str(text)
    return frozenset(name.removeprefix("doc-") for name in names.split())


def resolve_link(href: str, path: str) -> str:
    """Return the path that a link in the page `path` points to, with its fragment if it has one.

    Return an empty string for a link to a place outside the book.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc:
        return ""
    target = path
    if parts.path:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target
