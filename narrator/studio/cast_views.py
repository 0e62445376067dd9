"""Builds what the page shows of the cast: characters, their voices, and voices that would suit."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.engine_choice import find_voice_problem
from narrator.model import LineKind
from narrator.studio.chapter_views import is_uncertain
from narrator.studio.messages import CharacterView, VoiceView
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from narrator.build.resident_book import BookState
    from narrator.casting.fitting_voices import VoiceFitting
    from narrator.model import Line, Voice

SAMPLE_CHARACTERS = 120
"""Preferred length of a line for comparing voices: about eight seconds."""
COLOUR_COUNT = 12
"""Number of colours for speakers in `studio.css`; the thirteenth speaker has the first one."""
TRAY_SIZE = 6
"""Number of fitting voices that are offered for a character."""
FETCHABLE_ENGINES = ("piper", "kokoro", "natural")
"""The engines whose models narrator can download."""


@dataclass
class SpeakerColours:
    """The colours of speakers, which stay when characters are added, merged or overtaken."""

    _numbers: dict[str, int] = field(default_factory=dict)

    def assign(self, names: Sequence[str]) -> dict[str, int]:
        """Return the colours of characters, 1 to 12, by name; the narrator's is 0."""
        for name in names:
            if name != NARRATOR_ROLE:
                self._numbers.setdefault(name, len(self._numbers) % COLOUR_COUNT + 1)
        return {name: self._numbers.get(name, 0) for name in names}


def view_characters(
    state: BookState, fitting: VoiceFitting, colours: SpeakerColours
) -> list[CharacterView]:
    """Return the narrator, and the characters who speak, those with the most lines first."""
    lines_by_speaker: dict[str | None, list[Line]] = defaultdict(list)
    for line in state.script.lines:
        if line.kind is not LineKind.HEADING:
            lines_by_speaker[line.speaker].append(line)
    names = [NARRATOR_ROLE, *(member.character.name for member in state.casting.members)]
    assigned = colours.assign(names)
    warnings = _describe_warnings(fitting)
    deliveries = state.casting.cast.deliveries
    views = [_view_narrator(state, lines_by_speaker[None])]
    for member in state.casting.members:
        character = member.character
        lines = lines_by_speaker[character.name]
        warning, proposal = warnings.get(character.name, ("", ""))
        views.append(
            CharacterView(
                character.name,
                list(character.aliases),
                character.gender or "",
                character.age or "",
                len(lines),
                sum(map(is_uncertain, lines)),
                assigned[character.name],
                view_voice(member.voice),
                member.origin != "automatic",
                find_sample_line(lines),
                sorted({line.chapter for line in lines}),
                warning,
                proposal,
                deliveries.get(character.name, ""),
            )
        )
    return views


def _view_narrator(state: BookState, lines: Sequence[Line]) -> CharacterView:
    """Return the narrator, who tells these lines."""
    return CharacterView(
        NARRATOR_ROLE,
        [],
        "",
        "",
        len(lines),
        0,
        0,
        view_voice(state.casting.cast.narrator),
        state.cast_file.narrator is not None,
        find_sample_line(lines),
        sorted({line.chapter for line in lines}),
        delivery=state.casting.cast.deliveries.get(None, ""),
    )


def _describe_warnings(fitting: VoiceFitting) -> dict[str, tuple[str, str]]:
    """Return a warning and a better voice for each character who may be confused with another.

    Of two characters, the one with fewer lines is warned of. Only somebody who tells the story may
    have the narrator's voice.
    """
    cast, members = fitting.casting.cast, [m.character.name for m in fitting.casting.members]
    tellers = {m.character.name for m in fitting.casting.members if m.character.is_narrator}
    warnings: dict[str, tuple[str, str]] = {}
    for name in members:
        voice = cast.voices.get(name)
        if voice is not None and voice.name == cast.narrator.name and name not in tellers:
            better = fitting.propose_voice(name)
            text = f"{name} and the narrator have the same voice"
            warnings[name] = text, better.name if better else ""
    for pair, reason in fitting.find_confusable_pairs().items():
        first, second = sorted(pair, key=members.index)
        if second in warnings:
            continue
        better = fitting.propose_voice(second)
        warnings[second] = f"{second} and {first} {reason}", better.name if better else ""
    return warnings


def find_sample_line(lines: Sequence[Line]) -> str:
    """Return the id of the line whose length is best for judging a voice, or an empty text."""
    if not lines:
        return ""
    return min(lines, key=lambda line: abs(len(line.spoken) - SAMPLE_CHARACTERS)).id


def view_voice(voice: Voice, users: Sequence[str] = ()) -> VoiceView:
    """Return a voice, with what it needs in order to speak here."""
    problem = find_voice_problem(voice)
    return VoiceView(
        voice.name,
        voice.description,
        voice.gender or "",
        voice.age or "",
        voice.accent or "",
        voice.engine,
        round(voice.rate, 1),
        voice.pitch,
        voice.volume,
        problem is None,
        "" if problem is None else str(problem),
        problem is not None and voice.engine in FETCHABLE_ENGINES,
        list(users),
    )


def find_voice_users(state: BookState) -> dict[str, list[str]]:
    """Return the characters who have each voice, by the name of the voice."""
    users: dict[str, list[str]] = defaultdict(list)
    users[state.casting.cast.narrator.name].append(NARRATOR_ROLE)
    for member in state.casting.members:
        users[member.voice.name].append(member.character.name)
    return dict(users)


def list_voices(state: BookState, voices: Mapping[str, Voice]) -> Iterator[VoiceView]:
    """Yield all voices for the language of the book, each with the characters who have it."""
    users = find_voice_users(state)
    language = primary_subtag(state.script.book.metadata.language)
    for voice in voices.values():
        if primary_subtag(voice.language) == language or voice.name in users:
            yield view_voice(voice, users.get(voice.name, ()))


def count_chapter_uncertainty(state: BookState) -> Counter[int]:
    """Return the number of quotations with an uncertain speaker in each chapter."""
    quotations = {
        (line.chapter, line.quotation) for line in state.script.lines if is_uncertain(line)
    }
    return Counter(chapter for chapter, _ in quotations)
