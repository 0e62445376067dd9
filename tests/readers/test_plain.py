import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import BrokenInputError, EmptyBookError
from narrator.model import ParagraphKind
from narrator.readers import Policy, SourceFile
from narrator.readers.plain import PlainReader, decode_text
from narrator.scripts.completeness import verify_completeness
from narrator.segmentation.lines import segment_book
from tests.readers.sample_books import read, skipped, spoken, titles

PROSE = "It had rained all night, and the road to the mill was under water from end to end."
WRAPPED = "It had rained all night, and the road to the mill was under\nwater from end to end."


def chapters(*heads: str) -> str:
    return "\n\n".join(f"{head}\n\n{WRAPPED}\n\n{WRAPPED}" for head in heads)


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (["CHAPTER I", "CHAPTER II"], ["Chapter I", "Chapter II"]),
        (["CHAPTER I.", "CHAPTER II."], ["Chapter I", "Chapter II"]),
        (["Chapter 1", "Chapter 2"], ["Chapter 1", "Chapter 2"]),
        (["Chapter One", "Chapter Twenty-Two"], ["Chapter One", "Chapter Twenty-Two"]),
        (["CHAPTER THE FIRST", "CHAPTER THE LAST"], ["Chapter The First", "Chapter The Last"]),
        (["CHAPTER I: THE MILL", "CHAPTER II: THE SEA"], ["Chapter I: The Mill", "Chapter II: The Sea"]),
        (["CHAPTER I. The Mill", "CHAPTER II. The Sea"], ["Chapter I: The Mill", "Chapter II: The Sea"]),
        (["CHAPTER I\nThe Mill", "CHAPTER II\nThe Sea"], ["Chapter I: The Mill", "Chapter II: The Sea"]),
        (["CHAPTER I\n\nTHE MILL", "CHAPTER II\n\nTHE SEA"], ["Chapter I: The Mill", "Chapter II: The Sea"]),
        (["I", "II", "III"], ["Chapter I", "Chapter II", "Chapter III"]),
        (["1", "2", "3"], ["Chapter 1", "Chapter 2", "Chapter 3"]),
        (["— 1 —", "— 2 —"], ["Chapter 1", "Chapter 2"]),
        (["One", "Two"], ["Chapter One", "Chapter Two"]),
        (["I. THE MILL", "II. THE SEA"], ["I: The Mill", "II: The Sea"]),
        (["1. The Mill", "2. The Sea"], ["1: The Mill", "2: The Sea"]),
        (["PROLOGUE", "CHAPTER 1", "EPILOGUE"], ["Prologue", "Chapter 1", "Epilogue"]),
        (["Part One", "Part Two"], ["Part One", "Part Two"]),
        (["STAVE I: MARLEY'S GHOST", "STAVE II"], ["Stave I: Marley's Ghost", "Stave II"]),
        (["ACT I", "ACT II"], ["Act I", "Act II"]),
        (["Book the First", "Book the Second"], ["Book The First", "Book The Second"]),
        (["FIRST PART", "SECOND PART"], ["First Part", "Second Part"]),
        (["Kapitel 1", "Kapitel 2"], ["Kapitel 1", "Kapitel 2"]),
    ],
)  # fmt: skip
def test_chapters_are_found_by_their_headings(heads: list[str], expected: list[str]) -> None:
    assert titles(read(chapters(*heads), "a.txt")) == expected


def test_a_chapter_carries_its_part_where_numbers_begin_again() -> None:
    text = "PART ONE\n\n" + chapters("CHAPTER I", "CHAPTER II")
    text += "\n\nPART TWO: AWAY\n\n" + chapters("CHAPTER I", "CHAPTER II")
    book = read(text, "a.txt")
    assert titles(book) == [
        "Part One, Chapter I",
        "Part One, Chapter II",
        "Part Two: Away, Chapter I",
        "Part Two: Away, Chapter II",
    ]
    assert [p for p in spoken(book) if p[0] == "#"][:2] == ["# PART ONE", "# CHAPTER I"]


@pytest.mark.parametrize(
    "line",
    [
        "I",
        "I am here.",
        "Chapter and verse were quoted.",
        "Part of the wall fell down in the night.",
        "Book one a room, he said.",
        "Chapter 3 of the report was lost, and nobody knew where it had gone to.",
        "12 of them",
        "1899",
        "Introduction to the family was easy for him, as he knew them all from school.",
    ],
)
def test_a_line_of_the_story_is_not_a_heading(line: str) -> None:
    book = read(f"{PROSE}\n\n{line}\n\n{PROSE}\n", "the-mill.txt")
    assert titles(book) == ["The Mill"]
    assert spoken(book) == [PROSE, line, PROSE]


def test_page_numbers_are_not_read() -> None:
    pages = "\n\n".join(f"they walked on and on without\n\n{n}\n\nany rest" for n in range(1, 9))
    book = read(f"At dawn\n\n{pages}\n\nuntil evening.", "a.txt")
    assert skipped(book) == [("page number", str(n)) for n in range(1, 9)]
    assert len(book.chapters) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Tom was gone.\n\n\n\n7\n\nHis boots were not.\n\nThey stood there.",
        "Tom was gone.\n\nXIV\n\nHis boots were not.",
        "Tom was gone.\n\n\n5\n\nHis boots were not.\n\n\n9\n\nThey stood there.",
    ],
)
def test_a_number_that_stands_apart_is_a_heading(text: str) -> None:
    assert [line for line in spoken(read(text, "a.txt")) if line.startswith("# ")]


@pytest.mark.parametrize("mark", ["[Pg 12]", "[Page xii]", "{12}", "[p. 12]"])
def test_lines_that_only_page_numbers_look_like_are_not_read(mark: str) -> None:
    book = read(f"The hen sat{mark} on the roof.\n\n{mark}\n\nIt rained.", "a.txt")
    assert spoken(book) == ["The hen sat on the roof.", "It rained."]
    assert skipped(book) == [("page number", mark)] * 2


@pytest.mark.parametrize("mark", ["[Pg 12]", "{12}", "12", "- 12 -", "[12]", "Page 12"])
def test_a_sentence_that_a_page_number_interrupts_is_joined(mark: str) -> None:
    book = read(f"The _hen_ sat on\n\n{mark}\n\nthe _old_ roof.\n\nIt rained.", "a.txt")
    assert [line.text for line in segment_book(book)] == [
        "The hen sat on the old roof.",
        "It rained.",
    ]
    emphasis = book.chapters[0].paragraphs[0].emphasis
    assert [book.text[e.start : e.end] for e in emphasis] == ["hen", "old"]
    assert skipped(book) == [("page number", mark)]


LISTS = [
    "CONTENTS\n\nCHAPTER I. The Mill\nCHAPTER II. The Sea\n\n\n",
    "Contents\n\nCHAPTER I. The Mill\n\nCHAPTER II. The Sea\n\n\n\n",
    "TABLE OF CONTENTS\n\nI. The Mill ........ 1\nII. The Sea ....... 22\n\n",
    "CONTENTS\nCHAPTER\n   I. THE MILL\n  II. THE SEA\n\n",
    "CHAPTER I. The Mill\nCHAPTER II. The Sea\nCHAPTER III. The End\n\n",
]


@pytest.mark.parametrize("listed", LISTS)
def test_a_contents_list_at_the_start_is_not_taken_for_the_chapters(listed: str) -> None:
    heads = ["CHAPTER I. The Mill", "CHAPTER II. The Sea"]
    heads += ["CHAPTER III. The End"] if "III" in listed else []
    book = read(listed + chapters(*heads), "a.txt")
    assert titles(book)[:2] == ["Chapter I: The Mill", "Chapter II: The Sea"]
    assert len(book.chapters) == len(heads)
    assert {reason for reason, _ in skipped(book)} == {"contents"}


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("CONTENTS\n\nThe Hen ..... 1\nThe Roof .... 9\n\nThe Hen\n\nIt sat.\n\nThe Roof\n\nIt fell.", ["The Hen", "The Roof"]),
        ("CONTENTS\n\nThe Hen\n\nThe Roof\n\nTHE HEN\n\nIt sat.\n\nTHE ROOF\n\nIt fell.", ["The Hen", "The Roof"]),
        ("CONTENTS\n\nI. The Hen .... 1\nII. The Roof ... 9\n\nI. THE HEN\n\nIt sat.", ["I: The Hen"]),
        ("CONTENTS\n\n1 The Hen 5\n2 The Roof 19\n\n1\n\nThe Hen\n\nIt sat.\n\n2\n\nThe Roof\n\nIt fell.", ["1: The Hen", "2: The Roof"]),
        ("CONTENTS\n\nBOOK I\n\nI. The Hen 1\n\nBOOK II\n\nI. The Roof 9\n\nBOOK I\n\nI\n\nThe Hen\n\nIt sat.", ["I: The Hen"]),
        ("CONTENTS\n\n  I. The Hen     1\n II. The Roof    9\n\nI.\n\nTHE HEN\n\nIt sat.", ["I: The Hen"]),
    ],
)  # fmt: skip
def test_titles_of_the_contents_list_are_headings_where_they_occur_again(
    text: str, heads: list[str]
) -> None:
    book = read(text, "a.txt")
    assert titles(book) == heads
    assert {reason for reason, _ in skipped(book)} == {"contents"}


@pytest.mark.parametrize(
    "title", ["WHAT THE HEN SAW", "The Hen", "The Hen.", "WHAT SHE SAW.", "Who Saw the Hen in It?"]
)
def test_a_title_below_a_chapters_number_is_a_heading_too(title: str) -> None:
    assert spoken(read(f"CHAPTER XII.\n\n{title}\n\nShe saw it.", "a.txt")) == [
        "# CHAPTER XII.",
        f"# {title}",
        "She saw it.",
    ]


@pytest.mark.parametrize("line", ['"HELP!"', "“HELP!”", "HELP!", "THE MILL BURNED AT NOON."])
def test_a_first_line_in_capitals_or_quotation_marks_is_not_a_title(line: str) -> None:
    book = read(f"CHAPTER I\n\n{line}\n\n{PROSE}\n\nCHAPTER II\n\n{PROSE}\n\n{PROSE}\n", "a.txt")
    assert titles(book) == ["Chapter I", "Chapter II"]


@pytest.mark.parametrize(
    "line", ["_VOL. XII_", "(Trade Mark)", 'AUTHOR OF "THE WEIR"', "_A Romance_", "BOSTON"]
)
def test_lines_of_the_title_page_are_neither_chapters_nor_read(line: str) -> None:
    text = f"THE MILL\n\nBY ANN MILLER\n\n{line}\n\nLONDON\n1899\n\n{chapters('CHAPTER I', 'CHAPTER II')}"
    book = read(text, "a.txt")
    assert book.metadata.title == "The Mill"
    assert titles(book) == ["Chapter I", "Chapter II"]
    assert spoken(book)[0] == "# CHAPTER I"


def test_volumes_of_the_book_itself_are_parts() -> None:
    text = "VOLUME I\n\n" + chapters("CHAPTER I", "CHAPTER II")
    text += "\n\nVOLUME II\n\n" + chapters("CHAPTER I")
    assert titles(read(text, "a.txt"))[::2] == ["Volume I, Chapter I", "Volume II, Chapter I"]


GUTENBERG = f"""The Project Gutenberg EBook of The Mill, by Ann Miller

This eBook is for the use of anyone anywhere at no cost.

Title: The Mill
       and the Sea

Author: Ann Miller

Language: English

*** START OF THIS PROJECT GUTENBERG EBOOK THE MILL ***

Produced by A. Person and the Online Distributed Proofreading Team

[Illustration: A mill.]

THE MILL AND THE SEA

By Ann Miller

[Transcriber's Note: Spelling is kept.]

{chapters("CHAPTER I", "CHAPTER II")}

[Illustration]

THE END

End of the Project Gutenberg EBook of The Mill, by Ann Miller

*** END OF THIS PROJECT GUTENBERG EBOOK THE MILL ***

Updated editions will replace the previous one.
"""


def test_the_boilerplate_of_project_gutenberg_is_skipped_with_its_reason() -> None:
    book = read(GUTENBERG, "pg1.txt")
    assert book.metadata.title == "The Mill and the Sea"
    assert book.metadata.author == "Ann Miller"
    assert titles(book) == ["Chapter I", "Chapter II"]
    assert [reason for reason, _ in skipped(book)] == [
        "Project Gutenberg header",
        "credits",
        "picture",
        "title page",
        "transcriber's note",
        "picture",
        "Project Gutenberg licence",
    ]
    assert spoken(book)[-1] == "THE END"


@pytest.mark.parametrize(
    ("head", "title", "author", "first"),
    [
        ("THE OLD MILL\nby Ann Miller\n\n", "The Old Mill", "Ann Miller", "# THE OLD MILL"),
        (
            "The Old Mill\n\nBy\n\nAnn Miller\n\n1899\n\n",
            "The Old Mill",
            "Ann Miller",
            "# The Old Mill",
        ),
        (
            "THE OLD MILL\n\nA Tale\n\nby Ann Miller\n\nTo my aunt\n\nCHAPTER I\n\n",
            "The Old Mill",
            "Ann Miller",
            "# CHAPTER I",
        ),
        (
            "THE OLD MILL\nby\nAnn Miller\n\nYork: Pell & Son, 1899\n\nFor the two of you\n\nI\n\n",
            "The Old Mill",
            "Ann Miller",
            "# I",
        ),
        (
            "THE OLD MILL\nby Ann Miller\n\nFor three days it rained.\n\n",
            "The Old Mill",
            "Ann Miller",
            "# THE OLD MILL",
        ),
        ("The Old Mill\n\n", "The Old Mill", None, "# The Old Mill"),
        ("The old mill!\n\n", "A", None, "The old mill!"),
        (
            "The old mill stood by the river and\n\nwas dry. ",
            "A",
            None,
            "The old mill stood by the river and",
        ),
        ("Title: The Old Mill\nAuthor: Ann Miller\n\n", "The Old Mill", "Ann Miller", PROSE),
        ("THE OLD MILL\n\nCHAPTER I\n\n", "The Old Mill", None, "# THE OLD MILL"),
        ("", "A", None, PROSE),
        ("By the river stood a mill.\n\n", "A", None, "By the river stood a mill."),
    ],
)
def test_title_and_author_are_taken_from_the_first_lines(
    head: str, title: str, author: str | None, first: str
) -> None:
    book = read(head + f"{PROSE}\n\n{PROSE}", "a.txt")
    assert (book.metadata.title, book.metadata.author) == (title, author)
    assert spoken(book)[0] == first


def test_front_and_back_matter_is_read_if_the_policy_keeps_it() -> None:
    book = read(GUTENBERG, "pg1.txt", Policy(matter="keep"))
    assert "Updated editions will replace the previous one." in spoken(book)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.\n", ["One.", "Two."]),
        ("One goes on\nand on.\n\nTwo too\nhere.\n", ["One goes on and on.", "Two too here."]),
        ("One.\nTwo.\nThree, he said.\n", ["One.", "Two.", "Three, he said."]),
        ("    One went\nup the hill.\n    Two went\ndown it.", ["One went up the hill.", "Two went down it."]),
        ("“It is I,”\n said he, and came in\nfrom the rain outside.", ["“It is I,” said he, and came in from the rain outside."]),
        ("“It is I,”\n Tom said, and came in\nfrom the rain outside.", ["“It is I,” Tom said, and came in from the rain outside."]),
        ("One.\r\n\r\nTwo\r\ngoes on.\r\n", ["One.", "Two goes on."]),
        ("One.\rTwo.\r", ["One.", "Two."]),
        ("One.\n \t\nTwo.", ["One.", "Two."]),
        ("One.\n\n* * *\n\nTwo.", ["One.", "* Two."]),
        ("One.\n***\nTwo.", ["One.", "* Two."]),
        ("One.\n\n#\n\nTwo.", ["One.", "* Two."]),
        ("One.\n\n⁂\n\nTwo.", ["One.", "* Two."]),
        ("One.\n\n-----\n\nTwo.", ["One.", "* Two."]),
        ("One.\n\nTwo.\n\n\n\n\nThree.\n\nFour.", ["One.", "Two.", "* Three.", "Four."]),
        ("A farm-\nhouse burnt and the swim-\nming pool froze.", ["A farmhouse burnt and the swimming pool froze."]),
        ("One.[1]\n\nTwo.\n\n[1] A note.", ["One.", "Two."]),
        ("One.*\n\nTwo† too.\n\n* A note.\n\n†Another.", ["One.", "Two too."]),
        ("One¹ went.\n\n¹ A note.\n\nTwo(1) too.\n\n(1) Another.", ["One went.", "Two too."]),
        ("One *very* old.\n\n*Very* old indeed.", ["One *very* old.", "*Very* old indeed."]),
        ("One:\n\n* a hen\n\n* a roof", ["One:", "* a hen", "* a roof"]),
        ("One [Footnote: A note.] went.", ["One went."]),
        ("One.\n\n[Footnote 1: A note\nof two lines.]\n\nTwo.", ["One.", "Two."]),
    ],
)  # fmt: skip
def test_paragraphs_are_inferred_from_the_layout(text: str, expected: list[str]) -> None:
    assert spoken(read(text, "a.txt")) == expected


def test_verse_keeps_its_lines() -> None:
    verse = "The mill goes round,\nThe sea goes down,\nAnd nobody can tell\nThe one from the other."
    book = read(f"{WRAPPED}\n\n{verse}\n\n{WRAPPED}", "a.txt")
    forms = [p.kind for p in book.chapters[0].paragraphs]
    assert forms == [ParagraphKind.TEXT, ParagraphKind.VERSE, ParagraphKind.TEXT]


def test_underscores_mark_emphasis() -> None:
    book = read("It was _very_ late, snake_case_name.", "a.txt")
    (span,) = book.chapters[0].paragraphs[0].emphasis
    assert book.text[span.start : span.end] == "very"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("skip", ["One. Two."]),
        ("inline", ["One. Two.", "A note."]),
        ("chapter-end", ["One. Two.", "A note."]),
    ],
)
def test_notes_are_read_by_policy_and_their_marks_never(policy: str, expected: list[str]) -> None:
    book = read("One.[1] Two.\n\n[1] A note.", "a.txt", Policy(notes=policy))
    assert spoken(book) == expected


TEXT = "“Où est-il?” — it’s naïve"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_common_encodings_are_detected_and_reported(data: bytes, encoding: str) -> None:
    assert decode_text(data, "a.txt") == (TEXT, encoding)
    assert read(data, "a.txt").source.encoding == encoding


def test_a_few_broken_bytes_do_not_change_the_encoding_of_the_text() -> None:
    data = ("“Où est-il?” — “Là.” " * 3).encode() + "déjà".encode("cp1252")
    assert decode_text(data, "a.txt") == ("“Où est-il?” — “Là.” " * 3 + "déjà", "utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Все счастливые семьи похожи друг на друга, каждая несчастна по-своему. ", "cp1251"),
        ("Все счастливые семьи похожи друг на друга, каждая несчастна по-своему. ", "koi8-r"),
        ("Byl pozdní večer, když poutník přišel k mlýnu. Žluťoučký kůň stál venku. ", "cp1250"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "shift_jis"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "iso2022_jp"),
        ("那是一个很晚的夜晚，旅行者来到了磨坊。他问道：谁在那里？", "gb18030"),
    ],
)
def test_every_script_is_decoded(text: str, encoding: str) -> None:
    assert decode_text((text * 4).encode(encoding), "a.txt")[0] == text * 4


def test_offsets_are_those_of_the_decoded_file() -> None:
    text = "One.\r\n\r\nTwo  goes\r\non.\r\n"
    book = read(b"\xef\xbb\xbf" + text.encode(), "a.txt")
    assert book.text == text
    assert [text[p.start : p.end] for p in book.chapters[0].paragraphs] == [
        "One.",
        "Two  goes\r\non.",
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b" \n\n ", EmptyBookError),
        (b"* * *\n\n***", EmptyBookError),
        (bytes(range(256)) * 20, BrokenInputError),
        (b"\xff\xfe\x00", BrokenInputError),
    ],
)
def test_a_file_that_is_not_a_text_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"a\.txt"):
        PlainReader().read(SourceFile("a.txt", data, ".txt"), Policy())


LINE = st.text(
    alphabet=st.sampled_from("abcXIV 12.,:;!?\"'“”—-_*#[]\t\u00ad\u200b\ufeffñ漢\x0c\u2028"),
    max_size=30,
)
HEADS = st.sampled_from(
    [
        "CHAPTER I",
        "II",
        "CONTENTS",
        "[Footnote 1: x",
        "***",
        "*** END OF THE PROJECT GUTENBERG",
        "1",
    ]
)


@settings(deadline=None, derandomize=True)
@given(st.lists(LINE | HEADS, max_size=25), st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n\n"]))
def test_every_word_of_any_text_is_read_or_reported_as_skipped(
    lines: list[str], between: str
) -> None:
    text = between.join(lines)
    try:
        book = read(text, "a.txt")
    except EmptyBookError:
        return
    assert book.text == text.removeprefix("\ufeff")
    verify_completeness(book, segment_book(book))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("—¿Quién está ahí? —preguntó Inés—. No veo nada.\n\n—Soy yo, y el gato.", "es"),
        ("Die Mühle stand still, und der Müller sagte, dass es nicht an ihm lag.", "de"),
        (PROSE, "en"),
    ],
)
def test_the_language_is_detected_from_the_words(text: str, language: str) -> None:
    assert read(text, "a.txt").metadata.language == language
    assert read(text, "a.md").metadata.language == language
    assert read(f"<html><p>{text}</p></html>", "a.html").metadata.language == language


@pytest.mark.parametrize("line", ["INT. KITCHEN - NIGHT", "FADE IN:", "DRAMATIS PERSONAE"])
def test_the_first_scene_of_a_script_is_no_title(line: str) -> None:
    text = f"{line}\n\nMARTHA\nFill it.\n\nTOM\nFill it yourself.\n\nMARTHA\nI will.\n"
    assert read(text, "kettle.txt").metadata.title == "Kettle"
