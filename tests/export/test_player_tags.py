"""Each player finds each value where it looks for it, in every format."""

import re
from pathlib import Path

import pytest

from narrator.export import ffmpeg
from narrator.export.named_tags import list_named_tags
from narrator.inspection.container import read_container
from narrator.model import Image, Metadata
from tests.export.sample_audiobooks import write_audiobook
from tests.pictures import PNG

METADATA = Metadata(
    "Emma",
    "Jane Austen",
    language="en-GB",
    series="Works",
    series_index="4",
    narrator="Edgar",
    publisher="John Murray",
    published="1815-12-23",
    description="Handsome, clever; and rich = all.",
    cover=Image(PNG, "image/png"),
    subtitle="A Novel",
    isbn="9780141439587",
    asin="B002RI9QJE",
    genre="Romance; Classics",
    extra_tags=(("MOOD", "Cälm"),),
)
VALUES = {
    "title": METADATA.title,
    "author": METADATA.author,
    "narrator": METADATA.narrator,
    "subtitle": METADATA.subtitle,
    "series": METADATA.series,
    "place in the series": METADATA.series_index,
    "publisher": METADATA.publisher,
    "year": "1815",
    "description": METADATA.description,
    "genre": METADATA.genre,
    "ISBN": METADATA.isbn,
    "ASIN": METADATA.asin,
    "language": "en",
}
PAGE = (Path(__file__).parents[2] / "docs" / "tags.md").read_text("utf-8")
TABLE = PAGE.split("## Which player reads what")[1]
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\|.*\|$", TABLE, re.MULTILINE)
]
PLAYERS = ROWS[0][1:]
KEYS = [
    (player, row[0], key)
    for row in ROWS[2:]
    for player, key in zip(PLAYERS, row[1:], strict=True)
    if key != "-"
]
FORMATS = ("mp3", "m4b", "opus", "flac")


@pytest.fixture(scope="module")
def tags(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The tags that ffmpeg reads from a file of each format, by format and lower-case key."""
    found = {}
    for name in FORMATS:
        folder = tmp_path_factory.mktemp(name)
        path = write_audiobook(name, folder, metadata=METADATA).path
        container = read_container(path)
        _, metadata = ffmpeg.probe_file(path)
        pairs = re.findall(r"^(\S+?)=(.*)$", metadata.partition("[CHAPTER]")[0], re.MULTILINE)
        # the tags of Ogg are those of its stream
        found[name] = {key.lower(): value for key, value in container.tags.items()}
        found[name] |= {key.lower(): re.sub(r"\\(.)", r"\1", value) for key, value in pairs}
        found[name]["chapters"] = str(len(container.chapters))
        found[name]["picture"] = str(container.has_cover)
    return found


def test_the_table_names_the_players_and_all_values() -> None:
    players = ", ".join(PLAYERS)
    for player in ("Audiobookshelf", "Plex", "Jellyfin", "BookPlayer", "Prologue", "Apple Books"):
        assert player in players
    assert "Smart AudioBook Player" in players
    assert {row[0] for row in ROWS[2:]} == {*VALUES, "cover", "chapters"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("player", "value", "key"), KEYS)
def test_a_player_finds_a_value(
    tags: dict[str, dict[str, str]], name: str, player: str, value: str, key: str
) -> None:
    del player
    found = tags[name]
    if value in VALUES:
        values = [found.get(each, "") for each in key.split(" or ")]
        assert any(each.startswith(VALUES[value]) for each in values)
    elif value == "cover":
        assert found["picture"] == "True"
    else:
        assert int(found["chapters"]) > 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_tag_of_the_user_is_written(tags: dict[str, dict[str, str]], name: str) -> None:
    assert tags[name]["mood"] == "Cälm"


def test_a_tag_of_the_user_replaces_that_of_the_book() -> None:
    metadata = Metadata("T", series="Works", extra_tags=(("Series", "Novels"),))
    assert ("Series", "Novels") in list_named_tags(metadata)
    assert ("SERIES", "Works") not in list_named_tags(metadata)
