"""The benchmark of speed, as far as it needs neither an encoder nor a long book."""

import zipfile

from benchmarks.speed import (
    CommandTime,
    _find_minor_character,
    _find_rare_word,
    _list_fast_pipes,
    edit_book,
    take_median,
    time_command,
)

SENTENCE = "She knocked twice, waited for a while, and then pushed the heavy door open."


def test_the_median_of_times_is_taken_one_by_one():
    runs = [CommandTime(1, 30), CommandTime(3, 10), CommandTime(2, 20)]
    assert take_median(runs) == CommandTime(2, 20)


def test_a_command_is_timed(tmp_path):
    run = time_command(("sh", "-c", "sleep 0.05"), cwd=tmp_path)
    assert 0.05 <= run.wall_seconds < 10
    assert run.cpu_seconds < run.wall_seconds


def test_a_pipe_that_was_far_behind_is_not_run_again():
    fast, slow = [CommandTime(1.0, 1.0)], [CommandTime(1.5, 1.0)]
    close = [CommandTime(1.2, 1.0)]
    assert _list_fast_pipes({"slow": slow, "close": close, "fast": fast}) == ["fast", "close"]
    assert _list_fast_pipes({"first": [], "second": []}) == ["first", "second"]


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
