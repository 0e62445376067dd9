import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

from narrator import registry
from narrator.audio.pauses import Pauses
from narrator.build import events, pipeline
from narrator.build.book_files import locate_beside_book
from narrator.build.options import Options
from narrator.build.resources import choose_encoding, create_worker_pool, open_cache
from narrator.cache.store import Store
from narrator.engines.tone import Tone
from narrator.errors import (
    NarratorError,
    OptionError,
    OutputError,
    SynthesisError,
    UnknownCharacterError,
    UnknownVoiceError,
)
from narrator.export import splitting
from narrator.export.encoder_check import check_encoder
from narrator.inspection import inspect_audiobook
from narrator.inspection.container import read_container
from narrator.readers.source_files import load_files
from narrator.scripts import corrections, text_writer
from narrator.synthesis import worker_pool
from narrator.synthesis.worker_pool import WorkerPool
from tests.conftest import STORY, inline
from tests.pictures import JPEG
from tests.readers.sample_books import epub

TONE = Options(engine="tone", pool=inline, jobs=1)


def test_a_story_becomes_an_mp3_with_chapters(story: Path, tmp_path: Path) -> None:
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.mp3", TONE)
    chapters = sorted(ID3(tmp_path / "out.mp3").getall("CHAP"), key=lambda c: c.start_time)
    titles = [str(chapter.sub_frames["TIT2"]) for chapter in chapters]
    assert titles == [mark.title for mark in audiobook.timeline.marks]
    assert len(titles) == 2
    assert MP3(tmp_path / "out.mp3").info.length == pytest.approx(
        audiobook.timeline.seconds, abs=0.06
    )


def test_the_timeline_holds_every_line_once_in_order(story: Path, tmp_path: Path) -> None:
    script = pipeline.write_script([str(story)], TONE)
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.wav", replace(TONE, format="wav"))
    timings = audiobook.timeline.line_timings
    assert [timing.line_id for timing in timings] == [line.id for line in script.lines]
    assert all(first.end <= second.start for first, second in pairwise(timings))
    assert timings[-1].end <= audiobook.timeline.samples


@pytest.mark.parametrize("format_", ["mp3", "wav", "flac"])
def test_the_same_build_gives_the_same_bytes_with_one_worker_and_with_two(
    story: Path, tmp_path: Path, format_: str
) -> None:
    contents = []
    for jobs in (1, 2):
        target = tmp_path / f"{jobs}.{format_}"
        options = Options(engine="tone", format=format_, jobs=jobs, cache_dir=tmp_path / str(jobs))
        pipeline.narrate([str(story)], target, options)
        contents.append(target.read_bytes())
    assert contents[0] == contents[1]


def count_synthesised_clips(story: Path, options: Options, target: Path) -> int:
    """Build, and return how many clips were synthesised."""
    counts = [
        event.synthesised_clips
        for event in pipeline.build_audiobook([str(story)], target, options)
        if isinstance(event, events.SpeakingProgressed)
    ]
    return counts[-1]


def test_an_unchanged_book_synthesises_nothing(story: Path, tmp_path: Path) -> None:
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") > 8
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 0


def test_an_edited_sentence_costs_one_clip(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    story.write_text(STORY.replace("It rained until evening.", "It rained until noon."), "utf-8")
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 1


def test_a_script_is_kept_until_the_book_is_edited_and_corrections_count(story: Path) -> None:
    sources = load_files([str(story)])
    assert pipeline.load_cached_script([str(story)], TONE, sources) is None
    written = pipeline.write_script([str(story)], TONE)
    assert pipeline.load_cached_script([str(story)], TONE, sources) == written
    story.write_text(STORY.replace("until evening", "until noon"), "utf-8")
    assert pipeline.load_cached_script([str(story)], TONE, load_files([str(story)])) is None


def test_a_chapter_appended_costs_its_own_clips(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    story.write_text(
        f"{STORY}\nCHAPTER III.\n\nThe tide turned. They were home by noon.\n", "utf-8"
    )
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 3


def test_a_voice_that_was_changed_costs_the_clips_of_its_character(
    story: Path, tmp_path: Path
) -> None:
    script = pipeline.write_script([str(story)], TONE)
    lines = {line.spoken for line in script.lines if line.speaker == "Mr. Hobday"}
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    other = replace(TONE, assign={"Mr. Hobday": "flute"})
    assert 0 < count_synthesised_clips(story, other, tmp_path / "out.mp3") <= len(lines)


def test_a_lexicon_word_costs_the_clips_of_its_lines(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    lexicon = tmp_path / "lexicon.toml"
    lexicon.write_text('[words]\n"evening" = "eve-ning"\n')
    assert count_synthesised_clips(story, replace(TONE, lexicon=lexicon), tmp_path / "out.mp3") == 1


def test_a_moved_paragraph_costs_no_clip(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    first, gap, rest = STORY.partition("It rained")
    moved, end, rest = rest.partition("\n\n")
    story.write_text(first + rest + "\n" + gap + moved + end, "utf-8")
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 0


def test_other_pauses_and_levels_cost_no_clip(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    assert count_synthesised_clips(story, replace(TONE, pauses="slow"), tmp_path / "out.mp3") == 0
    assert (
        count_synthesised_clips(story, replace(TONE, loudness="podcast"), tmp_path / "out.mp3") == 0
    )


def test_a_chosen_chapter_alone_is_narrated(story: Path, tmp_path: Path) -> None:
    options = replace(TONE, chapters=range(2, 3))
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert len(audiobook.timeline.marks) == 1
    assert {timing.line_id.split(".")[0] for timing in audiobook.timeline.line_timings} == {"2"}


def test_a_faster_speed_makes_a_shorter_book(story: Path, tmp_path: Path) -> None:
    usual = pipeline.narrate([str(story)], tmp_path / "out.mp3", TONE)
    faster = pipeline.narrate([str(story)], tmp_path / "out.mp3", replace(TONE, speed=2.0))
    assert faster.timeline.samples < usual.timeline.samples


def test_a_character_speaks_with_the_voice_that_the_user_chose(story: Path) -> None:
    options = replace(TONE, assign={"Mr. Hobday": "flute"})
    script = pipeline.write_script([str(story)], options)
    cast = pipeline.cast_book(script, [str(story)], options).cast
    spoken = {cast.voice_of(line.speaker).name for line in script.lines if "noon" in line.text}
    assert spoken == {"flute"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (replace(TONE, voice="nobody"), UnknownVoiceError),
        (replace(TONE, assign={"Mr. Hobday": "nobody"}), UnknownVoiceError),
        (replace(TONE, assign={"Mr. Nobody": "flute"}), UnknownCharacterError),
        (replace(TONE, engine="nobody"), NarratorError),
        (replace(TONE, format="nothing"), OptionError),
        (replace(TONE, pauses="nothing"), OptionError),
        (replace(TONE, loudness="nothing"), OptionError),
        (replace(TONE, chapters=range(7, 9)), OptionError),
        (replace(TONE, speed=0.0), OptionError),
    ],
)
def test_an_option_that_is_not_valid_fails_before_anything_is_spoken(
    story: Path, tmp_path: Path, options: Options, error: type[NarratorError]
) -> None:
    with pytest.raises(error):
        count_synthesised_clips(story, options, tmp_path / "out.mp3")
    assert not (tmp_path / "out.mp3").exists()


def test_an_output_that_cannot_be_written_fails_before_anything_is_spoken(
    story: Path, tmp_path: Path
) -> None:
    for target in (tmp_path, story / "out.mp3"):
        with pytest.raises(OutputError, match="-o"):
            count_synthesised_clips(story, TONE, target)


def test_a_damaged_chunk_is_made_again_and_the_book_is_the_same(
    story: Path, tmp_path: Path
) -> None:
    options = replace(TONE, cache_dir=tmp_path / "cache")
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    before = (tmp_path / "out.mp3").read_bytes()
    for chunk in (tmp_path / "cache" / "reel").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(b"rotten")
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (tmp_path / "out.mp3").read_bytes() == before


def test_a_failed_build_leaves_the_older_audiobook_alone(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.mp3"
    pipeline.narrate([str(story)], target, replace(TONE, speed=2.0))
    older = target.read_bytes()
    check_encoder(registry.load_exporter("mp3"), choose_encoding(TONE))
    monkeypatch.setattr("narrator.export.mp3.Mp3.join", raise_disk_full)
    with pytest.raises(OutputError, match="No space left"):
        pipeline.narrate([str(story)], target, TONE)
    assert target.read_bytes() == older
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


def raise_disk_full(*_args: object) -> None:
    raise OSError(28, "No space left on device")


PROGRAM = """
import sys
from pathlib import Path
from narrator.audio.pauses import Pauses
from narrator.build import pipeline
if __name__ == "__main__":
    options = pipeline.Options(jobs=2, cache_dir=Path(sys.argv[2]))
    pipeline.narrate([sys.argv[1]], Path(sys.argv[3]), options)
"""


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_asked_to_stop_does_so_and_says_how_to_go_on(
    tmp_path: Path, asked: signal.Signals
) -> None:
    story = tmp_path / "long.txt"
    story.write_text("\n\n".join(f"{STORY} It was day {n}." for n in range(60)), "utf-8")
    command = [
        sys.executable,
        "-m",
        "narrator",
        "build",
        str(story),
        "--cache-dir",
        str(tmp_path / "cache"),
        "-o",
        str(tmp_path / "out.mp3"),
        "--engine",
        "tone",
        "--format",
        "mp3",
    ]
    build = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "cache" / "clip").exists():
        assert build.poll() is None
        time.sleep(0.02)
    asked_at = time.monotonic()
    build.send_signal(asked)
    _, said = build.communicate()
    assert time.monotonic() - asked_at < 3  # a second where the machine has nothing else to do
    assert build.returncode == 130
    assert said == "narrator: stopped: what was made is kept, and the same command continues\n"
    assert not (tmp_path / "out.mp3").exists()


def test_a_full_disk_is_reported_and_the_next_build_makes_the_same_bytes(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, room = tmp_path / "out.mp3", 20
    put_in_place = Store._move_into_place

    def limited(self: Store, kind: str, name: str, finished_file: Path) -> None:
        nonlocal room
        room -= 1
        if room < 0:
            raise_disk_full()
        put_in_place(self, kind, name, finished_file)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_move_into_place", limited)
        with pytest.raises(OutputError, match=r"No space left.*make room"):
            pipeline.narrate([str(story)], target, TONE)
    assert not target.exists()
    pipeline.narrate([str(story)], target, TONE)
    other = replace(TONE, cache_dir=tmp_path / "other")
    pipeline.narrate([str(story)], tmp_path / "other.mp3", other)
    assert target.read_bytes() == (tmp_path / "other.mp3").read_bytes()


@pytest.mark.parametrize("names", [("one.mp3", "two.mp3"), ("one.mp3", "one.mp3")])
def test_two_builds_of_one_book_at_once_make_the_same_book(
    story: Path, tmp_path: Path, names: tuple[str, str]
) -> None:
    program = tmp_path / "build.py"
    program.write_text(PROGRAM)
    builds = [
        subprocess.Popen([sys.executable, program, story, tmp_path / "cache", tmp_path / name])
        for name in names
    ]
    assert [build.wait() for build in builds] == [0, 0]
    alone = tmp_path / "alone.mp3"
    pipeline.narrate([str(story)], alone, Options(cache_dir=tmp_path / "own", jobs=1, pool=inline))
    assert {(tmp_path / name).read_bytes() for name in names} == {alone.read_bytes()}


def test_a_line_that_kills_its_worker_every_time_is_named_and_the_rest_is_kept(
    story: Path, tmp_path: Path
) -> None:
    options = Options(
        engine="tone", jobs=1, cache_dir=tmp_path / "cache", pool=make_pool_that_dies_on_noon
    )
    with pytest.raises(SynthesisError, match=r"noon"):
        pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert (tmp_path / "cache" / "clip").exists()
    assert not (tmp_path / "out.mp3").exists()
    pipeline.narrate([str(story)], tmp_path / "out.mp3", replace(options, pool=inline))
    assert (tmp_path / "out.mp3").exists()


def make_pool_that_dies_on_noon(count: int):  # type: ignore[no-untyped-def]
    pool = worker_pool.make_local_pool(count)
    pool._initializer = die_on_noon  # type: ignore[attr-defined]
    return pool


def die_on_noon() -> None:
    speak = Tone.speak

    def dying(self, text, voice):  # type: ignore[no-untyped-def]
        if "noon" in text:
            os._exit(11)
        return speak(self, text, voice)

    Tone.speak = dying  # type: ignore[method-assign]


def test_some_chapters_keep_the_numbers_of_the_book(story: Path, tmp_path: Path) -> None:
    options = replace(TONE, split=True, chapters=range(2, 3))
    audiobook = pipeline.narrate([str(story)], tmp_path / "book", options)
    assert [file.name[:2] for file in audiobook.files] == ["02"]


def test_a_book_can_be_split_by_length(story: Path, tmp_path: Path) -> None:
    options = replace(TONE, split=True, part_limit=splitting.PartLimit(max_seconds=3600))
    audiobook = pipeline.narrate([str(story)], tmp_path / "book", options)
    assert len(audiobook.files) == 1
    assert len(read_container(audiobook.files[0]).chapters) == 2


def test_a_split_book_is_a_file_per_chapter_with_a_playlist(story: Path, tmp_path: Path) -> None:
    target = tmp_path / "book"
    audiobook = pipeline.narrate([str(story)], target, replace(TONE, split=True))
    assert [file.name for file in audiobook.files] == ["01 - Chapter I.mp3", "02 - Chapter II.mp3"]
    listed = (target / "playlist.m3u8").read_text("utf-8").splitlines()
    assert [line for line in listed if not line.startswith("#")] == [
        f.name for f in audiobook.files
    ]
    lengths = [MP3(file).info.length for file in audiobook.files]
    assert sum(lengths) == pytest.approx(audiobook.timeline.seconds, abs=0.2)


def test_acx_gets_credits_a_sample_and_its_own_encoding(story: Path, tmp_path: Path) -> None:
    options = replace(TONE, split=True, loudness="acx")
    audiobook = pipeline.narrate([str(story)], tmp_path / "book", options)
    assert [file.name for file in audiobook.files] == [
        "01_Opening_credits.mp3",
        "02_Chapter_I.mp3",
        "03_Chapter_II.mp3",
        "04_Closing_credits.mp3",
        "retail_sample.mp3",
    ]
    for file in audiobook.files:
        info = MP3(file).info
        assert (info.sample_rate, info.channels) == (44_100, 1)
        assert info.bitrate == pytest.approx(192_000, rel=0.001)
    chapter, sample = audiobook.files[1], audiobook.files[-1]
    assert MP3(sample).info.length == MP3(chapter).info.length


def test_a_sample_for_acx_is_cut_from_a_long_chapter_and_ends_with_silence(tmp_path: Path) -> None:
    story = tmp_path / "long.txt"
    story.write_text("The ferry had gone, and nobody came to the landing that day.\n\n" * 150)
    audiobook = pipeline.narrate(
        [str(story)], tmp_path / "book", replace(TONE, split=True, loudness="acx")
    )
    sample = inspect_audiobook(audiobook.files[-1])
    assert 120 < sample.duration <= 300
    assert 1.0 <= sample.tail <= 5.0


@pytest.mark.parametrize("change", ["touch", "remove"])
def test_an_unchanged_audiobook_is_left_alone_and_a_touched_one_is_made_again(
    story: Path, tmp_path: Path, change: str
) -> None:
    target = tmp_path / "out.mp3"
    first = pipeline.narrate([str(story)], target, TONE)
    content, before = target.read_bytes(), target.stat()
    again = pipeline.narrate([str(story)], target, TONE)
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert again == first
    if change == "touch":
        os.utime(target, (0, 0))
    else:
        target.unlink()
    pipeline.narrate([str(story)], target, TONE)
    assert target.read_bytes() == content
    assert target.stat().st_mtime_ns != before.st_mtime_ns


def test_a_file_made_with_other_options_replaces_the_existing_one(
    story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.mp3"
    for pauses in (None, "slow", None):
        audiobook = pipeline.narrate([str(story)], target, replace(TONE, pauses=pauses))
        assert MP3(target).info.length == pytest.approx(audiobook.timeline.seconds, abs=0.06)


@pytest.mark.parametrize("kind", ["clip", "reel", "sheet", "script", "gain"])
def test_damage_in_the_cache_is_repaired_and_counted(
    story: Path, tmp_path: Path, kind: str
) -> None:
    options = replace(TONE, cache_dir=tmp_path / "cache")
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    before = (tmp_path / "out.mp3").read_bytes()
    (tmp_path / "out.mp3").unlink()
    [entry, *_] = [path for path in (tmp_path / "cache" / kind).rglob("*") if path.is_file()]
    entry.write_bytes(b"rotten")
    if kind == "clip":  # a clip is read only if its chunk is made again
        shutil.rmtree(tmp_path / "cache" / "reel")
    open_cache(options).damaged_count = 0
    *_, last = pipeline.build_audiobook([str(story)], tmp_path / "out.mp3", options)
    assert isinstance(last, events.BuildFinished)
    assert last.damaged_entries == 1
    assert (tmp_path / "out.mp3").read_bytes() == before


def write_edited_script(story: Path, *changes: tuple[str, str]) -> Path:
    """The story's script as a file, with some of its text replaced."""
    path = story.with_suffix(".script")
    text = text_writer.format_script(pipeline.write_script([str(story)], TONE))
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return path


def test_a_script_unedited_costs_no_clip(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    script = write_edited_script(story)
    assert count_synthesised_clips(script, TONE, tmp_path / "out.mp3") == 0
    story.unlink()
    assert count_synthesised_clips(script, TONE, tmp_path / "out.mp3") == 0


def test_directions_change_only_the_lines_that_they_stand_before(
    story: Path, tmp_path: Path
) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    script = write_edited_script(story, ("@Martha: “Then", "@Martha: [whisper] “Then"))
    assert count_synthesised_clips(script, TONE, tmp_path / "out.mp3") == 1
    paused = write_edited_script(story, ("@Martha: “Then", "@Martha: [pause 1.5] “Then"))
    before = (tmp_path / "out.mp3").stat().st_size
    assert count_synthesised_clips(paused, TONE, tmp_path / "out.mp3") == 0
    assert (tmp_path / "out.mp3").stat().st_size > before


def test_plain_delivery_ignores_the_book_but_follows_directions(
    story: Path, tmp_path: Path
) -> None:
    plain = replace(TONE, delivery="plain")
    count_synthesised_clips(story, plain, tmp_path / "out.mp3")
    # the book says "cried Mr. Hobday"
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") > 0
    script = write_edited_script(story, ("@Martha: “Then", "@Martha: [shout] “Then"))
    assert count_synthesised_clips(script, plain, tmp_path / "out.mp3") == 1


def test_a_cast_file_chooses_the_delivery_unless_the_options_do(
    story: Path, tmp_path: Path
) -> None:
    count_synthesised_clips(story, replace(TONE, delivery="plain"), tmp_path / "out.mp3")
    locate_beside_book(str(story), ".cast.toml").write_text('delivery = "plain"\n', "utf-8")
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 0
    natural = replace(TONE, delivery="natural")
    assert count_synthesised_clips(story, natural, tmp_path / "out.mp3") > 0


EDITS = [
    (("@Martha: “Then", "@Mr. Hobday: “Then"), 1),
    (("@Martha: “Then", "“Then"), 1),
    (("@Mr. Hobday: “Wait", "@Martha: “Wait"), 1),
    (("It rained until evening.", "It rained until noon."), 1),
    (("Martha: Martha Quill", "Martha: Martha Quill, Mr. Hobday"), 2),
    (("Martha: Martha Quill", "Martha Quill: Martha"), 0),
]


@pytest.mark.parametrize(("change", "clips"), EDITS)
def test_an_edited_script_speaks_what_was_edited_and_nobody_changes_the_voice(
    story: Path, tmp_path: Path, change: tuple[str, str], clips: int
) -> None:
    # a quotation that no longer goes on would lose the manner of its first part
    options = replace(TONE, delivery="plain")
    count_synthesised_clips(story, options, tmp_path / "out.mp3")
    goes_on = ("@+Mr. Hobday", "@Mr. Hobday")
    assert (
        count_synthesised_clips(
            write_edited_script(story, change, goes_on), options, tmp_path / "out.mp3"
        )
        == clips
    )


def test_corrections_beside_the_book_speak_what_they_correct(story: Path, tmp_path: Path) -> None:
    count_synthesised_clips(story, TONE, tmp_path / "out.mp3")
    own = locate_beside_book(str(story), corrections.CORRECTIONS_SUFFIX)
    own.write_text('[[line]]\nwords = "waited since noon"\nspeaker = "Martha"\n', "utf-8")
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 2
    story.write_text(
        STORY.replace("The ferry had gone.", "It was late. The ferry had gone."), "utf-8"
    )
    assert count_synthesised_clips(story, TONE, tmp_path / "out.mp3") == 1
    story.write_text(STORY.replace("waited since", "waited here since"), "utf-8")
    [note] = pipeline.write_script([str(story)], TONE).notes
    assert "“waited since noon” are not in the book any more" in note


def test_a_correction_is_said_as_the_lexicon_has_it_for_its_speaker(
    story: Path, tmp_path: Path
) -> None:
    lexicon = tmp_path / "words.toml"
    lexicon.write_text('[[entry]]\nword = "noon"\nsay = "midday"\nspeaker = "Martha"\n', "utf-8")
    options = replace(TONE, lexicon=lexicon)
    for content, said in (
        ("", "noon"),
        ('[[line]]\nwords = "since noon"\nspeaker = "Martha"', "midday"),
    ):
        locate_beside_book(str(story), corrections.CORRECTIONS_SUFFIX).write_text(content, "utf-8")
        script = pipeline.write_script([str(story)], options)
        [line] = [line for line in script.lines if "since noon" in line.text]
        assert said in line.spoken


def test_a_script_keeps_the_cover_of_the_book_it_was_written_from(tmp_path: Path) -> None:
    book = tmp_path / "x.epub"
    cover = '<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>'
    pages = {"1.xhtml": "<h1>One</h1><p>The ferry had gone.</p>"}
    book.write_bytes(epub(pages, manifest=cover, extra={"OEBPS/c.jpg": JPEG}))
    first = pipeline.write_script([str(book)], TONE)
    script = tmp_path / "elsewhere.script"
    script.write_text(text_writer.format_script(first), "utf-8")
    assert pipeline.write_script([str(script)], TONE).book.metadata == first.book.metadata
    assert first.book.metadata.cover


def test_pauses_follow_the_language_of_the_book(tmp_path: Path) -> None:
    """The words „Martha sagte“ report the question before them, so there is hardly a pause."""
    path = tmp_path / "die-faehre.txt"
    path.write_text(
        "\n\n".join(["„Wer ist da?“ Martha sagte es leise und sah ihn an."] * 3), "utf-8"
    )
    script = pipeline.write_script([str(path)], TONE)
    cast = pipeline.cast_book(script, [str(path)], TONE).cast
    outline = pipeline.outline_build(script, cast, tmp_path / "out.mp3", TONE)
    plan = pipeline.plan_build(outline, create_worker_pool(TONE))
    first_cue = plan.rendering_job.chunks[0].cues[0]
    assert first_cue.pause_seconds <= Pauses().voice_change


def test_a_cache_that_holds_everything_need_not_be_written_to(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pipeline.narrate([str(story)], tmp_path / "one.mp3", TONE)

    def refuse_to_write(*_args: object, **_options: object) -> None:
        raise OSError(30, "Read-only file system")

    for change in ("os.utime", "tempfile.mkstemp"):
        monkeypatch.setattr(f"narrator.cache.store.{change}", refuse_to_write)
    again = pipeline.narrate([str(story)], tmp_path / "two.mp3", TONE)
    assert again.files[0].read_bytes() == first.files[0].read_bytes()
    with pytest.raises(OutputError, match="Read-only file system"):
        pipeline.narrate([str(story)], tmp_path / "three.mp3", replace(TONE, speed=2.0))


def test_an_edited_book_starts_with_one_worker(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int | None] = []
    monkeypatch.setattr(WorkerPool, "warm_up", lambda _, count: started.append(count))
    options = replace(TONE, cache_dir=tmp_path / "cache", jobs=2)
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)  # nothing to speak
    story.write_text(story.read_text("utf-8").replace("noon", "dawn"), "utf-8")
    pipeline.narrate([str(story)], tmp_path / "out.mp3", options)
    assert started == [None, 1]
