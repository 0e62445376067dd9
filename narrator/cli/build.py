"""`narrator build`: make an audiobook of a story, or one of each of many books."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrator.build.options import BATCH_PARAMETERS, Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.batch import BookInput
    from narrator.build.options import Options
    from narrator.cli.build_report import Verbosity
    from narrator.errors import NarratorError


@opt.add_build_options(Stage.BUILDING, *BATCH_PARAMETERS)
def run_build(
    source: opt.InputPaths,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="The audiobook, whose suffix chooses the format; a folder for many books.",
            show_default="output/<name>.<format>",
        ),
    ] = None,
    *,
    options: "Options",
    one_book: bool | None,
    output_template: str | None,
    skip_done: bool,
    quiet: bool,
    verbose: bool,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Show what would be made and how long it would take, and make nothing.",
        ),
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Narrate a story to an audiobook. Several books become one audiobook each."""
    from narrator.build.batch import check_template, group_inputs
    from narrator.cli import display
    from narrator.cli.build_report import Verbosity
    from narrator.cli.option_conflicts import refuse_together

    if verbose:
        refuse_together("--verbose", {"--quiet": quiet})
    if options.solo:
        refuse_together("--solo", {"--set": options.assign})
    if output_template:
        check_template(output_template)
    verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
    groups = group_inputs(source, one_book=one_book)
    if groups.note and not quiet:
        display.print_note("Note", groups.note, stderr=True)
    batch = _Batch(groups.books, options, output_template, verbosity, skip_done=skip_done)
    batch.is_dry_run, batch.as_json = dry_run, as_json
    batch.choose_targets(output)
    if len(groups.books) == 1:
        batch.build_single()
    else:
        batch.build_all()


class _Batch:
    """Builds one or more books, one after the other.

    Args:
        books: The inputs of each book.
        options: How the books are narrated.
        template: The output template of the user.
        verbosity: How much is printed.
        skip_done: Whether audiobooks that exist are left as they are.
    """

    def __init__(
        self,
        books: "Sequence[BookInput]",
        options: "Options",
        template: str | None,
        verbosity: "Verbosity",
        *,
        skip_done: bool,
    ) -> None:
        self._books = books
        self._options = options
        self._template = template
        self._verbosity = verbosity
        self._skips_done = skip_done
        self.is_dry_run = False
        self.as_json = False
        self._targets: list[Path] = []
        self._folder: Path | None = None
        self._results: list[dict[str, Any]] = []
        self._failures: list[tuple[BookInput, NarratorError]] = []

    def choose_targets(self, output: Path | None) -> None:
        """Choose where each audiobook goes.

        Raises:
            OptionError: the output is a file, although there are many books or a template.
        """
        from narrator.build.batch import choose_targets
        from narrator.errors import OptionError
        from narrator.files.existence import is_folder

        suffix = "" if self._options.split else f".{self._options.format}"
        is_single = len(self._books) == 1 and not self._template
        if is_single and output and (self._options.split or not is_folder(output)):
            self._targets = [output]
            return
        if output and output.suffix[1:].lower() == self._options.format and not is_folder(output):
            what = "--output-template" if self._template else f"{len(self._books)} books"
            raise OptionError(
                f"-o {output} is one file, which does not go with {what}", "name a folder with -o"
            )
        self._folder = output
        self._targets = choose_targets(self._books, output, suffix)

    def build_single(self) -> None:
        """Build the only book; its errors are those of the command."""
        from narrator.cli import display

        [book] = self._books
        target = self._find_target(0)
        if self._is_done(target):
            display.print_note("Done", f"{target} exists already", stderr=self.as_json)
            return
        self._build(book, target, self._verbosity, "Speaking")

    def build_all(self) -> None:
        """Build every book, whatever happens to the others.

        Raises:
            BatchError: one or more books failed.
        """
        from narrator.build.batch import BatchError
        from narrator.cli import display
        from narrator.errors import NarratorError

        for index, book in enumerate(self._books):
            try:
                self._build_next(index, book)
            except NarratorError as error:
                self._failures.append((book, error))
                number = f"{index + 1}/{len(self._books)}"
                display.print_note(number, f"{book.label} failed", stderr=True)
        if self.as_json:
            failures = [
                {"input": list(book.paths), "error": str(error), "exit_code": error.exit_code}
                for book, error in self._failures
            ]
            display.print_json({"audiobooks": self._results, "failures": failures})
        if self._failures:
            self._list_failures()
            codes = {error.exit_code for _, error in self._failures}
            raise BatchError(
                f"{len(self._failures)} of {len(self._books)} books could not be built",
                "the lines above say why; the same command builds only what is missing",
                codes.pop() if len(codes) == 1 else 1,
            )

    def _list_failures(self) -> None:
        """List the failures at the end, where the user looks for them."""
        from narrator.cli import display

        for book, error in self._failures:
            display.print_note("Failed", f"{book.label}: {error}", stderr=True)

    def _build_next(self, index: int, book: "BookInput") -> None:
        """Build one of many books, and print one line."""
        from narrator.cli import display
        from narrator.cli.build_report import Verbosity
        from narrator.cli.side_files import report_side_files

        number = f"{index + 1}/{len(self._books)}"
        target = self._find_target(index)
        if self._is_done(target):
            if self._verbosity > Verbosity.QUIET:
                display.print_note(number, f"{target} exists already", stderr=self.as_json)
            return
        verbosity = Verbosity.LINE if self._verbosity is Verbosity.NORMAL else self._verbosity
        if self._verbosity > Verbosity.QUIET:
            report_side_files(book.paths, self._options)
        if self._verbosity is Verbosity.VERBOSE:
            display.print_note(number, book.label, stderr=True)
        self._build(book, target, verbosity, number)

    def _is_done(self, target: Path) -> bool:
        """Return whether a book is to be skipped, because its audiobook exists."""
        from narrator.files.outputs import is_unfinished

        return self._skips_done and target.exists() and not is_unfinished(target)

    def _find_target(self, index: int) -> Path:
        """Return where a book goes; a template needs the book's title and author."""
        from narrator.build import pipeline
        from narrator.build.batch import fill_template
        from narrator.build.book_files import OUTPUT_FOLDER, apply_cast_file

        target = self._targets[index]
        if not self._template:
            return target
        paths = self._books[index].paths
        metadata = pipeline.write_script(paths, self._options).book.metadata
        values: dict[str, Any] = dict(apply_cast_file(paths, self._options).about)
        metadata = replace(metadata, **values)
        path = fill_template(self._template, metadata, target.stem)
        suffix = "" if self._options.split else f".{self._options.format}"
        return (self._folder or Path(OUTPUT_FOLDER)) / path.with_name(f"{path.name}{suffix}")

    def _build(self, book: "BookInput", target: Path, verbosity: "Verbosity", label: str) -> None:
        """Build a book, and report its events."""
        from narrator.build import pipeline
        from narrator.cli import reports
        from narrator.cli.build_report import BuildReporter

        run = pipeline.forecast_build if self.is_dry_run else pipeline.build_audiobook
        # closing the events ends the workers at once if an exception, such as ^C, ends this loop
        with (
            BuildReporter(as_json=self.as_json, verbosity=verbosity, label=label) as reporter,
            closing(run(book.paths, target, self._options)) as events,
        ):
            for event in events:
                reporter.report(event)
        if reporter.audiobook:
            self._results.append(reports.summarise_audiobook(reporter.audiobook))
