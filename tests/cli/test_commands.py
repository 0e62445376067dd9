import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from typer.testing import CliRunner, Result

from narrator.cli.main import COMMANDS, app
from tests.conftest import STORY
from tests.pictures import PNG


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command: str) -> None:  # type: ignore[no-untyped-def]
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_the_version_is_printed(run) -> None:  # type: ignore[no-untyped-def]
    assert run("--version").output.startswith("narrator 0.")


@pytest.mark.parametrize("code", ["import narrator", "import narrator.cli.main"])
def test_starting_loads_neither_an_engine_nor_a_heavy_library(code: str) -> None:
    heavy = {"numpy", "nltk", "pydub", "pyttsx3", "lxml", "soundfile", "soxr", "rich.progress"}
    loaded = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert heavy.isdisjoint(loaded)


def _count_modules(*arguments: object) -> tuple[int, set[str]]:
    """Return the number of modules that a command loads, and their names."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n', *sys.modules, file=sys.stderr))\n"
        "from narrator.cli.start import main\nmain()"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    names = set(process.stderr.rpartition("\n ")[2].split())
    return len(names), names


@pytest.mark.parametrize(
    ("arguments", "limit"), [(["--version"], 220), (["--help"], 390), (["build", "--help"], 460)]
)
def test_a_command_loads_few_modules(arguments: list[str], limit: int) -> None:
    count, names = _count_modules(*arguments)
    assert count <= limit, sorted(names)


def test_a_build_of_an_unchanged_book_loads_nothing_that_it_does_not_need(story: Path) -> None:
    places = ("-o", story.with_suffix(".mp3"), "--cache-dir", story.with_name("cache"))
    build = ("build", story, "--engine", "tone", "--jobs", 1, *places)
    _count_modules(*build)
    count, names = _count_modules(*build)
    assert count <= 480, sorted(names)
    unneeded = {"numpy", "mutagen", "lameenc", "lxml", "num2words", "narrator.attribution",
                "narrator.normalisation.steps", "narrator.segmentation.lines"}  # fmt: skip
    assert unneeded.isdisjoint(names)


def test_build_says_what_it_read_who_speaks_and_what_it_wrote(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("build", story, "--engine", "tone", "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert "2 chapters" in result.output
    assert "scene break" in result.output
    assert "Martha" in result.output
    assert "output/the-ferry.mp3" in result.output
    assert Path("output/the-ferry.mp3").stat().st_size > 10_000


def test_build_reports_to_a_program_what_it_wrote(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("build", story, "--engine", "tone", "--jobs", 1, "-o", "x.wav", "--json")
    reported = json.loads(result.stdout)
    assert reported["files"] == ["x.wav"]
    assert reported["chapters"][0]["start"] == 0
    assert reported["chapters"][-1]["end"] == pytest.approx(reported["duration"], abs=0.001)


def test_a_dry_run_makes_nothing(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("build", story, "--engine", "tone", "--dry-run", "--json")
    reported = json.loads(result.stdout)
    assert reported["missing"] == reported["lines"] > 8
    assert not Path("output/the-ferry.mp3").exists()


def test_the_output_name_chooses_the_format(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("build", story, "--engine", "tone", "-o", "a.flac", "-j", 1).exit_code == 0
    assert Path("a.flac").read_bytes()[:4] == b"fLaC"


def test_the_name_of_a_folder_may_have_a_dot(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    made = run("build", story, "--engine", "tone", "-o", "vol. 2", "--split", "chapters", "-j", 1)
    assert made.exit_code == 0, made.output
    assert len(list(Path("vol. 2").glob("*.mp3"))) == 2


def test_the_current_folder_can_be_built(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert story.is_file()
    assert run("build", ".", "--engine", "tone", "-j", 1).exit_code == 0


def test_a_story_comes_from_standard_input(run) -> None:  # type: ignore[no-untyped-def]
    result = run("script", "-", "--json", stdin=STORY.encode())
    reported = json.loads(result.stdout)
    assert reported["source"]["path"] == "-"
    assert "".join(line["text"] for line in reported["lines"]).startswith("CHAPTER I.")


SCRIPT_KEYS = {
    "title",
    "author",
    "language",
    "source",
    "chapters",
    "characters",
    "lines",
    "skipped",
}


def test_script_gives_offsets_into_the_file_and_the_reason_for_each_speaker(  # type: ignore[no-untyped-def]
    run, story: Path
) -> None:
    reported = json.loads(run("script", story, "--json").stdout)
    assert set(reported) == SCRIPT_KEYS
    assert len(reported["source"]["sha256"]) == 64
    assert [c["number"] for c in reported["chapters"]] == [1, 2]
    for line in reported["lines"]:
        written = " ".join(STORY[line["start"] : line["end"]].split())
        assert written == line["text"]
    noon = next(line for line in reported["lines"] if "noon" in line["text"])
    assert (noon["kind"], noon["speaker"]) == ("dialogue", "Mr. Hobday")
    assert "Hobday" in noon["reason"]
    assert 0 <= noon["confidence"] <= 1
    assert [each["reason"] for each in reported["skipped"]] == ["scene break"]
    people = {person["name"]: person for person in reported["characters"]}
    assert people["Mr. Hobday"]["gender"] == "male"
    assert people["Mr. Hobday"]["spoken"] == sum(
        line["speaker"] == "Mr. Hobday" for line in reported["lines"]
    )


def test_script_shows_people_who_says_what_and_why(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    shown = run("script", story).output
    assert "“Wait?”" in shown
    assert "Mr. Hobday" in shown


def test_script_shows_what_is_left_out(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert "scene break" in run("script", story, "--skipped").output


def test_a_written_script_is_a_whole_file(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("script", story, "-o", "ferry.json").exit_code == 0
    assert set(json.loads(Path("ferry.json").read_text("utf-8"))) == SCRIPT_KEYS


def test_a_cast_file_is_written_edited_and_used(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("cast", story, "--engine", "tone", "-o", "the-ferry.cast.toml").exit_code == 0
    file = Path("the-ferry.cast.toml")
    text = file.read_text("utf-8")
    assert "Mr. Hobday" in text
    edited = "\n".join(
        '"Mr. Hobday" = "flute"' if line.startswith('"Mr. Hobday"') else line
        for line in text.splitlines()
    )
    file.write_text(edited, "utf-8")
    reported = json.loads(run("cast", story, "--json").stdout)
    voices = {person["name"]: person["voice"] for person in reported["characters"]}
    assert voices["Mr. Hobday"] == "flute"


def test_set_changes_one_character(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    shown = run("cast", story, "--engine", "tone", "--set", "Mr. Hobday=horn", "--json")
    voices = {each["name"]: each["voice"] for each in json.loads(shown.stdout)["characters"]}
    assert voices["Mr. Hobday"] == "horn"


def test_preview_speaks_one_paragraph(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("preview", story, "--paragraph", 4, "--engine", "tone", "--json")
    reported = json.loads(result.stdout)
    assert reported["lines"][0]["text"] == "It rained until evening."
    assert Path(reported["file"]).read_bytes()[:4] == b"RIFF"


def test_preview_counts_within_a_chapter_where_one_is_given(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("preview", story, "--chapter", 2, "--paragraph", 2, "--engine", "tone", "--json")
    assert "Your boat" in json.loads(result.stdout)["lines"][0]["text"]


def test_a_preview_says_in_one_line_what_makes_it_exact_and_that_does(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    asked = ("preview", story, "-c", 2, "-p", 2, "--engine", "tone")
    (line,) = run(*asked).stderr.splitlines()
    assert line.startswith("Note       speakers and voices are as far as this chapter shows; ")
    assert run(*shlex.split(line.split("`")[1])[1:]).exit_code == 0
    assert run(*asked).stderr == ""


def test_voices_are_listed_filtered_shown_and_heard(run) -> None:  # type: ignore[no-untyped-def]
    assert "flute" in run("voices").output
    tone = json.loads(run("voices", "list", "--engine", "tone", "--json").stdout)
    assert {voice["name"] for voice in tone} == {"bass", "viola", "flute", "horn"}
    men = json.loads(run("voices", "--gender", "male", "--engine", "tone", "--json").stdout)
    assert {voice["name"] for voice in men} == {"bass", "horn"}
    assert {v["name"] for v in json.loads(run("voices", "--accent", "scottish", "--json").stdout)}
    assert "'woman': " in run("voices", "--gender", "woman").stderr
    assert run("voices", "--gender", "female", "--age", "old", "--engine", "tone").stdout == ""
    assert "A flute." in run("voices", "show", "flute").output
    assert run("voices", "audition", "flute", "--text", "Hello there.").exit_code == 0
    assert Path("output/flute.wav").read_bytes()[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "an audition needs a voice"),
        (("flute", "--gender", "male"), "none of flute matches"),
        (("flute", "--all"), "--all does not go with flute"),
        (("--all", "--language", "xx"), "no voice speaks xx"),
        (("flute", "--character", "Emma"), "--character needs a book"),
        (("flute", "--book", "a.txt", "--text", "No."), "--text does not go with --book"),
        (("flute", "--play", "-o", "a.html"), "--play can't play the page a.html"),
        (("flute", "--text", ""), "--text is empty"),
        (("flute", "--text", "…"), "no word to speak"),
        (("flute", "-o", "a.mp4"), "no format is called 'mp4'"),
    ],
)
def test_an_audition_that_is_not_possible_is_one_clear_line(  # type: ignore[no-untyped-def]
    run, arguments: tuple[str, ...], said: str
) -> None:
    result = run("voices", "audition", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_all_voices_that_fit_are_heard_on_a_page_or_in_one_file(run) -> None:  # type: ignore[no-untyped-def]
    every = ("voices", "audition", "--all", "--engine", "tone")
    assert run(*every, "--text", "It rained.").exit_code == 0
    page = Path("output/voices.html").read_text("utf-8")
    assert [name for name in ("bass", "flute", "horn", "viola") if f"<h2>{name}</h2>" in page] == [
        "bass",
        "flute",
        "horn",
        "viola",
    ]
    women = run(*every, "--gender", "female", "-o", "women.mp3", "--json")
    reported = json.loads(women.stdout)
    assert [each["voice"] for each in reported] == ["flute", "viola"]
    assert reported[1]["start"] == pytest.approx(reported[0]["duration"], abs=0.01)
    assert Path("women.mp3").stat().st_size > 5_000


def test_voices_read_lines_of_a_character(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    asked = ("voices", "audition", "flute", "horn", "--book", story, "--character", "martha")
    result = run(*asked)
    assert result.exit_code == 0, result.output
    page = Path("output/the-ferry-martha.html").read_text("utf-8")
    assert "<title>Voices for Martha</title>" in page
    assert "Then you know how it is done" in page
    assert run("voices", "audition", "horn", "--book", story).exit_code == 0
    assert Path("output/the-ferry-narrator-horn.wav").is_file()
    assert "nobody called 'Ahab' speaks" in run(*asked[:-1], "Ahab").stderr


def test_an_audition_of_all_voices_leaves_out_those_that_are_not_ready(run) -> None:  # type: ignore[no-untyped-def]
    result = run("voices", "audition", "--all", "--engine", "piper", "--accent", "British")
    assert result.exit_code in (0, 2)
    assert "not ready here" in result.stderr


def test_engines_are_listed(run) -> None:  # type: ignore[no-untyped-def]
    found = {each["name"]: each for each in json.loads(run("engines", "--json").stdout)}
    assert found["tone"]["works"]
    assert found["pyttsx3"]["works"]


def test_the_cache_is_shown_and_cleared(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    run("build", story, "--engine", "tone", "-j", 1)
    kinds = {each["kind"] for each in json.loads(run("cache", "--json").stdout)["kinds"]}
    assert {"clip", "reel", "script", "sheet"} <= kinds
    assert json.loads(run("cache", "clear", "--json").stdout)["kinds"] == []


def _zip(content: dict[str, bytes]) -> bytes:
    path = Path("made.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path.read_bytes()


BAD_INPUT = [
    ("missing.txt", None, 3, "missing.txt"),
    ("empty.txt", b"", 3, "empty.txt"),
    ("blank.txt", b" \n\n \n", 3, "blank.txt"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", 3, "picture"),
    ("noise.epub", bytes(range(256)) * 9, 3, "noise.epub"),
    ("half.epub", b"PK\x03\x04half of an archive", 3, "half.epub"),
]


@pytest.mark.parametrize(("name", "content", "code", "said"), BAD_INPUT)
@pytest.mark.parametrize("command", ["build", "script", "cast", "preview"])
def test_bad_input_is_one_clear_line_and_an_exit_code(  # type: ignore[no-untyped-def]
    run, command: str, name: str, content: bytes | None, code: int, said: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = run(command, name)
    assert result.exit_code == code
    assert result.stderr.startswith("narrator: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


BAD_OPTIONS = [
    (("--jobs", "0"), 2, "--jobs 0"),
    (("--chapters", "x"), 2, "--chapters 'x'"),
    (("--chapters", "9"), 2, "chapter 9"),
    (("--speed", "0"), 2, "--speed 0"),
    (("--format", "mp4"), 2, "mp3"),
    (("-o", "book.epup"), 2, "epub"),
    (("-o", "book.mp3", "--format", "m4b"), 2, "write -o book.m4b"),
    (("-o", "-"), 7, "standard output"),
    (("--pauses", "brisky"), 2, "brisk"),
    (("--loudness", "podcats"), 2, "podcast"),
    (("--voice", "marion"), 5, "marian"),
    (("--set", "Mr. Hobdy=flute"), 5, "Mr. Hobday"),
    (("--set", "Mr. Hobday=flut"), 5, "flute"),
    (("--set", "Mr. Hobday"), 2, "is not valid"),
    (("--cast", "missing.toml"), 5, "missing.toml"),
    (("--engine", "toner"), 6, "tone"),
    (("-o", "the-ferry.txt/x.mp3"), 7, "-o"),
    (("--lexicon", "missing.toml"), 2, "missing.toml"),
]


@pytest.mark.parametrize(("options", "code", "said"), BAD_OPTIONS)
def test_a_bad_option_is_one_clear_line_with_what_was_meant(  # type: ignore[no-untyped-def]
    run, story: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    result = run("build", story, *options)
    assert result.exit_code == code, result.output
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_an_unexpected_interruption_says_how_to_go_on(  # type: ignore[no-untyped-def]
    run, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("narrator.build.pipeline.plan_build", interrupted)
    result = run("build", story, "--engine", "tone")
    assert result.exit_code == 130
    assert "same command" in result.stderr


def test_a_program_that_stops_reading_the_output_is_not_an_error(story: Path) -> None:
    command = [sys.executable, "-m", "narrator", "script", str(story)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_there_are_no_colours_where_there_is_no_terminal(story: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "narrator", "script", str(story)],
        capture_output=True,
        check=True,
        env={**os.environ, "TERM": "xterm-256color"},
    ).stdout
    assert b"\x1b[" not in shown


def test_script_lists_the_lines_that_a_lexicon_changes(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    Path("words.toml").write_text('[words]\nHobday = "Hobbady"\n', "utf-8")
    shown = run("script", story, "--lexicon", "words.toml").output
    assert "Mr. Hobday was asleep" in shown
    assert "Hobbady was asleep" in shown
    assert "The ferry had gone" not in shown


def test_a_model_is_fetched_from_a_folder(run, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    settings = {
        "num_symbols": 5,
        "num_speakers": 1,
        "audio": {"sample_rate": 22050},
        "espeak": {"voice": "en-us"},
        "phoneme_id_map": {"a": [1]},
    }
    for name in ("en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"):
        (tmp_path / name).write_text(json.dumps(settings))
    result = run("voices", "fetch", "helen", "--from", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "models" / "piper" / "en_US-joe-medium.onnx").exists()


def test_the_speed_of_engines_is_measured_only_on_request(run) -> None:  # type: ignore[no-untyped-def]
    found = {engine["name"]: engine for engine in json.loads(run("engines", "--json").stdout)}
    assert found["pyttsx3"]["works"]
    assert found["pyttsx3"]["speed"] is None
    assert "edgar" in found["pyttsx3"]["voices"]


def test_check_reports_an_audiobook_and_its_exit_code_judges_it(  # type: ignore[no-untyped-def]
    run, story: Path
) -> None:
    run("build", story, "--engine", "tone", "-j", 1, "-o", "a.mp3")
    passed = run("check", "a.mp3")
    assert passed.exit_code == 0, passed.output
    assert "Chapter II" in passed.output
    reported = json.loads(run("check", "a.mp3", "--json").stdout)
    assert reported["codec"] == "mp3"
    assert {verdict["profile"] for verdict in reported["verdicts"]} >= {"file", "acx", "podcast"}
    failed = run("check", "a.mp3", "--profile", "acx")
    assert failed.exit_code == 8
    assert failed.stderr.startswith("narrator: acx: ")


def test_check_proves_that_a_script_lost_no_word(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    run("script", story, "-o", "whole.json")
    assert run("check", "whole.json").exit_code == 0
    whole = json.loads(Path("whole.json").read_text("utf-8"))
    for lost in ({"lines": whole["lines"][:-1]}, {"lines": whole["lines"] + whole["lines"][-1:]}):
        Path("broken.json").write_text(json.dumps({**whole, **lost}), "utf-8")
        result = run("check", "broken.json")
        assert result.exit_code == 4
        assert result.stderr.count("\n") == 1


def test_check_of_a_script_whose_book_has_changed_says_so(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    run("script", story, "-o", "script.json")
    story.write_text(STORY + "\nOne more.\n", "utf-8")
    result = run("check", "script.json")
    assert result.exit_code == 3
    assert "write the script again" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("missing.mp3",), 3, "missing.mp3"),
        (("x" * 900,), 3, "is not a file"),
        (("x" * 900 + ".mp3",), 3, "is not a file"),
        (("x" * 900 + ".json",), 3, "can't be read"),
        (("x" * 900 + ".srt",), 3, "can't be read"),
        (("x" * 900 + ".timeline.json",), 3, "can't be read"),
        (("x" * 5000,), 3, "check the path"),
        (("the-ferry.txt",), 3, "no sound"),
        (("a.json",), 3, "not a script"),
        (("the-ferry.txt", "--profile", "axc"), 2, "acx"),
        (("the-ferry.txt", "a.json", "--plot", "a.png"), 2, "--plot draws one audiobook"),
        (("the-ferry.txt", "--plot", "a.json/a.png"), 7, "a.json/a.png can't be written"),
    ],
)
def test_check_of_what_is_none_is_one_clear_line(  # type: ignore[no-untyped-def]
    run, story: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert story.name == "the-ferry.txt"
    Path("a.json").write_text("[]", "utf-8")
    result = run("check", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_character_auditions_with_a_line_of_the_book(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("cast", story, "--audition", "Martha Quill", "--voices", "flute,viola")
    assert result.exit_code == 0, result.output
    assert "Then you know how it is done" in result.output
    for voice in ("flute", "viola"):
        assert Path(f"output/the-ferry-Martha Quill-{voice}.wav").read_bytes()[:4] == b"RIFF"


def test_for_a_name_like_no_voice_it_says_what_lists_them(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    reported = run("build", story, "--voice", "qqqq").stderr
    assert re.search(r"no voice is called 'qqqq': `.*narrator.* voices` lists them\n", reported)


def test_the_narrator_auditions_with_a_line_of_narration(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("cast", story, "--audition", "Narrator", "--voices", "flute")
    assert result.exit_code == 0, result.output
    assert "Nobody came" in result.output
    assert Path("output/the-ferry-Narrator-flute.wav").is_file()


def test_an_audition_of_an_unknown_character_suggests_who_speaks(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("cast", story, "--audition", "Mr. Hobdy")
    assert result.exit_code == 5
    assert "Mr. Hobday" in result.stderr


def test_a_script_is_written_edited_and_built(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("script", story, "-o", "ferry.script").exit_code == 0
    file = Path("ferry.script")
    file.write_text(
        file.read_text("utf-8").replace("@Martha: “Your", "@Mr. Hobday: “Your"), "utf-8"
    )
    reported = json.loads(run("script", file, "--json").stdout)
    boat = next(line for line in reported["lines"] if "Your boat" in line["text"])
    assert boat["speaker"] == "Mr. Hobday"
    assert file.read_text("utf-8")[boat["start"] : boat["end"]] == boat["text"]
    assert run("script", file, "-o", "ferry.json").exit_code == 0
    assert run("check", "ferry.json").exit_code == 0
    people = json.loads(run("cast", file, "--json").stdout)["characters"]
    assert {person["name"]: person["spoken"] for person in people} == {"Mr. Hobday": 3, "Martha": 2}
    built = run("build", file, "--engine", "tone", "-j", 1)
    assert built.exit_code == 0, built.output
    assert "scene break (1 ×)" in built.output
    assert "mark of the script" not in built.output + run("script", file, "--skipped").output
    assert Path("output/ferry.mp3").exists()
    heard = run("preview", file, "-c", 2, "-p", 2, "--engine", "tone", "--json")
    assert json.loads(heard.stdout)["lines"][0]["speaker"] == "Mr. Hobday"


def test_a_mistake_in_a_script_is_one_clear_line(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    run("script", story, "-o", "ferry.script")
    file = Path("ferry.script")
    file.write_text(file.read_text("utf-8").replace("@Martha: “Your", "@Marta: “Your"), "utf-8")
    for command in ("build", "preview", "cast", "script"):
        result = run(command, file)
        assert result.exit_code == 3
        assert re.match(r"narrator: ferry\.script, line \d+: .*did you mean Martha", result.stderr)
        assert result.stderr.count("\n") == 1


def test_a_correction_is_kept_beside_the_book_and_reported_if_it_no_longer_applies(  # type: ignore[no-untyped-def]
    run, story: Path
) -> None:
    result = run("script", story, "--correct", "2.2.1=Mr. Hobday")
    assert result.exit_code == 0, result.output
    assert re.search(r"Martha\s+Mr\. Hobday\s+“Your boat", result.stdout)
    assert Path("the-ferry.corrections.toml").exists()
    heard = run("preview", story, "-c", 2, "-p", 2, "--engine", "tone", "--json")
    assert json.loads(heard.stdout)["lines"][0]["speaker"] == "Mr. Hobday"
    story.write_text(STORY.replace("Your boat", "The boat"), "utf-8")
    assert "not in the book any more" in run("build", story, "--dry-run").stderr
    assert "not in the book any more" in run("preview", story, "--engine", "tone").stderr


@pytest.mark.parametrize(
    ("source", "reported", "code", "said"),
    [
        ("the-ferry.txt", "9.9.9=Martha", 2, "no line 9.9.9"),
        ("the-ferry.txt", "2.2.1=Marta", 5, "did you mean Martha"),
        ("ferry.script", "2.2.1=Martha", 2, "is a script"),
    ],
)
def test_a_correction_that_means_nothing_is_one_clear_line(  # type: ignore[no-untyped-def]
    run, story: Path, source: str, reported: str, code: int, said: str
) -> None:
    run("script", story, "-o", "ferry.script")
    result = run("script", source, "--correct", reported)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_edited_script_is_not_written_over(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    file = Path("ferry.script")
    assert [run("script", story, "-o", file).exit_code for _ in range(2)] == [0, 0]
    edited = file.read_text("utf-8").replace("@Martha: “Your", "@Mr. Hobday: “Your")
    file.write_text(edited, "utf-8")
    result = run("script", story, "-o", file)
    assert result.exit_code == 7
    assert "has been changed since narrator wrote it" in result.stderr
    result = run("script", file, "-o", file, "--force")
    assert result.exit_code == 7
    assert "is the book itself" in result.stderr
    assert file.read_text("utf-8") == edited
    assert run("script", story, "-o", file, "--force").exit_code == 0
    assert "@Mr. Hobday: “Your" not in file.read_text("utf-8")


def test_a_series_keeps_its_voices(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    second = Path("second.txt")
    second.write_text(
        "“A letter,” said Anne.\n\n“For whom?” asked Hobday.\n\n“Mr. Hobday,” said Anne, “for you.”\n\n“At last!” cried Hobday. Hobday opened it.\n",
        "utf-8",
    )
    cast = ("--engine", "tone", "--json")
    first = run("cast", story, "--set", "Mr. Hobday=horn", "-o", "series.cast.toml", *cast)
    assert first.exit_code == 0, first.output
    before = Path("series.cast.toml").read_text("utf-8")
    reported = json.loads(run("cast", second, "--cast", "series.cast.toml", *cast).stdout)
    [hobday] = [person for person in reported["characters"] if "Hobday" in person["name"]]
    assert hobday["name"] != "Mr. Hobday"
    assert hobday["voice"] == "horn"
    run("cast", second, "--cast", "series.cast.toml", "-o", "series.cast.toml", *cast)
    after = Path("series.cast.toml").read_text("utf-8")
    assert after.startswith(before.rstrip())
    assert "Anne" in after.removeprefix(before.rstrip())
    assert after.count("Hobday") == before.count("Hobday")


def test_the_catalogue_says_what_the_user_says(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    Path("cover.png").write_bytes(PNG)
    result = run(
        "build", story, "--engine", "tone", "-j", 1, "-o", "a.mp3", "--title", "Ferries",
        "--author", "N. N.", "--series", "Boats", "--narrated-by", "Me", "--cover", "cover.png",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    tags = ID3("a.mp3")
    assert str(tags["TIT2"]) == "Ferries"
    assert str(tags["TPE1"]) == "N. N."
    assert str(tags["TCOM"]) == "Me"
    assert tags.getall("APIC")[0].data == PNG


def test_a_language_may_be_named(run, story: Path) -> None:  # type: ignore[no-untyped-def]
    result = run("build", story, "--engine", "tone", "-j", 1, "-o", "a.mp3", "--language", "de")
    assert result.exit_code == 0
    assert str(ID3("a.mp3")["TLAN"]) == "deu"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--cover", "the-ferry.txt"), "JPEG"),
        (("--cover", "missing.png"), "missing.png"),
        (("--matter", "perhaps"), "skip or keep"),
        (("--notes", "perhaps"), "chapter-end"),
        (("--images", "perhaps"), "skip or keep"),
    ],
)
def test_an_unknown_choice_is_refused(  # type: ignore[no-untyped-def]
    run, story: Path, options: tuple[str, ...], said: str
) -> None:
    result = run("build", story, "--engine", "tone", *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_preview_of_standard_input_reads_it_once(run) -> None:  # type: ignore[no-untyped-def]
    result = run("preview", "-", "-p", 2, "--engine", "tone", "--json", stdin=STORY.encode())
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["lines"][0]["speaker"] == "Mr. Hobday"
