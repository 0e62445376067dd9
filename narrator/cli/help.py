"""`narrator help`: show a page of the documentation in the terminal, without the internet."""

from pathlib import Path
from typing import Annotated

import typer

PAGES = {
    "tutorial": "from a manuscript to the phone, in ten minutes",
    "authors": "how to listen to your own manuscript, and publish it",
    "teachers": "how to give a class text and sound together",
    "blind-readers": "how to use narrator with a screen reader",
    "fan-fiction": "how to listen to saved pages and serials",
    "publishers": "how to make many audiobooks with complete tags",
    "phone": "how to get an audiobook onto a phone",
    "files": "files that you can write: settings, cast, script, corrections and others",
    "voices": "engines and voices",
    "languages": "what narrator knows of each language",
    "studio": "a page in the browser to cast, listen, correct and build",
    "tags": "tags, and which player reads which",
    "read-along": "text with sound: subtitles, EPUB, web page, podcast",
    "takes": "how faulty lines are spoken again, and an audiobook is checked by listening",
    "audio": "the sound and the audiobook files",
    "cli": "every command and option",
    "cluster": "several machines that work on one book",
    "performance": "speed and memory",
    "attribution": "how speakers are found",
    "writing-an-engine": "how to add a speech engine",
    "glossary": "what the terms mean",
}
"""The pages by topic, with what each is about."""


def run_help(
    context: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="A page or a command; without it, all topics.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show a page of the documentation, or list the topics."""
    from narrator.cli import display
    from narrator.errors import OptionError
    from narrator.text.suggestions import did_you_mean

    commands = getattr(context.find_root().command, "commands", {})
    if topic is None:
        display.print_table(("Topic", "About"), list(PAGES.items()))
        display.print_line(
            "`narrator help TOPIC` shows a page, and `narrator COMMAND --help` all options."
        )
    elif topic in PAGES:
        display.print_markdown(_read_page(topic))
    elif topic in commands:
        # prints the help, and exits
        commands[topic].make_context(topic, ["--help"], parent=context.find_root())
    else:
        raise OptionError(
            f"there is no help on '{topic}'", did_you_mean(topic, [*PAGES, *commands])
        )


def _read_page(topic: str) -> str:
    """Return the Markdown of a page.

    Raises:
        OptionError: the page was not installed.
    """
    from narrator.errors import OptionError

    package = Path(__file__).parents[1]
    # in a wheel, the pages lie in the package; in a checkout, beside it
    for folder in (package / "docs", package.parent / "docs"):
        page = folder / f"{topic}.md"
        if page.is_file():
            return page.read_text("utf-8")
    raise OptionError(f"the page on '{topic}' is not installed", "install narrator again")
