"""`narrator build`: make an audiobook of a story, or one of each of many books."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrator.build.options import BATCH_PARAMETERS, Stage
from narrator.cli import command_options as opt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from narrator.build.batch import BookInput
    from narrator.build.options import Options
    from narrator.cli.build_report import Verbosity
    from narrator.errors import NarratorError


@opt.add_build_options(Stage.BUILDING, *BATCH_PARAMETERS)
def run_build(
    source: opt.InputPaths,
    output: Annotated[
        str | None,
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
    choose_options: "Callable[[Sequence[str]], Options]",
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
    is_single = len(groups.books) == 1
    jobs = [
        _BookJob(book, options if is_single else choose_options(book.paths))
        for book in groups.books
    ]
    batch = _Batch(jobs, output_template, verbosity, skip_done=skip_done)
    batch.is_dry_run, batch.as_json = dry_run, as_json
    batch.choose_targets(output)
    if groups.note and not quiet:
        display.print_note("Note", groups.note, stderr=True)
    if is_single:
        batch.build_single()
    else:
        batch.build_all()


@dataclass
class _BookJob:
    """A book that is to be built, how, and where to."""

    book: "BookInput"
    options: "Options"
    """With the settings of the file beside the book."""
    target: Path = Path()
    """Before the output template is filled in."""

    @property
    def suffix(self) -> str:
        """Return the suffix of the audiobook; empty for a folder of chapters."""
        return "" if self.options.split else f".{self.options.format}"


def _is_target(output: str, options: "Options") -> bool:
    """Return whether a path is that of an audiobook, and not of a folder to put it into."""
    from narrator.build.earlier_audiobooks import is_folder_of_format
    from narrator.files.existence import names_folder

    is_made_before = is_folder_of_format(Path(output), options.format)
    return options.split or is_made_before or not names_folder(output)


def _complete_target(target: Path, job: _BookJob) -> Path:
    """Return the path that a user named, with a suffix if it is a file, and without if a folder.

    Players recognise no file without a suffix, and file managers take `emma.mp3` for a file.
    """
    from narrator.build.option_parsing import list_formats
    from narrator.files.conflicts import STANDARD_OUTPUT
    from narrator.files.existence import exists
    from narrator.readalong import FOLDER_FORMATS

    if exists(target) or str(target) == STANDARD_OUTPUT or job.options.format in FOLDER_FORMATS:
        return target
    if job.options.split:
        return target.with_suffix("") if target.suffix[1:].lower() in list_formats() else target
    return target if target.suffix else target.with_name(target.name + job.suffix)


class _Batch:
    """Builds one or more books, one after the other.

    Args:
        jobs: The inputs and the options of each book.
        template: The output template of the user.
        verbosity: How much is printed.
        skip_done: Whether audiobooks that exist are left as they are.
    """

    def __init__(
        self,
        jobs: "Sequence[_BookJob]",
        template: str | None,
        verbosity: "Verbosity",
        *,
        skip_done: bool,
    ) -> None:
        self._jobs = jobs
        self._template = template
        self._verbosity = verbosity
        self._skips_done = skip_done
        self.is_dry_run = False
        self.as_json = False
        self._folder: Path | None = None
        self._results: list[dict[str, Any]] = []
        self._failures: list[tuple[BookInput, NarratorError]] = []

    def choose_targets(self, output: str | None) -> None:
        """Choose where each audiobook goes, for the value of `-o`.

        Raises:
            OptionError: the output is a file, although there are many books or a template.
        """
        from narrator.build.batch import choose_targets
        from narrator.errors import OptionError
        from narrator.files.existence import names_folder

        first = self._jobs[0]
        is_single = len(self._jobs) == 1 and not self._template
        if is_single and output and _is_target(output, first.options):
            first.target = _complete_target(Path(output), first)
            return
        formats = {job.options.format for job in self._jobs}
        if output and not names_folder(output) and Path(output).suffix[1:].lower() in formats:
            what = "--output-template" if self._template else f"{len(self._jobs)} books"
            raise OptionError(
                f"-o {output} is one file, which does not go with {what}", "name a folder with -o"
            )
        self._folder = Path(output) if output else None
        targets = choose_targets([(job.book, job.suffix) for job in self._jobs], self._folder)
        for job, target in zip(self._jobs, targets, strict=True):
            job.target = target

    def build_single(self) -> None:
        """Build the only book; its errors are those of the command."""
        from narrator.cli import display

        [job] = self._jobs
        target = self._find_target(job)
        if self._is_done(target):
            display.print_note("Done", f"{target} exists already", stderr=self.as_json)
            return
        self._build(job, target, self._verbosity, "Speaking")

    def build_all(self) -> None:
        """Build every book, whatever happens to the others.

        Raises:
            BatchError: one or more books failed.
        """
        from narrator.build.batch import BatchError
        from narrator.cli import display
        from narrator.errors import NarratorError

        for index, job in enumerate(self._jobs):
            try:
                self._build_next(index, job)
            except NarratorError as error:
                self._failures.append((job.book, error))
                number = f"{index + 1}/{len(self._jobs)}"
                display.print_note(number, f"{job.book.label} failed", stderr=True)
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
                f"{len(self._failures)} of {len(self._jobs)} books could not be built",
                "the lines above say why; the same command builds only what is missing",
                codes.pop() if len(codes) == 1 else 1,
            )

    def _list_failures(self) -> None:
        """List the failures at the end, where the user looks for them."""
        from narrator.cli import display

        for book, error in self._failures:
            is_named = str(error).startswith(book.label)
            message = str(error) if is_named else f"{book.label}: {error}"
            display.print_note("Failed", message, stderr=True)

    def _build_next(self, index: int, job: _BookJob) -> None:
        """Build one of many books, and print one line."""
        from narrator.cli import display
        from narrator.cli.build_report import Verbosity

        number = f"{index + 1}/{len(self._jobs)}"
        target = self._find_target(job)
        if self._is_done(target):
            if self._verbosity > Verbosity.QUIET:
                display.print_note(number, f"{target} exists already", stderr=self.as_json)
            return
        verbosity = Verbosity.LINE if self._verbosity is Verbosity.NORMAL else self._verbosity
        if self._verbosity is Verbosity.VERBOSE:
            display.print_note(number, job.book.label, stderr=True)
        self._build(job, target, verbosity, number)

    def _is_done(self, target: Path) -> bool:
        """Return whether a book is to be skipped, because its audiobook exists."""
        from narrator.files.outputs import is_unfinished

        return self._skips_done and target.exists() and not is_unfinished(target)

    def _find_target(self, job: _BookJob) -> Path:
        """Return where a book goes; a template needs the book's title and author."""
        from narrator.build import pipeline
        from narrator.build.batch import fill_template
        from narrator.build.book_files import OUTPUT_FOLDER, apply_cast_file

        if not self._template:
            return job.target
        paths = job.book.paths
        metadata = pipeline.write_script(paths, job.options).book.metadata
        values: dict[str, Any] = dict(apply_cast_file(paths, job.options).about)
        metadata = replace(metadata, **values)
        path = fill_template(self._template, metadata, job.target.stem)
        return (self._folder or Path(OUTPUT_FOLDER)) / path.with_name(f"{path.name}{job.suffix}")

    def _build(self, job: _BookJob, target: Path, verbosity: "Verbosity", label: str) -> None:
        """Build a book, and report its events; before the first, no wrong option is left."""
        from narrator.build import pipeline
        from narrator.build.events import CastingFinished
        from narrator.cli import reports
        from narrator.cli.build_report import BuildReporter, Verbosity
        from narrator.cli.side_files import report_side_files

        run = pipeline.forecast_build if self.is_dry_run else pipeline.build_audiobook
        # closing the events ends the workers at once if an exception, such as ^C, ends this loop
        with (
            BuildReporter(as_json=self.as_json, verbosity=verbosity, label=label) as reporter,
            closing(run(job.book.paths, target, job.options)) as events,
        ):
            for event in events:
                if isinstance(event, CastingFinished) and verbosity > Verbosity.QUIET:
                    report_side_files(job.book.paths, job.options)
                reporter.report(event)
        if reporter.audiobook:
            self._results.append(reports.summarise_audiobook(reporter.audiobook))
