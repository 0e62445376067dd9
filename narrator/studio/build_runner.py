"""Runs a build of the open book, reports its progress to all pages, and can stop it at any time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.build import events, pipeline
from narrator.build.book_files import default_output_path
from narrator.build.option_parsing import parse_format
from narrator.errors import NarratorError, OptionError
from narrator.inspection import check_limits, inspect_audiobook
from narrator.sharing import Share, ShareServer, find_local_address
from narrator.studio.messages import (
    BuildProgressed,
    BuildView,
    BuiltFile,
    CheckView,
    LimitView,
    SuspectView,
)
from narrator.synthesis.worker_pool import make_local_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from narrator.build.options import Options
    from narrator.model import Audiobook, Line
    from narrator.studio.broadcaster import Broadcaster
    from narrator.studio.messages import StartBuild
    from narrator.synthesis.rendered_chunks import LineTake

_REPORT_SECONDS = 0.2
"""Shortest time between two reports of progress."""
BUILD_STEPS = (READING, MEASURING, SPEAKING, PREPARING_STEMS, WRITING) = (
    *("Reading the book", "Measuring new voices", "Speaking", "Preparing the stems"),
    "Writing the files",
)
"""What a build does, in the words that the page shows or translates."""
STOPPED_MESSAGE = "Stopped. What was spoken is kept, so the next build continues from there."
_SOUND_SUFFIXES = (".mp3", ".m4b", ".opus", ".flac", ".wav", ".ogg")
"""The suffixes of files that `narrator check` measures."""


class BuildStopped(Exception):  # noqa: N818 - not an error: the user stopped the build
    """Raised in the thread of a build when the user stops it."""


class BuildRunner:
    """The build of the open book, of which there is at most one."""

    def __init__(self, broadcaster: Broadcaster) -> None:
        self.view = BuildView("none")
        self._broadcaster = broadcaster
        self._files: tuple[Path, ...] = ()
        self._lines: dict[str, Line] = {}
        self._checks: dict[Path, CheckView] = {}
        self._thread: threading.Thread | None = None
        self._is_stopping = threading.Event()
        self._executors: list[Executor] = []
        self._reported_at = 0.0
        self._share_server: ShareServer | None = None

    def start(self, paths: Sequence[str], options: Options, command: StartBuild) -> None:
        """Start to build a book.

        Raises:
            OptionError: a build is running, or there is no such format.
        """
        if self._thread is not None and self._thread.is_alive():
            raise OptionError("a build is running", "stop it first")
        format_name = parse_format(command.format, None, "chapters" if command.is_split else None)
        options = replace(options, format=format_name, split=command.is_split)
        options = replace(options, pool=self._track_executors(options.pool or make_local_pool))
        suffix = "" if command.is_split else f".{format_name}"
        target = default_output_path(paths, suffix)
        self._is_stopping.clear()
        self._report(BuildView("running", READING))
        self._thread = threading.Thread(
            target=self._run, args=(paths, target, options), name="build", daemon=True
        )
        self._thread.start()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Stop the build, if one is running; what was spoken is kept in the cache."""
        if self._thread is None or not self._thread.is_alive():
            return
        self._is_stopping.set()
        for executor in self._executors:
            with suppress(Exception):  # it may be shutting down already
                executor.shutdown(wait=False, cancel_futures=True)
        self._thread.join(timeout_seconds)

    def _track_executors(
        self, make_executor: Callable[[int], Executor]
    ) -> Callable[[int], Executor]:
        """Return a function that creates executors, which `stop` can shut down."""

        def make_tracked(worker_count: int) -> Executor:
            if self._is_stopping.is_set():
                raise BuildStopped
            executor = make_executor(worker_count)
            self._executors.append(executor)
            return executor

        return make_tracked

    def _run(self, paths: Sequence[str], target: Path, options: Options) -> None:
        """Build a book, and report how it goes."""
        started_at, first_share = time.monotonic(), None
        try:
            with closing(pipeline.build_audiobook(paths, target, options)) as build_events:
                for event in build_events:
                    if self._is_stopping.is_set() and not isinstance(event, events.BuildFinished):
                        raise BuildStopped
                    if isinstance(event, events.SpeakingProgressed) and first_share is None:
                        started_at, first_share = time.monotonic(), event.fraction_done
                    self._report_event(event, started_at, first_share or 0.0)
        except (BuildStopped, CancelledError):
            self._report(
                msgspec.structs.replace(self.view, state="stopped", message=STOPPED_MESSAGE)
            )
        except NarratorError as error:
            is_stop = self._is_stopping.is_set()
            state = "stopped" if is_stop else "failed"
            self._report(msgspec.structs.replace(self.view, state=state, message=str(error)))
        except OSError as error:
            message = f"{error.filename or target}: {error.strerror or error}"
            self._report(msgspec.structs.replace(self.view, state="failed", message=message))
        finally:
            self._executors.clear()

    def _report_event(
        self, event: events.BuildEvent, started_at: float, first_share: float
    ) -> None:
        """Tell all pages what a build is doing."""
        match event:
            case events.VoiceMeasurementStarted(voice_count) if voice_count:
                self._report(BuildView("running", MEASURING))
            case events.SpeakingProgressed():
                now = time.monotonic()
                if now - self._reported_at < _REPORT_SECONDS and event.fraction_done < 1:
                    return
                done = event.fraction_done - first_share
                seconds_left = None
                if done > 0:
                    seconds_left = (now - started_at) / done * (1 - event.fraction_done)
                self._reported_at = now
                self._report(
                    BuildView(
                        "running",
                        SPEAKING,
                        round(event.fraction_done, 4),
                        {number: round(s, 3) for number, s in event.chapter_fractions.items()},
                        seconds_left,
                    )
                )
            case events.StemsProgressed(fraction_done):
                self._report(
                    msgspec.structs.replace(
                        self.view, step=PREPARING_STEMS, share=round(fraction_done, 4)
                    )
                )
            case events.ExportStarted():
                self._report(msgspec.structs.replace(self.view, step=WRITING, seconds_left=None))
            case events.ScriptWritten(script):
                self._lines = {line.id: line for line in script.lines}
            case events.BuildFinished(audiobook, _, line_takes):
                self._report(self._finish(audiobook, line_takes))

    def _finish(self, audiobook: Audiobook, line_takes: Sequence[LineTake]) -> BuildView:
        """Return the state after a build, with its files."""
        self._files = tuple(
            path for path in (*audiobook.files, *audiobook.companions) if path.is_file()
        )
        self._checks.clear()
        files = [
            BuiltFile(number, path.name, path.stat().st_size, path.suffix in _SOUND_SUFFIXES)
            for number, path in enumerate(self._files)
        ]
        chapters = dict.fromkeys(self.view.chapters, 1.0)
        message = f"Written to {audiobook.files[0].parent}."
        seconds = audiobook.timeline.seconds
        suspects = [
            SuspectView(line.id, line.chapter, line.speaker, line.text, list(take.flaws))
            for take in line_takes
            if take.flaws and (line := self._lines.get(take.line_id)) is not None
        ]
        return BuildView(
            "finished", "", 1.0, chapters, None, message, files, seconds, suspects=suspects
        )

    def share(self) -> str:
        """Serve the files of the last build on the local network; return the address.

        Raises:
            OptionError: nothing was built.
            NarratorError: nothing can be served.
        """
        if not self._files:
            raise OptionError("nothing has been built yet", "build first")
        self.stop_sharing()
        title = self._files[0].stem
        server = ShareServer(Share(tuple(self._files), title), find_local_address())
        threading.Thread(target=server.serve_forever, name="share", daemon=True).start()
        self._share_server = server
        self._report(msgspec.structs.replace(self.view, share_url=server.url))
        return server.url

    def stop_sharing(self) -> None:
        """End the sharing of files, if there is any."""
        if self._share_server is not None:
            self._share_server.shutdown()
            self._share_server.server_close()
            self._share_server = None

    def _report(self, view: BuildView) -> None:
        """Keep the state of the build, and tell all pages."""
        self.view = view
        self._broadcaster.publish(BuildProgressed(view))

    def find_file(self, number: int) -> Path | None:
        """Return a file of the last build by its number, or None if there is no such file."""
        return self._files[number] if 0 <= number < len(self._files) else None

    def check_file(self, number: int) -> CheckView | None:
        """Measure a built file and compare it with the limits; None if there is no such file.

        Raises:
            NarratorError: it can't be measured.
        """
        path = self.find_file(number)
        if path is None:
            return None
        if path not in self._checks:
            report = inspect_audiobook(path)
            limits = [
                LimitView(check.profile, check.name, check.measured_text, check.passed)
                for check in check_limits(report)
            ]
            facts = [
                ("Length", f"{report.duration / 60:.1f} minutes"),
                ("Chapters", str(len(report.chapters))),
                ("Loudness", f"{report.integrated:.1f} LUFS"),
                ("Highest peak", f"{report.true_peak:.1f} dB"),
                ("Noise floor", f"{report.noise_floor:.1f} dB"),
                ("Size", f"{report.bytes / 1e6:.1f} MB"),
            ]
            self._checks[path] = CheckView(path.name, facts, limits)
        return self._checks[path]
