"""Writes `docs/cli.md` from the help of the commands: `python -m narrator.cli.reference`."""

from __future__ import annotations

import sys
from typing import Any

import typer.main

from narrator.cli.command_options import fill_help_placeholders
from narrator.cli.main import app

_PAGE_INTRODUCTION = """# The command line

Every command explains itself with `--help`. This page says the same; it is written by
`python -m narrator.cli.reference > docs/cli.md`, and a test compares it with the commands.
"""


def format_reference() -> str:
    """Return the page: usage, arguments and options of every command, as Markdown."""
    group: Any = typer.main.get_command(app)
    sections = [_format_command(name, command) for name, command in group.commands.items()]
    return "\n".join([_PAGE_INTRODUCTION, *sections])


def _format_command(name: str, command: Any) -> str:
    """Return the section of one command."""
    lines = [
        f"## narrator {name}",
        "",
        command.help,
        "",
        "```",
        _format_usage(name, command),
        "```",
    ]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    for heading, parameters in (("Argument", arguments), ("Option", options)):
        if parameters:
            lines += ["", f"| {heading} | Meaning |", "| --- | --- |"]
            lines += [
                f"| `{_escape_bars(_format_signature(p))}` | {_format_meaning(p)} |"
                for p in parameters
            ]
    return "\n".join([*lines, ""])


def _format_usage(name: str, command: Any) -> str:
    """Return the usage line: `narrator build [OPTIONS] INPUT...`."""
    arguments = [_format_signature(p) for p in command.params if p.param_type_name == "argument"]
    return " ".join(["narrator", name, "[OPTIONS]", *arguments])


def _format_signature(parameter: Any) -> str:
    """Return the signature of a parameter: `-o, --output OUT`, `--credits / --no-credits`."""
    metavar = _format_metavar(parameter)
    if parameter.param_type_name == "argument":
        return metavar
    # the short flag first, as in `--help`
    flags = ", ".join(sorted(parameter.opts, key=len))
    if parameter.secondary_opts:
        return f"{flags} / {', '.join(parameter.secondary_opts)}"
    return flags if parameter.is_flag else f"{flags} {metavar}"


def _format_metavar(parameter: Any) -> str:
    """Return the placeholder for a parameter's value; a choice lists its values."""
    if parameter.metavar:
        return str(parameter.metavar)
    choices = getattr(parameter.type, "choices", None)
    return f"[{'|'.join(choices)}]" if choices else "TEXT"


def _escape_bars(text: str) -> str:
    """Escape vertical bars, which would end the cell of a Markdown table."""
    return text.replace("|", "\\|")


def _format_meaning(parameter: Any) -> str:
    """Return the help of a parameter, with its default unless that is empty or off."""
    help_text = _escape_bars(fill_help_placeholders(parameter.help or ""))
    shown = parameter.show_default
    if not isinstance(shown, str):
        is_default_shown = parameter.default not in (None, "", False, ()) and shown
        shown = str(parameter.default) if is_default_shown else ""
        if shown and parameter.secondary_opts:
            shown = max(parameter.opts, key=len)
    default = f"[default: {shown}]" if shown else ""
    # Markdown would take a placeholder such as <name> for HTML
    return " ".join(filter(None, (help_text, default))).replace("<", "\\<")


if __name__ == "__main__":
    # as bytes: the file is UTF-8 with plain line feeds on every system
    sys.stdout.buffer.write(format_reference().encode())
