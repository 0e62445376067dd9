"""The benchmark of speed, as far as it needs neither an encoder nor a long book."""

import subprocess
import zipfile

import pytest

from benchmarks import speed
from benchmarks._long_scripts import write_long_novel
from benchmarks._timing import (
    NARRATOR_COMMAND,
    CommandFailedError,
    CommandTime,
    Figure,
    print_table,
    take_median,
    time_alternately,
    time_command,
)
from benchmarks.memory import watch_command
from benchmarks.speed import (
    GROUPS,
    Workbench,
    _find_fastest_pipe,
    _find_minor_character,
    _find_rare_word,
    _measure_group,
    edit_book,
)

SENTENCE = "She knocked twice, waited for a while, and then pushed the heavy door open."


def test_the_median_of_times_is_taken_one_by_one():
    runs = [CommandTime(1, 30), CommandTime(3, 10), CommandTime(2, 20)]
    assert take_median(runs) == CommandTime(2, 20)


def test_a_command_is_timed(tmp_path):
    run = time_command(("sh", "-c", "sleep 0.05"), cwd=tmp_path)
    assert 0.05 <= run.wall_seconds < 10
    assert run.cpu_seconds < run.wall_seconds


def test_the_pipe_that_takes_the_least_time_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "PIPES", {"slow": "sleep 0.5", "fast": "cat {text}"})
    assert _find_fastest_pipe(Workbench(tmp_path, tmp_path, {}), ["It rained."]) == "fast"


def test_a_word_is_added_to_one_sentence_of_the_book(tmp_path):
    book = tmp_path / "book.epub"
    pages = {"1.xhtml": "<p>It rained.</p>", "2.xhtml": f"<p>{SENTENCE}</p>"}
    with zipfile.ZipFile(book, "w") as archive:
        for name, page in pages.items():
            archive.writestr(name, page)
    edited = edit_book(book, ["It rained.", SENTENCE], tmp_path / "edited.epub")
    with zipfile.ZipFile(edited) as archive:
        assert archive.read("1.xhtml").decode() == pages["1.xhtml"]
        assert archive.read("2.xhtml").decode() == "<p>" + SENTENCE[:-1] + " indeed.</p>"


def make_line(speaker, text):
    return {"speaker": speaker, "spoken": text, "text": text}


def test_a_minor_character_has_few_lines_but_more_than_three():
    lines = [make_line("Ada", f"{n}") for n in range(9)]
    lines += [make_line("Tom", f"{n}") for n in range(5)]
    lines += [make_line("Hugh", f"{n}") for n in range(3)]
    lines += [make_line(None, "It rained.")]
    assert _find_minor_character({"lines": lines}) == ("Tom", 5)


def test_a_rare_word_is_a_name_in_about_ten_lines():
    texts = ["Margaret said nothing."] * 30 + ["Then Winterbourne, too."] * 9 + ["Rainwater"] * 2
    assert _find_rare_word({"lines": [make_line(None, t) for t in texts]}) == ("Winterbourne", 9)


def test_commands_are_run_in_turn():
    order = []

    def run(name, seconds):
        order.append(name)
        return CommandTime(seconds, seconds)

    medians = time_alternately(lambda: run("a", 1), lambda: run("b", 2), 3)
    assert order == ["a", "b"] * 3
    assert medians == (CommandTime(1, 1), CommandTime(2, 2))


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(CommandFailedError, match=r"exit code 3 of sh .*: no disk"):
        time_command(("sh", "-c", "echo no disk >&2; exit 3"), cwd=tmp_path)


def test_a_watched_command_that_fails_says_why(tmp_path):
    with pytest.raises(CommandFailedError, match=r"exit code 3 of sh .*: no disk"):
        watch_command(("sh", "-c", "echo no disk >&2; exit 3"), tmp_path)


def test_the_benchmarks_run_the_command_line():
    output = subprocess.check_output([*NARRATOR_COMMAND, "--version"], text=True)
    assert output.startswith("narrator ")


def test_a_group_that_fails_says_why_and_keeps_its_first_figures(tmp_path, monkeypatch):
    def measure(_):
        yield Figure("first", "1 s", "≤ 2 s")
        raise CommandFailedError("not installed: lame")

    monkeypatch.setitem(GROUPS, "cold", measure)
    figures = list(_measure_group("cold", Workbench(tmp_path, tmp_path, {})))
    assert [figure.figure for figure in figures] == ["1 s", "not measured"]
    assert figures[1].limit == "not installed: lame"


def test_figures_are_printed_as_a_table(capsys):
    print_table([Figure("a ÷ b | c", "0.5", "≤ 1")])
    assert capsys.readouterr().out.splitlines()[-1] == "| a ÷ b \\| c | 0.5 | ≤ 1 |"


def test_a_long_novel_has_chapters_and_as_many_words_as_asked_for():
    pieces = list(write_long_novel(["It rained all day.", "She left."], 25_000))
    chapters = [piece for piece in pieces if piece.startswith("CHAPTER")]
    assert len(chapters) == 3
    assert 25_000 <= sum(len(piece.split()) for piece in pieces) - 6 < 25_010


def test_the_copies_of_a_long_novel_differ():
    pieces = list(write_long_novel(["The dog and a cat went to the end of the road."], 80))
    assert len(set(pieces)) == len(pieces)
