"""The studio's page is translated as a whole, or not at all."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.audio.pauses import PAUSE_PRESETS
from narrator.casting.cast_file import ABOUT_KEYS
from narrator.languages import language_files
from narrator.languages.language_files import list_tags_with_section
from narrator.languages.studio_phrases import load_studio_phrases
from narrator.readers.interface import POLICY_CHOICES
from narrator.scripts.text_syntax import AGES, GENDERS, MANNERS
from narrator.studio.app import PAGE_FILES
from narrator.studio.build_runner import BUILD_STEPS, STOPPED_MESSAGE

TAGS = list_tags_with_section("studio")
SERVER_WORDS = {
    *(*GENDERS, *AGES, *MANNERS, *PAUSE_PRESETS, *LOUDNESS_PROFILES, *POLICY_CHOICES["notes"]),
    *(*BUILD_STEPS, STOPPED_MESSAGE),
}
"""What the server sends of words that the page translates."""
NAMES = {"acx", "podcast", "ISBN", "ASIN"}
"""Words that are the same in many languages, and need no translation."""
_PLACEHOLDER = re.compile(r"\{\w+\}")
_MARKUP = re.compile(r'data-(?:text|label)="([^"]*)"')
_CALL = re.compile(r"\b(?:t|count)\(")
_QUOTED = re.compile(r'"([^"\\]*)"')


def _read_page(name: str) -> str:
    return (files("narrator.studio") / "page" / name).read_text("utf-8")


def _read_arguments(script: str, start: int) -> str:
    """Return what stands between the bracket before `start` and the one that closes it."""
    depth = 1
    for match in re.finditer(r'"[^"]*"|[()\[\]{}]', script[start:]):
        depth += {"(": 1, "[": 1, "{": 1}.get(match[0], 0) - (match[0] in ")]}")
        if not depth:
            return script[start : start + match.start()]
    raise AssertionError(script[start : start + 80])


def _list_arguments(text: str) -> list[str]:
    """Split arguments at the commas that are in no bracket and no text."""
    parts, depth = [""], 0
    for piece in re.findall(r'"[^"]*"|.', text, re.DOTALL):
        depth += (piece in "([{") - (piece in ")]}") if len(piece) == 1 else 0
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _find_phrases() -> Iterator[str]:
    """Yield the phrases of the page, from its markup and its scripts."""
    yield from _MARKUP.findall(_read_page("index.html"))
    for name in PAGE_FILES:
        if not name.endswith(".js") or name == "phrases.js":
            continue
        script = _read_page(name)
        for call in _CALL.finditer(script):
            arguments = _list_arguments(_read_arguments(script, call.end()))
            phrases = arguments[1:3] if call[0].startswith("count") else arguments[:1]
            for argument in phrases:
                yield from _QUOTED.findall(argument)
    labels = _read_arguments(script := _read_page("settings.js"), script.index("LABELS = {") + 10)
    yield from _QUOTED.findall(re.sub(r'"[^"]*":', "", labels))


PHRASES = {*_find_phrases(), *SERVER_WORDS} - NAMES


@pytest.mark.parametrize("tag", TAGS)
def test_every_phrase_of_the_page_is_translated_and_no_other(tag: str) -> None:
    translations = load_studio_phrases([tag]).translations
    assert PHRASES - translations.keys() == set()
    assert translations.keys() - PHRASES == set()


@pytest.mark.parametrize("tag", TAGS)
def test_translations_have_the_same_placeholders_and_no_stray_spaces(tag: str) -> None:
    for phrase, text in load_studio_phrases([tag]).translations.items():
        assert sorted(_PLACEHOLDER.findall(phrase)) == sorted(_PLACEHOLDER.findall(text)), phrase
        assert text.strip() == text != ""
        assert not text.isascii() or tag not in {"ru", "uk", "ar", "he", "ja", "zh", "ko", "el"}, (
            text
        )


def test_the_keys_of_what_players_show_all_have_words() -> None:
    script = _read_page("settings.js")
    labels = _read_arguments(script, script.index("LABELS = {") + 10)
    keys = {key.strip('"') for key in re.findall(r'([\w-]+|"[\w-]+"):', labels)}
    assert {key.replace("_", "-") for key in ABOUT_KEYS} - {"cover"} == keys


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (["de-AT", "en"], "de"),
        (["en-GB", "de"], "en"),
        (["xx", "fr-CA", "en"], "fr"),
        (["xx", "tlh"], "en"),
        ([], "en"),
        (["", "../../x", "<b>"], "en"),
    ],
)
def test_the_first_language_that_has_phrases_is_used(languages: list[str], found: str) -> None:
    phrases = load_studio_phrases(languages)
    assert phrases.language == found
    assert bool(phrases.translations) == (found != "en")


def test_an_own_file_of_a_user_may_translate_a_part(tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "eo.toml").write_text('[studio]\n"Play" = "Ludi"\n', "utf-8")
    monkeypatch.setenv(language_files.FOLDER_VARIABLE, str(tmp_path))
    language_files.find_language_files.cache_clear()
    language_files.load_language_file.cache_clear()
    try:
        assert load_studio_phrases(["eo"]).translations == {"Play": "Ludi"}
    finally:
        monkeypatch.undo()
        language_files.find_language_files.cache_clear()
        language_files.load_language_file.cache_clear()
