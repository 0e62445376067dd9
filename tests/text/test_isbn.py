import pytest

from narrator.text.isbn import normalise_isbn


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("978-0-14-143958-7", "9780141439587"),
        ("urn:isbn:9780141439587", "9780141439587"),
        ("ISBN 0 14 143958 0", "0141439580"),
        ("080442957x", "080442957X"),
        ("978\u20110\u201114\u2011143958\u20117", "9780141439587"),
        ("978-0-14-143958-8", None),
        ("0141439581", None),
        ("urn:uuid:12345678-1234-1234-1234-123456789012", None),
        ("1234567890123456", None),
        ("", None),
    ],
)
def test_an_isbn_is_known_by_its_check_digit(text: str, isbn: str | None) -> None:
    assert normalise_isbn(text) == isbn
