"""The page of an audition: one file, with a button for each voice."""

import base64
import re
from html.parser import HTMLParser

from narrator.model import Voice
from narrator.readalong.web_player.security_policy import format_policy
from narrator.readalong.web_player.voice_page import VoiceSample, format_voice_page

EVIL = "</script><img src=http://example.com/x onerror=alert(1)>\x1b[2J"
SAMPLES = [
    VoiceSample(Voice("heart", "natural", "heart", gender="female", accent="American"), 4.7, b"1"),
    VoiceSample(Voice("simon", "natural", "heart", gender="male"), None, b"22"),
    VoiceSample(Voice("evil", "tone", "low", description=EVIL, accent=EVIL), 2.0, b"333"),
]


class TagCounter(HTMLParser):
    """Counts the elements of a page, and collects their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def find(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def format_page(line: str = "It rained.") -> str:
    return format_voice_page("Voices for Ada & Bob", "fr", [line], SAMPLES)


def test_each_voice_has_a_button_and_its_sound() -> None:
    elements = TagCounter(format_page())
    assert len(elements.find("li")) == len(elements.find("audio")) == len(SAMPLES)
    sounds = [audio["src"] or "" for audio in elements.find("audio")]
    assert [base64.b64decode(sound.split(",")[1]) for sound in sounds] == [b"1", b"22", b"333"]
    # the browser's own controls serve where the script may not run
    assert all("controls" in audio for audio in elements.find("audio"))
    assert [item["data-gender"] for item in elements.find("li")] == ["female", "male", ""]


def test_the_page_filters_by_what_differs_between_the_voices() -> None:
    elements = TagCounter(format_page())
    assert [select["id"] for select in elements.find("select")] == ["gender", "accent", "engine"]


def test_no_text_of_a_voice_or_a_book_becomes_markup() -> None:
    elements = TagCounter(format_page(EVIL))
    assert elements.find("img") == []
    assert len(elements.find("script")) == 1
    assert "\x1b" not in format_page(EVIL)


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    page = format_page()
    elements = TagCounter(page)
    [policy] = [meta for meta in elements.find("meta") if "http-equiv" in meta]
    nonce = elements.find("script")[0]["nonce"] or ""
    assert policy["content"] == format_policy(nonce, "data:")
    assert elements.find("style")[0]["nonce"] == nonce
    assert page.count(nonce) == 4
    assert not re.search(r"(src|href)=\"(?!data:)|@import|url\(", page)
    assert nonce not in format_page("It snowed.")


def test_the_lines_are_marked_as_their_language() -> None:
    assert TagCounter(format_page()).find("blockquote") == [{"lang": "fr", "dir": "ltr"}]
