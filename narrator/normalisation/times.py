"""Normalisation steps for times of day: `6:30 p.m.`, `the 4.50 from Paddington`, `0600 hours`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from narrator.normalisation.cardinals import agree_with_noun
from narrator.normalisation.context import keep_final_dot, look_back
from narrator.normalisation.inflection import replace_ending
from narrator.normalisation.numbers import spell_digits, spell_each_digit, spell_number

if TYPE_CHECKING:
    from narrator.languages.normalisation_rules import NormalisationRules
    from narrator.normalisation.context import NormalisationContext

_CLOCK = re.compile(
    r"(?<![\w.:])([01]?\d|2[0-4])[:.]([0-5]\d)\s?([ap])\.?\s?m\b(\.?)"
    r"|(?<![\w.:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
"""A time with minutes: groups 1 to 4 match if it has "a.m." or "p.m.", otherwise 5 and 6."""
_MINUTE_NOUNS = frozenset(("minute", "minutes"))
"""The nouns that minutes agree with in French; elsewhere they are masculine numbers."""
_HOUR = re.compile(r"\b(\d{1,2})\s?([ap])\.?m\b(\.?)", re.IGNORECASE)
_SECONDS = re.compile(r"(?<![\w.:])(\d{1,2}):([0-5]\d):([0-5]\d)(?![\d:])")
_RACE_TIME = re.compile(r"(?<![\w.:])(\d{1,2}):([0-5]\d)\.(\d{1,3})(?![\d:]|\.\d)")
"""Minutes, seconds and their decimals: "3:58.4"."""
_TIME = r"\d{1,2}(?:[:.][0-5]\d)?(?:\s?[ap]\.?\s?m\b\.?)?"
_TIME_RANGE = re.compile(
    rf"(?<![\w.:,-])(?=\d{{1,2}}[:.]\d\d|{_TIME}\s?[–-]\s?\d{{1,2}}(?:[:.]\d\d)?\s?[ap]\.?m\b)"
    rf"({_TIME})\s?[–-]\s?(\d{{1,2}}[:.][0-5]\d|\d{{1,2}}\s?[ap]\.?m\b)(?![\d:]|\.\d)",
    re.IGNORECASE,
)
"""Two times with a dash between them, of which at least one has minutes or "a.m."."""
_VERSES = re.compile(r"(?<![\w.:])(\d{1,3}):(\d{1,3})[–-](\d{1,3})(?![\w:])")
"""Verses of a chapter: "3:16-18"."""
_DOTTED_CLOCK = re.compile(
    r"\b(?:(?P<sure>at|by|until|till|before|after|the|since|from|about|around|than|past|to|and)\s)"
    r"(?P<hour>1?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\w%]|[.,]\d)"
    r"(?!\s(?:per|percent|million|billion|thousand|dollars?|pounds?|euros?|degrees?|times|points?"
    r"|seconds?|minutes?|hours?|miles?|met(?:re|er)s?|kilo\w+|inch(?:es)?|feet|foot|°|%|[xX×]))",
    re.IGNORECASE,
)
"""A time with a dot after a preposition; the words that follow must not make it a measure."""
_TRAIN = re.compile(
    r"\s(?:from|to|for|train|bus|express|ferry|boat|flight|service|up|down|out|slow|fast|local|special"
    r"|is|was|had|has|and|arrives|arrived|leaves|left)\b|[.,;?!]?[”\"’']?\Z|[,;?!.]\s"
)
"""What may follow a train that is named by its time of departure: "the 4.50 from Paddington"."""
_MILITARY = re.compile(
    r"(?<![\w.,:-])(?:(?P<before>(?:at|by|until|till|since|before|after)\s)(?=0\d)|(?=\d{4}\s(?:hours|hrs)\b)"
    r"|(?<!code )(?<!PIN )(?<!pin )(?<!number )(?<!dial )(?<!no\. )(?<!\d )(?=0[1-9]00\b(?! \d)))"
    r"(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<hours>\s(?:hours\b|hrs\b\.?))?(?![\w.,:-]\d|\w)",
    re.IGNORECASE,
)
"""A time of the 24-hour clock without a mark: "0600 hours", "at 0530"."""


def spell_times(text: str, context: NormalisationContext) -> str:
    """Spell times: `6:30 p.m.`, `18:00`, `6 a.m.`, and `7.30 Uhr` in German."""
    rules = context.rules
    if rules.tag != "en":
        return _spell_foreign_times(text, rules) if rules.clock_form else text
    text = _TIME_RANGE.sub(r"\1 to \2", text)
    text = _VERSES.sub(r"\1 \2-\3", text)
    text = _SECONDS.sub(_spell_seconds, text)
    text = _RACE_TIME.sub(_spell_race_time, text)
    text = _CLOCK.sub(_spell_clock, text)
    text = _DOTTED_CLOCK.sub(_spell_dotted_clock, text)
    text = _MILITARY.sub(_spell_military, text)
    return _HOUR.sub(_spell_hour, text)


def _spell_hour(match: re.Match[str]) -> str:
    """Return an hour with its half of the day: "six A M"."""
    return f"{spell_digits(match[1], 'en')} {match[2].upper()} M{keep_final_dot(match, match[3])}"


def _spell_clock(match: re.Match[str]) -> str:
    """Return a time with minutes in words: "six thirty P M", "six o'clock"."""
    hour, minute = (match[1] or match[5]), (match[2] or match[6])
    half_of_day = f" {match[3].upper()} M{keep_final_dot(match, match[4])}" if match[3] else ""
    if minute == "00" and half_of_day:
        return f"{spell_number(int(hour), 'en')}{half_of_day}"
    return f"{_spell_hour_and_minute(hour, minute)}{half_of_day}"


def _spell_hour_and_minute(hour: str, minute: str) -> str:
    """Return an hour and its minutes in words: "six oh five", "six o'clock", "eighteen hundred"."""
    hour_words = spell_number(int(hour), "en")
    if minute == "00":
        return f"{hour_words} o'clock" if 0 < int(hour) <= 12 else f"{hour_words} hundred"
    # "6:05" is spoken as "six oh five".
    zero = "oh " if minute[0] == "0" else ""
    return f"{hour_words} {zero}{spell_number(int(minute), 'en')}"


def _spell_seconds(match: re.Match[str]) -> str:
    """Return a time with seconds in words: "ten forty-five and thirty seconds"."""
    seconds = spell_number(int(match[3]), "en")
    noun = "second" if int(match[3]) == 1 else "seconds"
    return f"{_spell_hour_and_minute(match[1], match[2])} and {seconds} {noun}"


def _spell_race_time(match: re.Match[str]) -> str:
    """Return a time with decimals in words: "three fifty-eight point four"."""
    minutes = (
        _spell_hour_and_minute(match[1], match[2])
        if match[2] != "00"
        else (f"{spell_number(int(match[1]), 'en')} minutes")
    )
    return f"{minutes} point {spell_each_digit(match[3], 'en')}"


def _spell_dotted_clock(match: re.Match[str]) -> str:
    """Return a time with a dot in words, or the text unchanged if it may be another number."""
    word, hour, minute = match["sure"], match["hour"], match["minute"]
    is_round = int(minute) % 5 == 0
    is_time = {
        "at": True, "by": is_round, "until": True, "till": True, "than": False,
        "the": _TRAIN.match(match.string, match.end()) is not None,
        "to": is_round and _follows_time(match), "and": is_round and _follows_time(match),
    }.get(word.casefold(), is_round)  # fmt: skip
    if not is_time:
        return match[0]
    return f"{match[0][: len(word)]} {_spell_hour_and_minute(hour, minute)}"


def _follows_time(match: re.Match[str]) -> bool:
    """Return whether another time with a dot is a few words before: "from 9.30 to 5.30"."""
    before = match.string[max(0, match.start() - 30) : match.start()]
    return re.search(r"\b(?:from|between|at)\s\d{1,2}(?:\.\d\d)?\s\Z", before) is not None


def _spell_military(match: re.Match[str]) -> str:
    """Return a time of the 24-hour clock in words: "oh six hundred hours"."""
    hour, minute = match["hour"], match["minute"]
    if hour == "00" and minute != "00":
        hour_words = "zero zero"
    else:
        hour_words = f"{'oh ' if hour[0] == '0' else ''}{spell_number(int(hour), 'en')}"
    zero = "oh " if minute[0] == "0" else ""
    minute_words = "hundred" if minute == "00" else f"{zero}{spell_number(int(minute), 'en')}"
    hours = " hours" if match["hours"] else ""
    return f"{match['before'] or ''}{hour_words} {minute_words}{hours}"


def _spell_foreign_times(text: str, rules: NormalisationRules) -> str:
    """Spell the times of a language other than English, by the forms of its rules."""
    return _compile_clock(rules).sub(lambda match: _spell_foreign_clock(match, rules), text)


@cache
def _compile_clock(rules: NormalisationRules) -> re.Pattern[str]:
    """Return a pattern for a time: with a colon, or with the language's word for the hour."""
    word = "|".join(map(re.escape, rules.clock_words)) or "(?!)"
    letter = "|".join(word for word in rules.clock_words if len(word) == 1) or "(?!)"
    number = r"(?P<hour{0}>[01]?\d|2[0-4])"
    minutes = r"(?P<minute{0}>[0-5]\d)"
    after = r"(?![\d:]|[.,]\d)"
    start = r"(?<![\w.:,-])"
    leads = "|".join(map(re.escape, sorted(rules.clock_leads))) or "(?!)"
    lead = rf"(?P<lead>\b(?i:{leads})\.?\s)"
    return re.compile(
        rf"{lead}{number.format(4)}\.{minutes.format(4)}\b{after}(?!\s(?:{word})\b)"
        rf"|{start}{number.format(1)}[:.]{minutes.format(1)}\s(?:{word})\b"
        rf"(?:\.(?!\s*[»“”\"]?\s*(?:\Z|[^\W\d_a-zà-ž])))?{after}"
        rf"|{start}{number.format(2)}\s?(?:{word})\s?{minutes.format(2)}\b{after}"
        rf"|{start}{number.format(5)}\s?(?:{letter})(?!\w|\.\w|\s\d)(?P<minute5>)"
        rf"|{start}{number.format(3)}:{minutes.format(3)}{after}"
    )


def _spell_foreign_clock(match: re.Match[str], rules: NormalisationRules) -> str:
    """Return a time in words, by the forms of the rules."""
    hour, minute = (
        next((match[f"{part}{n}"] for n in range(1, 6) if match[f"{part}{n}"]), "00")
        for part in ("hour", "minute")
    )
    singular, plural = rules.hour_names or ("", "")
    hour_words = _spell_foreign_hour(int(hour), singular, rules)
    word_before = (look_back(match).casefold().split() or [""])[-1].rstrip(".")
    if not match["lead"] and word_before not in rules.clock_leads:
        hour_words = replace_ending(hour_words, rules.hour_nominatives)
    # French has the singular after zero as well
    names = singular if int(hour) == 1 or (rules.tag == "fr" and int(hour) == 0) else plural
    form = rules.clock_form if int(minute) else rules.full_hour_form
    zero = f"{rules.clock_zero} " if minute[0] == "0" and rules.clock_zero else ""
    minute_words = zero + spell_number(int(minute), rules.tag)
    if not rules.feminine_nouns.isdisjoint(_MINUTE_NOUNS):
        minute_words = make_feminine(minute_words, rules)
    words = form.format(hour=hour_words, minute=minute_words, hours=names).strip()
    return f"{match['lead'] or ''}{words}"


def _spell_foreign_hour(hour: int, noun: str, rules: NormalisationRules) -> str:
    """Return an hour in words, in the gender of the noun "hour": feminine unless the rules say."""
    if hour < len(rules.hour_words):
        return rules.hour_words[hour]
    if noun:
        return agree_with_noun(hour, "", f" {noun}", rules)
    return make_feminine(spell_number(hour, rules.tag), rules)


def make_feminine(words: str, rules: NormalisationRules) -> str:
    """Return a number in words that counts a feminine noun: "vingt et un" as "vingt et une"."""
    for masculine, feminine in rules.feminine_endings.items():
        if words.endswith(masculine):
            return f"{words.removesuffix(masculine)}{feminine}"
    return words
