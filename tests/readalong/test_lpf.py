import json
import zipfile

import pytest

from narrator.readalong import write_companion
from tests.readalong.rendering import render, write_audio

RATE = 22_050


def test_the_manifest_has_what_w3c_audiobooks_requires(tmp_path):
    rendered_book = write_audio(render(tmp_path, split=True, rate=RATE))
    (file,) = write_companion("lpf", rendered_book, tmp_path / "book.lpf")
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("publication.json"))
        stored = {i.filename for i in archive.infolist() if i.compress_type == zipfile.ZIP_STORED}
    assert manifest["@context"][:2] == ["https://schema.org", "https://www.w3.org/ns/pub-context"]
    assert manifest["conformsTo"] == "https://www.w3.org/TR/audiobooks/"
    assert manifest["type"] == "Audiobook"
    assert manifest["name"]
    order = manifest["readingOrder"]
    assert [item["name"] for item in order] == [track.title for track in rendered_book.tracks]
    assert {item["url"] for item in order} <= names & stored
    assert any(item["rel"] == "contents" and item["url"] in names for item in manifest["resources"])
    lengths = [float(item["duration"].strip("PTS")) for item in order]
    assert float(manifest["duration"].strip("PTS")) == pytest.approx(sum(lengths), abs=0.01)
