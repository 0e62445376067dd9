"""`narrator build`: a story goes in, an audiobook comes out."""

from pathlib import Path
from typing import Annotated

import typer

from narrator.cli import options as opt


def build(
    source: opt.Input,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="[default: output/<name>.<format>]"),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="mp3, m4b, opus, flac, wav, epub, page, podcast, lpf.  [default: mp3]",
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="chapters", help="One file a chapter, in a folder."),
    ] = None,
    subtitles: Annotated[
        str | None,
        typer.Option("--subtitles", metavar="vtt,srt,lrc", help="Subtitles beside the audio."),
    ] = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="When each line and word is heard, as JSON.")
    ] = False,
    podcast_url: Annotated[
        str, typer.Option("--podcast-url", metavar="URL", help="Where a podcast's folder will be.")
    ] = "",
    bit_rate: Annotated[
        int | None, typer.Option("--bit-rate", metavar="KBPS", help="Kilobits a second.")
    ] = None,
    chapters: Annotated[
        str | None, typer.Option("--chapters", metavar="1-3", help="Only these chapters.")
    ] = None,
    cast_file: opt.CastFile = None,
    assign: opt.Assign = None,
    voice: opt.NarratorVoice = None,
    engine: opt.EngineName = None,
    solo: opt.Solo = False,
    mark_dialogue: opt.MarkDialogue = False,
    speed: opt.Speed = 1.0,
    pauses: opt.PausePolicy = None,
    loudness: opt.Loudness = "audiobook",
    lexicon: opt.Lexicon = None,
    title: Annotated[str | None, typer.Option(help="Instead of the book's own.")] = None,
    author: Annotated[str | None, typer.Option(help="Instead of the book's own.")] = None,
    series: Annotated[str | None, typer.Option(help="The series it belongs to.")] = None,
    series_index: Annotated[str | None, typer.Option(help="Its place in the series.")] = None,
    narrated_by: Annotated[str | None, typer.Option(help="Who narrates, for the tags.")] = None,
    language: Annotated[str | None, typer.Option(help="A tag such as en, de, fr.")] = None,
    cover: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A JPEG or PNG, instead of the book's.")
    ] = None,
    matter: opt.Matter = "skip",
    notes: opt.Notes = "skip",
    images: opt.Images = "skip",
    credits_: Annotated[
        bool | None,
        typer.Option("--credits/--no-credits", help="Speak title, author and narrator."),
    ] = None,
    jobs: opt.Jobs = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="Speak on a Dask cluster."),
    ] = None,
    cache_dir: opt.CacheDir = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Narrate a story to an audiobook."""
    from narrator.build import pipeline
    from narrator.build.options import Options, crew_of, default_target, pauses_for
    from narrator.cli import display, reports

    options = Options(
        about={
            name: value
            for name, value in (
                ("title", title),
                ("author", author),
                ("series", series),
                ("series_index", series_index),
                ("narrator", narrated_by),
                ("language", language),
            )
            if value
        },
        cover=cover,
        policy=opt.policy_of(matter, notes, images),
        lexicon=lexicon,
        cast_file=cast_file,
        assign=opt.assignments(assign),
        voice=voice,
        engine=engine,
        solo=solo,
        mark_dialogue=mark_dialogue,
        speed=speed,
        pauses=pauses,
        loudness=loudness,
        chapters=opt.numbers(chapters),
        format=opt.format_of(format_, output, folder=split is not None),
        companions=opt.companions_of(subtitles, timeline=timeline),
        address=opt.address_of(podcast_url),
        split=opt.split_of(split),
        encoding=opt.encoding_of(bit_rate, loudness),
        credits=credits_,
        jobs=opt.workers(jobs),
        pool=opt.pool_of(cluster),
        cache_dir=cache_dir,
    )
    target = output or default_target(source, "" if options.split else f".{options.format}")
    with crew_of(options) as crew:
        script = pipeline.write_script(source, options, when_new=None if dry_run else crew.call)
        casting = pipeline.cast_book(script, source, options)
        reports.notes(script)
        if not as_json:
            reports.book(script)
            reports.casting(script, casting)
        price = pipeline.price_of(script, casting.cast, options)
        reports.price(price)
        silences = pauses_for(source, options)
        untried = 0 if dry_run or as_json else pipeline.untried(script, casting.cast, options)
        with reports.trying_out(untried):
            plan = pipeline.plan_build(
                script, casting.cast, target, options, crew, silences, trials=not dry_run
            )
        if dry_run:
            reports.dry_run(plan, price, as_json=as_json)
            return
        with display.progress("Speaking", 1.0) as advance:
            for step in plan.production.make():
                advance(step.done / step.total)
        made = pipeline.release(plan)
    reports.damaged(plan.production.damaged)
    reports.audiobook(made, as_json=as_json)
