"""The tree of errors, each with the exit code that the command line returns for it.

::

    NarratorError                     1
    ├── OptionError                   2   an option that is not valid
    │   ├── LexiconError                  a lexicon that can't be understood
    │   ├── SettingsError                 a file of defaults that can't be understood
    │   └── LanguageFileError             a file of a language that can't be understood
    ├── ReadingError                  3   the input can't be read
    │   ├── UnknownFormatError            no reader knows it
    │   ├── BrokenInputError              it is damaged or malicious
    │   ├── ProtectedInputError           it is encrypted
    │   ├── EmptyBookError                it holds no words
    │   └── ScriptFileError               a script or corrections with a mistake in them
    ├── LedgerError                   4   a word would be lost or spoken twice
    ├── CastingError                  5   the cast can't be made
    │   ├── UnknownVoiceError
    │   ├── UnknownCharacterError
    │   └── CastFileError
    ├── EngineError                   6   speech can't be made
    │   ├── EngineUnavailableError        an engine does not work on this machine
    │   └── SynthesisError                an engine could not speak a line
    ├── ExportError                   7   the audiobook can't be written
    │   └── OutputError                   its location can't be written to
    ├── CheckFailedError              8   an audiobook misses its limits
    ├── MissingExtraError             9   an optional package is not installed
    └── Interrupted                 130   the user pressed ^C

A message names the file, line or voice concerned; `hint` says what to do next.
"""

from __future__ import annotations

from narrator.text.control_characters import show_on_one_line
from narrator.text.credentials import hide_credentials

_MAX_LENGTH = 2000
"""Length of a message in characters at which it is cut, because it may quote a damaged file."""


def _format_line(text: str) -> str:
    """Put a text on one line, without control characters, passwords in addresses, or its end.

    A message may quote a damaged file, a server or a library, so it is made harmless here, whoever
    shows it. It is cut after `_MAX_LENGTH` characters.
    """
    # cut first, so that megabytes of a damaged file are not searched
    line = show_on_one_line(hide_credentials(text[: _MAX_LENGTH + 1]))
    return line if len(text) <= _MAX_LENGTH else f"{line[:_MAX_LENGTH]}…"


class NarratorError(Exception):
    """Base class of all errors that `narrator` raises on purpose."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        # always one line: error messages appear in logs and on the terminal
        self.message = _format_line(message)
        super().__init__(self.message)
        self.hint = _format_line(hint)

    def __reduce__(self) -> tuple[type[NarratorError], tuple[str, str]]:
        """Keep the hint when a worker process sends the error to its parent."""
        return type(self), (self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class OptionError(NarratorError):
    """Raised for an option, or a combination of options, that is not valid."""

    exit_code = 2


class LexiconError(OptionError):
    """Raised when a lexicon can't be read or understood."""


class SettingsError(OptionError):
    """Raised when a file with the user's defaults can't be read or understood."""


class LanguageFileError(OptionError):
    """Raised when the file of a language can't be read or understood."""


class ReadingError(NarratorError):
    """Raised when the input can't be read."""

    exit_code = 3


class UnknownFormatError(ReadingError):
    """Raised when no reader knows the input's format."""


NEW_COPY_HINT = "get a new copy of the file"
"""What to do about a file that is damaged or incomplete."""


class BrokenInputError(ReadingError):
    """Raised when the input is damaged, or is made to do damage (such as a zip bomb)."""


class ProtectedInputError(ReadingError):
    """Raised when the input is encrypted."""


class EmptyBookError(ReadingError):
    """Raised when the input holds no words."""


class ScriptFileError(ReadingError):
    """Raised when a script file, or a file of corrections, can't be understood."""


class LedgerError(NarratorError):
    """Raised when a word of the book would be lost or spoken twice."""

    exit_code = 4


class CastingError(NarratorError):
    """Raised when the cast can't be made."""

    exit_code = 5


class UnknownVoiceError(CastingError):
    """Raised when the user names a voice that no profile describes."""


class UnknownCharacterError(CastingError):
    """Raised when the user names a character that is not in the script."""


class CastFileError(CastingError):
    """Raised when a cast file or a voice profile can't be understood."""


class EngineError(NarratorError):
    """Raised when speech can't be made."""

    exit_code = 6


class EngineUnavailableError(EngineError):
    """Raised when an engine does not work on this machine."""


class MissingExtraError(NarratorError):
    """Raised when a reader, engine or exporter needs an optional package that is not installed."""

    exit_code = 9


class SynthesisError(EngineError):
    """Raised when an engine could not speak a line, or delivered no sound for it."""


class ExportError(NarratorError):
    """Raised when the audiobook can't be written."""

    exit_code = 7


class OutputError(ExportError):
    """Raised when the location of the output can't be written to."""


class CheckFailedError(NarratorError):
    """Raised when an audiobook misses the limits that it was checked against."""

    exit_code = 8


class Interrupted(NarratorError):  # noqa: N818 - the user's decision, not an error
    """Raised when the user asked to stop."""

    exit_code = 130
