"""The command line, with one module per command.

The modules of commands import what a command needs when it runs, so that `--help` and completion
answer at once. They do without `from __future__ import annotations`, because typer needs the
annotations of a command as types and not as text.
"""
