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
    from narrator.build.options import (
        Options,
        create_worker_pool,
        default_output_path,
        load_book_pauses,
    )
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
        policy=opt.parse_policy(matter, notes, images),
        lexicon=lexicon,
        cast_file=cast_file,
        assign=opt.parse_assignments(assign),
        voice=voice,
        engine=engine,
        solo=solo,
        mark_dialogue=mark_dialogue,
        speed=speed,
        pauses=pauses,
        loudness=loudness,
        chapters=opt.parse_chapters(chapters),
        format=opt.parse_format(format_, output, folder=split is not None),
        companions=opt.parse_companions(subtitles, timeline=timeline),
        address=opt.parse_podcast_url(podcast_url),
        split=opt.parse_split(split),
        encoding=opt.parse_encoding(bit_rate, loudness),
        credits=credits_,
        jobs=opt.parse_jobs(jobs),
        pool=opt.parse_cluster(cluster),
        cache_dir=cache_dir,
    )
    target = output or default_output_path(source, "" if options.split else f".{options.format}")
    with create_worker_pool(options) as crew:
        script = pipeline.write_script(
            source, options, on_new_script=None if dry_run else crew.warm_up
        )
        casting = pipeline.cast_book(script, source, options)
        reports.print_notes(script)
        if not as_json:
            reports.print_book(script)
            reports.print_casting(script, casting)
        price = pipeline.estimate_build_price(script, casting.cast, options)
        reports.print_price(price)
        silences = load_book_pauses(source, options)
        untried = (
            0
            if dry_run or as_json
            else pipeline.count_unmeasured_voices(script, casting.cast, options)
        )
        with reports.levelling_status(untried):
            plan = pipeline.plan_build(
                script, casting.cast, target, options, crew, silences, measure_voices=not dry_run
            )
        if dry_run:
            reports.print_forecast(plan, price, as_json=as_json)
            return
        with display.progress_bar("Speaking", 1.0) as advance:
            for step in plan.rendering_job.render_missing():
                advance(step.done_characters / step.total_characters)
        made = pipeline.publish_audiobook(plan)
    reports.print_damaged(plan.rendering_job.damaged_count)
    reports.print_audiobook(made, as_json=as_json)
