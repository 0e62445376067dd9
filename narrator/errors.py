"""Everything that can go wrong, as a tree; each kind has the exit code that the command ends with.

::

    NarratorError                     1
    ├── OptionError                   2   an option that makes no sense
    │   └── LexiconError                  a lexicon that can't be understood
    ├── ReadingError                  3   the input can't be read
    │   ├── UnknownFormatError            no reader knows it
    │   ├── BrokenInputError              it is damaged, or a trap
    │   ├── ProtectedInputError           it is encrypted
    │   ├── EmptyBookError                it holds no words
    │   └── ScriptFileError               a script or corrections with a mistake in them
    ├── LedgerError                   4   a word would be lost or said twice
    ├── CastingError                  5   the cast can't be made
    │   ├── UnknownVoiceError
    │   ├── UnknownCharacterError
    │   └── CastFileError
    ├── EngineError                   6   speech can't be made
    │   ├── EngineUnavailableError        an engine that does not work here
    │   └── SynthesisError                a line that an engine could not speak
    ├── ExportError                   7   the audiobook can't be written
    │   └── OutputError                   the place can't be written to
    ├── CheckFailedError              8   an audiobook misses its limits
    ├── MissingExtraError             9   an optional package is not installed
    └── Interrupted                 130   the user pressed ^C

A message names the file, line or voice; `hint` says what to do next.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"\s*[\x00-\x1f\x7f\x85\u2028\u2029]+\s*")
_LONGEST = 2000
"""Characters of a message, which may quote a name or an error from a damaged file."""


def _on_one_line(text: str) -> str:
    text = _CONTROL.sub(" ", text[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class NarratorError(Exception):
    """Anything that `narrator` raises on purpose."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = _on_one_line(message)
        self.hint = _on_one_line(hint)

    def __reduce__(self) -> tuple[type[NarratorError], tuple[str, str]]:
        """Keep the hint when a worker sends the error home."""
        return type(self), (self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class OptionError(NarratorError):
    """Raised for an option, or a combination of options, that makes no sense."""

    exit_code = 2


class LexiconError(OptionError):
    """Raised when a lexicon can't be read or understood."""


class ReadingError(NarratorError):
    """Raised when the input can't be read."""

    exit_code = 3


class UnknownFormatError(ReadingError):
    """Raised when no reader knows the input's format."""


class BrokenInputError(ReadingError):
    """Raised when the input is damaged, or is built to do damage."""


class ProtectedInputError(ReadingError):
    """Raised when the input is encrypted."""


class EmptyBookError(ReadingError):
    """Raised when the input holds no words."""


class ScriptFileError(ReadingError):
    """Raised when a script file, or a file of corrections, can't be understood."""


class LedgerError(NarratorError):
    """Raised when a word of the book would be lost or said twice."""

    exit_code = 4


class CastingError(NarratorError):
    """Raised when the cast can't be made."""

    exit_code = 5


class UnknownVoiceError(CastingError):
    """Raised when a voice is named that no profile describes."""


class UnknownCharacterError(CastingError):
    """Raised when a character is named who is not in the script."""


class CastFileError(CastingError):
    """Raised when a cast file or a voice profile can't be understood."""


class EngineError(NarratorError):
    """Raised when speech can't be made."""

    exit_code = 6


class EngineUnavailableError(EngineError):
    """Raised when an engine does not work here."""


class MissingExtraError(NarratorError):
    """Raised when a reader, engine or exporter needs an optional package that is not installed."""

    exit_code = 9


class SynthesisError(EngineError):
    """Raised when an engine could not speak a line, or delivered no sound for it."""


class ExportError(NarratorError):
    """Raised when the audiobook can't be written."""

    exit_code = 7


class OutputError(ExportError):
    """Raised when the place of the output can't be written to."""


class CheckFailedError(NarratorError):
    """Raised when an audiobook misses the limits that it was checked against."""

    exit_code = 8


class Interrupted(NarratorError):  # noqa: N818 - the user's wish, no error
    """Raised when the user asked to stop."""

    exit_code = 130
