"""Finds interviews whose questions are set off by bold or italic type, without any names.

Magazines and blogs print each question as a paragraph of its own in bold, or as a heading, and the
answer below it in plain type. Nothing else in a book looks so for long: each paragraph between the
first question and the last answer is one or the other, and most of the first kind end with a
question mark.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.model import ParagraphKind, Persona, Speech
from narrator.segmentation.speech_prefixes import directions
from narrator.segmentation.speech_prefixes.interviews import find_interview_sides
from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary
from narrator.text.words import APOSTROPHE_WORD_PATTERN, has_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from narrator.model import Book, Paragraph

_MIN_QUESTIONS = 3
_MIN_PLAIN_QUESTIONS = 4
"""Fewest questions that no type sets off."""
_MAX_INTRODUCTION_PARAGRAPHS = 4
_MIN_ASKING_SHARE = 0.5
"""Share of the questions that end with a question mark; some only prompt: "That sounds sad."."""
_MIN_ASKING_HEADINGS = 0.8
"""The same for headings, because the titles of chapters may ask, too."""
_MIN_PERSONAL_SHARE = 0.3
"""Share of the answers that have a pronoun of the speaker or hearer."""
_MAX_QUESTION_CHARACTERS = 600
_MAX_ANSWER_PARAGRAPHS = 20
_QUOTATION_OPENINGS = '“"«„‘「『»'
_QUESTION_MARKS = ("?", "？", ";", "؟")


def mark_set_off_questions(book: Book) -> Book:
    """Return the book with its speeches, if it is such an interview."""
    paragraphs = [paragraph for chapter in book.chapters for paragraph in chapter.paragraphs]
    turns = (
        _find_turns(book.readable_text, paragraphs)
        or _find_turns(book.readable_text, paragraphs, below_headings=True)
        or _find_plain_turns(book.readable_text, paragraphs)
    )
    if not turns:
        return book
    first = turns[0][0].start
    names = find_interview_sides(
        book.readable_text, first, book.metadata.title, book.metadata.language
    )
    speeches = [
        speech
        for question, answer in turns
        for name, part in (
            # a heading is the title of a chapter, which the narrator reads
            (names.asker, [] if question.kind is ParagraphKind.HEADING else [question]),
            (names.answerer, answer),
        )
        for speech in _list_speeches(book.readable_text, name, part)
    ]
    speakers = dict.fromkeys(speech.speaker for speech in speeches)
    personae = tuple(map(Persona, speakers))
    return replace(book, speeches=tuple(speeches), personae=personae)


def _find_turns(
    text: str, paragraphs: Sequence[Paragraph], *, below_headings: bool = False
) -> list[tuple[Paragraph, list[Paragraph]]]:
    """Return each question with the paragraphs of its answer; [] if the book is no interview.

    `below_headings` is whether the headings are the questions.
    """
    turns: list[tuple[Paragraph, list[Paragraph]]] = []
    for paragraph in paragraphs:
        is_heading = paragraph.kind is ParagraphKind.HEADING
        if is_heading and not below_headings:
            continue
        if is_heading if below_headings else _is_set_off(text, paragraph):
            turns.append((paragraph, []))
        elif turns:
            turns[-1][1].append(paragraph)
    # a last line in bold may be about the person; and nothing shows where the last answer ends
    turns = [(question, answer) for question, answer in turns if answer]
    questions = [_strip_marks(text, question) for question, _ in turns]
    answers = [text[answer[0].start : answer[-1].end] for _, answer in turns]
    if below_headings and questions and not questions[0].endswith(_QUESTION_MARKS):
        turns, questions, answers = turns[1:], questions[1:], answers[1:]  # the introduction
    min_share = _MIN_ASKING_HEADINGS if below_headings else _MIN_ASKING_SHARE
    is_interview = (
        len(turns) >= _MIN_QUESTIONS
        and sum(q.endswith(_QUESTION_MARKS) for q in questions) >= min_share * len(turns)
        and sum(map(_is_personal, answers)) >= _MIN_PERSONAL_SHARE * len(turns)
        and sum(answer.lstrip()[0] in _QUOTATION_OPENINGS for answer in answers) * 4 < len(turns)
        and all(len(answer) <= _MAX_ANSWER_PARAGRAPHS for _, answer in turns)
    )
    return turns if is_interview else []


def _find_plain_turns(
    text: str, paragraphs: Sequence[Paragraph]
) -> list[tuple[Paragraph, list[Paragraph]]]:
    """Return the questions and answers of a text that is nothing else, in plain type.

    From the first question to the end, questions and answers of one paragraph each take turns.
    """
    spoken = [paragraph for paragraph in paragraphs if paragraph.kind is not ParagraphKind.HEADING]
    texts = [_strip_marks(text, paragraph) for paragraph in spoken]
    first = next((i for i, line in enumerate(texts) if line.endswith(_QUESTION_MARKS)), len(texts))
    questions, answers = texts[first::2], texts[first + 1 :: 2]
    is_interview = (
        len(questions) == len(answers) >= _MIN_PLAIN_QUESTIONS
        and first <= _MAX_INTRODUCTION_PARAGRAPHS
        and all(
            question.endswith(_QUESTION_MARKS) and not answer.endswith(_QUESTION_MARKS)
            for question, answer in zip(questions, answers, strict=True)
        )
        and sum(map(_is_personal, questions)) * 2 >= len(questions)
        and sum(map(_is_personal, answers)) >= _MIN_PERSONAL_SHARE * len(answers)
        and not any(text[p.start] in _QUOTATION_OPENINGS for p in spoken[first:])
    )
    if not is_interview:
        return []
    pairs = zip(spoken[first::2], spoken[first + 1 :: 2], strict=True)
    return [(question, [answer]) for question, answer in pairs]


def _is_set_off(text: str, paragraph: Paragraph) -> bool:
    """Return whether a paragraph is short and wholly in bold or italics."""
    length = paragraph.end - paragraph.start
    return length <= _MAX_QUESTION_CHARACTERS and directions.is_emphasised(
        text, paragraph, paragraph.start, paragraph.end
    )


def _strip_marks(text: str, paragraph: Paragraph) -> str:
    """Return the text of a paragraph without emphasis marks and closing quotation marks."""
    return text[paragraph.start : paragraph.end].strip(" \t\r\n*_\"'”’)")


def _is_personal(text: str) -> bool:
    """Return whether a text has a pronoun of the speaker or hearer."""
    words = {word.casefold() for word in APOSTROPHE_WORD_PATTERN.findall(text)}
    return not words.isdisjoint(load_vocabulary().speaker_pronouns)


def _list_speeches(text: str, speaker: str, paragraphs: Sequence[Paragraph]) -> Iterator[Speech]:
    """Yield the speeches of one turn, without the remarks in brackets."""
    continues = False
    for paragraph in paragraphs:
        if directions.is_bracketed(text[paragraph.start : paragraph.end]):
            continue
        direction_spans = directions.find_directions(
            text, paragraph.start, paragraph.end, replace(paragraph, emphasis=())
        )
        position = paragraph.start
        for start, end in [*direction_spans, (paragraph.end, paragraph.end)]:
            if has_words(text[position:start]):
                yield Speech(position, start, speaker, continues=continues)
                continues = True
            position = end
