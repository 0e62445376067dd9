"""The language of a book is recognised from its declaration and its text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from narrator.languages.recognition import recognise_language
from narrator.model import LanguageOrigin

SENTENCES = {
    "en": "She said that it was late, and he left the house without another word.",
    "de": "Sie sagte, dass es spät war, und er ging ohne ein weiteres Wort nach Hause.",
    "fr": "Elle a dit que les enfants sont partis avec lui vers la fin de la journée.",
    "es": "Él dijo que la puerta estaba abierta y no quiso entrar en la casa.",
    "ru": "Она сказала, что уже поздно, и он молча ушёл домой по тёмной улице.",
    "nl": "Ze zei dat het laat was, en hij ging zonder een woord te zeggen naar huis.",
    "sv": "Hon sade att det var sent, och han gick hem utan att säga ett enda ord.",
    "cs": "Řekla, že je pozdě, a on odešel domů, aniž by řekl jediné slovo.",
    "hu": "Azt mondta, hogy késő van, és a férfi szó nélkül hazament a sötétben.",
    "ro": "Ea a spus că este târziu, iar el a plecat acasă fără să mai zică nimic.",
    "uk": "Вона сказала, що вже пізно, і він мовчки пішов додому темною вулицею.",
    "el": "Είπε ότι ήταν αργά, και εκείνος έφυγε για το σπίτι χωρίς να πει λέξη.",
    "ar": "قالت إن الوقت متأخر، فعاد إلى البيت دون أن يقول كلمة واحدة.",
    "ja": "彼女はもう遅いと言った。彼は何も言わずに家に帰った。",
    "vi": "Cô ấy nói rằng đã muộn, và anh ấy về nhà mà không nói một lời nào.",
}
"""One sentence in each language."""


@pytest.mark.parametrize("tag", SENTENCES)
def test_the_text_decides_where_nothing_is_declared(tag: str) -> None:
    recognised = recognise_language(SENTENCES[tag], "")
    assert (recognised.tag, recognised.origin) == (tag, LanguageOrigin.DETECTED)


@pytest.mark.parametrize("tag", SENTENCES)
def test_a_right_declaration_counts_however_long_the_text_is(tag: str) -> None:
    for repetitions in (1, 40):
        recognised = recognise_language(SENTENCES[tag] * repetitions, f"{tag}-XX")
        assert (recognised.tag, recognised.origin) == (f"{tag}-XX", LanguageOrigin.DECLARED)


@pytest.mark.parametrize("declared", ["da", "is", "gl", "sw"])
@pytest.mark.parametrize("tag", ["de", "ru", "hu"])
def test_a_long_text_overrules_a_wrong_declaration_and_a_short_one_does_not(
    tag: str, declared: str
) -> None:
    assert recognise_language(SENTENCES[tag], declared).tag == declared
    recognised = recognise_language(SENTENCES[tag] * 40, declared)
    assert (recognised.tag, recognised.origin) == (tag, LanguageOrigin.OVERRULED)


def test_a_sentence_overrules_english_which_programs_declare_by_default() -> None:
    assert recognise_language(SENTENCES["de"], "en-US").tag == "de"


@pytest.mark.parametrize("declared", ["nb", "da", "nn"])
def test_a_language_that_is_hard_to_tell_from_its_relative_is_kept(declared: str) -> None:
    text = "Hun sa at det var sent, og han gikk hjem uten å si et eneste ord. " * 40
    assert recognise_language(text, declared).tag == declared


def test_a_language_that_no_detector_knows_is_kept() -> None:
    assert recognise_language(SENTENCES["en"] * 40, "tlh").tag == "en"
    assert recognise_language("qaStaHvIS wa' ram loS SaD Hugh SIjlaHmeH. " * 40, "tlh").tag == "tlh"


def test_the_choice_of_the_user_is_final() -> None:
    recognised = recognise_language(SENTENCES["en"] * 40, "en", "ger")
    assert (recognised.tag, recognised.origin) == ("de", LanguageOrigin.CHOSEN)


@pytest.mark.parametrize("text", ["", "Tom ran.", "Oslo, Riga.", "1 2 3", "Hi! Hi! Hi!"])
def test_a_text_too_short_to_show_its_language_is_taken_for_english(text: str) -> None:
    recognised = recognise_language(text, "")
    assert (recognised.tag, recognised.origin) == ("en", LanguageOrigin.ASSUMED)


def test_an_english_book_is_read_without_loading_the_detector() -> None:
    program = (
        "import sys; from narrator.languages.recognition import recognise_language;"
        f"assert recognise_language({SENTENCES['en']!r}, '').tag == 'en';"
        "sys.exit('py3langid' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
