"""Normalisation steps for raised and lowered characters: `10⁶`, `x³`, `C₆H₁₂O₆`, `4ᵗʰ`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_TO_DIGITS = str.maketrans(_RAISED_DIGITS + _LOWERED_DIGITS, "0123456789" * 2)
_RAISED = re.compile(rf"(?P<sign>[⁻⁺])?(?P<power>[{_RAISED_DIGITS}]{{1,6}}|ⁿ)")
_PRODUCT = re.compile(rf"(?<![^\W\d_])([a-z])([a-z])(?=[⁻⁺]?[{_RAISED_DIGITS}])")
"""Two variables with a power, as in "mc²"."""
_BASE = re.compile(r"(?:\d|(?<![^\W\d_])[A-Za-zα-ω]|[)\]])\Z")
"""What a power may follow: a number, a variable or a bracket."""
_LOOK_BACK = 8
"""Characters before a raised number that are searched for its base."""
_CARET = re.compile(r"(?P<base>[A-Za-z]|(?<=[\d)]))\^(?P<sign>[-−])?(?P<power>\d+|[a-z]\b)")
_FORMULA = re.compile(rf"[A-Z]{{2,6}}(?=[{_LOWERED_DIGITS}])")
"""Chemical elements of one letter before an index: the SO of H₂SO₄."""
_LOWERED = re.compile(rf"[{_LOWERED_DIGITS}]+")
_RAISED_LETTERS = re.compile(r"[\u1d2c-\u1d6a\u02b0-\u02b8\u02e1-\u02e3\u2071ªº]+")
_SQUARE, _CUBE = "2", "3"


def spell_exponents(text: str, context: NormalisationContext) -> str:
    """Spell powers and indices: `10⁶` as "10 to the 6", `x²` as "x squared", `H₂O` as "H 2 O".

    A raised number after a word or a stop marks a note, and is silent.
    """
    rules = context.rules
    if not rules.power_word:
        return text
    text = _PRODUCT.sub(lambda match: _separate_variables(match, rules), text)
    text = _RAISED.sub(lambda match: _spell_power(match, rules), text)
    if "^" in text:
        text = _CARET.sub(
            lambda match: _compose_power(match["base"], match["sign"], match["power"], rules), text
        )
    text = _FORMULA.sub(lambda match: " ".join(match[0]), text)
    return _LOWERED.sub(lambda match: f" {match[0].translate(_TO_DIGITS)} ", text)


def lower_raised_letters(text: str) -> str:
    """Return a text with plain letters instead of raised ones: `4ᵗʰ` becomes "4th"."""
    return _RAISED_LETTERS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _separate_variables(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return two variables with a space between them, or a unit or word unchanged."""
    letters = match[0]
    is_unit = any(name.startswith(letters) for name in rules.unit_names)
    return letters if is_unit or letters in rules.stressed_words else f"{match[1]} {match[2]}"


def _spell_power(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return the words for a power; "" for the mark of a note, after a word or a stop."""
    sign, power = match["sign"], match["power"]
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if match.start() <= _LOOK_BACK and not before.strip():
        return power.translate(_TO_DIGITS)
    if any(_ends_with_unit(before, f"{power}", name) for name in rules.unit_names):
        return match[0]
    base = _BASE.search(before)
    return _compose_power(base[0], sign, power, rules)[len(base[0]) :] if base else ""


def _ends_with_unit(before: str, power: str, unit: str) -> bool:
    """Return whether a raised digit belongs to a unit after a number: "5 m²"."""
    if not unit.endswith(power):
        return False
    start = before.removesuffix(unit.removesuffix(power))
    return len(start) < len(before) and start.rstrip()[-1:].isdigit()


def _compose_power(base: str, sign: str | None, power: str, rules: NormalisationRules) -> str:
    """Return a base and its power in words; a later step spells the digits."""
    digits = power.translate(_TO_DIGITS).replace("ⁿ", "n")
    is_negative = sign in {"⁻", "-", "−"}
    if not is_negative and base[:1].isalpha() and digits in {_SQUARE, _CUBE}:
        words = rules.square_word if digits == _SQUARE else rules.cube_word
        return f"{base} {words} "
    minus = f"{rules.minus_word} " if is_negative else ""
    return f"{base} {rules.power_word} {minus}{digits} "
