import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from narrator.build import pipeline
from narrator.errors import LedgerError, ReadingError
from narrator.model import Image, Script
from narrator.normalisation.phonetic_text import annotate_sounds
from narrator.scripts.serialisation import (
    pack_script,
    serialise_script,
    unpack_script,
    verify_script_file,
)
from tests.scripts.sample_scripts import FERRY, read, scripts

TEXT = """CHAPTER I

“We shall have to wait,” said Martha. “It is late.”

* * *

It rained.
"""


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture
def script_file(text_file: Path) -> Path:
    script = pipeline.write_script([str(text_file)], pipeline.Options())
    path = text_file.with_suffix(".json")
    path.write_text(json.dumps(serialise_script(script)), "utf-8")
    return path


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@given(scripts())
def test_a_packed_script_is_unpacked_without_loss(script: Script) -> None:
    assert unpack_script(b"".join(pack_script(script))) == script


def test_the_lines_of_a_long_script_are_packed_in_parts() -> None:
    script = read(FERRY)
    long_script = replace(script, lines=script.lines * 2000)
    parts = list(pack_script(long_script))
    assert len(parts) > 3
    assert unpack_script(b"".join(parts)) == long_script


def test_a_packed_script_keeps_cover_and_uncorrected_script() -> None:
    script = read(FERRY)
    cover = Image(b"\xff\xd8\xff", "image/jpeg")
    book = replace(script.book, metadata=replace(script.book.metadata, cover=cover))
    script = replace(script, book=book, uncorrected=read(FERRY), notes=("a note",))
    unpacked = unpack_script(b"".join(pack_script(script)))
    assert unpacked.book.metadata.cover == cover
    assert unpacked.uncorrected == script.uncorrected
    assert unpacked.notes == ("a note",)


@pytest.mark.parametrize(
    "packed", [b"", b"\xc1", b"\x93\x01\x02", msgspec.msgpack.encode({"a": 1})]
)
def test_other_bytes_are_not_unpacked(packed: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack_script(packed)


def test_a_script_is_serialised_with_the_documented_keys() -> None:
    content = serialise_script(read(FERRY))
    assert list(content) == [
        "title",
        "author",
        "language",
        "source",
        "chapters",
        "characters",
        "lines",
        "skipped",
    ]
    assert content["characters"][0] == {
        "name": "Mr. Hobday",
        "aliases": ["Hobday"],
        "gender": "male",
        "age": None,
        "spoken": 3,
        "narrates": False,
    }
    line = content["lines"][2]
    assert line["id"] == "1.1.2"
    assert line["kind"] == "dialogue"
    assert line["speaker"] == "Martha Quill"
    assert line["quotation"] == 1
    assert FERRY[line["start"] : line["end"]] == line["text"]
    for passage in content["skipped"]:
        assert set(passage) == {"start", "end", "reason", "text"}
        assert FERRY[passage["start"] : passage["end"]] == passage["text"]


def test_the_sounds_of_a_word_are_not_part_of_its_spoken_text() -> None:
    script = read(FERRY)
    spoken_text = f"The {annotate_sounds('ferry', 'fɛri')} had gone."
    lines = (replace(script.lines[1], spoken=spoken_text),)
    [line] = serialise_script(replace(script, lines=lines))["lines"]
    assert line["spoken"] == "The ferry had gone."


def test_a_complete_script_is_verified_and_counted(script_file: Path) -> None:
    content = json.loads(script_file.read_text("utf-8"))
    counts = verify_script_file(script_file)
    assert counts == (len(content["lines"]), len(content["skipped"]))
    assert counts[1] == 1


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ('"text": "It rained."', '"text": "It poured."', LedgerError, "does not say what is writ"),
        ('"kind": "heading"', '"kind": "title"', ReadingError, "is not a script"),
        ('"lines": ', '"rows": ', ReadingError, "is not a script"),
        ('"reason": "scene break"', '"cause": "scene break"', ReadingError, "is not a script"),
        ('"sha256": "', '"sha256": "0', ReadingError, "is not the book that .* was written from"),
        ("{", "", ReadingError, "is not a script"),
        ("{", "[" * 100_000, ReadingError, "is not a script"),
        ('"start": 0', '"start": "0"', ReadingError, "is not a script"),
        ('"path": "', '"path": 5, "was": "', ReadingError, "is not a script"),
        ('"path": "', '"path": "\\u0000', ReadingError, "can't be read"),
    ],
)
def test_a_changed_script_is_refused(
    script_file: Path, old: str, new: str, error: type[Exception], message: str
) -> None:
    _change(script_file, old, new)
    with pytest.raises(error, match=message):
        verify_script_file(script_file)


def test_a_script_of_a_changed_text_is_refused(script_file: Path, text_file: Path) -> None:
    text_file.write_text(TEXT.replace("rained", "poured"), "utf-8")
    with pytest.raises(ReadingError, match=r"ferry\.txt is not the book that") as caught:
        verify_script_file(script_file)
    assert caught.value.hint == "write the script again"


def test_keys_that_are_not_known_are_ignored(script_file: Path) -> None:
    _change(script_file, '"quotation": ', '"added_later": 1, "quotation": ')
    assert verify_script_file(script_file)[0] > 0


def test_a_missing_script_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"none\.json can't be read"):
        verify_script_file(tmp_path / "none.json")
