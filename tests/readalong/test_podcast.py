import json
import struct
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from narrator.errors import OptionError
from narrator.readalong import podcast, write_companion
from tests.readalong.rendering import render, write_audio

RATE = 22_050
NAMES = {
    "itunes": podcast.ITUNES_NAMESPACE,
    "podcast": podcast.PODCAST_NAMESPACE,
    "atom": podcast.ATOM_NAMESPACE,
}


@pytest.fixture
def feed(tmp_path):
    rendered_book = write_audio(render(tmp_path, split=True, rate=RATE))
    files = write_companion("podcast", rendered_book, tmp_path / "cast")
    return rendered_book, tmp_path / "cast", etree.parse(files[0]).getroot().find("channel")


def test_the_channel_has_what_readers_of_feeds_require(feed):
    _, folder, channel = feed
    for name in ("title", "link", "description", "language", "itunes:author", "itunes:category"):
        assert channel.find(name, NAMES) is not None
    assert channel.find("itunes:explicit", NAMES).text == "false"
    assert channel.find("podcast:medium", NAMES).text == "audiobook"
    assert channel.find("atom:link", NAMES).get("href").endswith("/feed.xml")
    image = channel.find("itunes:image", NAMES).get("href").rpartition("/")[2]
    png = (folder / image).read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1400, 1400)


def test_each_chapter_is_an_episode_whose_files_are_there(feed):
    rendered_book, folder, channel = feed
    items = channel.findall("item")
    assert [item.findtext("title") for item in items] == [t.title for t in rendered_book.tracks]
    for number, item in enumerate(items, 1):
        enclosure = item.find("enclosure")
        file = folder / unquote(urlsplit(enclosure.get("url")).path.removeprefix("/"))
        assert file.stat().st_size == int(enclosure.get("length"))
        assert enclosure.get("type") == "audio/mpeg"
        assert item.findtext("itunes:episode", namespaces=NAMES) == str(number)
        for link in (
            *item.findall("podcast:transcript", NAMES),
            item.find("podcast:chapters", NAMES),
        ):
            assert (folder / unquote(link.get("url").rpartition("/")[2])).is_file()


def test_episodes_are_dated_in_order_and_told_apart(feed):
    _, _, channel = feed
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in channel.findall("item")]
    assert dates == sorted(set(dates))
    assert all(isinstance(date, datetime) and date.tzinfo for date in dates)
    names = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(names)) == len(names)


def test_chapters_follow_the_specification(feed):
    _, folder, _ = feed
    first, *_ = sorted(folder.glob("*.chapters.json"))
    chapters = json.loads(first.read_text(encoding="utf-8"))
    assert chapters["version"] == "1.2.0"
    starts = [chapter["startTime"] for chapter in chapters["chapters"]]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert len(starts) == 2  # the chapter has two scenes


def test_an_address_without_a_server_is_refused():
    from narrator.cli import options  # noqa: PLC0415

    assert options.parse_podcast_url("https://example.org/book") == "https://example.org/book"
    with pytest.raises(OptionError):
        options.parse_podcast_url("book")
