"""Read names, attributes and text of lxml elements, ignoring namespaces."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml import etree

Element = etree._Element


def local_name(element: Element) -> str:
    """Return an element's name in lower case without namespace, or "" for comments."""
    tag: object = element.tag
    if not isinstance(tag, str):  # for comments and processing instructions, `tag` is a function
        return ""
    return _strip_namespace(tag)


@lru_cache(maxsize=1024)  # a book has thousands of elements with a dozen names
def _strip_namespace(tag: str) -> str:
    """Return a name in lower case without namespace."""
    # in a damaged page, a name may end with a brace or a colon
    return tag.rpartition("}")[2].rpartition(":")[2].lower() or tag


def parent_name(element: Element) -> str:
    """Return the local name of an element's parent, or "" at the root."""
    parent = element.getparent()
    return "" if parent is None else local_name(parent)


def text_content(element: Element) -> str:
    """Return all text inside an element, including its descendants."""
    return "".join(str(text) for text in element.itertext())


def find_page_title(tree: Element) -> str:
    """Return the title in the head of a page, or ""."""
    titles = (
        element
        for element in tree.iter("{*}title", "title")
        if parent_name(element) in ("head", "html")  # not the title of a drawing
    )
    title = next(titles, None)
    return "" if title is None else " ".join(text_content(title).split())


def get_attribute(element: Element, name: str) -> str:
    """Return the attribute with this name in any namespace, or ""."""
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
    """Return the target of a link in the page at `path`, as `path#fragment` or `path`.

    If the path itself contains `#`, the target always has a fragment, which may be empty, so that
    `split_link` can tell them apart. Return "" for a link that leaves the book.
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
    has_fragment = parts.fragment or "#" in target
    return f"{target}#{unquote(parts.fragment)}" if has_fragment else target


def split_link(target: str) -> tuple[str, str]:
    """Split the result of `resolve_link` into the path and the fragment, which may be ""."""
    path, _, fragment = target.rpartition("#") if "#" in target else (target, "", "")
    return path, fragment
