"""Writes `docs/languages.md` from the files: `python -m narrator.cli.language_reference`."""

from __future__ import annotations

import ast
import inspect
import sys
from typing import TYPE_CHECKING

from narrator.languages import SECTION_FIELDS, Language
from narrator.languages.about import LanguageAbout, load_about
from narrator.languages.caption_words import BreakWords
from narrator.languages.credit_forms import CreditForms
from narrator.languages.heading_words import HeadingWords
from narrator.languages.interjections import InterjectionTable
from narrator.languages.language_files import find_language_files, load_language_file
from narrator.languages.manners import Manner
from narrator.languages.normalisation_rules import GROUP_NAMES, NormalisationRules
from narrator.languages.reference_texts import ReferenceTexts
from narrator.languages.speaking_forms import SpeakingForms
from narrator.languages.web_words import WebWords
from narrator.text.language_names import describe_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INTRODUCTION = """# Languages

narrator recognises the language of a book, and reads it by the rules of that language. This page
says what works in which language, and what the file of a language contains. It is written by
`python -m narrator.cli.language_reference > docs/languages.md`, and a test compares it with the
files.

## What works in which language

There are three levels. The file of a language states its level, and
`tests/languages/test_levels.py` checks this with the beginning of a chapter in that language:

1. **spoken right**: it has voices of its own. They also read its digits, unless there are rules.
2. **segmented right**: sentences end where they should, headings such as "Zweites Kapitel" begin
   chapters, and the marks and dashes of the language separate speech from narration.
3. **attributed right**: narrator knows the words for people, and so finds the speakers, their
   genders and their ages.

"Numbers" says whether there are rules that write out numbers, dates, times and abbreviations.
Without rules, the voice reads digits in its own language. A language without a file is only spoken:
narrator uses no words of another language for it.

Scripts without capitals don't show what is a name. In the languages with "clauses", narrator takes
the subjects of verbs of speech that recur in the book for names, and so finds the speakers whom a
clause such as 「…」と太郎は言った names, who act in the same paragraph, or whose turn it is. Short
passages written for this purpose prove it, and no novels. Elsewhere in these scripts, lines of
dialogue have no speakers.
"""
_LEVELS = (1, 2, 3)
"""Spoken right, segmented right, attributed right."""
_FILE_INTRODUCTION = """## The file of a language

A language is one file in TOML, `narrator/languages/de.toml` for German. Your own languages, and
your own versions of these, lie in `narrator/languages` in your configuration folder, or in the
folder that the environment variable `NARRATOR_LANGUAGES` names. A file there takes the place of
the one with the same name. If a section, a key or a value is not valid, a build stops with exit
code 2 and names it.

Every section is optional. A list of words is one text with spaces between the words, or a list
of texts if they contain spaces. Words are in lower case, and abbreviations are written without
their last full stop. [CONTRIBUTING.md](../CONTRIBUTING.md#add-a-language) shows how to write a file
in an hour.
"""
_DERIVED_FIELDS = frozenset(
    "tag numbers_by_key trigger_words interjections undotted_forms short_forms".split()  # noqa: SIM905 - readable
)
"""Fields that loaders compute, and that are no keys."""
_PEOPLE = """### `[people]`

Words about people, in tables. `AttributionLanguage` in `narrator/languages/people_words.py`
explains each list, and `en.toml` is the most complete. Genders are `male`, `female` and `neutral`.
"""
_MANNERS = """### `[manners]`

The words by which books describe the way a line is spoken: one table for each of {manners}, with
`verbs`, `adverbs` and `phrases`.
"""
_LABELS = """### `[labels]`

The texts of the web page of a book, with the same keys as in `en.toml`.
"""
_STUDIO = """### `[studio]`

The translations of the English texts on the page of `narrator studio`; `de.toml` has all of them.
Names in braces are replaced by values. Texts without a translation stay in English.
"""


def format_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(
        [
            _INTRODUCTION,
            *_list_levels(),
            "",
            _FILE_INTRODUCTION,
            *_list_sections(),
        ]
    )


def _list_levels() -> Iterator[str]:
    """Yield the rows of the table of languages."""
    yield "| language | | tag | spoken | segmented | attributed | numbers | labels | studio |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for tag in find_language_files():
        file, about = load_language_file(tag), load_about(tag)
        levels = ["yes" if about.level >= level else "" for level in _LEVELS]
        if file.section("speaking") and not levels[-1]:
            levels[-1] = "clauses"
        sections = ("numbers", "labels", "studio")
        marks = " | ".join([*levels, *("yes" if file.section(name) else "" for name in sections)])
        yield f"| {describe_language(tag)} | {about.native_name} | `{tag}` | {marks} |"


def _list_sections() -> Iterator[str]:
    """Yield the descriptions of the sections, with a table of keys for each."""
    yield from _describe("about", LanguageAbout)
    yield from _describe("voices", ReferenceTexts)
    for section_name, names in SECTION_FIELDS.items():
        yield from _describe(section_name, Language, names)
    yield from _describe("headings", HeadingWords)
    yield _PEOPLE
    yield from _list_people_tables()
    yield from _describe("speaking", SpeakingForms)
    yield from _describe("numbers", NormalisationRules)
    yield (
        "Keys about dates, times, ordinal and Roman numbers and capitals may stand in the tables "
        f"{_join_code(f'[numbers.{name}]' for name in GROUP_NAMES)}.\n"
    )
    yield from _describe("interjections", InterjectionTable)
    yield "`[interjections.spellings]` maps each sound to a spelling that engines pronounce well.\n"
    yield _MANNERS.format(manners=_join_code(manner.value for manner in Manner))
    yield from _describe("credits", CreditForms)
    yield _LABELS
    yield _STUDIO
    yield from _describe("captions", BreakWords)
    yield from _describe("web", WebWords)


def _describe(section_name: str, value_class: type, names: Iterable[str] = ()) -> Iterator[str]:
    """Yield a section's heading and the table of its keys."""
    docs = _read_field_docs(value_class)
    yield f"### `[{section_name}]`\n\n| key | meaning |\n|---|---|"
    for name in names or (name for name in docs if name not in _DERIVED_FIELDS):
        yield f"| `{name}` | {docs[name]} |"
    yield ""


def _list_people_tables() -> Iterator[str]:
    """Yield the tables of the section `[people]`, with the keys that the files use."""
    keys: dict[str, list[str]] = {}
    for tag in ("en", *find_language_files()):
        for name, table in load_language_file(tag).section("people").table.items():
            table_keys = keys.setdefault(name, [])
            table_keys += [key for key in table if key not in table_keys]
    yield "| table | keys |\n|---|---|"
    for name, names in keys.items():
        yield f"| `[people.{name}]` | {_join_code(names)} |"
    yield ""


def _join_code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _read_field_docs(value_class: type) -> dict[str, str]:
    """Return the docstring of each field of a dataclass, on one line."""
    body = getattr(ast.parse(inspect.getsource(value_class)).body[0], "body", [])
    docs: dict[str, str] = {}
    name = ""
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            docs[name] = ""
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            docs[name] = " ".join(str(node.value.value).split()).replace("|", "\\|")
    return docs


if __name__ == "__main__":
    # as bytes: the file is UTF-8 with plain line feeds on every system
    sys.stdout.buffer.write(format_page().encode())
