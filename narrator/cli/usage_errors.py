"""Says what is wrong with a command line in the way of all other errors: one line, with a hint.

The parser's own messages name types of programmers, such as "integer", and fill a frame.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from narrator.errors import OptionError
from narrator.installation import format_command
from narrator.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPE_WORDS = {
    "int": "a whole number",
    "integer": "a whole number",
    "integer range": "a whole number",
    "int range": "a whole number",
    "float": "a number",
    "float range": "a number",
    "bool": "true or false",
    "boolean": "true or false",
}
"""What values of the parser's types are, in plain words."""
_UNKNOWN_COMMAND = re.compile(r"No such command '(.*?)'", re.DOTALL)
_MISSING_VALUE = re.compile(r"Option '(.*?)' requires an argument")
_TOO_MANY_ARGUMENTS = re.compile(r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", re.DOTALL)
_WRONG_TYPE = re.compile(r"'(.*)' is not a valid ([a-z ]+)\.?", re.DOTALL)
_WRONG_CHOICE = re.compile(r"'(.*)' is not one of (.*?)\.?", re.DOTALL)
_OUT_OF_RANGE = re.compile(r"(\S+) is not in the range (\S+)\.?")


def is_usage_error(error: BaseException) -> bool:
    """Return whether an error is one of the parser, and not a request for help.

    The parser does not export the class of its errors.
    """
    return hasattr(error, "format_message") and type(error).__name__ != "NoArgsIsHelpError"


def translate_usage_error(error: Any, command_names: Iterable[str]) -> OptionError:
    """Return an error of the parser as one of narrator."""
    context = getattr(error, "ctx", None)
    command = context.info_name if context is not None and context.parent else ""
    help_hint = f"`{format_command(*filter(None, [command]), '--help')}` shows what is possible"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        hint = did_you_mean(error.option_name, _list_flags(context), help_hint)
        return OptionError(f"there is no option {error.option_name}", hint)
    if kind == "MissingParameter":
        return OptionError(f"{_name_parameter(error.param)} is missing", help_hint)
    if kind == "BadParameter" and getattr(error, "param", None) is not None:
        return _translate_value(_name_parameter(error.param), str(error.message), help_hint)
    return _translate_text(str(error.format_message()), command_names, help_hint)


def _translate_text(message: str, command_names: Iterable[str], help_hint: str) -> OptionError:
    """Return the error for a message of the parser that has no class of its own."""
    if match := _UNKNOWN_COMMAND.match(message):
        return OptionError(
            f"there is no command '{match[1]}'", did_you_mean(match[1], command_names)
        )
    if match := _MISSING_VALUE.match(message):
        return OptionError(f"{match[1]} needs a value", help_hint)
    if match := _TOO_MANY_ARGUMENTS.match(message):
        return OptionError(f"the command does not take '{match[1]}'", help_hint)
    return OptionError(message.rstrip("."), help_hint)


def _translate_value(name: str, message: str, help_hint: str) -> OptionError:
    """Return the error for a value that has the wrong type, or is out of range."""
    if match := _WRONG_TYPE.fullmatch(message):
        expected = _TYPE_WORDS.get(match[2].strip(), f"a {match[2].strip()}")
        return OptionError(f"{name} '{match[1]}' is not valid", f"give {expected}")
    if match := _WRONG_CHOICE.fullmatch(message):
        choices = re.findall(r"'([^']*)'", match[2])
        return OptionError(f"{name} '{match[1]}' is not known", did_you_mean(match[1], choices))
    if match := _OUT_OF_RANGE.fullmatch(message):
        numbers = re.findall(r"-?\d+", match[2])
        return OptionError(f"{name} {match[1]} is not valid", f"give {' to '.join(numbers)}")
    return OptionError(f"{name}: {message.rstrip('.')}", help_hint)


def _name_parameter(parameter: Any) -> str:
    """Return the name of an option, or of an argument, as the help has it."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[].")
    return str(max(parameter.opts, key=len))


def _list_flags(context: Any) -> list[str]:
    """Return all options of a command."""
    if context is None:
        return []
    return [
        flag
        for parameter in context.command.params
        if parameter.param_type_name == "option"
        for flag in (*parameter.opts, *parameter.secondary_opts)
        if flag.startswith("--")
    ]
