"""Find the parts of an Office document by its relationships (ECMA-376, part 2, section 6.5).

Most programs name the body of a text `word/document.xml`, but Word on the web may write
`word/document2.xml`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from narrator.readers.layout.markup_elements import get_attribute, local_name
from narrator.readers.layout.markup_parsing import decode_page, parse_xml

if TYPE_CHECKING:
    from narrator.readers.containers.archive import Archive
    from narrator.readers.layout.markup_elements import Element


def parse_entry(archive: Archive, name: str) -> Element | None:
    """Parse an entry of an archive as XML; return None if the entry is missing.

    Raises:
        BrokenInputError: the entry is damaged or too large.
    """
    try:
        data = archive.read_entry(name)
    except KeyError:
        return None
    return parse_xml(decode_page(data, archive.path), f"{archive.path}: {name}")


def find_part(archive: Archive, kind: str, default: str, source_part: str = "") -> str:
    """Return the name of the part that another part refers to.

    Args:
        archive: The document.
        kind: The last piece of the relationship's type, such as `officeDocument` or `styles`.
        default: The usual name, which is returned if there is no such relationship.
        source_part: The part that refers to it; "" for the document as a whole.
    """
    folder, name = posixpath.split(source_part)
    tree = parse_entry(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    for element in [] if tree is None else tree.iter():
        is_kind = get_attribute(element, "Type").rpartition("/")[2] == kind
        if local_name(element) == "relationship" and is_kind:
            target = unquote(get_attribute(element, "Target"))
            # a target that begins with a slash is absolute within the archive
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if path in archive:
                return path
    return default
