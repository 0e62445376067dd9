"""Finds and parses the files of languages: one TOML file per language, with a table per step.

The files lie in this package. A user may add languages, or replace these, with files of the same
form in `languages` in the configuration folder, or in the folder that `NARRATOR_LANGUAGES` names.
docs/languages.md describes the sections.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from narrator.errors import LanguageFileError
from narrator.files.toml_files import TomlFileError, read_toml
from narrator.languages.sections import Section
from narrator.text.language_tags import primary_subtag
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION_HEADER = re.compile(r"^\[(\w+)[.\]]", re.MULTILINE)
FOLDER_VARIABLE = "NARRATOR_LANGUAGES"
_PACKAGE_FOLDER = Path(__file__).parent
SECTION_NAMES = (
    "about", "voices", "sentences", "headings", "dialogue", "documents", "questions", "people",
    "speaking", "numbers", "interjections", "manners", "credits", "labels", "studio", "captions",
    "web",
)  # fmt: skip
"""The sections that a file may have, in their usual order."""


@dataclass(frozen=True, slots=True, eq=False)
class LanguageFile:
    """The sections of one language; a language without a file has none."""

    tag: str
    """Its primary subtag, such as `de`."""
    path: Path | None
    content: Mapping[str, Mapping[str, Any] | str]
    """Each section: its table, or its text, which is parsed when a step needs it."""

    @property
    def is_from_user(self) -> bool:
        """Return whether the file is not one of this package."""
        return self.path is not None and self.path.parent != _PACKAGE_FOLDER

    def section(self, name: str) -> Section:
        """Return a section; it is empty if the file lacks it."""
        table = self.content.get(name, {})
        if isinstance(table, str):
            table = tomllib.loads(table)[name]
        return Section(table, f"{self.path}, [{name}]")


def list_language_folders() -> tuple[Path, ...]:
    """Return the folders with files of languages; later folders take precedence."""
    folders = [_PACKAGE_FOLDER, user_config_path("narrator") / "languages"]
    if extra_folder := os.environ.get(FOLDER_VARIABLE):
        folders.append(Path(extra_folder))
    return tuple(folders)


@cache
def find_language_files() -> dict[str, Path]:
    """Return the file of each language that has one, ordered by primary subtag."""
    paths = {
        path.stem.casefold(): path
        for folder in list_language_folders()
        for path in sorted(folder.glob("*.toml"))
    }
    return {tag: paths[tag] for tag in sorted(paths)}


@cache
def load_language_file(tag: str) -> LanguageFile:
    """Return the file for a BCP 47 tag, of which only the primary subtag counts.

    Raises:
        LanguageFileError: the file is not TOML, or has an unknown section.
    """
    primary = primary_subtag(tag)
    path = find_language_files().get(primary)
    if path is None:
        return LanguageFile(primary, None, {})
    if path.parent == _PACKAGE_FOLDER:
        return LanguageFile(primary, path, split_language_sections(path.read_text("utf-8")))
    return LanguageFile(primary, path, _read_user_file(path))


def split_language_sections(text: str) -> dict[str, str]:
    """Return the text of each section of a file of this package.

    A build needs few sections of most files, and parsing them all takes a twentieth of a second. A
    section's tables may stand apart. No line of a text with several lines may look like a header.
    """
    starts = list(_SECTION_HEADER.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    sections: dict[str, str] = {}
    for match, end in zip(starts, ends, strict=True):
        sections[match[1]] = sections.get(match[1], "") + text[match.start() : end]
    return sections


def _read_user_file(path: Path) -> dict[str, Any]:
    """Return the sections of a user's file.

    Raises:
        LanguageFileError: the file is not TOML, or has an unknown section.
    """
    try:
        content = read_toml(path)
    except TomlFileError as error:
        raise LanguageFileError(f"{path} {error}", "see `narrator help languages`") from error
    for name, table in content.items():
        if name not in SECTION_NAMES or not isinstance(table, dict):
            raise LanguageFileError(
                f"{path} has no section [{name}]",
                did_you_mean(name, SECTION_NAMES) or "see `narrator help languages`",
            )
    return content


def list_tags_with_section(name: str) -> tuple[str, ...]:
    """Return the primary subtags of the languages whose files have a section, in order."""
    return tuple(tag for tag in find_language_files() if load_language_file(tag).section(name))
