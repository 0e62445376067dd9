"""Every language's own quotation marks are understood by every stage that looks at marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from narrator.audio.pauses import Pauses, compute_pauses
from narrator.engines.verified_speech import split_text
from narrator.model import Line, LineKind, LineTiming
from narrator.normalisation.steps import normalise_text
from narrator.readalong.captions import build_captions, measure_columns
from narrator.readalong.word_timing import time_line_words
from narrator.readers import read
from narrator.segmentation.lines import segment_book
from narrator.text.quotes import QUOTATION_MARKS

if TYPE_CHECKING:
    from pathlib import Path


class Marks(NamedTuple):
    """The marks of a language, with two sentences of speech and one of narration between them."""

    tag: str
    opening: str
    closing: str
    speech: str
    narration: str
    reply: str
    space: str = " "

    @property
    def quoted_speech(self) -> str:
        """Return the speech within its marks."""
        return f"{self.opening}{self.speech}{self.closing}"

    @property
    def quoted_reply(self) -> str:
        """Return the reply within its marks."""
        return f"{self.opening}{self.reply}{self.closing}"

    @property
    def paragraph(self) -> str:
        """Return a paragraph of speech, narration and reply."""
        return self.space.join((self.quoted_speech, self.narration, self.quoted_reply))


GERMAN = ("Wir warten schon seit dem Mittag.", "Er setzte sich auf den Koffer.", "Es regnet.")
FRENCH = ("Nous attendons depuis midi.", "Il regarda la rivière.", "Il pleut.")
ITALIAN = ("Aspettiamo da mezzogiorno.", "Lui guardava il fiume.", "Piove.")
SPANISH = ("Esperamos desde mediodía.", "Él miraba el río.", "Llueve.")
RUSSIAN = ("Мы ждём с полудня.", "Он смотрел на реку.", "Идёт дождь.")
POLISH = ("Czekamy od południa.", "On patrzył na rzekę.", "Pada deszcz.")
PORTUGUESE = ("Esperamos desde o meio-dia.", "Ele olhava o rio.", "Chove.")
SWEDISH = ("Vi har väntat sedan middag.", "Han såg på floden.", "Det regnar.")
DUTCH = ("Wij wachten al sinds de middag.", "Hij keek naar de rivier.", "Het regent.")
ENGLISH = ("We have waited since noon.", "He looked at the river.", "It is raining.")
JAPANESE = ("昼から待っている。", "彼は川を見た。", "雨だ。")
CHINESE = ("我们从中午就在等。", "他看着河。", "下雨了。")

ALL_MARKS = (
    Marks("de", "„", "“", *GERMAN),
    Marks("de", "»", "«", *GERMAN),
    Marks("de", "‚", "‘", *GERMAN),
    Marks("de-CH", "«", "»", *GERMAN),
    Marks("fr", "« ", " »", *FRENCH),
    Marks("fr", "«\u00a0", "\u00a0»", *FRENCH),
    Marks("fr", "“", "”", *FRENCH),
    Marks("it", "«", "»", *ITALIAN),
    Marks("it", "“", "”", *ITALIAN),
    Marks("es", "«", "»", *SPANISH),
    Marks("es", "“", "”", *SPANISH),
    Marks("ru", "«", "»", *RUSSIAN),
    Marks("ru", "„", "“", *RUSSIAN),
    Marks("pl", "„", "”", *POLISH),
    Marks("pl", "«", "»", *POLISH),
    Marks("pt", "«", "»", *PORTUGUESE),
    Marks("pt-BR", "“", "”", *PORTUGUESE),
    Marks("sv", "”", "”", *SWEDISH),
    Marks("sv", "»", "»", *SWEDISH),
    Marks("nl", "‘", "’", *DUTCH),
    Marks("nl", "„", "”", *DUTCH),
    Marks("nl", "“", "”", *DUTCH),
    Marks("en-US", "“", "”", *ENGLISH),
    Marks("en-GB", "‘", "’", *ENGLISH),
    Marks("en", '"', '"', *ENGLISH),
    Marks("en", "'", "'", *ENGLISH),
    Marks("ja", "「", "」", *JAPANESE, ""),
    Marks("ja", "『", "』", *JAPANESE, ""),
    Marks("zh", "“", "”", *CHINESE, ""),
    Marks("zh-TW", "「", "」", *CHINESE, ""),
)
NATURAL = Pauses()
STEADY = Pauses(variation=0.0)


def name_marks(marks: Marks) -> str:
    return f"{marks.tag} {marks.opening.strip()}{marks.closing.strip()}"


def read_text(tmp_path: Path, text: str):
    path = tmp_path / "story.txt"
    path.write_text(text, encoding="utf-8")
    return read([str(path)])


every_language = pytest.mark.parametrize("marks", ALL_MARKS, ids=name_marks)


@every_language
def test_speech_is_told_from_narration(tmp_path: Path, marks: Marks) -> None:
    book = read_text(tmp_path, "\n\n".join([marks.paragraph] * 4))
    lines = segment_book(book)
    texts = (marks.quoted_speech, marks.narration, marks.quoted_reply)
    kinds = (LineKind.DIALOGUE, LineKind.NARRATION, LineKind.DIALOGUE)
    assert [line.kind for line in lines] == [*kinds] * 4
    assert [line.text for line in lines] == [text.replace("\u00a0", " ") for text in texts] * 4


@every_language
def test_a_sentence_in_quotation_marks_has_a_full_pause_after_it(
    tmp_path: Path, marks: Marks
) -> None:
    lines = segment_book(read_text(tmp_path, "\n\n".join([marks.paragraph] * 4)))
    assert compute_pauses(lines, STEADY, marks.tag)[:2] == (NATURAL.sentence, NATURAL.sentence)


@every_language
def test_an_engine_sees_no_quotation_mark_but_the_apostrophe(marks: Marks) -> None:
    spoken = normalise_text(marks.paragraph, marks.tag[:2], LineKind.DIALOGUE)
    assert not set(spoken) & set(QUOTATION_MARKS) - {"'"}  # which may be an apostrophe


@every_language
def test_a_long_text_is_cut_after_the_closing_mark_of_a_sentence(marks: Marks) -> None:
    if not marks.space:
        pytest.skip("sentences without spaces between them are cut anywhere")
    text = f"{marks.quoted_speech} {marks.quoted_reply}"
    longest = len(marks.quoted_speech) + len(marks.quoted_reply) // 2
    (first_start, first_end), *_ = split_text(text, longest)
    assert text[first_start:first_end].strip() == marks.quoted_speech


@every_language
def test_a_caption_breaks_after_the_closing_mark_of_a_sentence(
    tmp_path: Path, marks: Marks
) -> None:
    repetitions = max(1, 38 // measure_columns(marks.speech))
    speech = marks.space.join([marks.speech] * repetitions)
    quotation = f"{marks.opening}{speech}{marks.closing}".replace("\u00a0", " ")
    text = f"{quotation}{marks.space}{quotation}"
    line = Line("1.1.1", 1, 1, 0, len(text), LineKind.DIALOGUE, text, spoken=text)
    timed_line = time_line_words(line, LineTiming("1.1.1", 0, 5_000, ()), read_text(tmp_path, text))
    (caption,) = build_captions([timed_line], 1_000, marks.tag)
    assert caption.line_texts == (quotation, quotation)


@every_language
def test_a_plain_text_with_one_paragraph_per_line_is_read_so(tmp_path: Path, marks: Marks) -> None:
    paragraphs = [marks.quoted_speech, marks.narration, marks.paragraph, marks.quoted_reply] * 4
    book = read_text(tmp_path, "\n".join(paragraphs))
    assert sum(len(chapter.paragraphs) for chapter in book.chapters) == len(paragraphs)


@pytest.mark.parametrize(
    ("tag", "paragraph", "speech"),
    [
        ("es", "—Pasa —dijo Elena—. Siéntate.", ["—Pasa", "Siéntate."]),
        ("ru", "— Да, — сказал он. — Пора.", ["— Да,", "— Пора."]),
        ("pl", "— Tak — powiedział Jan. — Jutro.", ["— Tak", "— Jutro."]),
        ("pt", "— Entra — disse Ana. — Chove.", ["— Entra", "— Chove."]),
        ("fr", "— Oui, dit Luc. Demain.", ["— Oui,", "Demain."]),
        ("it", "— Vieni — disse Anna. — Piove.", ["— Vieni", "— Piove."]),
    ],
)
def test_dashes_mark_speech_where_a_language_uses_them(
    tmp_path: Path, tag: str, paragraph: str, speech: list[str]
) -> None:
    narration = {"es": SPANISH, "ru": RUSSIAN, "pl": POLISH, "pt": PORTUGUESE, "fr": FRENCH}
    sentence = narration.get(tag, ITALIAN)[1]
    book = read_text(tmp_path, "\n\n".join([paragraph, f"{sentence} {sentence}"] * 4))
    lines = segment_book(book)
    assert [line.text for line in lines if line.kind is LineKind.DIALOGUE] == speech * 4
