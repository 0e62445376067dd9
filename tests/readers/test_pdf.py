import io
import zlib
from collections.abc import Sequence

import pypdf
import pytest

from narrator.errors import BrokenInputError, EmptyBookError, ProtectedInputError
from narrator.readers import Policy
from narrator.readers.layout.blocks import Block
from narrator.readers.layout.page_lines import PageLine
from narrator.readers.pdf import _continue_block
from narrator.text.line_end_hyphens import LineEndHyphens
from tests.readers.sample_books import read, skipped, spoken, titles

Text = tuple[float, float, float, str]
"""x, y, size, words."""


def pdf(
    *pages: list[Text],
    info: str = "",
    packed: bool = False,
    outline: Sequence[tuple[str, int]] = (),
) -> bytes:
    """Return a PDF whose pages have these texts at these places, in Helvetica.

    `outline` lists titles and the pages that they point to, counted from 0.
    """
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    first = 5 + 2 * len(pages)
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R{f' /Outlines {first - 1} 0 R' if outline else ''} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, page in enumerate(pages):
        drawn = b"\n".join(_drawn(*text) for text in page)
        head = b"/Filter /FlateDecode " if packed else b""
        drawn = zlib.compress(drawn) if packed else drawn
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 600] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {5 + 2 * n} 0 R >>".encode()
        )
        objects.append(
            b"<< " + head + f"/Length {len(drawn)} >>\nstream\n".encode() + drawn + b"\nendstream"
        )
    if outline:
        last = first + len(outline) - 1
        objects.append(f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R >>".encode())
        for n, (title, page) in enumerate(outline, first):
            after = f" /Next {n + 1} 0 R" if n < last else ""
            to = f"[{4 + 2 * page} 0 R /Fit]"
            objects.append(
                f"<< /Title ({title}) /Parent {first - 1} 0 R{after} /Dest {to} >>".encode()
            )
    objects.append(f"<< {info} >>".encode())
    return _written(objects)


def _drawn(x: float, y: float, size: float, words: str) -> bytes:
    escaped = (
        words.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    )
    return f"BT /F1 {size} Tf {x} {y} Td (".encode() + escaped + b") Tj ET"


def _written(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return (
        out
        + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def set_page(
    paragraphs: list[list[str]], *, number: int, head: str = "The Mill", first: str = ""
) -> list[Text]:
    """Return a page with a running head, an optional heading, indented paragraphs and its number."""
    page: list[Text] = [(180, 570, 9, head)]
    y = 530.0
    if first:
        page.append((60, y, 18, first))
        y -= 40
    for paragraph in paragraphs:
        for n, line in enumerate(paragraph):
            page.append((72 if n == 0 else 60, y, 11, line))
            y -= 14
    return [*page, (205, 30, 9, str(number))]


ONE = [
    "It had rained all night, and the road to the mill was un-",
    "der water from end to end; the well-known house",
    "stood alone.",
]
TWO = [
    "“Nobody came,” he said, “and nobody will, for the bridge",
    "is gone, and the next is a day’s walk off.”",
]
LAST = [
    "Then the water fell, and the well-",
    "known house was seen again by all who walked the road and",
]
REST = ["came to the bridge."]
WHOLE = [
    "It had rained all night, and the road to the mill was under water from end to end; the well-known house stood alone.",
    "“Nobody came,” he said, “and nobody will, for the bridge is gone, and the next is a day’s walk off.”",
    "Then the water fell, and the well-known house was seen again by all who walked the road and came to the bridge.",
]  # fmt: skip


def book_pages() -> list[list[Text]]:
    pages = [set_page([ONE, TWO, LAST], number=1, first="Chapter 1")]
    continued = set_page([TWO, ONE, TWO], number=2)
    continued[1:1] = [(60, 544, 11, REST[0])]
    pages.append(continued)
    pages.append(set_page([ONE, TWO], number=3, first="Chapter 2"))
    return pages


@pytest.mark.parametrize("packed", [False, True])
def test_pages_become_paragraphs_and_chapters(*, packed: bool) -> None:
    book = read(
        pdf(*book_pages(), info="/Title (The Mill) /Author (Ann Miller)", packed=packed), "a.pdf"
    )
    assert (book.metadata.title, book.metadata.author) == ("The Mill", "Ann Miller")
    assert titles(book) == ["Chapter 1", "Chapter 2"]
    assert spoken(book)[:4] == ["# Chapter 1", *WHOLE]
    assert spoken(book)[-3:] == ["# Chapter 2", *WHOLE[:2]]


def test_running_heads_and_page_numbers_are_skipped_with_their_reasons() -> None:
    left = skipped(read(pdf(*book_pages()), "a.pdf"))
    assert [reason for reason, _ in left].count("page number") == 3
    assert {text for reason, text in left if reason == "running head"} == {"The Mill"}


def plain_pages() -> list[list[Text]]:
    """Return pages whose headings are set like their text."""
    heads = ["The hen", "The roof", "The rain"]
    return [set_page([[head], ONE, TWO], number=n) for n, head in enumerate(heads, 1)]


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        ([("The Hen", 0), ("The Roof", 1), ("The Rain", 2)], ["The Hen", "The Roof", "The Rain"]),
        ([("The Hen", 0), ("The Rain", 2), ("Index", 2)], ["The Hen", "The Rain"]),
        ([("One", 0), ("Two", 1), ("The Rain", 2)], ["A"]),
        ([("The Hen", 9), ("The Roof", 9)], ["A"]),
        ([], ["A"]),
    ],
)  # fmt: skip
def test_a_line_that_the_outline_names_begins_a_chapter(
    outline: list[tuple[str, int]], expected: list[str]
) -> None:
    book = read(pdf(*plain_pages(), outline=outline), "a.pdf")
    assert titles(book) == expected
    heads = [line for line in spoken(book) if line.startswith("# ")]
    assert len(heads) == (len(expected) if expected != ["A"] else 0)


def test_an_outline_that_refers_to_itself_is_read_once() -> None:
    data = pdf(*plain_pages(), outline=[("The Hen", 0), ("The Roof", 1)])
    assert titles(read(data.replace(b"/Next 12 0 R", b"/Next 11 0 R"), "a.pdf"))


def test_columns_are_read_one_after_the_other() -> None:
    rows: list[Text] = [(240, 498 - 14 * n, 11, f"right line {n} goes") for n in range(10)]
    rows += [(60, 500 - 14 * n, 11, f"left line {n} goes") for n in range(10)]
    text = " ".join(spoken(read(pdf(rows), "a.pdf")))
    assert text.index("left line 9") < text.index("right line 0")


def test_pages_of_pictures_are_refused_with_a_way_out() -> None:
    with pytest.raises(EmptyBookError, match="ocrmypdf"):
        read(pdf([], []), "a.pdf")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        (b"/Pages 2 0 R", b"/Pages 9 0 R"),
        (b"/Type /Catalog", b"/Type /Catalo"),
        (b"/Contents 5 0 R", b"/Contents 4 0 R"),
        (b"startxref", b"startxxxx"),
        (b"/Parent 2 0 R", b"/Parent 4 0 R"),
    ],
)
def test_circular_and_damaged_files_are_read_or_refused_with_one_line(
    old: bytes, new: bytes
) -> None:
    data = pdf([(60, 500, 11, "One.")]).replace(old, new)
    try:
        book = read(data, "a.pdf")
    except (BrokenInputError, EmptyBookError):
        return
    assert spoken(book) == ["One."]


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_is_encrypted_without_a_password_is_read(algorithm: str) -> None:
    assert spoken(read(_encrypt(algorithm, ""), "a.pdf")) == ["It rained."]


def test_a_pdf_with_a_password_is_refused() -> None:
    with pytest.raises(ProtectedInputError, match="locked by a password"):
        read(_encrypt("AES-256", "secret"), "a.pdf")


def _encrypt(algorithm: str, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([(50, 500, 12, "It rained.")])))
    writer.encrypt(password, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_that_fails_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    extract_text = pypdf.PageObject.extract_text

    def extract_or_fail(page: pypdf.PageObject, **visitors: object) -> str:
        if page.page_number == 1:
            raise ValueError("damaged")
        return extract_text(page, **visitors)  # type: ignore[arg-type]

    monkeypatch.setattr(pypdf.PageObject, "extract_text", extract_or_fail)
    pages = [[(50.0, 500.0, 12.0, words)] for words in ("It rained.", "Lost.", "It stopped.")]
    book = read(pdf(*pages), "a.pdf")
    assert spoken(book) == ["It rained.", "It stopped."]
    assert skipped(book) == [("unreadable page", "PDF page 2")]
    monkeypatch.setattr(pypdf.PageObject, "extract_text", lambda *_, **__: 1 / 0)
    with pytest.raises(BrokenInputError, match="no page that can be read"):
        read(pdf(*pages), "a.pdf")


def test_a_page_of_one_line_is_no_running_head() -> None:
    pages = [[(50.0, 500.0, 12.0, words)] for words in ("It rained.", "It stopped.", "They left.")]
    assert spoken(read(pdf(*pages), "a.pdf")) == ["It rained.", "It stopped.", "They left."]


def test_a_prefix_such_as_well_keeps_its_hyphen_at_the_end_of_a_line() -> None:
    block = Block("It was a well-")
    _continue_block(block, PageLine("established ferry.", 0, 0, 11, 1), LineEndHyphens([], []))
    assert block.text == "It was a well-established ferry."


BESIDE_CAPITAL = [
    (60.0, 480.0, 38.0, "{capital}"),
    (150.0, 530.0, 16.0, "Chapter One"),
    (90.0, 500.0, 11.0, "{rest} the river stood the mill, which nobody had"),
    (90.0, 487.0, 11.0, "entered since the flood of the year before, when all of it"),
    (90.0, 474.0, 11.0, "was under water from the cellar to the loft."),
    (72.0, 461.0, 11.0, "Nobody came there now."),
    (72.0, 448.0, 11.0, "Nobody had a key for the mill stood empty."),
]


@pytest.mark.parametrize(
    ("capital", "rest", "beginning"),
    [
        ("B", "elow", "Below the river"),
        ("“N", "ear", "“Near the river"),
        ("A", "bove", "Above the river"),
        ("A", "mill beside", "A mill beside the river"),
        ("É", "tant", "Étant the river"),
        ("T", "HERE by", "THERE by the river"),
    ],
)
def test_a_drop_capital_begins_its_word(capital: str, rest: str, beginning: str) -> None:
    lines = [
        (x, y, size, words.format(capital=capital, rest=rest))
        for x, y, size, words in BESIDE_CAPITAL
    ]
    heading, first, *others = spoken(read(pdf(lines), "a.pdf"))
    assert heading == "# Chapter One"
    assert first.startswith(beginning)
    assert first.endswith("from the cellar to the loft.")
    assert len(others) == 2


def test_a_large_letter_beside_nothing_is_a_heading() -> None:
    page = [(60.0, 540.0, 30.0, "B"), (60.0, 400.0, 11.0, "elow the river stood the mill.")]
    assert spoken(read(pdf(page), "a.pdf")) == ["# B", "elow the river stood the mill."]


FOOTNOTE_PAGE = [
    (60.0, 500.0, 11.0, "The ferry was sold in the spring."),
    (233.0, 504.0, 7.0, "1"),
    (240.0, 500.0, 11.0, " It cost 10"),
    (300.0, 504.0, 7.0, "6"),
    (304.0, 500.0, 11.0, " crowns, and the lamp"),
    (60.0, 487.0, 11.0, "was sold with it to a man from the other side of the river,"),
    (60.0, 474.0, 11.0, "where the market was."),
    (60.0, 100.0, 8.0, "1. The price was paid in two parts, and the second one"),
    (60.0, 90.0, 8.0, "never came."),
]


def test_a_footnote_at_the_foot_of_a_page_and_its_mark_are_not_spoken() -> None:
    book = read(pdf(FOOTNOTE_PAGE), "a.pdf")
    assert " ".join(spoken(book)) == (
        "The ferry was sold in the spring. It cost 10⁶ crowns, and the lamp was sold with it to a man"
        " from the other side of the river, where the market was."
    )
    assert ("footnote mark", "[1]") in skipped(book)
    note = "1. The price was paid in two parts, and the second one never came."
    assert ("footnote", note) in skipped(book)


def test_a_footnote_is_read_where_the_policy_says() -> None:
    book = read(pdf(FOOTNOTE_PAGE), "a.pdf", Policy(notes="chapter-end"))
    assert spoken(book)[-1] == "The price was paid in two parts, and the second one never came."


def test_a_footnote_goes_on_at_the_foot_of_the_next_page() -> None:
    following = [
        (60.0, 500.0, 11.0, "The other side of the river had a lamp of its own at the quay,"),
        (60.0, 487.0, 11.0, "and it burned."),
        (60.0, 100.0, 8.0, "was forgotten by everybody."),
    ]
    book = read(pdf([*FOOTNOTE_PAGE[:-1]], following), "a.pdf")
    assert "forgotten" not in " ".join(spoken(book))


def test_small_type_without_a_mark_in_the_text_is_spoken() -> None:
    page = [line for line in FOOTNOTE_PAGE if line[3] != "1"]
    assert "never came." in " ".join(spoken(read(pdf(page), "a.pdf")))


def justify(line: list[Text], gap: float) -> list[Text]:
    """Return the words of each text, drawn one by one with a gap between them."""
    words = []
    for x, y, size, text in line:
        position = x
        for word in text.split():
            words.append((position, y, size, word))
            position += 0.5 * size * len(word) + gap
    return words


@pytest.mark.parametrize("gap", [7.0, 10.0, 14.0])
def test_words_that_are_drawn_one_by_one_are_one_line(gap: float) -> None:
    pages = [justify(page, gap) for page in book_pages()]
    assert spoken(read(pdf(*pages), "a.pdf"))[1:3] == WHOLE[:2]


def test_a_raised_mark_that_is_drawn_by_itself_belongs_to_its_line() -> None:
    page = set_page([ONE, TWO], number=1, first="Chapter 1")
    line = next(n for n, text in enumerate(page) if text[3] == ONE[2])
    page.insert(line + 1, (122, page[line][1] + 4, 6, "1"))
    page[-1:-1] = [(60, 58, 6, "1"), (66, 55, 8, "Not alone for long.")]
    book = read(pdf(page, set_page([TWO, ONE], number=2)), "a.pdf")
    assert spoken(book)[1] == WHOLE[0]
    assert "footnote mark" in {reason for reason, _ in skipped(book)}


def latex_pages() -> list[list[Text]]:
    """Return a title page, and chapters with a head of their own on every second page."""
    title = [
        (120, 400, 24, "The Mill Road"),
        (150, 350, 14, "Ann Miller"),
        (160, 300, 11, "May 2020"),
    ]
    pages = [title]
    for chapter, name in enumerate(("Rain", "Snow", "Hail", "Ice"), 1):
        opening = set_page([ONE, TWO], number=3 * chapter)
        opening[0:1] = [(60, 590, 16, f"Chapter {chapter}"), (60, 565, 20, name)]
        odd = set_page(
            [TWO, ONE], number=3 * chapter + 1, head=f"CHAPTER {chapter}. {name.upper()}"
        )
        even = set_page([ONE, TWO], number=3 * chapter + 2, head="THE MILL ROAD")
        odd[-1] = (340, 570, 9, str(3 * chapter + 1))  # beside the head
        pages += [opening, odd, even]
    return pages


def test_a_title_in_larger_type_belongs_to_the_number_above_it() -> None:
    book = read(pdf(*latex_pages()), "a.pdf")
    assert titles(book) == [
        "Chapter 1: Rain",
        "Chapter 2: Snow",
        "Chapter 3: Hail",
        "Chapter 4: Ice",
    ]


def test_the_heads_of_chapters_are_known_by_the_page_number_beside_them() -> None:
    heads = {
        text
        for reason, text in skipped(read(pdf(*latex_pages()), "a.pdf"))
        if reason == "running head"
    }
    assert {"CHAPTER 1. RAIN", "CHAPTER 4. ICE", "THE MILL ROAD"} <= heads


def test_the_title_page_names_the_book_and_its_author() -> None:
    book = read(pdf(*latex_pages()), "a.pdf")
    assert (book.metadata.title, book.metadata.author) == ("The Mill Road", "Ann Miller")
    assert "May 2020" not in " ".join(spoken(book))
    kept = read(pdf(*latex_pages()), "a.pdf", Policy(matter="keep"))
    assert "May 2020" in " ".join(spoken(kept))
