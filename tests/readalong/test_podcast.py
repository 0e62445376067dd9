import json
import struct
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from narrator.errors import OptionError
from narrator.files.images import detect_media_type
from narrator.model import Metadata
from narrator.readalong import podcast, write_companion
from tests.readalong.rendering import render, write_audio

RATE = 22_050
NAMESPACES = {
    "itunes": podcast.ITUNES_NAMESPACE,
    "podcast": podcast.PODCAST_NAMESPACE,
    "atom": podcast.ATOM_NAMESPACE,
}


@pytest.fixture
def feed(tmp_path):
    rendered_book = write_audio(render(tmp_path, split=True, rate=RATE))
    files = write_companion("podcast", rendered_book, tmp_path / "cast")
    return rendered_book, tmp_path / "cast", etree.parse(files[0]).getroot().find("channel")


def test_the_channel_has_what_podcast_players_require(feed):
    _, folder, channel = feed
    for name in ("title", "link", "description", "language", "itunes:author", "itunes:category"):
        assert channel.find(name, NAMESPACES) is not None
    assert channel.find("itunes:explicit", NAMESPACES).text == "false"
    assert channel.find("podcast:medium", NAMESPACES).text == "audiobook"
    assert channel.find("atom:link", NAMESPACES).get("href").endswith("/feed.xml")
    image = channel.find("itunes:image", NAMESPACES).get("href").rpartition("/")[2]
    png = (folder / image).read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1400, 1400)


def test_each_chapter_is_an_episode_with_all_its_files(feed):
    rendered_book, folder, channel = feed
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [t.title for t in rendered_book.tracks]
    for number, item in enumerate(items, 1):
        enclosure = item.find("enclosure")
        file = folder / unquote(urlsplit(enclosure.get("url")).path.removeprefix("/"))
        assert file.stat().st_size == int(enclosure.get("length"))
        assert enclosure.get("type") == "audio/mpeg"
        assert item.findtext("itunes:episode", namespaces=NAMESPACES) == str(number)
        for link in (
            *item.findall("podcast:transcript", NAMESPACES),
            item.find("podcast:chapters", NAMESPACES),
        ):
            assert (folder / unquote(link.get("url").rpartition("/")[2])).is_file()


def test_episodes_have_dates_in_order_and_ids_of_their_own(feed):
    _, _, channel = feed
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in channel.findall("item")]
    assert dates == sorted(set(dates))
    assert all(isinstance(date, datetime) and date.tzinfo for date in dates)
    names = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(names)) == len(names)


def test_scenes_are_chapters_of_an_episode(feed):
    _, folder, _ = feed
    first, *_ = sorted(folder.glob("*.chapters.json"))
    chapters = json.loads(first.read_text(encoding="utf-8"))
    assert chapters["version"] == "1.2.0"
    starts = [chapter["startTime"] for chapter in chapters["chapters"]]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert len(starts) == 2  # the chapter has two scenes


def test_an_address_without_a_server_is_refused():
    from narrator.build import option_parsing as options  # noqa: PLC0415

    assert options.parse_podcast_url("https://example.org/book") == "https://example.org/book"
    with pytest.raises(OptionError):
        options.parse_podcast_url("book")


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("1815-12-23", datetime(1815, 12, 23, tzinfo=UTC)),
        ("1815-12-23T10:00:00Z", datetime(1815, 12, 23, tzinfo=UTC)),
        ("1815", datetime(2000, 1, 1, tzinfo=UTC)),
        (None, datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_book_without_a_full_date_gets_a_fixed_one(published, expected):
    metadata = Metadata("Emma", published=published)
    assert podcast._parse_publication_date(metadata) == expected


def test_the_colour_of_a_plain_cover_depends_on_the_title():
    covers = [podcast.make_plain_cover(title).data for title in ("Emma", "Emma", "Persuasion")]
    assert covers[0] == covers[1] != covers[2]
    assert all(detect_media_type(data) == "image/png" for data in covers)
    assert struct.unpack(">II", covers[0][16:24]) == (1400, 1400)
