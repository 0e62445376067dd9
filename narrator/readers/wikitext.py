"""Read MediaWiki markup, as the edit pages of Wikisource, Fandom and Wikipedia show it.

`mwparserfromhell` parses it. Each wiki has thousands of templates of its own, so what a template
shows is inferred from its arguments.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from narrator.errors import MissingExtraError
from narrator.model import Metadata
from narrator.readers.html import assemble_page
from narrator.readers.layout.markdown_dialects import COMMENT_TAG, SYNTAX_TAG
from narrator.readers.layout.markup_parsing import parse_page
from narrator.readers.loading import title_from_path
from narrator.readers.plain import decode_text
from narrator.readers.text_repair import repair_encoding
from narrator.text.words import has_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mwparserfromhell.nodes import Heading, Node, Tag, Template, Wikilink
    from mwparserfromhell.wikicode import Wikicode

    from narrator.model import Book
    from narrator.readers.interface import Policy, SourceFile

_SYNTAX = (
    re.compile(rb"\{\{[^\W\d_][^{}<>%]{0,80}(?:\||\}\})"),
    re.compile(rb"^(={1,6})[ \t]*[^=\s][^=\n]{0,100}\1[ \t]*\r?$", re.MULTILINE),
    re.compile(rb"\[\[[^\[\]\n]{1,200}\]\]"),
    re.compile(rb"(?<!')'{2,3}(?=[^\s'])[^'\n]{1,200}'{2,3}(?!')"),
    re.compile(rb"<ref\b[^<>]{0,100}>|^\{\|", re.MULTILINE),
)
"""Templates, headings, links, emphasis, and notes or tables."""
_MIN_KINDS_OF_SYNTAX = 3
_TEXT_SUFFIXES = ("", ".txt", ".text")
_BLOCK_MARK = "\0"
"""Stands before HTML that is a block of its own."""
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_MAGIC_WORD = re.compile(r"__[A-Z]+__")
_MEASURE = re.compile(r"[\d.,]*\s?(?:%|em|ex|px|pt|cm|mm|in)?|\w+=.*", re.DOTALL)
_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|tiff?|djvu|pdf|og[gv]|mp[34]|webm)$", re.IGNORECASE
)
_NAMESPACE = re.compile(r"[^\s:|][^:|]{0,30}:\S")
"""A link to another namespace or wiki that has no text of its own: a category or a translation."""
_FIRST_ARGUMENT_TEMPLATES = frozenset(["sic", "ruby", "tooltip", "abbr", "hover", "hoverable"])
"""Templates whose first argument is shown and whose second explains it."""
_SILENT_TEMPLATES = frozenset(["hwe", "hyphenated word end"])
"""Templates that show nothing where pages are joined: the word stands on the first of them."""
_TITLE_FIELDS = ("section", "title", "titre", "titel", "título", "titolo", "название")
_AUTHOR_FIELDS = ("author", "auteur", "autor", "autore", "автор")
"""Arguments of a wiki's headers that name the work, from the documentation of Wikisource's."""
_MAX_CREDIT_WORDS = 4


_INLINE_TAGS = frozenset(["b", "i", "em", "strong", "sup", "sub", "small", "big", "s", "del", "u"])
_BLOCK_TAGS = frozenset(["p", "div", "blockquote", "center"])


class WikitextReader:
    """The reader of MediaWiki markup."""

    name = "wikitext"
    suffixes: tuple[str, ...] = (".wiki", ".mediawiki", ".wikitext")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether a text has several kinds of syntax that only MediaWiki combines."""
        if source.suffix not in _TEXT_SUFFIXES:
            return False
        kinds = sum(pattern.search(source.data) is not None for pattern in _SYNTAX)
        return kinds >= _MIN_KINDS_OF_SYNTAX

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; headings begin chapters.

        Raises:
            BrokenInputError: the file is not a text.
            EmptyBookError: the page has no words.
            LedgerError: words of the page are missing from the blocks.
            MissingExtraError: the parser is not installed, as on Python 3.14.
        """
        try:
            import mwparserfromhell  # noqa: PLC0415 - few books need it
        except ImportError as error:
            raise MissingExtraError(
                f"{source.path} is MediaWiki markup, and mwparserfromhell, which reads it, is not "
                "installed",
                "pip install mwparserfromhell, or convert the page: "
                "pandoc -f mediawiki -o book.epub",
            ) from error

        text, encoding = decode_text(source.data, source.path)
        text = repair_encoding(text).replace("\r\n", "\n").replace(_BLOCK_MARK, "")
        page = mwparserfromhell.parse(text)
        renderer = _Renderer()
        body = _join_blocks(renderer.render(page))
        tree = parse_page(
            f"<html><body>{body}{''.join(renderer.notes)}</body></html>", source.path, try_xml=False
        )
        metadata = _read_metadata(page, source.path)
        return assemble_page(tree, metadata, source, policy, encoding)


def _read_metadata(page: Wikicode, path: str) -> Metadata:
    """Return the title and the author that the header of a page names."""
    fields: dict[str, str] = {}
    for template in page.ifilter_templates():
        for argument in template.params:
            name = str(argument.name).strip().lower().rstrip("0123456789")
            value = " ".join(argument.value.strip_code().split())
            if argument.showkey and has_words(value):
                fields.setdefault(name, value)
    title = next((fields[name] for name in _TITLE_FIELDS if name in fields), "")
    author = next((fields[name] for name in _AUTHOR_FIELDS if name in fields), None)
    return Metadata(title or title_from_path(path), author)


def _join_blocks(markup: str) -> str:
    """Return HTML with a paragraph for each piece between blank lines."""
    pieces = (piece.strip() for piece in _BLANK_LINE.split(markup))
    return "\n".join(
        piece[1:] if piece.startswith(_BLOCK_MARK) else f"<p>{piece}</p>"
        for piece in pieces
        if piece
    )


def _make_block(markup: str) -> str:
    """Return HTML as a block of its own; it must have no blank lines."""
    return f"\n\n{_BLOCK_MARK}{_BLANK_LINE.sub(chr(10), markup)}\n\n"


def _hide(tag: str, source: object) -> str:
    """Return source that is not spoken, in an element that says so."""
    return f"<{tag}>{html.escape(_BLANK_LINE.sub(chr(10), str(source)))}</{tag}>"


_TAGS_WITHOUT_CONTENT = {
    "hr": _make_block("<hr/>"),
    "br": "<br/>",
    **dict.fromkeys(("li", "dd", "dt"), "\n\n"),
}
"""What stands for a rule, a line break and the mark of an item, each of which is a tag."""


class _Renderer:
    """Renders wikitext as HTML; notes are collected in `notes`."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def render(self, code: Wikicode | None) -> str:
        """Return the HTML of nodes, with blank lines between its blocks."""
        if code is None:
            return ""
        nodes = list(code.nodes)
        last_text = max((i for i, node in enumerate(nodes) if _is_prose(node)), default=len(nodes))
        return "".join(
            _hide(SYNTAX_TAG, node)
            if index > last_text and _is_credit(node, nodes[index - 1])
            else self._render_node(node)
            for index, node in enumerate(nodes)
        )

    def _render_node(self, node: Node) -> str:
        """Return the HTML of one node."""
        render = _RENDERERS.get(type(node).__name__)
        return render(self, node) if render else _hide(SYNTAX_TAG, node)

    def _render_text(self, node: Node) -> str:
        return _MAGIC_WORD.sub("", html.escape(str(node)))

    def _render_comment(self, node: Node) -> str:
        return _hide(COMMENT_TAG, node)

    def _render_entity(self, node: Node) -> str:
        return str(node)

    def _render_heading(self, node: Heading) -> str:
        content = " ".join(self.render(node.title).split())
        return _make_block(f"<h{node.level}>{content}</h{node.level}>")

    def _render_external_link(self, node: Node) -> str:
        return self.render(node.title) if node.title else _hide(SYNTAX_TAG, node)

    def _render_link(self, node: Wikilink) -> str:
        """Return the text of a link; pictures, categories and other wikis have none."""
        target = str(node.title).strip()
        if _PICTURE.search(target):
            return _hide(SYNTAX_TAG, node)
        if node.text is not None:
            return _hide(SYNTAX_TAG, target) + self.render(node.text)
        return _hide(SYNTAX_TAG, node) if _NAMESPACE.match(target) else html.escape(target)

    # -- tags

    def _render_tag(self, node: Tag) -> str:
        """Return the HTML of a tag, whether it is written as HTML or as wikitext."""
        name = str(node.tag).strip().lower()
        if name in _TAGS_WITHOUT_CONTENT:
            return _TAGS_WITHOUT_CONTENT[name]
        if name == "table":
            return _make_block(f"<table>{self._render_rows(node)}</table>")
        return self._render_note(node) if name == "ref" else self._render_element(node, name)

    def _render_element(self, node: Tag, name: str) -> str:
        """Return the HTML of a tag with content."""
        content = self.render(node.contents)
        if name in _INLINE_TAGS:
            return f"<{name}>{content}</{name}>" if content else ""
        if name == "poem":
            return _render_poem(content)
        if name in _BLOCK_TAGS:
            return f"\n\n{content}\n\n"
        return content if has_words(content) else _hide(SYNTAX_TAG, node)

    def _render_rows(self, table: Tag) -> str:
        """Return the rows and cells of a table."""
        return "".join(
            f"<{cell.tag}>{' '.join(self.render(cell.contents).split())}</{cell.tag}>"
            if str(cell.tag) in ("td", "th", "caption")
            else f"<tr>{self._render_rows(cell)}</tr>"
            for cell in table.contents.ifilter_tags(recursive=False)
        )

    def _render_note(self, node: Tag) -> str:
        """Return the mark of a note, whose text is collected."""
        content = " ".join(self.render(node.contents).split())
        if not content:
            return ""
        number = len(self.notes) + 1
        self.notes.append(f'<aside epub:type="footnote" id="note{number}">{content}</aside>')
        return f'<a epub:type="noteref" href="#note{number}"><sup>{number}</sup></a>'

    # -- templates

    def _render_template(self, node: Template) -> str:
        """Return what a template shows.

        A name without letters, such as "***", is shown itself. Named arguments are settings; of the
        others, the last one with words is shown, as in "{{sc|Stand}}" and "{{lang|fr|mot}}".
        """
        name = str(node.name).strip()
        if not any(character.isalpha() for character in name):
            return _make_block(f"<p>{name}</p>") if "*" in name else html.escape(name)
        shown = list(_find_shown_arguments(node))
        if not shown or name.lower() in _SILENT_TEMPLATES:
            return _hide(SYNTAX_TAG, node)
        if name.lower() in _FIRST_ARGUMENT_TEMPLATES:
            return self.render(shown[0])
        content = self.render(shown[-1])
        previous = [self.render(value) for value in shown[:-1]]
        is_long = max(map(len, (*previous, ""))) > len(content)
        # the source of a quotation stands behind it
        return "\n\n".join((*previous, content)) if is_long else content


def _render_poem(content: str) -> str:
    """Return verse, in which each line is a line."""
    lines = (line.strip() for line in content.split("\n"))
    return _make_block(f"<p>{'<br/>'.join(filter(None, lines))}</p>")


def _find_shown_arguments(template: Template) -> Iterator[Wikicode]:
    """Yield the arguments of a template that may be text."""
    for argument in template.params:
        if not argument.showkey and not _MEASURE.fullmatch(str(argument.value).strip()):
            yield argument.value


def _is_prose(node: Node) -> bool:
    """Return whether a node is text with words, so that the page has not ended before it."""
    return type(node).__name__ in ("Text", "Heading") and has_words(str(node))


def _is_credit(node: Node, previous: Node) -> bool:
    """Return whether a node behind all text is a short template on a line of its own.

    It is a licence, a sort key or a credit.
    """
    is_short = type(node).__name__ == "Template" and len(node.split()) <= _MAX_CREDIT_WORDS
    return is_short and str(previous).endswith(("\n", "}}", "]]"))


_RENDERERS: dict[str, Callable[[_Renderer, Any], str]] = {
    "Comment": _Renderer._render_comment,
    "ExternalLink": _Renderer._render_external_link,
    "HTMLEntity": _Renderer._render_entity,
    "Heading": _Renderer._render_heading,
    "Tag": _Renderer._render_tag,
    "Template": _Renderer._render_template,
    "Text": _Renderer._render_text,
    "Wikilink": _Renderer._render_link,
}
"""How each class of nodes is rendered."""
