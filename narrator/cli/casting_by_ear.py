"""Casts a book by ear: voices speak a line of each character, and the user chooses one.

Every choice is written into the cast file at once, so nothing is lost whenever the user stops.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrator.build import audition, pipeline
from narrator.build.book_files import load_cast_file, locate_cast_file
from narrator.build.output_plan import describe_origin
from narrator.cache.places import use_cache_dir, voice_measurements_path
from narrator.casting.cast import NARRATOR_ROLE
from narrator.casting.cast_file import VoiceChoice
from narrator.casting.cast_file_edits import open_cast_document, set_voice_choice
from narrator.casting.fitting_voices import fit_voices
from narrator.casting.profiles import load_voices
from narrator.cli import display, reports
from narrator.cli.player import play_file, require_player
from narrator.cli.side_files import report_side_files
from narrator.errors import NarratorError, OptionError
from narrator.files.outputs import update_file
from narrator.files.ownership import Origin, Output
from narrator.installation import format_command
from narrator.normalisation.phonetic_text import remove_sounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.audition import AuditionPiece
    from narrator.build.options import Options
    from narrator.casting.cast import Casting
    from narrator.model import Script, Voice

_VOICES_AT_ONCE = 4
"""Number of voices that are heard before the user chooses: more are hard to compare."""
_MAX_LEADS = 10
"""Number of characters whose voices are chosen, those with the most lines."""
_LINE_CHARACTERS = 80
"""Preferred length of the line that is heard: about five seconds."""
_HELP = (
    "Enter keeps the first voice, a number chooses; n: next voices, p: play again,"
    " r: the narrator's voice, s: skip, q: quit"
)


@dataclass(frozen=True, slots=True)
class _Role:
    """The narrator, or a character, who gets a voice."""

    name: str
    aliases: tuple[str, ...]
    description: str


class _QuitRequested(Exception):  # noqa: N818 - not an error
    """Raised when the user wants to stop casting."""


def cast_by_ear(source: Sequence[str], options: Options) -> None:
    """Let the user choose the voices of the narrator and the leads, one after the other.

    Raises:
        OptionError: there is no terminal, or the book can't have a cast file.
        NarratorError: no player is installed.
    """
    _require_terminal_and_player()
    path = locate_cast_file(source, options)
    script = pipeline.write_script(source, options)
    report_side_files(source, options)
    reports.print_notes(script)
    display.print_line(_HELP)
    roles = _list_roles(script)
    try:
        with use_cache_dir(options.cache_dir):
            for number, role in enumerate(roles, 1):
                display.print_line("")
                display.print_line(f"{number} of {len(roles)}: {role.description}")
                _cast_role(role, script, source, path, options)
    except (_QuitRequested, EOFError):
        pass
    casting = pipeline.cast_book(script, source, options)
    display.print_line("")
    reports.print_casting(script, casting)
    if path.is_file():
        display.print_note("Saved", str(path))


def _require_terminal_and_player() -> None:
    """Check that the user can answer and hear.

    Raises:
        OptionError: there is no terminal.
        NarratorError: no player is installed.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        raise OptionError(
            "--interactive needs a terminal",
            f"`{format_command('cast', 'BOOK', '--audition', 'NAME')}` writes files",
        )
    command = format_command("cast", "BOOK", "--audition", "NAME")
    require_player(f"or `{command}` writes files")


def _list_roles(script: Script) -> list[_Role]:
    """Return the narrator and the leads, in the order in which they are cast."""
    narrated_count = sum(line.speaker is None for line in script.lines)
    narrator = _Role(
        NARRATOR_ROLE, (), f"the narrator ({display.format_count(narrated_count, 'line')})"
    )
    speakers = [character for character in script.characters if character.line_count]
    speakers.sort(key=lambda character: (-character.line_count, character.name))
    leads = [
        _Role(lead.name, lead.aliases, f"{lead.name} ({reports.describe_character(lead)})")
        for lead in speakers[:_MAX_LEADS]
    ]
    return [narrator, *leads] if narrated_count else leads


def _cast_role(
    role: _Role, script: Script, source: Sequence[str], path: Path, options: Options
) -> None:
    """Let the user choose the voice of one role.

    Raises:
        _QuitRequested: the user wants to stop.
    """
    casting = pipeline.cast_book(script, source, options, measure_missing=False)
    piece = _make_piece(script, role, casting, options)
    present = casting.cast.voice_of(None if role.name == NARRATOR_ROLE else role.name)
    fitting = fit_voices(script, casting, load_voices(), voice_measurements_path())
    voices = [present]
    voices += [
        candidate for candidate in fitting.rank_voices(role.name) if candidate.name != present.name
    ]
    display.print_line(f"  {remove_sounds(piece.lines[0].spoken)}")
    output = _describe_cast_output(script, source, path, options)
    with tempfile.TemporaryDirectory(prefix="narrator-") as folder:
        player = _VoicePlayer(piece, options, Path(folder))
        choice = _choose_voice(voices, casting.cast.narrator, player)
    if choice is not None and not _is_saved(role, choice, source, options):
        _save_choice(output, script, role, choice)


def _make_piece(script: Script, role: _Role, casting: Casting, options: Options) -> AuditionPiece:
    """Return the line of a role that is heard."""
    piece = audition.make_character_piece(script, role.name, casting.cast, options)
    best_line = min(piece.lines, key=lambda line: abs(len(line.spoken) - _LINE_CHARACTERS))
    return replace(piece, lines=(best_line,))


class _VoicePlayer:
    """Lets voices speak a line, each once, and plays them."""

    def __init__(self, piece: AuditionPiece, options: Options, folder: Path) -> None:
        self._piece = piece
        self._options = replace(options, format="wav")
        self._folder = folder

    def play(self, voice: Voice) -> None:
        """Speak and play the line in a voice.

        A voice that fails is reported, because the others may do.
        """
        file = self._folder / f"{voice.name}.wav"
        try:
            if not file.exists():
                output = Output(file, Origin("audition", file.stem))
                audition.audition_voices(self._piece, [voice], output, self._options)
            play_file(file)
        except NarratorError as error:
            display.print_note("Note", str(error), stderr=True)


def _choose_voice(voices: Sequence[Voice], narrator: Voice, player: _VoicePlayer) -> Voice | None:
    """Play voices until the user chooses one; None keeps everything as it is.

    Args:
        voices: The present voice, then others, the most suitable first.
        narrator: The voice of the narrator.
        player: Plays a voice.

    Raises:
        _QuitRequested: the user wants to stop.
    """
    first = 0
    while True:
        # the present voice is always among the choices, so that it can be compared
        shown = [voices[0], *voices[1 + first : first + _VOICES_AT_ONCE]]
        for number, voice in enumerate(shown, 1):
            display.print_line(f"  {number}  {_describe_voice(voice, is_present=number == 1)}")
            player.play(voice)
        answer = _read_answer(len(shown))
        if answer == "n":
            first += _VOICES_AT_ONCE - 1
            if first >= len(voices) - 1:
                display.print_line("  These were all; again from the first.")
                first = 0
        elif answer == "r":
            return narrator
        elif answer == "s":
            return None
        elif answer != "p":
            return shown[int(answer or "1") - 1]


def _read_answer(count: int) -> str:
    """Return an answer: a number up to `count`, a letter, or "" for Enter.

    Raises:
        _QuitRequested: the user wants to stop.
    """
    while True:
        answer = input(f"  [1-{count}, n, p, r, s, q] ").strip().casefold()
        if answer == "q":
            raise _QuitRequested
        if answer in {"", "n", "p", "r", "s"} or (
            answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= count
        ):
            return answer
        display.print_line(f"  {_HELP}")


def _describe_voice(voice: Voice, *, is_present: bool) -> str:
    """Return the name of a voice, with its gender, age and accent."""
    facts = ", ".join(filter(None, (voice.gender, voice.age, voice.accent)))
    return f"{voice.name} ({facts})" + (" - has it now" if is_present else "")


def _describe_cast_output(
    script: Script, source: Sequence[str], path: Path, options: Options
) -> Output:
    """Return the cast file as an output; it is not one of the files that are only read."""
    origin = describe_origin("cast", script.book, source, options)
    others = tuple(file for file in origin.side_files if file != path)
    return Output(path, replace(origin, side_files=others))


def _is_saved(role: _Role, voice: Voice, source: Sequence[str], options: Options) -> bool:
    """Return whether the cast file gives a role this voice, perhaps with adjustments to keep."""
    cast_file = load_cast_file(source, options)
    names = {name.casefold() for name in (role.name, *role.aliases)}
    choices = [
        choice for name, choice in cast_file.voice_choices.items() if name.casefold() in names
    ]
    if role.name == NARRATOR_ROLE and cast_file.narrator and cast_file.path:
        choices.append(cast_file.narrator)
    return any(choice.voice.casefold() == voice.name.casefold() for choice in choices)


def _save_choice(output: Output, script: Script, role: _Role, voice: Voice) -> None:
    """Write the voice of a role into the cast file."""
    import tomlkit

    def edit() -> str:
        document = open_cast_document(output.target, script.book.metadata.title)
        set_voice_choice(document, (role.name, *role.aliases), VoiceChoice(voice.name))
        return tomlkit.dumps(document)

    update_file(output, edit)
    display.print_line(f"  {role.name} = {voice.name}, saved in {output.target}")
