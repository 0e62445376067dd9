"""Reads the tables of a language's file, and reports keys and values that make no sense."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from narrator.errors import LanguageFileError
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Value = TypeVar("_Value")
_HINT = "`narrator help languages` describes each key"


class Section:
    """One table of a file, with a method for each type of value.

    A list of words is a text with spaces between the words, or a list of texts if words contain
    spaces. A missing key gives an empty value. `check_keys` reports the keys that nobody knows.
    """

    def __init__(self, table: Mapping[str, Any], place: str) -> None:
        self.table: Final = table
        self.place: Final = place
        """How messages name the table: `de.toml, [people.titles]`."""
        self._tables: dict[str, Section] = {}
        self._known_keys: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.table)

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        return self._get(key, str, "a text", default)

    def flag(self, key: str) -> bool:
        """Return whether the value is true."""
        return self._get(key, bool, "true or false", False)

    def number(self, key: str) -> int:
        """Return a whole number; 0 if it is missing."""
        return self._get(key, int, "a whole number", 0)

    def word_sequence(self, key: str) -> tuple[str, ...]:
        """Return a list of words in the order of the file."""
        value: Any = self._get(key, (str, list), "a text, or a list of texts", "")
        return tuple(value.split()) if isinstance(value, str) else self._check_texts(key, value)

    def words(self, key: str) -> frozenset[str]:
        """Return a list of words without an order."""
        return frozenset(self.word_sequence(key))

    def texts(self, key: str) -> dict[str, str]:
        """Return a table whose values are texts."""
        table = self.subsection(key)
        return {name: table.text(name) for name in table.table}

    def numbers(self, key: str) -> dict[str, int]:
        """Return a table whose values are whole numbers."""
        table = self.subsection(key)
        return {name: table._get(name, int, "a whole number", 0) for name in table.table}

    def rows(self, key: str) -> dict[str, tuple[str, ...]]:
        """Return a table whose values are lists of texts."""
        table = self.subsection(key)
        return {
            name: self._check_texts(name, table._get(name, list, "a list of texts", []))
            for name in table.table
        }

    def subsection(self, key: str) -> Section:
        """Return a table within this one; it is empty if it is missing."""
        if key not in self._tables:
            value: dict[str, Any] = self._get(key, dict, "a table", {})
            self._tables[key] = Section(value, f"{self.place.removesuffix(']')}.{key}]")
        return self._tables[key]

    def expect_keys(self, keys: Iterable[str]) -> None:
        """Add keys that are valid, though nobody reads them if they are missing."""
        self._known_keys.update(keys)

    def check_keys(self) -> None:
        """Check that each key has been read or is expected, also in the tables within this one.

        Raises:
            LanguageFileError: a key is unknown.
        """
        for key in sorted(self.table.keys() - self._known_keys):
            hint = did_you_mean(key, self._known_keys)
            raise LanguageFileError(f"{self.place} has an unknown key '{key}'", hint)
        for table in self._tables.values():
            table.check_keys()

    def _get(
        self, key: str, types: type | tuple[type, ...], type_name: str, default: _Value
    ) -> _Value:
        """Return a value of a type.

        Raises:
            LanguageFileError: it has another type.
        """
        self._known_keys.add(key)
        value: _Value = self.table.get(key, default)
        if not isinstance(value, types):
            raise LanguageFileError(f"{self.place}: '{key}' is not {type_name}", _HINT)
        return value

    def _check_texts(self, key: str, values: list[Any]) -> tuple[str, ...]:
        """Return a list as a tuple.

        Raises:
            LanguageFileError: a value is not a text.
        """
        if not all(isinstance(value, str) for value in values):
            raise LanguageFileError(f"{self.place}: '{key}' has a value that is not a text", _HINT)
        return tuple(values)


_READERS: Final[Mapping[str, Callable[[Section, str], object]]] = {
    "str": Section.text,
    "bool": Section.flag,
    "int": Section.number,
    "frozenset[str]": Section.words,
    "tuple[str, ...]": Section.word_sequence,
    "Mapping[str, str]": Section.texts,
    "Mapping[str, int]": Section.numbers,
    "Mapping[str, tuple[str, ...]]": Section.rows,
}
"""How the value of a field is read, by the field's type."""


def read_fields(section: Section, value_class: type, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the values of a section for the fields of a dataclass that have the same names.

    Fields whose keys are missing, or whose types have no reader, are left out.

    Args:
        section: the table.
        value_class: the dataclass.
        names: the fields that the section may have; by default all.

    Raises:
        LanguageFileError: a value has the wrong type.
    """
    types = {field.name: str(field.type) for field in fields(value_class)}
    readable_names = [name for name in names or types if types[name] in _READERS]
    section.expect_keys(readable_names)
    return {
        name: _READERS[types[name]](section, name)
        for name in readable_names
        if name in section.table
    }
