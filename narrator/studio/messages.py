"""Describes every message between the page and the server, with its types.

The page sends a `StudioCommand` to `POST /api/commands` and gets a `CommandResult`, or a `Problem`
with a status of 400 or more. It reads other values with `GET`, each from the path that its class
names.
`GET /api/events` is a stream of server-sent events; each holds one `Event`.

All are JSON objects. Commands and events have a `type`, which is the name of the class in small
letters with underscores. `line` is a `Line.id`, such as "3.12.2". Times are in seconds.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

NARRATOR = "narrator"
"""The narrator, where the name of a character is expected."""


def _make_tag(name: str) -> str:
    """Return the name of a class in small letters: `SetSpeaker` is `set_speaker`."""
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")


class StudioCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=_make_tag):
    """What the page asks the server to do."""

    def describe(self) -> str:
        """Return what the command has done, as a sentence for the user."""
        return "Done."


class Event(msgspec.Struct, frozen=True, tag=_make_tag):
    """What the server tells all pages."""


class View(msgspec.Struct, frozen=True):
    """What the page shows."""


# ---------------------------------------------------------------------------------- commands


class SetSpeaker(StudioCommand, frozen=True):
    """Say who speaks lines, and the rest of their quotations."""

    lines: list[str]
    speaker: str
    """A name of a character, a new name, or `narrator` for what nobody says."""

    def describe(self) -> str:
        """Return what has been done."""
        what = "the line" if len(self.lines) == 1 else f"{len(self.lines)} lines"
        is_told = self.speaker.strip().casefold() == NARRATOR
        return f"The narrator tells {what}." if is_told else f"{self.speaker} says {what}."


class SetDirections(StudioCommand, frozen=True):
    """Say how a line is spoken. A value that is not given stays; null takes it back."""

    line: str
    manner: str | msgspec.UnsetType | None = msgspec.UNSET
    pause: float | msgspec.UnsetType | None = msgspec.UNSET
    say: str | msgspec.UnsetType | None = msgspec.UNSET
    take: int | msgspec.UnsetType | None = msgspec.UNSET

    def describe(self) -> str:
        """Return what has been done."""
        return "The direction of the line is set."


class SpeakAgain(StudioCommand, frozen=True):
    """Speak another take of a line, and keep it."""

    line: str

    def describe(self) -> str:
        """Return what has been done."""
        return "The line has another take."


class IncludePassage(StudioCommand, frozen=True):
    """Speak text that was left out, or leave it out again."""

    start: int
    """`SkippedView.start` or `LineView.included`."""
    is_included: bool = True

    def describe(self) -> str:
        """Return what has been done."""
        return "The text is spoken now." if self.is_included else "The text is left out again."


class MergeCharacters(StudioCommand, frozen=True):
    """Say that a character is the same person as another one."""

    name: str
    into: str

    def describe(self) -> str:
        """Return what has been done."""
        return f"{self.name} and {self.into} are one person."


class DescribeCharacter(StudioCommand, frozen=True):
    """Set the name, the gender or the age of a character; an empty text takes it back."""

    character: str
    name: str | None = None
    gender: str | None = None
    age: str | None = None

    def describe(self) -> str:
        """Return what has been done."""
        return f"{self.character} is described."


class ChooseVoice(StudioCommand, frozen=True):
    """Choose the voice of a character, or of `narrator`."""

    character: str
    voice: str | None
    """The name of a voice; null for an automatic choice."""
    rate: float | None = None
    """Words per minute; null for the voice's own."""
    pitch: float | None = None
    """Semitones; null for the voice's own."""
    volume: float | None = None
    """Decibels; null for the voice's own."""
    delivery: str | msgspec.UnsetType = msgspec.UNSET
    """`natural`, `plain`, or empty for that of the whole book; what is not given stays."""

    def describe(self) -> str:
        """Return what has been done."""
        if self.voice is None:
            return f"{self.character} is cast automatically."
        return f"{self.character} has the voice {self.voice}."


class ImportCast(StudioCommand, frozen=True):
    """Take over the voices that characters have in another book of the series."""

    number: int
    """The place of that book in `LibraryView.books`."""


class SetPronunciation(StudioCommand, frozen=True):
    """Say how a word is spoken; null takes it back."""

    word: str
    say: str | None

    def describe(self) -> str:
        """Return what has been done."""
        return f"“{self.word}” is said {f'“{self.say}”' if self.say else 'as written'}."


class SetPauses(StudioCommand, frozen=True):
    """Choose the preset of the pauses."""

    preset: str

    def describe(self) -> str:
        """Return what has been done."""
        return f"The pauses are {self.preset}."


class SetOptions(StudioCommand, frozen=True):
    """Change how the whole book is read and spoken; what is not given stays."""

    loudness: str | None = None
    delivery: str | None = None
    matter: str | None = None
    notes: str | None = None
    credits: bool | None = None

    def describe(self) -> str:
        """Return what has been done."""
        return "The options are set."


class SetAbout(StudioCommand, frozen=True):
    """Say what players show; an empty text leaves it to the book."""

    key: str
    """One of the keys of `OptionsView.about`, or `cover`, which can only be left to the book."""
    value: str

    def describe(self) -> str:
        """Return what has been done."""
        return f"The {self.key} is {self.value or 'that of the book'}."


class Undo(StudioCommand, frozen=True):
    """Take back the last change that was made on a page."""


class StartBuild(StudioCommand, frozen=True):
    """Build the audiobook, with the options of the book."""

    format: str
    is_split: bool = False
    """Whether each chapter becomes a file of its own."""


class StopBuild(StudioCommand, frozen=True):
    """Stop the build; what was spoken is kept."""


class ShareFiles(StudioCommand, frozen=True):
    """Let a phone on the same network download what was built, until the studio ends."""


class FetchVoice(StudioCommand, frozen=True):
    """Download the model of a voice."""

    voice: str


class OpenBook(StudioCommand, frozen=True):
    """Open one of the recent books."""

    number: int
    """Its place in `LibraryView.books`."""


AnyCommand: TypeAlias = (
    SetSpeaker
    | SetDirections
    | SpeakAgain
    | IncludePassage
    | MergeCharacters
    | DescribeCharacter
    | ChooseVoice
    | ImportCast
    | SetPronunciation
    | SetPauses
    | SetOptions
    | SetAbout
    | Undo
    | StartBuild
    | StopBuild
    | ShareFiles
    | FetchVoice
    | OpenBook
)


class Proposal(msgspec.Struct, frozen=True):
    """Lines that probably have another speaker, now that a line was corrected."""

    lines: list[str]
    """One line of each quotation."""
    speaker: str
    text: str
    """The beginning of the first line."""
    share: float
    """The probability of the new speaker, from 0 to 1."""


class CommandResult(View, frozen=True):
    """What a command did."""

    message: str
    """For the user, as a sentence."""
    proposals: list[Proposal] = []
    """What the user may want to change too."""
    lines: list[str] = []
    """The lines that have changed."""


class Problem(View, frozen=True):
    """Why something was not done."""

    message: str
    hint: str = ""


# ---------------------------------------------------------------------------------- views


class Candidate(msgspec.Struct, frozen=True):
    """A likely speaker of a line."""

    name: str
    share: float
    """The probability, from 0 to 1."""


class LineView(msgspec.Struct, frozen=True):
    """A line, as the page shows it."""

    id: str
    text: str
    kind: str
    """`narration`, `dialogue` or `heading`."""
    gap: str = " "
    """What separates it from the line before it in its paragraph."""
    speaker: str | None = None
    """Null for the narrator."""
    confidence: float | None = None
    """The probability of the speaker; null for the narrator."""
    reason: str | None = None
    is_uncertain: bool = False
    is_corrected: bool = False
    candidates: list[Candidate] = []
    manner: str = ""
    """As the user directed; empty for what the book says."""
    found_manner: str = ""
    """As the line is spoken; empty for plain."""
    pause: float | None = None
    """As the user directed."""
    say: str = ""
    """What is spoken instead of the words."""
    take: int = 0
    """The number of the take that the user chose; 0 for the first that is good."""
    included: int | None = None
    """Where the passage begins that would be left out if the user had not included it."""
    included_reason: str = ""
    """Why it would be left out."""


class SkippedView(msgspec.Struct, frozen=True):
    """A passage that is not spoken."""

    text: str
    reason: str
    after: str
    """The line that it follows; empty if it is before all lines of the chapter."""
    is_inline: bool
    """Whether it stands within the paragraph of that line."""
    start: int
    """The offset into the book at which it begins."""
    can_include: bool
    """Whether it has words that could be spoken."""


class ParagraphView(msgspec.Struct, frozen=True):
    """A paragraph with its lines."""

    kind: str
    """`heading`, or a `ParagraphKind`."""
    follows_scene_break: bool
    lines: list[LineView]


class ChapterView(View, frozen=True):
    """`GET /api/chapters/NUMBER`: the text of a chapter."""

    number: int
    title: str
    paragraphs: list[ParagraphView]
    skipped: list[SkippedView]


class ChapterEntry(msgspec.Struct, frozen=True):
    """A chapter in the list of chapters."""

    number: int
    title: str
    uncertain: int
    """Number of quotations with an uncertain speaker."""


class VoiceView(msgspec.Struct, frozen=True):
    """A voice."""

    name: str
    description: str
    gender: str
    age: str
    accent: str
    engine: str
    rate: float
    pitch: float
    volume: float
    is_ready: bool = True
    problem: str = ""
    """Why it can't speak here."""
    can_fetch: bool = False
    """Whether its model can be downloaded."""
    users: list[str] = []
    """The characters who have it."""


class CharacterView(msgspec.Struct, frozen=True):
    """A character, or the narrator."""

    name: str
    """`narrator` for the narrator."""
    aliases: list[str]
    gender: str
    age: str
    lines: int
    uncertain: int
    """Number of lines whose speaker is uncertain."""
    colour: int
    """0 for the narrator, 1 to 12 for the others."""
    voice: VoiceView
    """With the adjustments of the cast file."""
    is_chosen: bool
    """Whether the user chose the voice."""
    sample: str
    """A line by which to judge the voice."""
    chapters: list[int]
    """Where the character speaks."""
    warning: str = ""
    """With whom the voice may be confused."""
    proposal: str = ""
    """The name of a voice that would not be."""
    delivery: str = ""
    """As in `ChooseVoice`."""


class OptionsView(msgspec.Struct, frozen=True):
    """How the whole book is read and spoken."""

    loudness: str
    loudness_choices: list[str]
    delivery: str
    matter: str
    notes: str
    notes_choices: list[str]
    credits: bool
    pauses: str
    """The preset; empty for pauses of one's own."""
    pauses_choices: list[str]
    about: dict[str, str]
    """What players show, by the names of the options of the command line."""
    has_cover: bool
    """Whether `GET /api/cover` returns a picture."""
    is_own_cover: bool
    """Whether the user gave that picture, and it is not the book's."""
    formats: list[str]
    command: str
    """The command that builds the same audiobook."""


class PhrasesView(msgspec.Struct, frozen=True):
    """`GET /api/phrases?languages=de,fr`: the words of the page.

    They are in the first of the languages that has any, else in English.
    """

    language: str
    direction: str
    """`ltr` or `rtl`."""
    phrases: dict[str, str]
    """Translations by English phrase; a phrase that is missing stays English."""


class BookView(View, frozen=True):
    """`GET /api/book`: everything but the text."""

    title: str
    author: str
    language: str
    direction: str
    """`ltr` or `rtl`."""
    chapters: list[ChapterEntry]
    characters: list[CharacterView]
    """The narrator first, then those with the most lines."""
    manners: list[str]
    notes: list[str]
    """Remarks, as whole sentences."""
    files: list[str]
    """The names of the side files that apply."""
    can_correct: bool
    can_undo: bool
    options: OptionsView
    revision: int
    """Grows with every change."""


class PreliminaryBookView(View, frozen=True):
    """`GET /api/book` while it is not yet known who speaks: the text can be read already."""

    title: str
    author: str
    language: str
    direction: str
    chapters: list[ChapterEntry]
    characters: list[CharacterView] = []
    manners: list[str] = []
    can_correct: bool = False
    can_undo: bool = False
    is_preliminary: bool = True


class UncertainLine(msgspec.Struct, frozen=True):
    """The first line of a quotation with an uncertain speaker."""

    line: str
    chapter: int
    confidence: float


class UncertainView(View, frozen=True):
    """`GET /api/uncertain`: what may be wrong, in reading order."""

    lines: list[UncertainLine]


class SpeechView(View, frozen=True):
    """`GET /api/speech/LINE`, `/api/audition` and `/api/saying`: the sound of a line."""

    line: str
    url: str
    """Where the sound is."""
    words: list[tuple[int, int, float]]
    """Start and end of each word as offsets into the text, and when it begins."""
    speech_seconds: float
    seconds: float
    """With the pause after the line."""
    text: str
    voice: str


class TrayView(View, frozen=True):
    """`GET /api/tray`: voices that suit a character, the best first."""

    character: str
    line: str
    """The line that they speak."""
    text: str
    voices: list[VoiceView]


class WordView(View, frozen=True):
    """`GET /api/words/uses`: where a word is said."""

    word: str
    say: str
    """As the lexicon says it; empty if it doesn't."""
    lines: int
    examples: list[str]
    """Up to five lines, by their ids."""


class UncertainWord(msgspec.Struct, frozen=True):
    """A name whose pronunciation is a guess."""

    word: str
    lines: int
    example: str
    """A line that has it."""
    say: str


class UncertainWordsView(View, frozen=True):
    """`GET /api/words/uncertain`."""

    words: list[UncertainWord]


class BuiltFile(msgspec.Struct, frozen=True):
    """A file that a build made."""

    number: int
    name: str
    size: int
    """In bytes."""
    can_check: bool


class SuspectView(msgspec.Struct, frozen=True):
    """A line of the audiobook whose best take still has a flaw."""

    line: str
    chapter: int
    speaker: str | None
    text: str
    flaws: list[str]
    """In words."""


class BuildView(View, frozen=True):
    """`GET /api/build`: the state of the build."""

    state: str
    """`none`, `running`, `stopped`, `failed` or `finished`."""
    step: str = ""
    """What is being done, in words."""
    share: float = 0.0
    chapters: dict[int, float] = {}
    """The share of each chapter that has been spoken, by its number."""
    seconds_left: float | None = None
    message: str = ""
    files: list[BuiltFile] = []
    seconds: float = 0.0
    """The length of the audiobook."""
    share_url: str = ""
    """Where a phone can download the files; empty if they are not shared."""
    suspects: list[SuspectView] = []
    """In reading order."""


class CheckView(View, frozen=True):
    """`GET /api/checks/NUMBER`: what a built file is like."""

    name: str
    facts: list[tuple[str, str]]
    limits: list[LimitView]


class LimitView(msgspec.Struct, frozen=True):
    """A limit of a publisher or player."""

    profile: str
    name: str
    value: str
    passed: bool


class RecentBook(msgspec.Struct, frozen=True):
    """A book that was opened before."""

    number: int
    title: str
    folder: str


class LibraryView(View, frozen=True):
    """`GET /api/library`: what to open."""

    books: list[RecentBook]
    current: str
    """The title of the open book, or empty."""
    state: str
    """`empty`, `reading`, `readable` (before it is known who speaks), `ready` or `failed`."""
    problem: Problem | None = None


# ---------------------------------------------------------------------------------- events


class LinesChanged(Event, frozen=True):
    """Lines have other speakers or directions."""

    lines: dict[str, LineView]
    """By their ids."""
    revision: int


class BookChanged(Event, frozen=True):
    """The cast, the options or the remarks have changed: read `/api/book` again."""

    revision: int
    is_new_text: bool = False
    """Whether chapters must be read again too."""
    message: str = ""
    """What happened, if it was not done on a page."""


class BuildProgressed(Event, frozen=True):
    """The build went on."""

    build: BuildView


class Announced(Event, frozen=True):
    """Something that the user should know."""

    message: str
    is_problem: bool = False


class FetchProgressed(Event, frozen=True):
    """The model of a voice is being downloaded."""

    voice: str
    share: float | None
    """The share of the present file that is here; None once the download has ended."""


class LibraryChanged(Event, frozen=True):
    """Another book was opened, or has been read."""

    library: LibraryView


AnyEvent: TypeAlias = (
    LinesChanged | BookChanged | BuildProgressed | Announced | FetchProgressed | LibraryChanged
)
