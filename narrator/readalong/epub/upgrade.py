"""Upgrades an EPUB 2 to EPUB 3, by replacing everything that HTML 5 or EPUB 3 does not allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from narrator.readalong.epub.epub_writer import (
    DC_NAMESPACE,
    MODIFIED_DATE,
    OPF_NAMESPACE,
    XHTML_NAMESPACE,
    XML_NAMESPACE,
    add_meta,
)
from narrator.readalong.epub.media_overlay import OPS_NAMESPACE
from narrator.readers.layout.markup_elements import get_attribute, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = etree._Element
_REPLACED_TAGS = {
    "acronym": "abbr",
    "big": "span",
    "center": "div",
    "dir": "ul",
    "font": "span",
    "strike": "s",
    "tt": "code",
}
"""Elements that HTML 5 does not have, and the elements that replace them."""
_TAG_STYLES = {"big": "font-size: larger", "center": "text-align: center"}
"""CSS that preserves the appearance of elements that are replaced."""
_REMOVED_ATTRIBUTES = frozenset(
    [
        "alink", "align", "axis", "background", "bgcolor", "border", "cellpadding", "cellspacing",
        "char", "charoff", "charset", "clear", "color", "compact", "face", "frame", "frameborder",
        "hspace", "language", "link", "longdesc", "marginheight", "marginwidth", "noshade",
        "nowrap", "profile", "rev", "rules", "scheme", "scrolling", "size", "summary", "text",
        "valign", "version", "vlink", "vspace",
    ]
)  # fmt: skip
"""Attributes of HTML 4 that HTML 5 does not have."""
_VALID_ATTRIBUTES = {("svg", "*"), ("input", "size"), ("select", "size"), ("colgroup", "span")}
"""Pairs of an element and an attribute that is valid there, although it is removed elsewhere."""
_SIZED_TAGS = frozenset(["img", "canvas", "embed", "iframe", "object", "video", "svg"])
"""Elements on which `width` and `height` are valid."""
_HORIZONTAL_ALIGNMENTS = frozenset(["left", "right", "center", "justify"])
_VERTICAL_ALIGNMENTS = frozenset(["top", "middle", "bottom", "baseline"])
_COLOUR_PATTERN = re.compile(r"#?\w{3,20}")
_XML_SPACE = f"{{{XML_NAMESPACE}}}space"
_VALID_ID = re.compile(r"[^\s]+")
_PAGE_PROPERTIES = {"svg": "svg", "math": "mathml", "script": "scripted"}
"""Elements of a page that the manifest must declare, and the properties that declare them."""


def upgrade_page(tree: Element) -> Element:
    """Convert a page of HTML 4 or XHTML 1 to XHTML 5; the tree is changed in place."""
    tree = _set_namespace(tree)
    for element in list(tree.iter(f"{{{XHTML_NAMESPACE}}}*")):
        _upgrade_element(element)
    for head in [child for child in tree if local_name(child) == "head"]:
        _repair_head(head)
    return tree


def _set_namespace(tree: Element) -> Element:
    """Put every element without a namespace into the namespace of XHTML; return the tree."""
    for element in tree.iter():
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            element.tag = f"{{{XHTML_NAMESPACE}}}{element.tag}"
    if tree.nsmap.get(None) == XHTML_NAMESPACE:
        return tree
    # The prefixes of an element can't be changed, so the root is replaced.
    namespaces: Any = {None: XHTML_NAMESPACE, "epub": OPS_NAMESPACE}
    namespaces |= {prefix: name for prefix, name in tree.nsmap.items() if prefix}
    attributes = {str(name): str(value) for name, value in tree.attrib.items()}
    root = etree.Element(tree.tag, attributes, namespaces)
    root.text = tree.text
    root.extend(list(tree))
    return root


def _upgrade_element(element: Element) -> None:
    """Replace an outdated tag and outdated attributes, and preserve their appearance with CSS."""
    tag = local_name(element)
    styles = [_TAG_STYLES[tag]] if tag in _TAG_STYLES else []
    styles += _convert_attributes(element, tag)
    if tag in _REPLACED_TAGS:
        element.tag = f"{{{XHTML_NAMESPACE}}}{_REPLACED_TAGS[tag]}"
    # HTML 5 has no named anchors: an id keeps the links to this one working.
    if tag == "a" and "name" in element.attrib:
        anchor = str(element.attrib.pop("name"))
        if "id" not in element.attrib and _VALID_ID.fullmatch(anchor):
            element.set("id", anchor)
    for name in [name for name in element.attrib if _is_removed(str(name), tag)]:
        del element.attrib[name]
    if styles:
        old_style = str(element.get("style") or "").rstrip("; ")
        element.set("style", "; ".join([old_style, *styles] if old_style else styles))


def _is_removed(attribute_name: str, tag: str) -> bool:
    """Return whether HTML 5 does not allow an attribute on this element."""
    if attribute_name in ("width", "height"):
        return tag not in _SIZED_TAGS
    if attribute_name == "type":
        return tag in ("li", "ul", "hr")
    is_valid = (tag, attribute_name) in _VALID_ATTRIBUTES
    return attribute_name == _XML_SPACE or (attribute_name in _REMOVED_ATTRIBUTES and not is_valid)


def _convert_attributes(element: Element, tag: str) -> Iterator[str]:
    """Yield CSS that replaces attributes which are about to be removed."""
    align = str(element.get("align") or "").lower()
    if align in _HORIZONTAL_ALIGNMENTS:
        is_floating = tag == "img" and align in ("left", "right")
        yield f"float: {align}" if is_floating else f"text-align: {align}"
    vertical_align = str(element.get("valign") or "").lower()
    if vertical_align in _VERTICAL_ALIGNMENTS:
        yield f"vertical-align: {vertical_align}"
    colour = str(element.get("color") or "")
    if _COLOUR_PATTERN.fullmatch(colour):
        yield f"color: {colour}"


def _repair_head(head: Element) -> None:
    """Remove encoding declarations, because lxml writes its own, and add a missing title."""
    for element in list(head):
        http_equiv = str(element.get("http-equiv") or "").lower()
        if local_name(element) == "meta" and (http_equiv or "charset" in element.attrib):
            head.remove(element)
    titles = [child for child in head if local_name(child) == "title"]
    if not titles:
        etree.SubElement(head, f"{{{XHTML_NAMESPACE}}}title").text = "…"
    elif not "".join(map(str, titles[0].itertext())).strip():
        titles[0].text = "…"


# ---------------------------------------------------------------------------------- package


def upgrade_package(tree: Element) -> None:
    """Convert a package document of EPUB 2 to one of EPUB 3, in place."""
    if not get_attribute(tree, "version").startswith("3"):
        tree.set("version", "3.0")
        for metadata in [child for child in tree if local_name(child) == "metadata"]:
            _upgrade_metadata(metadata)
            _mark_cover(tree, metadata)
        for child in [child for child in tree if local_name(child) in ("guide", "tours")]:
            tree.remove(child)


def _upgrade_metadata(metadata: Element) -> None:
    """Replace attributes of OPF by `meta` elements, and remove what EPUB 3 does not allow."""
    # EPUB 1 had two groups within the metadata; EPUB 3 has none.
    for group in [
        child for child in metadata if local_name(child) in ("dc-metadata", "x-metadata")
    ]:
        for element in list(group):
            metadata.append(element)
        metadata.remove(group)
    has_date = False
    for number, element in enumerate(list(metadata)):
        tag = local_name(element)
        old_attributes = {
            str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()
        }
        for name in [
            name for name in element.attrib if str(name).startswith(f"{{{OPF_NAMESPACE}}}")
        ]:
            del element.attrib[name]
        is_empty = tag != "meta" and not "".join(map(str, element.itertext())).strip()
        if is_empty or (tag == "date" and has_date):
            metadata.remove(element)
            continue
        has_date = has_date or tag == "date"
        if str(element.tag).startswith(f"{{{DC_NAMESPACE}}}"):
            _add_refinements(metadata, element, old_attributes, number)
    add_meta(metadata, "dcterms:modified", MODIFIED_DATE)


def _add_refinements(
    metadata: Element, element: Element, old_attributes: dict[str, str], number: int
) -> None:
    """Add the role and the sort name of a creator, which were attributes in EPUB 2, as `meta`."""
    tag = local_name(element)
    for name in ("role", "file-as"):
        if name in old_attributes and tag in ("creator", "contributor"):
            if "id" not in element.attrib:
                element.set("id", f"narrator-{tag}-{number}")
            add_meta(metadata, name, old_attributes[name], refines=str(element.get("id")))
            if name == "role":
                metadata[-1].set("scheme", "marc:relators")


def _mark_cover(tree: Element, metadata: Element) -> None:
    """Mark the cover with the property of EPUB 3; in EPUB 2, a `meta` contains its id."""
    contents_by_name = {
        get_attribute(child, "name"): get_attribute(child, "content") for child in metadata
    }
    cover_id = contents_by_name.get("cover", "-")
    for item in tree.iter():
        if local_name(item) == "item" and get_attribute(item, "id") == cover_id:
            item.set("properties", "cover-image")


def add_page_properties(item: Element, tree: Element) -> None:
    """Add the properties that the elements of a page require to its manifest item."""
    properties = set(get_attribute(item, "properties").split())
    used_tags = {local_name(element) for element in tree.iter()}
    properties |= {name for tag, name in _PAGE_PROPERTIES.items() if tag in used_tags}
    if properties:
        item.set("properties", " ".join(sorted(properties)))
