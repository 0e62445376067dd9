"""What an address says of its user is never shown."""

import pytest

from narrator.text.credentials import (
    hide_credentials,
    hide_words,
    list_credentials,
    show_address,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ftp://me:secret@host/cache", "ftp://…@host/cache"),
        ("ftp://token@host/cache", "ftp://…@host/cache"),
        ("no answer from sftp://a:b@c and ftp://d:e@f", "no answer from sftp://…@c and ftp://…@f"),
        ("http://ann:p/w@host/v1", "http://…@host/v1"),
        ("http://ann:p@w@host/v1", "http://…@host/v1"),
        ("http://ann:pass%40word@[::1]:80/", "http://…@[::1]:80/"),
        ("at bob:hunter2@10.0.0.1:8786.", "at …@10.0.0.1:8786."),
        ("('http://u:p@h/', 1)", "('http://…@h/', 1)"),
        ("s3://bucket/a:b@c", "s3://bucket/a:b@c"),
        ("http://localhost:8880/v1 at 10:30 by ann@example.org", None),
        ("https://example.org/@ann", None),
    ],
)
def test_user_information_is_hidden_in_a_text(text: str, shown: str | None) -> None:
    assert hide_credentials(text) == (shown or text)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://localhost:8880/v1", "http://localhost:8880/v1"),
        ("http://ann:s3cret@host/v1", "http://…@host/v1"),
        ("http://ann:a b/c@d?e@host/v1", "http://…@host/v1"),
        ("http://host/v1?key=s3cret", "http://host/v1?…"),
        ("ann:s3cret@host:8786", "…@host:8786"),
        ("https://example.org/@ann", "https://example.org/@ann"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert show_address(address) == shown


def test_secrets_are_hidden_wherever_a_message_repeats_them() -> None:
    assert hide_words("login ann:s3cret failed: s3cret", ["s3cret", "ann:s3cret"]) == (
        "login … failed: …"
    )


@pytest.mark.parametrize(
    ("address", "credentials"),
    [
        ("sftp://ann:s3cret@host/x", ["ann:s3cret", "s3cret"]),
        ("sftp://token@host", ["token"]),
        ("sftp://host/a@b", []),
        ("/a/folder", []),
    ],
)
def test_credentials_of_an_address_are_listed(address: str, credentials: list[str]) -> None:
    assert list_credentials(address) == credentials
