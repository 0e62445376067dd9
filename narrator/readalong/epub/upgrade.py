"""EPUB 2 becomes EPUB 3: what HTML no longer has is said in what it has.

What an EPUB 3 already says rightly stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from narrator.readalong.epub.epub_writer import DC_NAMESPACE, MODIFIED_DATE, OPF_NAMESPACE, add_meta
from narrator.readers.layout.markup_elements import get_attribute, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = etree._Element
_XHTML = "http://www.w3.org/1999/xhtml"
_RENAMED = {
    "acronym": "abbr",
    "big": "span",
    "center": "div",
    "dir": "ul",
    "font": "span",
    "strike": "s",
    "tt": "code",
}
_STYLES = {"big": "font-size: larger", "center": "text-align: center"}
_GONE = frozenset(
    [
        "alink", "align", "axis", "background", "bgcolor", "border", "cellpadding", "cellspacing",
        "char", "charoff", "charset", "clear", "color", "compact", "face", "frame", "frameborder",
        "hspace", "language", "link", "longdesc", "marginheight", "marginwidth", "noshade",
        "nowrap", "profile", "rev", "rules", "scheme", "scrolling", "size", "summary", "text",
        "valign", "version", "vlink", "vspace",
    ]
)  # fmt: skip
"""Attributes of HTML 4 that HTML 5 does not have, on any element that a book uses."""
_KEPT = {("svg", "*"), ("input", "size"), ("select", "size"), ("colgroup", "span")}
_SIZED = frozenset(["img", "canvas", "embed", "iframe", "object", "video", "svg"])
_ALIGNED = frozenset(["left", "right", "center", "justify"])
_VALIGNED = frozenset(["top", "middle", "bottom", "baseline"])
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NAME = re.compile(r"[^\s]+")


def upgrade_page(tree: Element) -> Element:
    """A page of HTML 4 or XHTML 1 as XHTML 5; the same tree, changed."""
    tree = _in_namespace(tree)
    for element in list(tree.iter(f"{{{_XHTML}}}*")):
        _modernise(element)
    for head in [e for e in tree if local_name(e) == "head"]:
        _mend_head(head)
    return tree


def _in_namespace(tree: Element) -> Element:
    """The tree with all elements in XHTML's namespace that are in none."""
    for element in tree.iter():
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            element.tag = f"{{{_XHTML}}}{element.tag}"
    if tree.nsmap.get(None) == _XHTML:
        return tree
    names: Any = {None: _XHTML, "epub": "http://www.idpf.org/2007/ops"}
    names |= {prefix: name for prefix, name in tree.nsmap.items() if prefix}
    root = etree.Element(tree.tag, {str(k): str(v) for k, v in tree.attrib.items()}, names)
    root.text = tree.text
    root.extend(list(tree))
    return root


def _modernise(element: Element) -> None:
    name = local_name(element)
    styles = [_STYLES[name]] if name in _STYLES else []
    styles += _styles(element, name)
    if name in _RENAMED:
        element.tag = f"{{{_XHTML}}}{_RENAMED[name]}"
    if name == "a" and "name" in element.attrib:
        anchor = str(element.attrib.pop("name"))
        if "id" not in element.attrib and _NAME.fullmatch(anchor):
            element.set("id", anchor)
    for key in [k for k in element.attrib if _is_gone(str(k), name)]:
        del element.attrib[key]
    if styles:
        own = str(element.get("style") or "").rstrip("; ")
        element.set("style", "; ".join([own, *styles] if own else styles))


def _is_gone(key: str, name: str) -> bool:
    if key in ("width", "height"):
        return name not in _SIZED
    if key == "type":
        return name in ("li", "ul", "hr")
    return key == _SPACE or (key in _GONE and (name, key) not in _KEPT)


def _styles(element: Element, name: str) -> Iterator[str]:
    """What gone attributes said, as CSS."""
    align = str(element.get("align") or "").lower()
    if align in _ALIGNED:
        yield (
            f"float: {align}"
            if name == "img" and align in ("left", "right")
            else (f"text-align: {align}")
        )
    valign = str(element.get("valign") or "").lower()
    if valign in _VALIGNED:
        yield f"vertical-align: {valign}"
    color = str(element.get("color") or "")
    if re.fullmatch(r"#?\w{3,20}", color):
        yield f"color: {color}"


def _mend_head(head: Element) -> None:
    """One declaration of the encoding at most, and a title."""
    for element in list(head):
        equiv = str(element.get("http-equiv") or "").lower()
        if local_name(element) == "meta" and (equiv or "charset" in element.attrib):
            head.remove(element)
    titles = [e for e in head if local_name(e) == "title"]
    if not titles:
        etree.SubElement(head, f"{{{_XHTML}}}title").text = "…"
    elif not "".join(map(str, titles[0].itertext())).strip():
        titles[0].text = "…"


# ---------------------------------------------------------------------------------- package


def upgrade_package(tree: Element) -> None:
    """A package document of EPUB 2 as one of EPUB 3."""
    if not get_attribute(tree, "version").startswith("3"):
        tree.set("version", "3.0")
        for metadata in [e for e in tree if local_name(e) == "metadata"]:
            _mend_metadata(metadata)
            _tell_cover(tree, metadata)
        for guide in [e for e in tree if local_name(e) in ("guide", "tours")]:
            tree.remove(guide)


def _mend_metadata(metadata: Element) -> None:
    for old in [e for e in metadata if local_name(e) in ("dc-metadata", "x-metadata")]:
        for element in list(old):
            metadata.append(element)
        metadata.remove(old)
    dated = False
    for number, element in enumerate(list(metadata)):
        said = {str(k).rpartition("}")[2]: str(v) for k, v in element.attrib.items()}
        for key in [k for k in element.attrib if str(k).startswith(f"{{{OPF_NAMESPACE}}}")]:
            del element.attrib[key]
        empty = local_name(element) != "meta" and not "".join(map(str, element.itertext())).strip()
        if empty or (local_name(element) == "date" and dated):
            metadata.remove(element)
            continue
        dated = dated or local_name(element) == "date"
        if str(element.tag).startswith(f"{{{DC_NAMESPACE}}}"):
            _refine(metadata, element, said, number)
    add_meta(metadata, "dcterms:modified", MODIFIED_DATE)


def _refine(metadata: Element, element: Element, said: dict[str, str], number: int) -> None:
    """What EPUB 2 said in attributes."""
    for key in ("role", "file-as"):
        if key in said and local_name(element) in ("creator", "contributor"):
            if "id" not in element.attrib:
                element.set("id", f"narrator-{local_name(element)}-{number}")
            add_meta(metadata, key, said[key], refines=str(element.get("id")))
            if key == "role":
                metadata[-1].set("scheme", "marc:relators")


def _tell_cover(tree: Element, metadata: Element) -> None:
    named = {get_attribute(e, "name"): get_attribute(e, "content") for e in metadata}
    for item in tree.iter():
        if local_name(item) == "item" and get_attribute(item, "id") == named.get("cover", "-"):
            item.set("properties", "cover-image")


def add_page_properties(item: Element, tree: Element) -> None:
    """What a page uses, as the manifest must say."""
    said = set(get_attribute(item, "properties").split())
    used = {local_name(element) for element in tree.iter()}
    for tag, name in (("svg", "svg"), ("math", "mathml"), ("script", "scripted")):
        if tag in used:
            said.add(name)
    if said:
        item.set("properties", " ".join(sorted(said)))
