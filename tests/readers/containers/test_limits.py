import pytest

from narrator.errors import BrokenInputError
from narrator.readers.containers import limits
from narrator.readers.containers.archive import Archive
from narrator.readers.containers.epub_package import EpubPackage
from narrator.readers.interface import Policy
from tests.pictures import JPEG
from tests.readers.sample_books import archive, epub, page, read, spoken
from tests.readers.test_fb2 import fb2, section
from tests.readers.test_pdf import book_pages, pdf


def test_the_limits_of_an_archive_are_consistent() -> None:
    assert limits.MAX_ENTRY_BYTES <= limits.MAX_TEXT_BYTES <= limits.MAX_UNPACKED_BYTES
    assert limits.MAX_IMAGE_BYTES <= limits.MAX_ENTRY_BYTES
    assert limits.MIN_RATIO_CHECK_BYTES < limits.MAX_ENTRY_BYTES
    # Deflate can't pack better than this, so a higher limit would never be reached.
    assert limits.MAX_COMPRESSION_RATIO < 1032


def test_the_sum_of_all_entries_is_limited_before_any_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 2**20)
    data = archive({f"{n}": b"x" * 2**18 for n in range(5)}, packed=False)
    with pytest.raises(BrokenInputError, match="unpacks to over 1 MiB"):
        Archive(data, "a.epub")
    Archive(archive({f"{n}": b"x" * 2**18 for n in range(4)}, packed=False), "a.epub")


@pytest.mark.parametrize(
    ("size", "is_refused"), [(limits.MIN_RATIO_CHECK_BYTES, False), (2**21, True)]
)
def test_small_entries_may_be_packed_as_well_as_they_like(size: int, *, is_refused: bool) -> None:
    data = archive({"a": b" " * size})
    if is_refused:
        with pytest.raises(BrokenInputError, match="unpacks to 200 times its size"):
            Archive(data, "a.epub")
    else:
        assert len(Archive(data, "a.epub").read_entry("a")) == size


@pytest.mark.parametrize(("size", "is_refused"), [(1000, False), (1001, True)])
def test_an_entry_may_be_as_large_as_its_reader_allows(size: int, *, is_refused: bool) -> None:
    book = Archive(archive({"a": b"x" * size}), "a.epub")
    if is_refused:
        with pytest.raises(BrokenInputError, match="a is too large"):
            book.read_entry("a", 1000)
    else:
        assert book.read_entry("a", 1000) == b"x" * size


@pytest.mark.parametrize("depth", [10, 3 * limits.MAX_NESTING_DEPTH])
def test_deeply_nested_text_is_read(depth: int) -> None:
    body = "<div>" * depth + "<p>One.</p>" + "</div>" * depth + "<p>Two.</p>"
    assert spoken(read(epub({"a.xhtml": page(body)}))) == ["One.", "Two."]


def test_deeply_nested_sections_of_fb2_are_read() -> None:
    depth = 5 * limits.MAX_NESTING_DEPTH
    deep = "<section>" * depth + "<p>Deep.</p>" + "</section>" * depth
    book = read(fb2(section("T", f"<p>One.</p>{deep}")), "a.fb2")
    assert spoken(book) == ["# T", "One.", "Deep."]


def test_a_long_alternative_text_is_cut() -> None:
    words = "word " * limits.MAX_ATTRIBUTE_CHARACTERS
    data = epub({"a.xhtml": page(f'<p>One.</p><img src="x.png" alt="{words}"/>')})
    kept = spoken(read(data, policy=Policy(images="keep")))
    assert kept[0] == "One."
    assert limits.MAX_ATTRIBUTE_CHARACTERS - 10 < len(kept[1]) <= limits.MAX_ATTRIBUTE_CHARACTERS


@pytest.mark.parametrize(("limit", "has_cover"), [(len(JPEG), True), (len(JPEG) - 1, False)])
def test_a_cover_that_is_too_large_is_left_out(
    limit: int, monkeypatch: pytest.MonkeyPatch, *, has_cover: bool
) -> None:
    monkeypatch.setattr(limits, "MAX_IMAGE_BYTES", limit)
    item = '<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>'
    book = epub({"a.xhtml": "<p>One.</p>"}, manifest=item, extra={"OEBPS/c.jpg": JPEG})
    metadata = EpubPackage(Archive(book, "a.epub")).read_metadata("T")
    assert bool(metadata.cover) is has_cover
    text = fb2(section("T", "<p>One.</p>"))
    assert bool(read(text, "a.fb2").metadata.cover) is has_cover


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_PAGES", 2)
    with pytest.raises(BrokenInputError, match="has over 2 pages"):
        read(pdf(*book_pages()), "a.pdf")


def test_a_pdf_whose_pages_all_draw_for_too_long_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_PAGE_SECONDS", -1.0)
    with pytest.raises(BrokenInputError, match="pages take too long"):
        read(pdf(*book_pages()), "a.pdf")
