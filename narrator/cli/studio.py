"""`narrator studio`: cast, listen, correct and build on a page in the browser."""

from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.options import Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.build.options import Options


@opt.add_build_options(Stage.BUILDING)
def run_studio(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[BOOK]",
            help="The book; without it, the page lists recent ones and takes a file.",
            show_default=False,
        ),
    ] = None,
    port: opt.Port = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page, or print its address.")
    ] = True,
    listen: Annotated[
        bool,
        typer.Option("--listen", help="Let other machines of your network open the page."),
    ] = False,
    *,
    options: "Options",
    as_json: opt.AsJson = False,
) -> None:
    """Cast, listen, correct and build on a page in your browser."""
    import sys

    from narrator.cache.places import use_cache_dir
    from narrator.cli import display
    from narrator.cli.interrupt_handling import end_process
    from narrator.cli.side_files import report_side_files
    from narrator.errors import MissingExtraError
    from narrator.installation import format_setup_hint

    try:
        from narrator.studio import http_server
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"the studio needs the package {error.name}, which is not installed",
            format_setup_hint("studio"),
        ) from error

    def announce(address: str) -> None:
        report_side_files(source or (), options)
        if as_json:
            display.print_json({"address": address})
            sys.stdout.flush()  # another program waits for it
        else:
            display.print_line(f"The studio is at {address}")
            display.print_line("Keep the address to yourself; press ^C to end the studio.")

    with use_cache_dir(options.cache_dir):
        http_server.serve_studio(
            source or [],
            options,
            announce=announce,
            port=port,
            is_open=listen,
            opens_browser=browser,
        )
    display.print_note("Stopped", "every change is saved", stderr=True)
    end_process()
