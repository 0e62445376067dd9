"""Languages lie in one file each, and users may add or replace them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from narrator import Options, write_script
from narrator.errors import LanguageFileError
from narrator.languages import load_language
from narrator.languages.language_files import (
    SECTION_NAMES,
    find_language_files,
    load_language_file,
)
from narrator.languages.people_words import load_attribution_language
from narrator.languages.validation import SECTION_LOADERS, check_language, check_user_languages
from narrator.languages.web_words import load_own_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = "“Tovi na,” mulis Bren.\n\n“Ka?” mulis Sorn. “Tovi, tovi!”\n"


@pytest.fixture
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the user's folder of languages, and forget its files afterwards."""
    folder = tmp_path / "languages"
    folder.mkdir()
    monkeypatch.setenv("NARRATOR_LANGUAGES", str(folder))
    clear_caches()
    yield folder
    clear_caches()


def clear_caches() -> None:
    loaders = (find_language_files, load_language_file, check_user_languages, *SECTION_LOADERS)
    for load in (*loaders, load_own_words):
        load.cache_clear()


def list_speakers(folder: Path) -> list[str | None]:
    story = folder.parent / "story.txt"
    story.write_text(STORY, "utf-8")
    script = write_script([str(story)], Options(about={"language": "qaa"}))
    return [line.speaker for line in script.lines if line.quotation]


@pytest.mark.parametrize("tag", find_language_files())
def test_every_file_has_only_known_sections_and_keys(tag: str) -> None:
    check_language(tag)


@pytest.mark.parametrize(("tag", "path"), find_language_files().items())
def test_a_section_is_the_same_whether_or_not_the_whole_file_is_parsed(
    tag: str, path: Path
) -> None:
    content = tomllib.loads(path.read_text("utf-8"))
    assert content.keys() <= set(SECTION_NAMES)
    assert {name: load_language_file(tag).section(name).table for name in content} == content


def test_a_user_can_add_a_language(user_folder: Path) -> None:
    (user_folder / "qaa.toml").write_text(
        '[sentences]\nsentence_starters = "ka"\n\n[dialogue]\nspeech_verbs = "mulis"\n\n'
        '[people.given_names]\nmale = "bren sorn"\n',
        "utf-8",
    )
    assert list_speakers(user_folder) == ["Bren", "Sorn", "Sorn"]


def test_a_user_can_replace_a_language(user_folder: Path) -> None:
    (user_folder / "de.toml").write_text('[dialogue]\nspeech_verbs = "sprach"\n', "utf-8")
    assert load_language("de-AT").speech_verbs == {"sprach"}
    assert "sprach" in load_attribution_language("de").speech_verbs
    assert "dit" in load_language("fr").speech_verbs


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[speech]\n", "has no section [speech]"),
        (
            "[dialogue]\nspeech_verb = 'mulis'\n",
            "unknown key 'speech_verb': did you mean speech_verbs",
        ),
        (
            "[people.titles]\nmael = 'x'\n",
            "[people.titles] has an unknown key 'mael': did you mean male",
        ),
        ("[dialogue]\nspeech_verbs = 3\n", "'speech_verbs' is not a text, or a list of texts"),
        ("[dialogue]\nhas_dash_dialogue = 'yes'\n", "'has_dash_dialogue' is not true or false"),
        ("[people.nicknames]\npairs = 'bob'\n", "'bob' is not of the form word:word"),
        (
            "[numbers.unit_names]\nkm = 'kilo'\n",
            "[numbers.unit_names]: 'km' is not a list of texts",
        ),
        ("[labels]\nplay = 'Mul'\n", "must have the same keys as English"),
        ("[manners.loudly]\nverbs = 'x'\n", "[manners] has an unknown key 'loudly'"),
        ("[dialogue\n", "is not valid TOML"),
    ],
)
def test_a_mistake_in_a_file_is_reported_before_a_book_is_read(
    user_folder: Path, content: str, message: str
) -> None:
    (user_folder / "qaa.toml").write_text(content, "utf-8")
    with pytest.raises(LanguageFileError) as caught:
        list_speakers(user_folder)
    assert "qaa.toml" in str(caught.value)
    assert message in str(caught.value)
