"""E-mails are read without their headers, and each of a mailbox is a chapter."""

import pytest

from narrator.errors import EmptyBookError
from narrator.model import Book
from narrator.readers import Policy, SourceFile
from narrator.readers.mailbox import MailboxReader

HEADER = (
    "From: Ros Hale <ros@example.org>\nTo: list@example.org\nDate: Sat, 3 Jan 2009 20:15:00 +0000\n"
)


def make_message(subject: str, body: str, fields: str = "") -> str:
    return f"{HEADER}Subject: {subject}\n{fields}\n{body}"


def read(text: str) -> Book:
    return MailboxReader().read(SourceFile("night.eml", text.encode(), ".eml"), Policy())


def test_a_message_is_recognised_and_a_letter_is_not() -> None:
    reader = MailboxReader()
    message = make_message("Night", "Rain.").encode()
    assert reader.recognises(SourceFile("a.txt", message, ".txt"))
    assert not reader.recognises(SourceFile("a.txt", b"From: Ann\nTo: Bob\n\nDear Bob,", ".txt"))


def test_encoded_words_and_bodies_are_decoded() -> None:
    fields = (
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
    )
    book = read(make_message("=?utf-8?Q?Caf=C3=A9?=", "It=E2=80=99s la=\nte.", fields))
    assert (book.metadata.title, book.metadata.author) == ("Café", "Ros Hale")
    assert book.text.strip() == "It’s late."


def test_a_signature_is_skipped() -> None:
    book = read(make_message("Night", "The ferry left.\n\n-- \nRos\nexample.org\n"))
    assert [(passage.reason, passage.text) for passage in book.skipped] == [
        ("signature of a mail", "-- \nRos\nexample.org\n")
    ]


def test_each_message_of_a_mailbox_is_a_chapter() -> None:
    mailbox = "".join(
        f"From ros@example.org Sat Jan  3 20:15:00 2009\n{make_message(f'[x] Night, ch. {n}', body)}\n\n"
        for n, body in ((1, "The ferry left."), (2, ">From the quay nobody saw it."))
    )
    book = read(mailbox)
    assert book.metadata.title == "Night"
    assert [chapter.title for chapter in book.chapters] == ["Night, ch. 1", "Night, ch. 2"]
    assert "\nFrom the quay" in book.text


def test_a_mailbox_without_words_is_refused() -> None:
    with pytest.raises(EmptyBookError):
        read(make_message("Night", ""))
