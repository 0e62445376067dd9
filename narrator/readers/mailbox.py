"""Read e-mails, in which serials are sent: one message (`.eml`) or a mailbox of them (`.mbox`)."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.utils import parseaddr
from itertools import takewhile
from typing import TYPE_CHECKING

from narrator.errors import EmptyBookError
from narrator.model import SkippedPassage
from narrator.readers.html import HtmlReader
from narrator.readers.interface import SourceFile
from narrator.readers.layout.skip_reasons import SIGNATURE_REASON
from narrator.readers.loading import describe_source, join_books, title_from_path
from narrator.readers.plain import PlainReader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from narrator.model import Book
    from narrator.readers.interface import Policy

_HEADER_FIELDS = (b"from:", b"date:", b"subject:", b"to:", b"message-id:", b"mime-version:")
_MIN_HEADER_FIELDS = 4
"""Number of fields that tell the header of a message from a letter that has a few of them."""
_HEADER_LINE = re.compile(rb"^[!-9;-~]+:")
_MESSAGE_START = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S+[ \t][^\n]*\d{4}[^\n]*\n")
"""The line before each message of a mailbox (RFC 4155)."""
_QUOTED_START = re.compile(rb"^>(>*From )", re.MULTILINE)
_SIGNATURE = re.compile(r"^(?:-- ?|_{20,})[ \t]*\r?\n", re.MULTILINE)
"""The line above a signature (RFC 3676), or above the footer of a mailing list."""
_MAX_SIGNATURE_LINES = 12
_SUBJECT_PREFIX = re.compile(r"^(?:(?:re|aw|fwd?|wg)\s*:\s*|\[[^\]\n]{1,40}\]\s*)+", re.IGNORECASE)
_TITLE_END = re.compile(
    r"[\s,;:.#(–—-]*(?:\b(?:chapter|part|episode|ch|pt|ep)\b\.?\s*)?$", re.IGNORECASE
)


class MailboxReader:
    """The reader of e-mails and mailboxes."""

    name = "mailbox"
    suffixes: tuple[str, ...] = (".eml", ".mbox")

    def recognises(self, source: SourceFile) -> bool:
        """Return whether a file begins with the header of a message, or with that of a mailbox."""
        data = _MESSAGE_START.sub(b"", source.data[:16384].lstrip(b"\xef\xbb\xbf\r\n"), count=1)
        header = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0].lower()
        if not _HEADER_LINE.match(header):
            return False
        lines = header.split(b"\n")
        found = sum(any(line.startswith(name) for line in lines) for name in _HEADER_FIELDS)
        return found >= _MIN_HEADER_FIELDS

    def read(self, source: SourceFile, policy: Policy) -> Book:
        """Return the book; each message of a mailbox is a chapter, or more.

        Raises:
            EmptyBookError: no message has any words.
            ReadingError: a message can't be read; each subclass is one kind of reason.
        """
        messages = _split_mailbox(source.data)
        books = []
        for message in messages:
            try:
                books.append(_read_message(message, source, policy))
            except EmptyBookError:
                # a mailbox has messages with nothing but a picture
                continue
        if not books:
            raise EmptyBookError(f"{source.path} contains no text", "name another file")
        title = _find_common_title([book.metadata.title for book in books])
        book = books[0] if len(books) == 1 else join_books(books, [source.path])
        title = title or title_from_path(source.path)
        return replace(
            book, metadata=replace(books[0].metadata, title=title), source=describe_source(source)
        )


def _split_mailbox(data: bytes) -> list[EmailMessage]:
    """Return the messages of a mailbox, or the only one of a file without any mark."""
    parts = [part for part in _MESSAGE_START.split(data) if part.strip()]
    if _MESSAGE_START.search(data):
        parts = [_QUOTED_START.sub(rb"\1", part) for part in parts]
    return [message_from_bytes(part, policy=policy.default) for part in parts]


def _read_message(message: EmailMessage, source: SourceFile, policy: Policy) -> Book:
    """Return the book of one message, whose chapter is named by the subject.

    Raises:
        ReadingError: the message can't be read; each subclass is one kind of reason.
    """
    body = message.get_body(preferencelist=("plain", "html"))
    content = "" if body is None else str(body.get_content())
    if body is not None and body.get_content_type() == "text/html":
        part = SourceFile(source.path, content.encode(), ".html")
        book = HtmlReader().read(part, policy)
    else:
        book = _read_plain_body(content, source, policy)
    subject = " ".join(_SUBJECT_PREFIX.sub("", str(message["subject"] or "")).split())
    author = parseaddr(str(message["from"] or ""))[0] or None
    title = subject or title_from_path(source.path)
    default_titles = (title_from_path(source.path), book.metadata.title)
    chapters = tuple(
        replace(chapter, title=title) if chapter.title in default_titles else chapter
        for chapter in book.chapters
    )
    metadata = replace(book.metadata, title=title, author=author)
    return replace(book, metadata=metadata, chapters=chapters)


def _read_plain_body(content: str, source: SourceFile, policy: Policy) -> Book:
    """Return the book of a message in plain text; its signature is skipped.

    Raises:
        EmptyBookError: the message has no words.
    """
    content = content.replace("\r\n", "\n")
    marks = list(_SIGNATURE.finditer(content))
    end = len(content)
    if marks and content[marks[-1].end() :].strip().count("\n") < _MAX_SIGNATURE_LINES:
        end = marks[-1].start()
    book = PlainReader().read(SourceFile(source.path, content[:end].encode(), ".txt"), policy)
    signature = content[end:]
    if not signature.strip():
        return book
    start = len(book.text)
    passage = SkippedPassage(start, start + len(signature), SIGNATURE_REASON, signature)
    return replace(book, text=book.text + signature, skipped=(*book.skipped, passage))


def _find_common_title(subjects: Sequence[str]) -> str:
    """Return what the subjects of all messages begin with, without a number of the chapter."""
    if len(subjects) == 1:
        return subjects[0]
    columns = takewhile(lambda letters: len(set(letters)) == 1, zip(*subjects, strict=False))
    return _TITLE_END.sub("", "".join(letters[0] for letters in columns))
