import sys
from collections.abc import Callable, Sequence
from itertools import count
from types import FrameType

import numpy as np
import pytest

from narrator.listening.doubtful_words import split_pieces
from narrator.listening.line_check import (
    ExpectedLine,
    LineChecker,
    PassageLines,
    SoundProblem,
    is_said,
)
from narrator.listening.recogniser import HeardWord
from narrator.listening.word_matching import split_words

TraceFunction = Callable[[FrameType, str, object], object]

TEXTS = (
    "The harbour master had seen three ships go down that winter.",
    "Nobody answers the bell at this hour.",
    "You may leave your boots beside the stove, and come and sit with us.",
    "Thank you, said the pedlar, I will not stay for long.",
    "He knew the road by heart, and yet he lost it twice before the bridge.",
    "There were eleven lamps along the quay, and only one of them was burning.",
    "She hid the letters behind the clock.",
    "In the morning the snow had covered every track.",
)
SECONDS_PER_WORD = 0.3


def find_problems(lines, heard, language):
    return LineChecker(lines, heard, language).find_problems()


def make_lines() -> list[ExpectedLine]:
    return [ExpectedLine(f"1.{n}.1", text, text, "edgar") for n, text in enumerate(TEXTS, 1)]


def hear(*texts: str) -> list[HeardWord]:
    """Return the words of texts, spoken one after the other."""
    words = " ".join(texts).split()
    return [
        HeardWord(word, index * SECONDS_PER_WORD, (index + 0.9) * SECONDS_PER_WORD)
        for index, word in zip(count(), words, strict=False)
    ]


def find(*texts: str) -> list[tuple[str, SoundProblem]]:
    findings = find_problems(make_lines(), hear(*texts), "en")
    return [(finding.line_id, finding.problem) for finding in findings]


def test_a_book_that_is_heard_whole_has_no_problem() -> None:
    assert find(*TEXTS) == []


@pytest.mark.parametrize("index", range(len(TEXTS)))
def test_a_line_that_is_left_out_is_missing(index: int) -> None:
    texts = [*TEXTS[:index], *TEXTS[index + 1 :]]
    assert find(*texts) == [(f"1.{index + 1}.1", SoundProblem.MISSING)]


def test_the_end_of_a_line_that_is_cut_off_is_missing() -> None:
    findings = find_problems(
        make_lines(), hear(*TEXTS[:4], "He knew the road by heart, and yet", *TEXTS[5:]), "en"
    )
    assert [(each.line_id, each.problem) for each in findings] == [("1.5.1", SoundProblem.MISSING)]
    assert findings[0].missing == "he lost it twice before the bridge"


def test_a_line_that_is_heard_twice_is_doubled() -> None:
    assert find(*TEXTS[:3], TEXTS[2], *TEXTS[3:]) == [("1.3.1", SoundProblem.DOUBLED)]


def test_a_line_that_is_heard_twice_and_wrongly_is_doubled() -> None:
    """The alignment takes a word from each copy, which leaves two runs of words that no line needs."""
    text = "As Bakir waited for his coffee, he noticed a girl across from him, drawing in her notebook."
    heard = "As back here Wade and for his coffee he noticed a girl across from him, during in the notebook."
    lines = [*make_lines()[:3], ExpectedLine("1.9.1", text, text, "edgar"), *make_lines()[3:]]
    findings = find_problems(lines, hear(*TEXTS[:3], heard, heard, *TEXTS[3:]), "en")
    assert [(each.line_id, each.problem) for each in findings] == [("1.9.1", SoundProblem.DOUBLED)]


def test_a_line_that_is_misheard_twice_in_the_same_way_is_doubled() -> None:
    text = "Would you mind coming with me, Piglet, in case they turn out to be Hostile Animals?"
    first = "What you might come in with me Bigly in case nature helped to be hostile animals"
    again = "What you mind coming with me piglet in case nature helped to be hostile animals"
    lines = [*make_lines()[:3], ExpectedLine("1.9.1", text, text, "edgar"), *make_lines()[3:]]
    heard = hear(*TEXTS[:3], first, again, *TEXTS[3:])
    checker = LineChecker(lines, heard, "en")
    passages = [PassageLines(0, len(lines), 0.0, heard[-1].end)]
    list(checker.resolve_doubts(lambda _start, _end, texts: [-0.4] * len(texts), passages))
    findings = checker.find_problems()
    assert [(each.line_id, each.problem) for each in findings] == [("1.9.1", SoundProblem.DOUBLED)]


def test_a_line_in_place_of_one_of_few_words_is_named_with_that_one() -> None:
    short = "It may be,"
    lines = [*make_lines()[:3], ExpectedLine("1.9.1", short, short, "edgar"), *make_lines()[3:]]
    # words of the line are heard in the copy too
    copy = TEXTS[6].replace("hid the letters", "hid it may the letters be")
    heard = hear(*TEXTS[:3], copy, *TEXTS[3:])
    findings = {each.line_id: each.problem for each in find_problems(lines, heard, "en")}
    assert findings.pop("1.9.1") in (SoundProblem.OTHER, SoundProblem.MISSING)
    assert findings == {"1.7.1": SoundProblem.DOUBLED}


def test_a_line_of_one_word_that_is_taken_for_another_is_not_missing() -> None:
    lines = [*make_lines()[:3], ExpectedLine("1.9.1", "“Pooh!”", "“Pooh!”", "edgar")]
    lines += make_lines()[3:]
    heard = hear(*TEXTS[:3], "Good.", *TEXTS[3:])
    checker = LineChecker(lines, heard, "en")
    passages = [PassageLines(0, len(lines), 0.0, heard[-1].end)]
    list(checker.resolve_doubts(lambda _start, _end, texts: [-9.0] * len(texts), passages))
    assert checker.find_problems() == []


def test_a_line_that_is_heard_elsewhere_is_moved() -> None:
    assert find(*TEXTS[:2], *TEXTS[3:7], TEXTS[2], TEXTS[7]) == [("1.3.1", SoundProblem.MOVED)]


def test_a_line_in_place_of_another_says_something_else() -> None:
    [(line_id, problem)] = find(
        *TEXTS[:3], "A wall fell over while goats were being fed.", *TEXTS[4:]
    )
    assert line_id == "1.4.1"
    assert problem in (SoundProblem.OTHER, SoundProblem.MISSING)


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("harbour", "harbor"),
        ("three ships", "3 ships"),
        ("pedlar", "peddler"),
        ("eleven lamps", "11 lamps"),
        ("You may", "you may"),
        ("quay", "key"),
    ],
)
def test_other_spellings_of_the_same_sound_are_forgiven(written: str, heard: str) -> None:
    assert find(*(text.replace(written, heard) for text in TEXTS)) == []


def test_a_single_misheard_word_is_no_problem() -> None:
    assert find(*(text.replace("stove", "shelf") for text in TEXTS)) == []


def test_silence_is_not_a_missing_line_if_there_was_time_to_say_it() -> None:
    """A recogniser that drops a sentence leaves a gap; a cut leaves none."""
    heard = hear(*TEXTS)
    size = len(" ".join(TEXTS[:3]).split())
    dropped = heard[: size - 14] + heard[size:]
    problems = {finding.problem for finding in find_problems(make_lines(), dropped, "en")}
    assert SoundProblem.MISSING not in problems


def test_nothing_heard_is_everything_missing() -> None:
    assert len(find()) == len(TEXTS)


def test_a_line_is_said_if_most_of_its_words_are_heard() -> None:
    line = make_lines()[0]
    assert is_said(line, hear("and the harbor master had seen 3 ships go down that winter"), "en")
    assert not is_said(line, hear("the harbour master had seen"), "en")


def test_a_line_that_is_too_short_is_said_only_if_its_last_word_is_heard() -> None:
    line = make_lines()[4]
    heard = hear(TEXTS[4].removesuffix(" bridge."))
    assert is_said(line, heard, "en")
    assert not is_said(line, heard, "en", is_short=True)
    assert is_said(line, hear(TEXTS[4]), "en", is_short=True)


def hear_other_words(texts: Sequence[str]) -> list[HeardWord]:
    return hear(*("giraffes" for _ in " ".join(texts).split()))


def hear_words_between_lines(texts: Sequence[str]) -> list[HeardWord]:
    return hear(*(f"{text} Giraffes yawn and of the oboes." for text in texts))


def hear_words_in_another_order(texts: Sequence[str]) -> list[HeardWord]:
    words = " ".join(texts).split()
    return hear(*(word for step in range(7) for word in words[step::7]))


def count_steps(size: int, hear_book: Callable[[Sequence[str]], list[HeardWord]]) -> int:
    """Return how many lines of Python are run to judge an audiobook of a book."""
    texts = [f"{text} And of the {make_word(n)} of it." for n in range(size) for text in TEXTS]
    lines = [ExpectedLine(f"1.{n}.1", text, text, "edgar") for n, text in enumerate(texts)]
    heard = hear_book(texts)
    step_count = 0

    def count_step(_frame: FrameType, event: str, _arg: object) -> TraceFunction:
        nonlocal step_count
        step_count += event == "line"
        return count_step

    tracer_before = sys.gettrace()
    sys.settrace(count_step)
    try:
        find_problems(lines, heard, "en")
    finally:
        sys.settrace(tracer_before)
    return step_count


def make_word(number: int) -> str:
    """Return a word that no other number has."""
    return "".join("zaqwsxcder"[int(digit)] for digit in str(number))


@pytest.mark.parametrize(
    "hear_book", [hear_other_words, hear_words_between_lines, hear_words_in_another_order]
)
def test_an_audiobook_of_twice_the_length_takes_about_twice_the_work(
    hear_book: Callable[[Sequence[str]], list[HeardWord]],
) -> None:
    """Looking for each line everywhere would take four times the work."""
    count_steps(1, hear_book)  # some steps are taken once for each word
    assert count_steps(16, hear_book) < 2.6 * count_steps(8, hear_book)


def resolve(*texts: str, rate) -> list[tuple[str, SoundProblem]]:
    """Return the problems after a rater was asked about what was not recognised."""
    heard = hear(*texts)
    checker = LineChecker(make_lines(), heard, "en")
    shares = list(checker.resolve_doubts(rate, [PassageLines(0, len(TEXTS), 0.0, heard[-1].end)]))
    assert shares == sorted(shares)
    return [(finding.line_id, finding.problem) for finding in checker.find_problems()]


def test_words_that_are_likely_in_the_sound_are_said_though_they_were_not_recognised() -> None:
    asked = []

    def rate(start: float, end: float, texts: Sequence[str]) -> list[float]:
        asked.append((start, end, " ".join(texts)))
        return [-0.4] * len(texts)

    assert resolve(*TEXTS[:3], *TEXTS[4:], rate=rate) == []
    [(start, end, text)] = asked
    assert TEXTS[3] in text
    # with a few words that were recognised, and the sound that they are in
    assert len(TEXTS[3].split()) + 10 < len(text.split()) < len(TEXTS[3].split()) + 24
    assert end - start < 24 * SECONDS_PER_WORD


@pytest.mark.parametrize(
    ("doubtful_ids", "problems"), [(set(), []), ({"1.4.1"}, [("1.4.1", SoundProblem.MISSING)])]
)
def test_two_words_are_missing_among_unclear_words_only_if_the_line_sounds_wrong(
    doubtful_ids: set[str], problems: list[tuple[str, SoundProblem]]
) -> None:
    unclear_line = TEXTS[4].replace("He knew the road", "Giraffes yawn at noon")
    heard = hear(*TEXTS[:3], TEXTS[3].removesuffix(" for long."), unclear_line, *TEXTS[5:])
    checker = LineChecker(make_lines(), heard, "en", doubtful_ids)

    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [-14.0 if text in ("for", "long.") else -0.4 for text in texts]

    list(checker.resolve_doubts(rate, [PassageLines(0, len(TEXTS), 0.0, heard[-1].end)]))
    findings = [(finding.line_id, finding.problem) for finding in checker.find_problems()]
    assert findings == problems


@pytest.mark.parametrize(
    ("short_ids", "problems"), [(set(), []), ({"1.7.1"}, [("1.7.1", SoundProblem.MISSING)])]
)
def test_the_last_word_of_a_line_that_is_too_short_is_missing(
    short_ids: set[str], problems: list[tuple[str, SoundProblem]]
) -> None:
    heard = hear(*TEXTS[:6], TEXTS[6].removesuffix(" clock."), TEXTS[7])
    checker = LineChecker(make_lines(), heard, "en", short_ids=short_ids)

    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [-9.0 if text == "clock." else -0.4 for text in texts]

    list(checker.resolve_doubts(rate, [PassageLines(0, len(TEXTS), 0.0, heard[-1].end)]))
    findings = [(finding.line_id, finding.problem) for finding in checker.find_problems()]
    assert findings == problems


def test_a_line_that_is_too_short_is_reported_though_its_words_were_recognised() -> None:
    """A recogniser guesses the end of a line that was cut off."""
    checker = LineChecker(make_lines(), hear(*TEXTS), "en", short_ids={"1.4.1"})
    findings = [(finding.line_id, finding.problem) for finding in checker.find_problems()]
    assert findings == [("1.4.1", SoundProblem.SHORT)]


def test_a_line_is_short_if_its_words_leave_no_time_for_it() -> None:
    heard = hear(*TEXTS)
    end = len(" ".join(TEXTS[:5]).split())
    middle = end - len(TEXTS[4].split()) // 2
    # the second half of the line takes no time at all
    lost_seconds = heard[end].start - heard[middle].start
    hurried = [
        HeardWord(word.text, max(word.start - lost_seconds, heard[middle].start), heard[middle].end)
        for word in heard[middle:end]
    ]
    hurried += [
        HeardWord(word.text, word.start - lost_seconds, word.end - lost_seconds)
        for word in heard[end:]
    ]
    is_speech = np.ones(6000, bool)
    checker = LineChecker(make_lines(), [*heard[:middle], *hurried], "en")
    assert checker.find_short_lines(is_speech) == {"1.5.1"}
    assert LineChecker(make_lines(), heard, "en").find_short_lines(is_speech) == set()


def test_words_that_are_unlikely_in_the_sound_are_missing() -> None:
    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        said = " ".join([*TEXTS[:3], *TEXTS[4:]]).split()
        return [-0.4 if text in said else -7.0 for text in texts]

    problems = [("1.4.1", SoundProblem.MISSING)]
    assert resolve(*TEXTS[:3], *TEXTS[4:], rate=rate) == problems


@pytest.mark.parametrize(("line_rating", "are_missing"), [(-3.0, True), (-0.4, False)])
def test_lines_without_time_for_them_are_missing_unless_they_are_very_likely(
    line_rating: float, *, are_missing: bool
) -> None:
    """Words that follow from those before have high ratings, whether they are said or not."""
    missing_words = " ".join(TEXTS[3:6]).split()

    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [line_rating if text in missing_words else -0.4 for text in texts]

    problems = {(f"1.{n}.1", SoundProblem.MISSING) for n in (4, 5, 6)} if are_missing else set()
    assert set(resolve(*TEXTS[:3], *TEXTS[6:], rate=rate)) == problems


def test_a_few_unlikely_words_of_a_line_are_said_where_other_lines_are_missing() -> None:
    missing_words = " ".join(TEXTS[3:6]).split()
    misheard = TEXTS[6].replace("letters behind", "ladders behave")

    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [-3.5 if text in (*missing_words, "letters", "behind") else -0.4 for text in texts]

    problems = {(f"1.{n}.1", SoundProblem.MISSING) for n in (4, 5, 6)}
    assert set(resolve(*TEXTS[:3], misheard, TEXTS[7], rate=rate)) == problems


def test_likely_words_are_not_said_where_far_more_words_are_heard_than_should_be() -> None:
    said_instead = (
        "In the latter a watch was wound up by hand, and so it is proved that the dead man went to bed "
        "before a serious noise came from the cellar, which cleared up the whole case."
    )

    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [-3.0 if text in TEXTS[1].split() else -0.4 for text in texts]

    problems = resolve(TEXTS[0], said_instead, *TEXTS[2:], rate=rate)
    assert problems == [("1.2.1", SoundProblem.OTHER)]


def test_one_unlikely_word_among_likely_ones_is_said() -> None:
    def rate(_start: float, _end: float, texts: Sequence[str]) -> list[float]:
        return [-9.0 if text.startswith("pedlar") else -0.4 for text in texts]

    assert resolve(*TEXTS[:3], *TEXTS[4:], rate=rate) == []


def test_pieces_have_the_words_of_the_line() -> None:
    line = "“It cost 1 000 pounds—or more,” said Mr. O’Brien-Smith."
    words = split_words(line, "en")
    pieces = split_pieces(line, 7, "en")
    assert pieces[0].first == 7
    assert pieces[-1].end == 7 + len(words)
    assert [piece.end for piece in pieces[:-1]] == [piece.first for piece in pieces[1:]]


def test_nothing_is_rated_where_nothing_was_recognised() -> None:
    """An audiobook of another book has no word whose time is known."""
    heard = hear("giraffes yawn " * 200)
    checker = LineChecker(make_lines() * 20, heard, "en")
    passages = [PassageLines(0, 20 * len(TEXTS), 0.0, 900.0)]
    assert list(checker.resolve_doubts(lambda *_: pytest.fail("was rated"), passages)) == []
