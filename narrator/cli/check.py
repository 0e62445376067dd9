"""`narrator check`: whether players and publishers will take it; whether a script lost words."""

from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


def check(
    audiobook: Annotated[
        list[Path],
        typer.Argument(
            metavar="AUDIOBOOK...",
            help="Audio files, whoever made them; or scripts that `narrator script -o` wrote.",
            show_default=False,
        ),
    ],
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="NAME", help="Must hold: acx, podcast or audiobook."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.png", help="Draw wave and loudness.")
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Check chapters, tags, levels, publishers' limits; of a script, that no word is lost."""
    from narrator import inspection, scriptfile
    from narrator.cli import display, told
    from narrator.errors import CheckFailedError, OptionError
    from narrator.registry import nearest

    wanted, failed, checked = ["file", *(profile or [])], [], []
    if unknown := set(wanted) - set(inspection.PROFILES):
        hint = nearest(min(unknown), inspection.PROFILES)
        raise OptionError(f"no profile is called '{min(unknown)}'", hint)
    for path in audiobook:
        if path.suffix.lower() == ".json":
            lines, skipped = scriptfile.verify(path)
            checked.append({"path": str(path), "lines": lines, "skipped": skipped})
            if not as_json:
                told.balanced(path, lines, skipped)
            continue
        report = inspection.inspect(path)
        verdicts = inspection.judge(report)
        failed += [v for v in verdicts if v.profile in wanted and not v.passed]
        checked.append({**report.as_json(), "verdicts": [v.as_json() for v in verdicts]})
        if not as_json:
            told.report(report, verdicts, wanted)
        if plot:
            inspection.plot(report, plot)
    if as_json:
        display.as_json(checked[0] if len(checked) == 1 else checked)
    if failed:
        first = failed[0]
        said = f"{first.name} is {first.measured:.2f}, and should be {first.limit}"
        more = f"; {len(failed) - 1} more" if len(failed) > 1 else ""
        raise CheckFailedError(f"{first.profile}: {said}{more}")
