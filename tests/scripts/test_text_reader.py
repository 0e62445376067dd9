import pytest

from narrator.errors import EmptyBookError, ScriptFileError
from narrator.model import NO_DIRECTIONS, Directions, LineKind
from narrator.readers import SourceFile
from narrator.scripts import text_reader, text_syntax, text_writer
from narrator.scripts.script_recognition import is_script_file
from tests.scripts.sample_scripts import FERRY, read


def _edited(old: str, new: str) -> str:
    assert FERRY.count(old) == 1, old
    return FERRY.replace(old, new)


def test_rows_are_lines_and_labels_name_their_speakers() -> None:
    script = read(FERRY)
    assert [(line.id, line.kind, line.speaker, line.text) for line in script.lines] == [
        ("1.0.1", LineKind.HEADING, None, "CHAPTER I."),
        ("1.1.1", LineKind.NARRATION, None, "The ferry had gone."),
        ("1.1.2", LineKind.DIALOGUE, "Martha Quill", "“We shall have to wait,”"),
        ("1.1.3", LineKind.NARRATION, None, "said Martha Quill."),
        ("1.2.1", LineKind.DIALOGUE, "Mr. Hobday", "“Wait?”"),
        ("1.2.2", LineKind.NARRATION, None, "cried Mr. Hobday."),
        ("1.2.3", LineKind.DIALOGUE, "Mr. Hobday", "“I have waited since noon!"),
        ("1.2.4", LineKind.DIALOGUE, "Mr. Hobday", "I will wait no more.”"),
        ("1.3.1", LineKind.NARRATION, None, "It rained until evening."),
    ]
    assert [line.quotation for line in script.lines if line.quotation] == [1, 2, 2, 2]
    assert [line.id for line in script.lines if line.follows_scene_break] == ["1.3.1"]
    assert [(each.name, each.line_count) for each in script.characters] == [
        ("Mr. Hobday", 3),
        ("Martha Quill", 1),
    ]
    assert [s.text for s in script.book.skipped if s.reason != text_syntax.SCRIPT_MARK_REASON] == [
        "* * *"
    ]


EDITS = [
    ("@Martha: “We", "@Hobday: “We", {"“We shall have to wait,”": "Mr. Hobday"}),
    ("@Martha: “We", "@?: “We", {"“We shall have to wait,”": None}),
    ("@Martha: “We", "“We", {"“We shall have to wait,”": "told"}),
    ("@Martha: “We", "@narrator: “We", {"“We shall have to wait,”": "told"}),
    ("The ferry had", "@Hobday: The ferry had", {"The ferry had gone.": "Mr. Hobday"}),
    ("Hobday [male]", "Hobday, Martha Quill [male]", {"“We shall have to wait,”": "Mr. Hobday"}),
    (
        "Martha [female]",
        "Martha, Mr. Hobday [female]",
        {"“Wait?”": "Martha Quill", "I will wait no more.”": "Martha Quill"},
    ),
    ("    I will", "I will", {"I will wait no more.”": "told"}),
    ("It rained", "\\[It] rained", {"[It] rained until evening.": "told"}),
    ("It rained", "\\Mr. Hobday: it rained", {"Mr. Hobday: it rained until evening.": "told"}),
    (
        "It rained",
        "It   never  rained",
        {"It never rained until evening.": "told"},
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), EDITS)
def test_an_edit_has_the_expected_effect(
    old: str, new: str, expected: dict[str, str | None]
) -> None:
    found = {
        line.text: line.speaker if line.kind is LineKind.DIALOGUE else "told"
        for line in read(_edited(old, new)).lines
    }
    assert {text: found[text] for text in expected} == expected


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_any_editor_are_read(ends: str, encoding: str) -> None:
    data = FERRY.replace("\n", ends).encode(encoding)
    source = SourceFile("f.script", data, ".script")
    assert is_script_file([source])
    assert [line.text for line in text_reader.parse_script([source]).lines] == [
        line.text for line in read(FERRY).lines
    ]


MISTAKES = [
    ("@Martha: “We", "@Marta: “We", 14, "no character is called 'Marta'", "did you mean Martha"),
    ("@Martha: “We", "@Martha “We", 14, "not clear who says", "@Name:"),
    ("@Martha: “We", "Martha Quill: “We", 14, "may be speech or narration", "@Martha Quill:"),
    (
        "@+Mr. Hobday",
        "@+Martha",
        20,
        "Martha Quill can't go on where Mr. Hobday spoke last",
        "the same name",
    ),
    ("[scene] * * *", "[scenes] * * *", 23, "'[scenes] * * *' is not a mark", "scene"),
    ("[scene] * * *", "[left out] * * *", 23, "is not a mark", "left out"),
    ("[scene] * * *", "[He laughed.]", 23, "is not a mark", "\\["),
    ("[female]", "[femal]", 6, "can't be 'femal'", "female"),
    (
        "Mr. Hobday: Hobday",
        "Martha Quill: Hobday",
        7,
        "Martha Quill is among the characters twice",
        "one row",
    ),
    ("Mr. Hobday: Hobday", ": Hobday", 7, "is not a character", "Name:"),
    (
        "title: The Ferry",
        "titel: The Ferry",
        2,
        "'titel: The Ferry' is not valid",
        "did you mean title",
    ),
    ("[chapter] Chapter I\n", "", 10, "is not a character", "Name:"),
]


@pytest.mark.parametrize(("old", "new", "line", "said", "hint"), MISTAKES)
def test_a_mistake_is_reported_with_its_line(
    old: str, new: str, line: int, said: str, hint: str
) -> None:
    with pytest.raises(ScriptFileError) as caught:
        read(_edited(old, new))
    assert f"ferry.script, line {line}: " in caught.value.message
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("text", ["", "Once upon a time.", "[narrator script 2]\n"])
def test_a_file_that_is_not_a_script_is_refused(text: str) -> None:
    with pytest.raises(ScriptFileError, match="is not a script"):
        read(text)


def test_a_script_without_words_is_empty() -> None:
    with pytest.raises(EmptyBookError):
        read("[narrator script 1]\n[chapter] One\n\n— —\n")


def test_two_scripts_are_not_one_book() -> None:
    source = SourceFile("a.script", FERRY.encode(), ".script")
    with pytest.raises(ScriptFileError, match="complete book"):
        text_reader.parse_script([source, source])


def test_every_offset_is_an_offset_into_the_file() -> None:
    script = read(FERRY)
    assert script.book.text == FERRY
    for line in script.lines:
        assert FERRY[line.start : line.end] == line.text


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.txt", FERRY.encode(), True),
        ("x.script", b"anything", True),
        ("-", FERRY.encode("utf-16"), True),
        ("x.txt", b"Once upon a time", False),
    ],
)
def test_a_script_is_recognised_by_its_first_row_or_its_name(
    name: str, data: bytes, expected: bool
) -> None:
    suffix = name[name.rfind(".") :] if "." in name else ""
    assert is_script_file([SourceFile(name, data, suffix)]) is expected


def test_a_user_can_leave_out_a_row() -> None:
    script = read(_edited("It rained", "[left out: dull] It rained"))
    left = [(each.reason, each.text) for each in script.book.skipped]
    assert ("dull", "It rained until evening.") in left
    assert all("rained" not in line.text for line in script.lines)
    assert len(script.book.chapters[0].paragraphs) == 3


def test_a_missing_cover_is_noted(tmp_path) -> None:
    text = _edited("language: en", "book: gone.epub\ncover: of the book")
    script = read(text, str(tmp_path / "ferry.script"))
    assert script.notes == ("the cover is left out: gone.epub is not there any more",)
    assert script.book.source.origin == "gone.epub"


DIRECTIONS = [
    ("@Martha: “We", "@Martha: [whisper] “We", Directions("whisper")),
    ("@Martha: “We", "[soft] @Martha: “We", Directions("soft")),
    ("@Martha: “We", "@Martha: [pause 1.5][slow] “We", Directions("slow", 1.5)),
    ("The ferry had", "[pause 0] The ferry had", Directions("", 0)),
    ("    I will", "    [shout] I will", Directions("shout")),
    ("[heading] CHAPTER", "[heading] [slow] CHAPTER", Directions("slow")),
]


@pytest.mark.parametrize(("old", "new", "directions"), DIRECTIONS)
def test_directions_before_the_words_say_how_they_are_spoken(
    old: str, new: str, directions: Directions
) -> None:
    plain, directed = read(FERRY), read(_edited(old, new))
    changed = [line for line in directed.lines if line.directions != NO_DIRECTIONS]
    assert [line.directions for line in changed] == [directions]
    assert [line.text for line in directed.lines] == [line.text for line in plain.lines]
    assert [line.speaker for line in directed.lines] == [line.speaker for line in plain.lines]


@pytest.mark.parametrize("words", ["[whisper] of leaves", "\\[whisper] of leaves", "[pause 2] x"])
def test_words_that_look_like_directions_are_words_after_a_backslash(words: str) -> None:
    script = read(_edited("“We shall have to wait,”", f"\\{words}"))
    assert script.lines[2].text == words
    assert script.lines[2].directions == NO_DIRECTIONS


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("@Martha: [pause 90] “We", "a pause of 90 seconds is too long"),
        ("[pause] The ferry had", "is not a mark of a script"),
        ("[mumble] The ferry had", "is not a mark of a script"),
    ],
)
def test_a_direction_that_nobody_can_follow_is_an_error(new: str, problem: str) -> None:
    old = "@Martha: “We" if "@" in new else "The ferry had"
    with pytest.raises(ScriptFileError, match=problem):
        read(_edited(old, new))


@pytest.mark.parametrize(
    ("row", "text", "language"),
    [
        ("[in fr] Il pleut.", "Il pleut.", "fr"),
        ("@Martha Quill: [whisper] [in fr] Il pleut.", "Il pleut.", "fr"),
        ("\\[in fr] is a mark.", "[in fr] is a mark.", ""),
        ("@Martha Quill: \\[in fr] is a mark.", "[in fr] is a mark.", ""),
    ],
)
def test_a_row_may_be_in_another_language(row: str, text: str, language: str) -> None:
    script = read(_edited("It rained until evening.", row))
    assert (script.lines[-1].text, script.lines[-1].language) == (text, language)
    assert read(text_writer.format_script(script)).lines[-1].language == language
