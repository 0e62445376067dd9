"""The whole job: read, segment, attribute, cast, speak, stitch, export.

`narrate` is all of it. Each other function is one step of it that a command asks for; what they are
made of lives in the packages of the same names.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from narrator import ledger, readalong, registry, scriptfile
from narrator.attribution import attribute
from narrator.audio import levels, pauses
from narrator.audio.pauses import Pauses
from narrator.casting.castfile import CastFile, beside, read_cast
from narrator.casting.delivery import Delivery
from narrator.casting.parts import NARRATOR, Casting, alone, cast_script
from narrator.casting.profiles import load_voices
from narrator.errors import OptionError, OutputError
from narrator.export import placing, splitting
from narrator.export.encodings import suited
from narrator.model import Audiobook, Kind, Line
from narrator.normalization import Lexicon, from_table, normalize
from narrator.normalization import load as load_lexicon
from narrator.promptbook import corrections, reading
from narrator.promptbook.corrections import Corrections
from narrator.readalong.performance import Performance, Track
from narrator.readers import Policy, opening
from narrator.segmentation import segment
from narrator.synthesis import leveling, reels, standing, workers
from narrator.synthesis.production import Production
from narrator.synthesis.rendering import Recipe
from narrator.synthesis.store import Store, default_root, digest
from narrator.synthesis.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from narrator.export import Encoding
    from narrator.model import Cast, Metadata, Script, Timeline
    from narrator.readers import Input

ACX = "acx"
"""The profile of a publisher who wants 44.1 kHz, 192 kb/s and credits."""
PLAYLIST = "playlist.m3u8"

FASTEST, SLOWEST = 4.0, 0.25
"""What `speed` may be; beyond that no engine is understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a book is narrated; the defaults suit most."""

    policy: Policy = field(default_factory=Policy)
    lexicon: Path | None = None
    cast_file: Path | None = None
    """None for the one beside the book, if there is one."""
    assign: Mapping[str, str] = field(default_factory=dict)
    """Voices by characters' names; they count before the cast file."""
    voice: str | None = None
    """The narrator's."""
    engine: str | None = None
    """The one that every voice is to come from."""
    speed: float = 1.0
    """Multiplies every voice's rate."""
    solo: bool = False
    """Whether the narrator's voice speaks everybody's lines."""
    mark_dialogue: bool = False
    """Whether quotations that the narrator's voice speaks sound a little different."""
    pauses: str | None = None
    """A preset, or the path of a TOML file; none for what the cast file says."""
    loudness: str = "audiobook"
    """A profile, a number of LUFS, or `off`."""
    chapters: range | None = None
    """The chapters to narrate, counted from 1; none for all."""
    format: str = "mp3"
    companions: tuple[str, ...] = ()
    """What is written beside the audiobook: `timeline`, `srt`, `vtt`, `lrc`."""
    address: str = ""
    """Where a podcast will be found on the web."""
    split: bool = False
    """Whether each chapter becomes a file of its own, in a folder."""
    encoding: Encoding | None = None
    """None for what suits the format, or the publisher whose loudness is used."""
    credits: bool | None = None
    """Whether title, author and narrator are spoken before and after the story; none for where a
    publisher wants it."""
    jobs: int = 0
    """How many workers; 0 for one a core."""
    cache_dir: Path | None = None
    """None for the platform's own."""
    pool: Callable[[int], Executor] = workers.local_pool
    """Makes the executor that workers are reached through."""

    @property
    def exporter(self) -> str:
        """The exporter of its sound."""
        return readalong.SOUND if self.format in readalong.FORMATS else self.format


def narrate(paths: Sequence[str], target: Path, options: Options | None = None) -> Audiobook:
    """Narrate a book to a file; what an earlier build made is used again.

    Raises:
        NarratorError: one of its children says what is wrong, and what to do next.
    """
    options = options or Options()
    with crew_of(options) as crew:
        script = write_script(paths, options, when_new=crew.call)
        casting = cast_book(script, paths, options)
        plan = plan_build(script, casting.cast, target, options, crew, pauses_for(paths, options))
        for _ in plan.production.make():
            pass
        return release(plan)


def crew_of(options: Options) -> Crew:
    """The workers that a build asks for; they come when they are needed."""
    return Crew(options.jobs, options.pool)


def write_script(
    paths: Sequence[str], options: Options, when_new: Callable[[], None] | None = None
) -> Script:
    """What will be said, by whom: read, segmented, attributed, corrected, and no word lost.

    A script is kept, so that the same book is written once. Before one is written anew, `when_new`
    is called, as other work will follow. One that a person edited is read as it is.
    """
    sources, lexicon = opening.gather(paths), lexicon_for(paths, options)
    if reading.recognises(sources):
        script = reading.read(sources)
        ledger.verify(script.book, script.lines)
        return normalize(script, lexicon)
    found = _as_found(sources, paths, options, lexicon, when_new)
    corrected = corrections.apply(found, corrections_for(paths))
    return found if corrected is found else normalize(corrected, lexicon)


def _as_found(
    sources: Sequence[Input],
    paths: Sequence[str],
    options: Options,
    lexicon: Lexicon,
    when_new: Callable[[], None] | None,
) -> Script:
    """The script as nobody has corrected it."""
    contents = [[source.path, hashlib.sha256(source.data).hexdigest()] for source in sources]
    name = digest("script", code(), list(paths), contents, asdict(options.policy), repr(lexicon))
    store = store_of(options)
    if kept := store.load("script", name):
        return scriptfile.unpack(kept)
    if when_new:
        when_new()
    book = opening.bind(sources, paths, options.policy)
    lines = segment(book)
    ledger.verify(book, lines)
    script = normalize(attribute(book, lines), lexicon)
    store.save("script", name, scriptfile.pack(script))
    return script


def corrections_for(paths: Sequence[str]) -> Corrections:
    """What a person corrected about who says what, in the file beside the book."""
    if len(paths) != 1 or paths[0] == "-":
        return Corrections()
    path = corrections.beside(Path(paths[0]))
    return corrections.load(path) if path.is_file() else Corrections()


def corrections_path(paths: Sequence[str]) -> Path:
    """Where the corrections of a book are written.

    Raises:
        OptionError: they have no place, as the book is no single file or folder, or is a script.
    """
    if len(paths) != 1 or paths[0] == "-":
        raise OptionError("corrections lie beside one book", "name one file, or one folder")
    if not Path(paths[0]).is_dir() and reading.recognises([opening.load(paths[0])]):
        raise OptionError(f"{paths[0]} is a script", "change the name in the script itself")
    return corrections.beside(Path(paths[0]))


def lexicon_for(paths: Sequence[str], options: Options) -> Lexicon:
    """How words are to be said: by the lexicon named, or else by that of the cast file."""
    if options.lexicon:
        return load_lexicon(options.lexicon)
    written = cast_file(paths, options)
    return from_table(written.lexicon, written.path)


def store_of(options: Options) -> Store:
    """Where this build keeps what it makes; one for all of its steps."""
    return _store(options.cache_dir or default_root())


@cache
def _store(root: Path) -> Store:
    return Store(root)


@cache
def code() -> str:
    """A name for this very program: what older code made of a book is not trusted.

    Sizes and times tell as much as contents here, and in a hundredth of the time; the folder that
    the libraries lie in changes whenever one of them does.
    """
    package = Path(__file__).parent
    files = [*package.rglob("*.py"), *package.rglob("*.toml"), Path(msgspec.__file__).parents[1]]
    stats = [(str(file), file.stat()) for file in sorted(files)]
    return digest([[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats])


def cast_book(script: Script, paths: Sequence[str], options: Options) -> Casting:
    """Who speaks with which voice."""
    casting = cast_script(
        script,
        load_voices(),
        engine=options.engine,
        castfile=cast_file(paths, options),
        overrides={**({NARRATOR: options.voice} if options.voice else {}), **options.assign},
    )
    if options.solo:
        casting = alone(casting)
    return replace(casting, cast=_at_speed(casting.cast, options.speed))


def cast_file(paths: Sequence[str], options: Options) -> CastFile:
    """What a person wrote about the cast: in the file named, or else in the one beside the book."""
    path = options.cast_file
    if path is None and len(paths) == 1 and paths[0] != "-":
        path = beside(Path(paths[0]))
        path = path if path.is_file() else None
    return read_cast(path) if path else CastFile()


def _at_speed(cast: Cast, speed: float) -> Cast:
    if not SLOWEST <= speed <= FASTEST:
        raise OptionError(f"--speed {speed:g} is no speed", f"give {SLOWEST:g} to {FASTEST:g}")
    voices = {name: replace(voice, rate=voice.rate * speed) for name, voice in cast.voices.items()}
    narrator = replace(cast.narrator, rate=cast.narrator.rate * speed)
    return replace(cast, narrator=narrator, voices=voices)


@dataclass(frozen=True)
class Plan:
    """A build that nothing known speaks against."""

    script: Script
    cast: Cast
    metadata: Metadata
    titles: Mapping[int, str]
    """Of the chapters that are spoken, by number; credits may come before 1 and after the last."""
    target: Path
    options: Options
    production: Production
    started: float
    """When, in seconds since the epoch."""


def pauses_for(paths: Sequence[str], options: Options) -> pauses.Pauses:
    """The pauses that the user asked for, or else those of the cast file, or else natural ones."""
    if options.pauses:
        return pauses.load(options.pauses)
    written = cast_file(paths, options)
    return pauses.from_table(written.pauses, str(written.path)) if written.pauses else Pauses()


def plan_build(  # noqa: PLR0913, PLR0917 - a plan is where all that was decided comes together
    script: Script,
    cast: Cast,
    target: Path,
    options: Options,
    crew: Crew,
    policy: Pauses | None = None,
) -> Plan:
    """Find out whatever can go wrong before anything is spoken."""
    started, policy = time.time(), policy or Pauses()
    script = _only(script, options.chapters)
    loudness, encoding = levels.load(options.loudness), encoding_for(options)
    registry.exporter(options.exporter).rehearse(encoding)
    if target.is_file() and Path(script.book.source.path).is_file():
        _spare(Path(script.book.source.path), target)
    if options.format in readalong.FOLDERS:
        readalong.make_room(options.format, target)
    else:
        placing.make_room(target / PLAYLIST if options.split else target)
    metadata, store = _metadata(script, cast), store_of(options)
    titles = {chapter.number: chapter.title for chapter in script.book.chapters}
    if options.credits or (options.credits is None and options.split and options.loudness == ACX):
        script, titles = credited(script, metadata, titles)
    delivery = Delivery(cast, options.mark_dialogue)
    gains = leveling.gains(map(delivery.leveled, script.lines), loudness, store, crew)
    silences = pauses.pauses_after(script.lines, policy)
    if options.split and options.loudness == ACX:
        silences = splitting.briefly(script.lines, silences)
    cues = reels.cue(script.lines, delivery, gains, silences)
    recipe = Recipe(options.exporter, encoding, loudness)
    by_chapter = options.split or options.format in readalong.FORMATS
    made = reels.cut(cues, policy.head, every_chapter=by_chapter)
    production = Production(made, recipe, store, crew)
    return Plan(script, cast, metadata, titles, target, options, production, started)


def _spare(source: Path, target: Path) -> None:
    if target.samefile(source):
        raise OutputError(f"{target} is the book itself", placing.HINT)


def encoding_for(options: Options) -> Encoding:
    """How the sound is stored: as the user says, or as suits the format and the publisher."""
    return options.encoding or suited(options.exporter, options.loudness)


def _metadata(script: Script, cast: Cast) -> Metadata:
    """The book's, with who narrates it where it does not say."""
    book = script.book.metadata
    return replace(book, narrator=book.narrator or cast.narrator.name.title())


def credited(
    script: Script, metadata: Metadata, titles: Mapping[int, str]
) -> tuple[Script, dict[int, str]]:
    """The script with the credits as chapters of their own, before the first and after the last."""
    first, last = script.lines[0].chapter - 1, script.lines[-1].chapter + 1
    told = {first: splitting.opening(metadata), last: splitting.closing(metadata)}
    before, after = (
        Line(f"{number}.1.1", number, 1, 0, 0, Kind.NARRATION, text, spoken=text)
        for number, text in told.items()
    )
    titled = {**titles, first: "Opening credits", last: "Closing credits"}
    return replace(script, lines=(before, *script.lines, after)), titled


def _only(script: Script, chapters: range | None) -> Script:
    if chapters is None:
        return script
    lines = tuple(line for line in script.lines if line.chapter in chapters)
    if not lines:
        count = len(script.book.chapters)
        raise OptionError(f"there is no chapter {chapters.start}", f"the book has {count}")
    return replace(script, lines=lines)


def release(plan: Plan) -> Audiobook:
    """Join what was made, and put it in place of an older one, whole.

    An audiobook that was made of the very same, and that nobody has touched since, is left alone.
    """
    production, options = plan.production, plan.options
    name, store = _made_of(plan), production.store
    if kept := standing.recall(store, name):
        beside = tuple(file for file in kept if readalong.is_companion(file, options.format))
        files = tuple(file for file in kept if file not in beside)
        return Audiobook(files, production.timeline(plan.titles), plan.metadata, beside)
    sound = production.sound()
    timeline = production.timeline(plan.titles)
    if options.format in readalong.FORMATS:
        files = _together(plan, sound, timeline)
    else:
        files = _split(plan, sound, timeline) if options.split else (_one(plan, sound, timeline),)
    beside = _companions(plan, sound, timeline, files)
    standing.remember(store, name, [*files, *beside])
    store.prune(since=plan.started)
    return Audiobook(files, timeline, plan.metadata, beside)


def _made_of(plan: Plan) -> str:
    """A name for an audiobook that says what it is made of, and where it lies."""
    options = plan.options
    about = hashlib.sha256(msgspec.msgpack.encode(plan.metadata)).hexdigest()
    how = [options.format, options.split, options.loudness, asdict(plan.production.recipe.encoding)]
    titles = [[number, title] for number, title in plan.titles.items()]
    where = [str(plan.target), str(plan.target.absolute())]
    told: list[object] = []
    if options.companions or options.format in readalong.FORMATS:
        lines = hashlib.sha256(msgspec.msgpack.encode(plan.script.lines)).hexdigest()
        told = [lines, options.companions, options.address, plan.script.book.source.path]
    return digest("finished", code(), where, how, about, titles, plan.production.names, told)


def _one(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> Path:
    exporter = registry.exporter(plan.options.format)
    with placing.whole(plan.target) as part:
        exporter.join(sound, timeline, plan.metadata, plan.production.recipe.encoding, part)
    return plan.target


def _together(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """Text and voice in one, from files of a chapter each, which are not kept."""
    options, store = plan.options, plan.production.store
    exporter = registry.exporter(options.exporter)
    pieces = splitting.split(sound, plan.production.lengths, timeline)
    with tempfile.TemporaryDirectory(dir=store.root) as folder:
        paths = [Path(folder) / f"{piece.part.number:03}{exporter.suffix}" for piece in pieces]
        for piece, path in zip(pieces, paths, strict=True):
            about, encoding = piece.metadata(plan.metadata), plan.production.recipe.encoding
            exporter.join(piece.reels, piece.timeline, about, encoding, path)
        performance = _performance(plan, timeline, _tracks(pieces, paths))
        return readalong.write(options.format, performance, plan.target)


def _companions(
    plan: Plan, sound: Sequence[Path], timeline: Timeline, files: Sequence[Path]
) -> tuple[Path, ...]:
    """What the user wants to lie beside the audiobook."""
    target = plan.target
    tracks: tuple[Track, ...] = (Track(target, 0, timeline.samples, plan.metadata.title),)
    if plan.options.split and plan.options.format not in readalong.FORMATS:
        acx = plan.options.loudness == ACX
        longest = splitting.ACX_LONGEST if acx else float("inf")
        pieces = splitting.split(sound, plan.production.lengths, timeline, longest)
        tracks = _tracks(pieces, files[: len(pieces)])
        target = target / f"{target.name}{files[0].suffix}"
    performance = _performance(plan, timeline, tracks)
    made = (readalong.write(name, performance, target) for name in plan.options.companions)
    return tuple(path for paths in made for path in paths)


def _tracks(pieces: Sequence[splitting.Piece], paths: Sequence[Path]) -> tuple[Track, ...]:
    tracks, at = [], 0
    for piece, path in zip(pieces, paths, strict=True):
        tracks.append(Track(path, at, at + piece.timeline.samples, piece.part.title))
        at += piece.timeline.samples
    return tuple(tracks)


def _performance(plan: Plan, timeline: Timeline, tracks: tuple[Track, ...]) -> Performance:
    book = replace(plan.script.book, metadata=plan.metadata)
    script, address = replace(plan.script, book=book), plan.options.address
    performance = Performance(script, plan.cast, timeline, tracks)
    return replace(performance, address=address) if address else performance


def _split(plan: Plan, sound: Sequence[Path], timeline: Timeline) -> tuple[Path, ...]:
    """A file a chapter, with a playlist; as ACX wants them where its profile is asked for."""
    exporter, acx = registry.exporter(plan.options.format), plan.options.loudness == ACX
    longest = splitting.ACX_LONGEST if acx else float("inf")
    lengths = plan.production.lengths
    pieces = list(splitting.split(sound, lengths, timeline, longest))
    names = [splitting.file_name(p.part, exporter.suffix, plain=acx) for p in pieces]
    listed = splitting.playlist(names, pieces)
    if acx:
        names.append(f"retail_sample{exporter.suffix}")
    everything = placing.folder(plan.target, [*names, PLAYLIST], PLAYLIST)
    with everything as part, plan.production.store.scratch() as rest:
        if acx:
            pieces.append(_sample(plan, pieces, rest))
        for name, piece in zip(names, pieces, strict=True):
            about, encoding = piece.metadata(plan.metadata), plan.production.recipe.encoding
            exporter.join(piece.reels, piece.timeline, about, encoding, part / name)
        (part / PLAYLIST).write_text(listed, encoding="utf-8")
    return tuple(plan.target / name for name in names)


def _sample(plan: Plan, pieces: Sequence[splitting.Piece], rest: Path) -> splitting.Piece:
    """The beginning of the story, and silence enough after it."""
    from narrator.audio import stitching  # noqa: PLC0415 - pydub, which is the workers' otherwise

    recipe = plan.production.recipe
    story = 1 if len(pieces) > 2 else 0  # after the opening credits
    first = sum(len(piece.reels) for piece in pieces[:story])
    own = plan.production.lengths[first : first + len(pieces[story].reels)]
    silence = stitching.rest(splitting.ACX_TAIL, recipe.encoding.rate, recipe.loudness)
    length = registry.exporter(recipe.exporter).encode([silence], recipe.encoding, rest)
    return splitting.rested(splitting.sample(pieces[story], own), rest, length)


def default_target(paths: Sequence[str], suffix: str) -> Path:
    """Where the output goes when nothing is said: `output/<name of the input><suffix>`."""
    name = "story" if paths[0] == "-" else Path(paths[0]).resolve().stem
    return Path("output") / f"{name}{suffix}"
