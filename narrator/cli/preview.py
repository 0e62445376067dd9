"""`narrator preview`: hear one paragraph as the audiobook will have it."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrator.build.option_parsing import parse_format
from narrator.build.options import Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from narrator.build.options import Options


@opt.add_build_options(Stage.SPEAKING)
def run_preview(
    source: opt.InputPaths,
    paragraph: Annotated[
        int,
        typer.Option(
            "--paragraph",
            "-p",
            metavar="N",
            help="The number of the paragraph, in the chapter if one is given.",
        ),
    ] = 1,
    chapter: Annotated[
        int | None, typer.Option("--chapter", "-c", metavar="C", help="The number of the chapter.")
    ] = None,
    play: opt.Play = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The sound file; its suffix chooses the format.",
            show_default="output/<name>-preview.wav",
        ),
    ] = None,
    *,
    options: "Options",
    as_json: opt.AsJson = False,
) -> None:
    """Speak one paragraph as the audiobook will have it."""
    from narrator.build.book_files import default_output_path
    from narrator.build.preview import preview
    from narrator.cli.player import play_during
    from narrator.cli.side_files import report_side_files

    options = replace(options, format=parse_format(None, output) if output else "wav")
    target = output or default_output_path(source, "-preview.wav")
    result = preview(source, target, paragraph, options, chapter=chapter)
    report_side_files(source, options)
    with play_during(target) if play else nullcontext():
        # rich is slow to import, so it is imported while the sound plays
        from narrator.cli import display, reports

        reports.print_notes(result)
        if as_json:
            display.print_json(reports.summarise_preview(result))
        else:
            reports.print_preview(result)
