"""Names the reasons for which text is skipped; the report of a book shows them to the user."""

from __future__ import annotations

SCENE_BREAK_REASON = "scene break"
PICTURE_REASON = "picture"
CAPTION_TIME_REASON = "time of a caption"
MARKUP_REASON = "markup"
QUOTE_MARK_REASON = "mark of quoted mail"
ADDRESS_REASON = "mail address"
SIGNATURE_REASON = "signature of a mail"
READING_AID_REASON = "reading aid"
"""The reason of ruby text, which spells out how the characters below it are read."""
RUNNING_HEAD_REASON = "running head"
PAGE_NUMBER_REASON = "page number"
METADATA_REASON = "metadata"
HEADER_REASON = "Project Gutenberg header"
LICENCE_REASON = "Project Gutenberg licence"
CREDITS_REASON = "credits"

REASONS_BY_TYPE = {
    "titlepage": "title page",
    "halftitlepage": "title page",
    "fulltitle": "title page",
    "halftitle": "title page",
    "covertitle": "title page",
    "cover": "cover",
    "frontispiece": "cover",
    "copyright-page": "copyright",
    "imprint": "imprint",
    "imprimatur": "imprint",
    "colophon": "colophon",
    "dedication": "dedication",
    "seriespage": "advertisement",
    "other-credits": "credits",
    "contributors": "credits",
    "acknowledgments": "acknowledgements",
    "errata": "errata",
    "bibliography": "bibliography",
    "index": "index",
    "toc": "contents",
    "toc-brief": "contents",
    "landmarks": "contents",
    "page-list": "contents",
    "loi": "contents",
    "lot": "contents",
    "loa": "contents",
    "lov": "contents",
    "nonlinear": "aside from the reading order",
}
"""Skip reason by semantic type: the value of `epub:type`, or of `role` without `doc-`.

The types are from the EPUB 3 Structural Semantics Vocabulary. Types of text by the author, such as
preface, epigraph or appendix, are deliberately not listed, so they are spoken.
"""

REASONS_BY_TITLE = {
    "title page": "title page",
    "titlepage": "title page",
    "half title": "title page",
    "half title page": "title page",
    "halftitle": "title page",
    "halftitle page": "title page",
    "cover": "cover",
    "cover page": "cover",
    "cover image": "cover",
    "front cover": "cover",
    "back cover": "cover",
    "copyright": "copyright",
    "copyright page": "copyright",
    "copyright notice": "copyright",
    "copyright information": "copyright",
    "copyright acknowledgments": "copyright",
    "uncopyright": "copyright",
    "legal notice": "copyright",
    "imprint": "imprint",
    "impressum": "imprint",
    "imprint page": "imprint",
    "publisher's note on the ebook": "imprint",
    "colophon": "colophon",
    "dedication": "dedication",
    "contents": "contents",
    "table of contents": "contents",
    "the scenes of the play": "contents",
    "scenes of the play": "contents",
    "synopsis of scenes": "contents",
    "list of illustrations": "contents",
    "color illustrations": "contents",
    "colour illustrations": "contents",
    "color insert": "contents",
    "color inserts": "contents",
    "illustrations": "contents",
    "list of figures": "contents",
    "list of tables": "contents",
    "list of maps": "contents",
    "inhalt": "contents",
    "inhaltsverzeichnis": "contents",
    "table des matières": "contents",
    "sommaire": "contents",
    "índice": "contents",
    "indice": "contents",
    "index": "index",
    "a note on the type": "colophon",
    "note on the type": "colophon",
    "about the type": "colophon",
    "index of first lines": "index",
    "index of titles": "index",
    "index of titles and first lines": "index",
    "bibliography": "bibliography",
    "works cited": "bibliography",
    "license": "licence",
    "licence": "licence",
    "the full project gutenberg license": "licence",
    "full license": "licence",
    "advertisement": "advertisement",
    "advertisements": "advertisement",
    "also by": "advertisement",
    "about the publisher": "advertisement",
    "newsletter": "advertisement",
    "newsletter sign up": "advertisement",
    "acknowledgments": "acknowledgements",
    "acknowledgements": "acknowledgements",
    "about the author": "about the author",
    "about the authors": "about the author",
    "about the contributors": "about the author",
    "about the editor": "about the author",
    "about the editors": "about the author",
    "about the illustrator": "about the author",
    "about the translator": "about the author",
    "transcriber's note": "transcriber's note",
    "transcriber's notes": "transcriber's note",
    "transcriber note": "transcriber's note",
    "transcribers notes": "transcriber's note",
    "transcriber’s notes": "transcriber's note",
    "landmarks": "contents",
}
"""Skip reason by complete title in lower case."""
MATTER_REASONS = frozenset(
    (
        *REASONS_BY_TYPE.values(),
        *REASONS_BY_TITLE.values(),
        CREDITS_REASON,
        HEADER_REASON,
        LICENCE_REASON,
    )
)
"""All skip reasons of front and back matter."""
