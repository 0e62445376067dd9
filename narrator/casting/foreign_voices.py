"""Choose voices for passages in another language than the book, as a native would read them.

The voice has the gender, and if possible the age, of whoever speaks the text around the passage. It
has the same engine if that speaks the language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.casting.acoustic_distance import compute_acoustic_distance
from narrator.casting.acoustics import estimate_acoustics
from narrator.casting.engine_choice import BASE_ENGINE, find_voice_problem
from narrator.casting.voice_languages import can_speak, select_speaking_voices
from narrator.text.language_names import describe_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from narrator.model import Cast, Script, Voice


_MAX_LISTED_VOICES = 3
"""Number of voices that a note names per language; it only counts the others."""


def add_foreign_voices(
    cast: Cast, script: Script, voices: Mapping[str, Voice]
) -> tuple[Cast, tuple[str, ...]]:
    """Return a cast with a voice for each speaker of passages in another language.

    The second value has a sentence for each such language. If no voice speaks one, whoever speaks
    the text around a passage speaks it too.
    """
    roles = sorted(
        {(line.speaker, line.language) for line in script.lines if line.language},
        key=lambda role: (role[0] or "", role[1]),
    )
    foreign_voices: dict[tuple[str | None, str], Voice] = {}
    silent_languages: set[str] = set()
    for speaker, tag in roles:
        own_voice = cast.voice_of(speaker)
        if can_speak(own_voice, tag):
            continue
        candidates = _list_candidates(own_voice, tag, voices)
        if candidates:
            foreign_voices[speaker, tag] = _choose_similar(own_voice, candidates)
        else:
            silent_languages.add(describe_language(tag))
    notes = (
        *_describe_voices(foreign_voices),
        *(
            f"no voice speaks {language}, so passages in it have the voice of the text around them"
            for language in sorted(silent_languages)
        ),
    )
    return replace(cast, foreign_voices=foreign_voices), notes


def _describe_voices(foreign_voices: Mapping[tuple[str | None, str], Voice]) -> Iterator[str]:
    """Yield a sentence per language about the voices of passages in it."""
    names: dict[str, list[str]] = {}
    for (speaker, tag), voice in foreign_voices.items():
        names.setdefault(describe_language(tag), []).append(
            f"{voice.name} for {speaker or 'the narrator'}"
        )
    for language, descriptions in sorted(names.items()):
        listed = ", ".join(descriptions[:_MAX_LISTED_VOICES])
        more = len(descriptions) - _MAX_LISTED_VOICES
        others = f" and {more} more" if more > 0 else ""
        yield f"passages in {language}: {listed}{others}; --foreign same keeps their own voices"


def _list_candidates(own_voice: Voice, tag: str, voices: Mapping[str, Voice]) -> list[Voice]:
    """Return the voices that are ready for a language, of the own voice's engine if it has any."""
    speaking = select_speaking_voices(voices, tag).values()
    for engine in (own_voice.engine, BASE_ENGINE):
        own_voices = [voice for voice in speaking if voice.engine == engine]
        if ready := [voice for voice in own_voices if find_voice_problem(voice) is None]:
            return ready
    return []


def _choose_similar(own_voice: Voice, candidates: Iterable[Voice]) -> Voice:
    """Return the voice of the same gender, and if possible age, that sounds most alike."""
    acoustics = estimate_acoustics(own_voice)
    return min(
        candidates,
        key=lambda voice: (
            own_voice.gender is not None and voice.gender != own_voice.gender,
            voice.age != (own_voice.age or "adult"),
            compute_acoustic_distance(estimate_acoustics(voice), acoustics),
            voice.name,
        ),
    )
