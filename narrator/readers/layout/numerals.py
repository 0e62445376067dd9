"""Parse the numbers of headings: "12", "XII", "Twelve", "Twelfth"."""

from __future__ import annotations

from narrator.text.roman_numerals import parse_roman_numeral

_UNITS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_IRREGULAR_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "last": 999, "final": 999,
}  # fmt: skip

_FOREIGN_ORDINALS = (
    "erster erste erstes premier première primer primero primera primo prima primeiro "
    "primeira первый первая первое",
    "zweiter zweite zweites deuxième second seconde segundo segunda secondo seconda "
    "второй вторая второе",
    "dritter dritte drittes troisième tercer tercero tercera terzo terza terceiro "
    "terceira третий третья третье",
    "vierter vierte viertes quatrième cuarto cuarta quarto quarta четвертый четвёртый "
    "четвертая четвёртая четвертое четвёртое",
    "fünfter fünfte fünftes cinquième quinto quinta пятый пятая пятое",
    "sechster sechste sechstes sixième sexto sexta sesto sesta шестой шестая шестое",
    "siebter siebte siebenter siebente septième séptimo séptima settimo settima sétimo "
    "sétima седьмой седьмая седьмое",
    "achter achte huitième octavo octava ottavo ottava oitavo oitava восьмой восьмая восьмое",
    "neunter neunte neuvième noveno novena nono nona девятый девятая девятое",
    "zehnter zehnte dixième décimo décima decimo decima десятый десятая десятое",
)
"""Ordinals from 1 to 10 of other languages, as in "ERSTER AKT" and "ACTE PREMIER"."""


def _map_number_words() -> dict[str, int]:
    """Map English number words up to 199 to their values; spaces replace hyphens."""
    cardinals: dict[str, int] = {word: n for n, word in enumerate(_UNITS, 1)}
    ordinals = {f"{word}th": n for n, word in enumerate(_UNITS, 1)} | _IRREGULAR_ORDINALS
    for n, ten in enumerate(_TENS, 2):
        cardinals[ten] = 10 * n
        ordinals[ten[:-1] + "ieth"] = 10 * n
        for unit, word in enumerate(_UNITS[:9], 1):
            cardinals[f"{ten} {word}"] = 10 * n + unit
        # "twenty first" to "twenty ninth", from the one-word ordinals
        for word, unit in [*ordinals.items()]:
            if unit < 10 and " " not in word:
                ordinals[f"{ten} {word}"] = 10 * n + unit
    hundreds = {"hundred": 100, "one hundred": 100, "a hundred": 100}
    for name in ("one hundred", "a hundred"):
        hundreds |= {f"{name} {word}": 100 + n for word, n in cardinals.items()}
        hundreds |= {f"{name} and {word}": 100 + n for word, n in cardinals.items()}
    foreign_ordinals = {
        word: n for n, words in enumerate(_FOREIGN_ORDINALS, 1) for word in words.split()
    }
    return foreign_ordinals | cardinals | ordinals | hundreds


_NUMBERS_BY_WORDS = _map_number_words()


def parse_heading_number(text: str) -> int | None:
    """Return the value of a number in a heading, or None if the text is not a number.

    Roman numerals may be upper case, or lower case if they have more than one letter.
    """
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    if text.isupper() or (text.islower() and text.isascii() and len(text) > 1):
        number = parse_roman_numeral(text.upper(), lenient=True)
        if number:
            return number
    return _NUMBERS_BY_WORDS.get(" ".join(text.lower().replace("-", " ").split()))
