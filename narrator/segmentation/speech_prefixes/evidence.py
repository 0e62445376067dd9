"""Decides from the whole book which labels name speakers.

Labels of one style that stand close together make a run. A run is accepted by the evidence in it:
whether names recur, how many paragraphs have a label, whether stage directions follow the names,
and whether the text after the labels reads like speech. In a book that names all of its speakers, a
name that occurs once counts too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind
from narrator.segmentation.speech_prefixes.cast_list import SCENE_START
from narrator.segmentation.speech_prefixes.directions import (
    has_sluglines,
    is_scene_line,
    opens_direction,
)
from narrator.segmentation.speech_prefixes.label_parsing import Casing, Label, LabelForm
from narrator.segmentation.speech_prefixes.names import abbreviates, make_name_key
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.roman_numerals import parse_roman_numeral
from narrator.text.words import (
    ALL_SENTENCE_ENDS,
    APOSTROPHE_WORD_PATTERN,
    ends_sentence,
    has_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Paragraph
    from narrator.segmentation.speech_prefixes.cast_list import CastList

_MAX_GAP = 6
"""Most paragraphs without a label between two labels of one run."""
_MAX_PRELIMINARIES = 60
"""Most paragraphs between the list of persons and the first scene."""
_MIN_RUN_LABELS = 3
"""Fewest labels of a run without times and without markup that declares speakers."""
_MIN_RECURRING_SHARE, _MIN_MARKED_RECURRING_SHARE = 0.5, 0.3
"""Share of the labels of a run whose name occurs more than once in the book; the second is for
names in capitals or italics."""
_MIN_SEPARATE_DENSITY = 0.6
"""Smallest density of names in paragraphs of their own; names may also head chapters."""
_MAX_QUOTATION_SHARE = 0.25
"""Most paragraphs of quoted speech between labels in bold or italics, for each label."""
_MIN_TEXT_SHARE = 0.7
"""Share of the labels of a run that have text after them."""
_MIN_POINTS = 4
"""Points from which a run is accepted; see `_count_points`."""
_SET_OFF_FORMS = (LabelForm.ALONE, LabelForm.DECLARED)
_MIN_SET_OFF_SHARE = 0.8
"""Share of names that are set off from the text, above which another one is part of the text."""
_MIN_SCRIPT_COVERAGE = 0.4
"""Share of paragraphs with a speech prefix from which the whole book is a play or a transcript."""
_MIN_SCRIPT_EXTENT = 0.6
"""Share of paragraphs within runs from which half of that coverage is enough, as in a play whose
speeches have many paragraphs."""
_MIN_REPEATED_SHARE, _MIN_CASUAL_SHARE = 0.05, 0.4
"""Share of the labels that repeat the one above, or that precede a text without capital and full
stop, from which each message has its own label."""
_MAX_SAMPLE_CHARACTERS = 300
"""Characters of a speech that are examined."""
_OPENING_NUMBER = re.compile(r"[\[(#]?\d")
"""The beginning of the number of a message."""
_FINAL_NUMBER = re.compile(r"[\s.#]*\d+$")
_QUOTATION_OPENINGS = '“"«„‘「『'
_CHAT_FORMS = (LabelForm.CHAT, LabelForm.ANGLE, LabelForm.BRACKET)


@dataclass(frozen=True, slots=True)
class Run:
    """Accepted labels that stand close together."""

    labels: tuple[Label, ...]
    labels_messages: bool = False
    """Whether each message has its own label for certain, so that text without one is narration."""

    @property
    def first_index(self) -> int:
        """Return the index of the paragraph with the first label."""
        return self.labels[0].paragraph_index

    @property
    def last_index(self) -> int:
        """Return the index of the paragraph with the last label."""
        return self.labels[-1].paragraph_index

    @property
    def is_chat(self) -> bool:
        """Return whether the form of the labels is that of a chat, where most messages have one."""
        return self.labels[0].form in _CHAT_FORMS


@dataclass(frozen=True, slots=True)
class SpeechPrefixes:
    """The labels that name speakers."""

    runs: tuple[Run, ...]
    labels: tuple[Label, ...]
    """The labels of all runs, in text order."""
    is_script: bool
    """Whether the whole book is a play, a transcript or a chat."""
    is_screenplay: bool = False
    """Whether it is or contains a screenplay."""
    coverage: float = 0.0
    """Share of paragraphs with a speech prefix."""


@dataclass(frozen=True, slots=True)
class _BookView:
    """What the evidence is taken from."""

    text: str
    paragraphs: Sequence[Paragraph]
    name_counts: Counter[str]
    """Number of labels with each name, by `make_name_key`."""
    cast_keys: frozenset[str]
    """Names in the list of persons."""
    is_screenplay: bool
    """Whether it has headings such as "INT. KITCHEN - NIGHT"."""
    ends: dict[int, int]
    """Offset at which the text after a label ends, by the label's start."""
    form_counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What `count_forms` has counted, by name."""

    def is_in_cast(self, key: str) -> bool:
        """Return whether the list of persons has a name, perhaps in full."""
        return key in self.cast_keys or any(abbreviates(key, full) for full in self.cast_keys)

    def count_forms(self, name: str) -> tuple[int, int]:
        """Return how often the text has a name without a capital, and with one in a sentence."""
        if name not in self.form_counts:
            lower, title = re.escape(name.lower()), re.escape(name)
            # not within an address such as "tom@example.org"
            patterns = [rf"{lower}(?<![\w@./]{lower})(?![\w@]|\.\w)"]
            # a pattern that begins with a literal is found ten times as fast as a lookbehind
            patterns += [
                rf" {form}(?:(?<=[^\W\d_] {form})|(?<=[^\W\d_][,;] {form}))"
                for form in dict.fromkeys((title, re.escape(name.upper())))
            ]
            lower_count, *title_counts = (len(re.findall(p, self.text)) for p in patterns)
            self.form_counts[name] = lower_count, sum(title_counts)
        return self.form_counts[name]

    def get_speech(self, label: Label) -> str:
        """Return the beginning of the text after a label."""
        end = min(self.ends[label.start], label.speech_start + _MAX_SAMPLE_CHARACTERS)
        return self.text[label.speech_start : end]


def choose_speech_prefixes(
    text: str, paragraphs: Sequence[Paragraph], labels: Sequence[Label], cast_list: CastList
) -> SpeechPrefixes:
    """Return the labels that name speakers, in runs."""
    cast_keys = frozenset(make_name_key(entry.name) for entry in cast_list.entries)
    starts = frozenset(label.start for label in labels)
    stamped = Counter(label.name for label in labels if label.form is LabelForm.CHAT)
    lists = {*cast_list.paragraph_indices, *_find_preliminaries(text, paragraphs, cast_list)}
    usable = [
        label
        for label in labels
        if label.paragraph_index not in lists
        and (
            make_name_key(label.name) in cast_keys
            or (label.form is LabelForm.CHAT and stamped[label.name] > 1)
            or _can_be_name(text, label, starts)
        )
    ]
    counts = Counter(make_name_key(label.name) for label in usable)
    is_screenplay = has_sluglines(text, paragraphs)
    ends = _find_ends(paragraphs, usable)
    view = _BookView(text, paragraphs, counts, cast_keys, is_screenplay, ends)
    accepted = [
        label
        for style_labels in _group_by_style(usable)
        for run in _split_runs(_drop_empty_titles(view, style_labels))
        if _is_dialogue(view, run)
        for label in run
    ]
    accepted = _drop_titles(view, _choose_one_per_line(accepted))
    accepted = _drop_addresses(view, _drop_preamble(view, _drop_actions(view, accepted)))
    accepted = _drop_lists_of_names(view, _drop_first_sentences(view, accepted))
    if not accepted:
        return SpeechPrefixes((), (), is_script=False)
    accepted = _add_known_names(usable, accepted)
    coverage = _measure_coverage(paragraphs, accepted)
    is_script = coverage >= _MIN_SCRIPT_COVERAGE or (
        coverage >= _MIN_SCRIPT_COVERAGE / 2
        and _measure_extent(paragraphs, accepted) >= _MIN_SCRIPT_EXTENT
    )
    if is_script:
        accepted = _drop_addresses(view, _add_single_names(view, usable, accepted))
        accepted = _drop_actions(view, accepted)
        accepted = _drop_lists_of_names(view, accepted)
    labels_messages = _label_messages(view, accepted)
    runs = tuple(Run(tuple(run), labels_messages) for run in _split_runs(accepted))
    return SpeechPrefixes(runs, tuple(accepted), is_script, is_screenplay, coverage)


def _find_preliminaries(
    text: str, paragraphs: Sequence[Paragraph], cast_list: CastList
) -> Iterator[int]:
    """Yield the indices of the paragraphs between the list of persons and the first scene.

    These are lists of costumes and properties, and the title of the play.
    """
    first = max(cast_list.paragraph_indices, default=len(paragraphs)) + 1
    for index in range(first, min(first + _MAX_PRELIMINARIES, len(paragraphs))):
        line = text[paragraphs[index].start : paragraphs[index].end].lstrip(" \t\r\n*_[(")
        if SCENE_START.match(line):
            yield from range(first, index)
            return


def _can_be_name(text: str, label: Label, starts: frozenset[int]) -> bool:
    """Return whether a label is no field such as "Note:", heading of a scene, number, or "I".

    `starts` are the starts of all labels.
    """
    if label.form is LabelForm.DECLARED:
        return True
    is_capitals = label.casing is Casing.CAPITALS
    # a page or a porter may speak where names stand alone in bold
    is_set_off = label.is_emphasised and label.form is LabelForm.ALONE
    if is_capitals and is_scene_line(_get_line(text, label.start)):
        return False
    is_word = is_set_off and not is_capitals and " " not in label.name
    if _is_field(label.name) and not is_word:
        return False
    if is_capitals or label.is_emphasised:
        return True
    starts_sentence = label.name.casefold() in load_vocabulary().sentence_starters
    return not starts_sentence and (
        label.opens_paragraph
        or _follows_sentence(text, label)
        or (
            label.name not in load_vocabulary().pronouns
            and _find_line_above(text, label.start) in starts
        )
    )


def _is_field(name: str) -> bool:
    """Return whether a name is the label of a field, a number, "I", or begins a direction."""
    field_labels = load_vocabulary().field_labels
    folded_name = name.casefold().strip(" .")
    head = _FINAL_NUMBER.sub("", folded_name)
    is_numeral = len(name) > 1 and set(name) <= set("IVX")
    return (
        folded_name in field_labels
        or (head != folded_name and head in field_labels)
        or name == "I"
        or SCENE_START.match(name) is not None
        or (is_numeral and parse_roman_numeral(name, lenient=True) is not None)
        or opens_direction(name)
    )


def _follows_sentence(text: str, label: Label) -> bool:
    """Return whether a label within a paragraph does not stand in the middle of a sentence.

    The line above must end a sentence, unless the label looks like no part of a sentence.
    """
    if label.form in _CHAT_FORMS or (
        label.form is LabelForm.COLON and label.casing is not Casing.LOWER
    ):
        return True
    before = text[max(0, label.start - 200) : label.start].rstrip(" \t\r\n*_\"'”’»)]")
    return before.endswith((*ALL_SENTENCE_ENDS, "—", "–", "-", ":"))


def _find_line_above(text: str, start: int) -> int:
    """Return the offset of the first visible character of the line above an offset."""
    end = text.rfind("\n", 0, start)
    line_start = text.rfind("\n", 0, max(end, 0)) + 1
    line = text[line_start:end]
    return line_start + len(line) - len(line.lstrip())


def _get_line(text: str, start: int) -> str:
    """Return the rest of the line at an offset."""
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _find_ends(paragraphs: Sequence[Paragraph], labels: Sequence[Label]) -> dict[int, int]:
    """Return where the text after each label ends: at the next label, or with its paragraph.

    A name alone in its paragraph is followed by the text of the next paragraph.
    """
    ends = {}
    next_start = -1
    for label in reversed(labels):
        end = paragraphs[label.paragraph_index].end
        if label.speech_start >= end and label.paragraph_index + 1 < len(paragraphs):
            end = paragraphs[label.paragraph_index + 1].end
        ends[label.start] = min(end, next_start) if next_start > label.start else end
        next_start = label.start
    return ends


def _group_by_style(labels: Sequence[Label]) -> Iterator[list[Label]]:
    """Yield the labels of each style: of one form, and written in the same way.

    Nicknames before a colon may be written in any way, so these labels are a group together, too.
    """
    groups: dict[object, list[Label]] = {}
    for label in labels:
        by_form = label.form in (*_CHAT_FORMS, LabelForm.DECLARED, LabelForm.QUOTE)
        style = label.form if by_form else (_merge_form(label.form), _has_mark(label))
        groups.setdefault(style, []).append(label)
    yield from groups.values()
    if (LabelForm.COLON, True) in groups and (LabelForm.COLON, False) in groups:
        yield [label for label in labels if label.form is LabelForm.COLON]


def _has_mark(label: Label) -> bool:
    """Return whether a label is in capitals, italics or bold."""
    return label.is_emphasised or label.casing is Casing.CAPITALS


def _merge_form(form: LabelForm) -> LabelForm:
    """Return the form that stands for those which one book may mix."""
    return LabelForm.STOP if form in (LabelForm.ALONE, LabelForm.DASH) else form


def _split_runs(labels: Sequence[Label]) -> list[list[Label]]:
    """Split labels wherever too many paragraphs without a label stand between two of them."""
    runs: list[list[Label]] = [list(labels[:1])] if labels else []
    for before, after in pairwise(labels):
        if after.paragraph_index - before.paragraph_index > _MAX_GAP + 1:
            runs.append([])
        runs[-1].append(after)
    return runs


def _drop_empty_titles(view: _BookView, labels: Sequence[Label]) -> list[Label]:
    """Return the labels without lines of a title page: alone, once, and right above another."""
    return [
        label
        for label in labels
        if label.form is not LabelForm.ALONE
        or view.name_counts[make_name_key(label.name)] > 1
        or ":" in view.text[label.start : label.speech_start]
        or has_words(view.get_speech(label))
    ]


# ---------------------------------------------------------------------------- evidence of a run


def _is_dialogue(view: _BookView, run: Sequence[Label]) -> bool:
    """Return whether the labels of a run name speakers."""
    form = run[0].form
    if form is LabelForm.DECLARED:
        return True
    keys = [make_name_key(label.name) for label in run]
    recurring = sum(view.name_counts[key] > 1 or view.is_in_cast(key) for key in keys)
    recurring_share = recurring / len(run)
    if form is LabelForm.CHAT:
        return _is_chat(run, recurring_share)
    if len(run) < _MIN_RUN_LABELS or len(set(keys)) < 2:
        return False
    is_marked = all(map(_has_mark, run))
    if recurring_share < (_MIN_MARKED_RECURRING_SHARE if is_marked else _MIN_RECURRING_SHARE):
        return False
    # titles above each other have no text between them
    if sum(has_words(view.get_speech(label)) for label in run) < _MIN_TEXT_SHARE * len(run):
        return False
    return _count_points(view, run, recurring_share) >= _MIN_POINTS


def _is_chat(run: Sequence[Label], recurring_share: float) -> bool:
    """Return whether labels with times name speakers, rather than entries of a timetable."""
    is_marked = sum(label.casing is Casing.CAPITALS for label in run) * 2 > len(run)
    has_two_names = len({make_name_key(label.name) for label in run}) > 1
    return len(run) > 1 and (
        is_marked or (has_two_names and recurring_share >= _MIN_RECURRING_SHARE)
    )


def _count_points(view: _BookView, run: Sequence[Label], recurring_share: float) -> int:
    """Return the points of a run: its evidence for naming speakers.

    The weights were chosen on novels, manuals, recipes, mails and plays of several languages.
    """
    is_marked = _is_marked(view, run)
    points = 2 * is_marked + (recurring_share >= 0.8) + (len(run) >= 6) + (len(run) >= 20)
    points += _rate_density(view, run) + _rate_speeches(view, run)
    points += 2 * _has_directions(view, run) + 3 * view.is_screenplay + 2 * bool(view.cast_keys)
    points += run[0].form in (*_CHAT_FORMS, LabelForm.QUOTE, LabelForm.CELL)
    if not is_marked:
        # the names are searched in the whole text only if they can decide
        points += _rate_names(view, run) if points >= _MIN_POINTS - 1 else -1
    elif sum(label.form is LabelForm.DASH for label in run) * 2 > len(run):
        # "LONDON — The minister" is a report
        points -= 0 if _has_directions(view, run) or _calls_names(view, run) else 4
    return points


def _is_marked(view: _BookView, run: Sequence[Label]) -> bool:
    """Return whether the labels are in capitals or italics, unlike the text after them."""
    if not all(map(_has_mark, run)):
        return False
    return sum(view.get_speech(label).isupper() for label in run) * 2 < len(run)


def _has_directions(view: _BookView, run: Sequence[Label]) -> bool:
    """Return whether there is a stage direction for one name in twenty at least.

    It stands in brackets after the name, or in a paragraph that begins with "Enter" or the like.
    """
    count = sum(
        label.has_direction or view.get_speech(label).lstrip()[:1] in ("(", "[") for label in run
    )
    if count * 20 >= len(run):
        return True
    labelled = {label.paragraph_index for label in run}
    between = range(run[0].paragraph_index, run[-1].paragraph_index)
    entrances = sum(
        opens_direction(view.text[view.paragraphs[index].start : view.paragraphs[index].end])
        for index in between
        if index not in labelled
    )
    return entrances * 20 >= len(run)


def _rate_density(view: _BookView, run: Sequence[Label]) -> int:
    """Return points for the share of paragraphs that have a label, and against quotations.

    A name alone in its paragraph needs the next one for its speech.
    """
    indices = {label.paragraph_index for label in run}
    separate_count = sum(
        label.speech_start >= view.paragraphs[label.paragraph_index].end for label in run
    )
    first, last = min(indices), max(indices)
    # the text after the last label is left out, because nothing shows where the run ends
    steps = (len(indices) - 1) * (1 + separate_count / len(run))
    density = steps / (last - first) if last > first else 1.0
    may_be_chapters = not (view.is_screenplay or view.cast_keys or _has_directions(view, run))
    if separate_count * 2 > len(run) and density < _MIN_SEPARATE_DENSITY and may_be_chapters:
        return -4
    quotation_count = sum(
        view.text[view.paragraphs[index].start] in _QUOTATION_OPENINGS
        for index in range(first, last)
        if index not in indices
    )
    points = 2 if density >= 0.7 else 1 if density >= 0.4 else -1
    if not quotation_count or run[0].form in _CHAT_FORMS:
        return points
    # in a novel, few quotations may stand between two chats
    is_rare = _is_marked(view, run) and quotation_count <= _MAX_QUOTATION_SHARE * len(run)
    return points - (1 if is_rare else 3)


def _rate_speeches(view: _BookView, run: Sequence[Label]) -> int:
    """Return points for text that reads like speech, and for names of other speakers in it."""
    share = sum(_sounds_spoken(view, label) for label in run) / len(run)
    points = int(_calls_names(view, run))
    if len(run) < 6:
        is_certain = points or share >= 0.2 or view.is_screenplay or _has_directions(view, run)
        return points + (share >= 0.2) if is_certain else -4
    return points + (1 if share >= 0.35 else -4 if share < 0.15 else 0)


def _sounds_spoken(view: _BookView, label: Label) -> bool:
    """Return whether the text after a label asks, exclaims, or has a pronoun of the speaker."""
    speech = view.get_speech(label)
    if any(mark in speech for mark in "?!？！¿¡") or speech.lstrip()[:1] in _QUOTATION_OPENINGS:
        return True
    words = {word.casefold() for word in APOSTROPHE_WORD_PATTERN.findall(speech)}
    return not words.isdisjoint(load_vocabulary().speaker_pronouns)


def _calls_names(view: _BookView, run: Sequence[Label]) -> bool:
    """Return whether a speech of the run has the name of another speaker in it."""
    names = {label.name.casefold() for label in run}
    for label in run:
        others = names - {label.name.casefold()}
        words = " ".join(APOSTROPHE_WORD_PATTERN.findall(view.get_speech(label))).casefold()
        if any(f" {name} " in f" {words} " for name in others):
            return True
    return False


def _rate_names(view: _BookView, run: Sequence[Label]) -> int:
    """Return points for labels that are names, and against those that are ordinary words.

    A name has a capital within a sentence, at least as the beginning of a longer name. An ordinary
    word occurs without a capital more often than with one.
    """
    counts = Counter(label.name for label in run).most_common(12)
    examined_count = sum(count for _, count in counts)
    if run[0].casing is Casing.LOWER:
        determined = sum(count for name, count in counts if _follows_determiner(view.text, name))
        return -4 if determined * 3 >= examined_count else 0
    name_count = ordinary_count = 0
    for name, count in counts:
        lower_count = title_count = 0
        if name.lower() != name and name.casefold() not in load_vocabulary().pronouns:
            lower_count, title_count = view.count_forms(name)
        first_word = name.split()[0].casefold().strip(".")
        has_title = first_word in load_vocabulary().title_abbreviations
        is_name = has_title or title_count > lower_count or view.is_in_cast(make_name_key(name))
        name_count += count if is_name else 0
        # "The Chairman" is a role rather than the beginning of a sentence if it returns
        is_role = first_word in load_vocabulary().determiners and count > 1
        ordinary_count += count if lower_count > title_count and not (is_name or is_role) else 0
    if run[0].form in (LabelForm.STOP, LabelForm.ALONE):
        is_certain = _has_directions(view, run) or name_count * 3 >= examined_count
        return 0 if is_certain and ordinary_count * 4 < examined_count else -4
    return 1 if ordinary_count * 2 < examined_count else -1


def _follows_determiner(text: str, name: str) -> bool:
    """Return whether a word without a capital follows an article or the like in the text."""
    before = {match[1] for match in re.finditer(rf"(\w+) {re.escape(name)}\b", text)}
    return not load_vocabulary().determiners.isdisjoint(word.casefold() for word in before)


# ---------------------------------------------------------------------------- the whole book


def _choose_one_per_line(labels: Sequence[Label]) -> list[Label]:
    """Return the labels in text order; each line has one."""
    return sorted({label.start: label for label in labels}.values(), key=lambda label: label.start)


def _drop_titles(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without titles: names that stand alone once, above the first heading."""
    recurring = [label for label in accepted if view.name_counts[make_name_key(label.name)] > 1]
    if not recurring:
        return list(accepted)
    first_index = _find_scene_start(view.paragraphs, recurring[0].paragraph_index)
    return [
        label
        for label in accepted
        if label.form is not LabelForm.ALONE
        or label.paragraph_index > first_index
        or view.name_counts[make_name_key(label.name)] > 1
    ]


def _drop_lists_of_names(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without those before names in capitals, and nothing else.

    "AIR.--LETTY." names a singer, and a play ends with the places of the persons: "TOM.  ANN.".
    """
    words = {word for label in accepted for word in make_name_key(label.name).split()}
    words |= {word for key in view.cast_keys for word in key.split()}
    return [label for label in accepted if not _precedes_names(view, label, words)]


def _precedes_names(view: _BookView, label: Label, words: set[str]) -> bool:
    """Return whether the text after a label has only words of names, in capitals."""
    speech = view.get_speech(label).strip()
    if label.casing is not Casing.CAPITALS or not speech.isupper() or "!" in speech:
        return False
    found = make_name_key(speech.replace(".", " ")).split()
    return "?" not in speech and all(word in words or len(word) == 1 for word in found)


def _drop_actions(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without actions in capitals: "MEG THROWS A SCARF AT HIM.".

    They end with a full stop where the other names that stand alone have none.
    """
    alone = [label for label in accepted if label.form is LabelForm.ALONE]
    stopped = [label for label in alone if _get_line(view.text, label.start).rstrip().endswith(".")]
    if len(stopped) * 2 >= len(alone):
        return list(accepted)
    starts = {x.start for x in stopped if view.name_counts[make_name_key(x.name)] == 1}
    return [label for label in accepted if label.start not in starts]


def _drop_preamble(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without lines above the first speech, such as "Airdate:"."""
    first = next((x for x in accepted if view.name_counts[make_name_key(x.name)] > 1), None)
    if first is None:
        return list(accepted)
    return [
        label for label in accepted if label.start >= first.start or not _is_preamble(view, label)
    ]


def _is_preamble(view: _BookView, label: Label) -> bool:
    """Return whether a label above the first speech precedes no speech.

    It occurs once, is not in the list of persons, and its text is no sentence or on another line.
    """
    key = make_name_key(label.name)
    mark = view.text[label.start : label.speech_start]
    says_who_asks = label.form is LabelForm.ALONE and ":" in mark  # "BY MR. HOLT:"
    if view.name_counts[key] > 1 or view.is_in_cast(key) or says_who_asks:
        return False
    is_quoted = view.get_speech(label).lstrip()[:1] in _QUOTATION_OPENINGS
    if _sounds_spoken(view, label) and not (label.form is LabelForm.ALONE and is_quoted):
        return False
    return label.form is LabelForm.ALONE or not ends_sentence(view.get_speech(label).rstrip())


def _drop_first_sentences(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without first sentences of descriptions: "A garden.  Roses in bloom.".

    They look like names with only the first letter of a word in capitals, occur once, are not in
    the list of persons, and precede a text that does not read like speech.
    """
    return [
        label
        for label in accepted
        if _has_mark(label)
        or label.form is not LabelForm.STOP
        or label.has_direction
        or not view.cast_keys
        or view.name_counts[make_name_key(label.name)] > 1
        or view.is_in_cast(make_name_key(label.name))
        or _sounds_spoken(view, label)
    ]


def _drop_addresses(view: _BookView, accepted: Sequence[Label]) -> list[Label]:
    """Return the labels without names that are part of the text, if names are set off from it.

    They stand on their own lines, or the markup declares them. The text right after such a name may
    begin with another: "Lady Orme. I am come about a ghost." A list of several persons right above
    one is a stage direction.
    """
    set_off_count = sum(label.form in _SET_OFF_FORMS for label in accepted)
    if set_off_count < _MIN_SET_OFF_SHARE * len(accepted):
        return list(accepted)
    dropped = set()
    for before, after in pairwise(accepted):
        if before.form not in _SET_OFF_FORMS or has_words(
            view.text[before.speech_start : after.start]
        ):
            continue
        if after.form not in _SET_OFF_FORMS:
            dropped.add(after.start)
        elif before.has_direction and view.name_counts[make_name_key(before.name)] == 1:
            dropped.add(before.start)
    return [label for label in accepted if label.start not in dropped]


def _add_known_names(labels: Sequence[Label], accepted: Sequence[Label]) -> list[Label]:
    """Add labels with the name of an accepted one, if they stand near one and look like it."""
    known_names = {make_name_key(label.name) for label in accepted}
    known_styles = {_merge_form(label.form) for label in accepted}
    is_chat = all(label.form in _CHAT_FORMS for label in accepted)
    near_indices = {
        index
        for label in accepted
        for index in range(label.paragraph_index - _MAX_GAP, label.paragraph_index + _MAX_GAP + 1)
    }
    added = [
        label
        for label in labels
        if label.paragraph_index in near_indices
        and make_name_key(label.name) in known_names
        and (
            label.form is not LabelForm.COLON
            or LabelForm.COLON in known_styles
            or label.casing is Casing.CAPITALS
        )
        # a message may consist of a name
        and not (is_chat and label.form is LabelForm.ALONE)
    ]
    return _choose_one_per_line([*added, *accepted])


def _measure_coverage(paragraphs: Sequence[Paragraph], labels: Sequence[Label]) -> float:
    """Return the share of paragraphs other than headings that have a label.

    A name alone in its paragraph covers the next paragraph, too.
    """
    total = sum(paragraph.kind is not ParagraphKind.HEADING for paragraph in paragraphs)
    covered = {label.paragraph_index for label in labels}
    covered |= {
        label.paragraph_index + 1
        for label in labels
        if label.speech_start >= paragraphs[label.paragraph_index].end
    }
    return len(covered) / max(total, 1)


def _measure_extent(paragraphs: Sequence[Paragraph], labels: Sequence[Label]) -> float:
    """Return the share of paragraphs that stand between the first and the last label of a run."""
    extent = sum(
        run[-1].paragraph_index - run[0].paragraph_index + 1 for run in _split_runs(labels)
    )
    return extent / max(len(paragraphs), 1)


def _add_single_names(
    view: _BookView, labels: Sequence[Label], accepted: Sequence[Label]
) -> list[Label]:
    """Add the names that occur once in a book whose speakers are all named.

    They are marked as the accepted ones are, or stand in the list of persons.
    """
    counts = Counter(_describe_style(label) for label in accepted)
    first_index = _find_scene_start(view.paragraphs, accepted[0].paragraph_index)
    usual_styles = {style for style, count in counts.items() if count * 20 >= len(accepted)}
    added = [
        label
        for label in labels
        if _describe_style(label) in usual_styles
        and (
            label.casing is Casing.CAPITALS
            or (label.is_emphasised and label.form is not LabelForm.ALONE)
            or label.form not in (LabelForm.STOP, LabelForm.ALONE)
            or make_name_key(label.name) in view.cast_keys
            or label.has_direction
        )
        and label.opens_paragraph
        and label.paragraph_index > first_index
        # above the first speech, "A TRAGEDY" and "Airdate:" look like names, too
        and (label.start > accepted[0].start or not _is_preamble(view, label))
    ]
    return _choose_one_per_line([*added, *accepted])


def _label_messages(view: _BookView, labels: Sequence[Label]) -> bool:
    """Return whether each message has its own label, as in a story told by text messages.

    There, a teller may be called "Me", a speaker may have two labels in a row, or messages lack
    capitals and full stops.
    """
    if any(label.form is not LabelForm.COLON for label in labels):
        return False
    numbered_count = sum(
        _OPENING_NUMBER.match(view.text, label.start) is not None for label in labels
    )
    if numbered_count * 2 > len(labels):
        return True
    if any(label.name.casefold() in load_vocabulary().speaker_pronouns for label in labels):
        return True
    repeated_count = sum(
        after.paragraph_index == before.paragraph_index + 1
        and after.opens_paragraph
        and make_name_key(after.name) == make_name_key(before.name)
        for before, after in pairwise(labels)
    )
    casual_count = sum(_is_casual(view.get_speech(label)) for label in labels)
    return (
        repeated_count > 1 and repeated_count >= _MIN_REPEATED_SHARE * len(labels)
    ) or casual_count >= _MIN_CASUAL_SHARE * len(labels)


def _is_casual(speech: str) -> bool:
    """Return whether a speech begins without a capital and ends without a full stop."""
    text = speech.strip(" \t\r\n*_")
    return text[:1].islower() and not text.endswith((*ALL_SENTENCE_ENDS, "—", "–", "-"))


def _find_scene_start(paragraphs: Sequence[Paragraph], index: int) -> int:
    """Return the index of the last heading before a paragraph, or -1; titles stand above it."""
    return next(
        (i for i in range(index, -1, -1) if paragraphs[i].kind is ParagraphKind.HEADING), -1
    )


def _describe_style(label: Label) -> tuple[LabelForm, bool]:
    """Return what distinguishes the looks of a label; capitals may have either mark after them."""
    is_capitals = label.casing is Casing.CAPITALS
    form = LabelForm.STOP if is_capitals and label.form is LabelForm.COLON else label.form
    return form, label.is_emphasised or is_capitals
