"""Speeches get their speakers, and everything else goes to the narrator."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.errors import EmptyBookError
from narrator.segmentation.speech_prefixes import MESSAGE_TIME_REASON, SPEAKER_NAME_REASON
from narrator.segmentation.speech_prefixes.marking import mark_speeches
from tests.segmentation.speech_prefixes.sample_scripts import hear, read_book

PLAY = """\
THE OVEN

PERSONS OF THE PLAY

OTTO LEY, a baker.
IDA, his sister.

ACT I

SCENE. A bakery at night.

OTTO. [Opening the oven.] Is it you, Ida?

IDA. It is I. (She sits down.) And you (as always) are late.

[A bell rings.]

OTTO. I am.

    The bread is black, the night is long,
    The oven sings its only song.

BOTH. Good night!

ACT II

IDA. He has gone.
"""


def test_a_play_is_spoken_by_its_persons() -> None:
    assert hear(PLAY)[hear(PLAY).index("ACT I") :] == [
        "ACT I",
        "SCENE.",
        "A bakery at night.",
        "[Opening the oven.]",
        "Otto: Is it you, Ida?",
        "Ida: It is I.",
        "(She sits down.)",
        "Ida: And you (as always) are late.",
        "[A bell rings.]",
        "Otto: I am.",
        "Otto: The bread is black, the night is long,",
        "Otto: The oven sings its only song.",
        "Both: Good night!",
        "ACT II",
        "Ida: He has gone.",
    ]


def test_names_are_in_the_ledger_and_persons_are_described() -> None:
    book = read_book(PLAY)
    names = [passage.text for passage in book.skipped if passage.reason == SPEAKER_NAME_REASON]
    assert names == ["OTTO.", "IDA.", "OTTO.", "BOTH.", "IDA."]
    assert [(p.name, p.description) for p in book.personae] == [
        ("Otto", "a baker"),
        ("Ida", "his sister"),
        ("Both", ""),
    ]


def test_the_narrator_reads_names_on_request() -> None:
    heard = hear(PLAY, cues="speak")
    assert heard[heard.index("ACT II") :] == ["ACT II", "IDA.", "Ida: He has gone."]


def test_a_novel_may_contain_a_play() -> None:
    prose = "Ida read it to us.\n\n“Is it long?” asked Otto.\n\nIt was not.\n\n" * 6
    play = (
        "NOAH. It rains! Are you there?\n\nWIFE. I am.\n\nNOAH. Then come in.\n\nWIFE. I come.\n\n"
    )
    heard = hear(prose + play + "I clapped. “It is short,” said Otto.")
    assert heard[heard.index("Noah: It rains!") :] == [
        "Noah: It rains!",
        "Noah: Are you there?",
        "Wife: I am.",
        "Noah: Then come in.",
        "Wife: I come.",
        "I clapped.",
        "“It is short,”",
        "said Otto.",
    ]


def test_a_screenplay_has_action_between_its_speeches() -> None:
    text = """\
INT. BAKERY - NIGHT

Otto opens the oven. I mean he really opens it.

                    OTTO (V.O.)
          The bread is black.

                    IDA
              (from outside)
          Then bake it again!

Ida comes in.

                    OTTO (CONT'D)
          I will.

CUT TO:

EXT. ROAD - DAY

Rain.
"""
    heard = hear(text)
    assert heard[heard.index("Otto opens the oven.") :] == [
        "Otto opens the oven.",
        "I mean he really opens it.",
        "Otto: The bread is black.",
        "(from outside)",
        "Ida: Then bake it again!",
        "Ida comes in.",
        "Otto: I will.",
        "CUT TO:",
        "EXT.",
        "ROAD - DAY",
        "Rain.",
    ]


def test_each_entry_of_a_chat_ends_with_the_next() -> None:
    text = """\
12/03/2024, 10:05 - Otto Ley: are you up
12/03/2024, 10:06 - Ida: no
go away
12/03/2024, 10:07 - Otto Ley changed the picture
12/03/2024, 10:08 - Otto Ley: the bread is black
"""
    assert hear(text) == [
        "Otto Ley: are you up",
        "Ida: no go away",
        "Otto Ley changed the picture",
        "Otto Ley: the bread is black",
    ]


@pytest.mark.parametrize(
    "row",
    [
        '<p class="speaker">Otto</p><p>{}</p>',
        "<sp><speaker>Otto</speaker><p>{}</p></sp>",
        '<table><tr><td epub:type="z3998:persona">Otto</td><td>{}</td></tr></table>',
    ],
)
def test_names_that_the_markup_declares_need_no_other_evidence(row: str) -> None:
    page = f'<html xmlns:epub="http://www.idpf.org/2007/ops"><body>{row.format("Good day.")}' + (
        f"<p>Curtain.</p>{row.format('Good night.')}</body></html>"
    )
    assert hear(page, "html") == ["Otto: Good day.", "Curtain.", "Otto: Good night."]


def test_nicknames_of_a_chat_may_be_written_in_any_way() -> None:
    text = """\
MoonCat23: hi, where is the map?
oldsalt: here
xX_gull_Xx: lol
Bea 🌊: I know!
MoonCat23: thanks
oldsalt: you again
"""
    assert [line.split(":")[0] for line in hear(text)] == [
        "MoonCat23",
        "oldsalt",
        "xX_gull_Xx",
        "Bea 🌊",
        "MoonCat23",
        "oldsalt",
    ]


def test_a_speaker_with_another_mark_after_the_name_belongs_to_a_transcript() -> None:
    text = "Q. Where were you?\n\nA. At home.\n\nMS. ORR: Objection.\n\nQ. Alone?\n\nA. No, sir."
    assert hear(text)[2] == "Ms. Orr: Objection."


def test_a_book_without_named_speakers_is_returned_as_it_is() -> None:
    book = read_book("It rained.\n\n“Is it long?” asked Otto.")
    assert mark_speeches(book) is book


PARTS = ["OTTO", "Ida", "otto", ". ", ": ", " [Rising.] ", "(", ")", "[", "]", "<", ">", "\n", "\n\n",
         "10:05", " - ", "_", "**", "word", "Is it you?", "I am.", "—", "Q. ", "「", "」", "INT. ROOM - DAY",
         "PERSONS", ", ", "ACT I", "    ", "FIRST GUARD"]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(parts=st.lists(st.sampled_from(PARTS), max_size=60), cues=st.sampled_from(["skip", "speak"]))
def test_no_word_is_lost_in_any_text(parts: list[str], cues: str) -> None:
    try:
        hear("".join(parts), cues=cues)  # checks the completeness
    except EmptyBookError:
        return


MESSAGES = """\
# Unknown Number

The phone lit up.

**Unknown:** hey

**Me:** who is this?

**Unknown:** you left your umbrella on the tram

I stared at the screen. I own no umbrella!

**Me:** wrong number

**Unknown:** it has your name on it
"""


def test_text_between_messages_is_narration() -> None:
    assert hear(MESSAGES, "md")[5:8] == [
        "I stared at the screen.",
        "I own no umbrella!",
        "Me: wrong number",
    ]


@pytest.mark.parametrize(
    ("messages", "narration"),
    [
        (
            "Ana: hey\n\nBo: hey\n\nAna: where\n\nBo: home",
            "I laughed.",
        ),  # neither capitals nor stops
        (
            "Ana: Hey.\n\nAna: You there?\n\nAna: Bo?\n\nBo: I am.\n\nBo: Why?\n\nAna: No.",
            "I sighed.",
        ),
    ],
)
def test_messages_are_known_by_their_looks(messages: str, narration: str) -> None:
    first, rest = messages.split("\n\n", 1)
    heard = hear(f"{first}\n\n{narration}\n\n{rest}\n\n{narration}\n\nAna: No!\n")
    assert heard.count(narration) == 2


def test_a_transcript_goes_on_after_a_paragraph_without_a_name() -> None:
    text = "Ana: Who are you?\n\nBo: I am Bo.\n\nI live here.\n\nAna: Why?\n\nBo: It is cheap.\n"
    assert "Bo: I live here." in hear(text)


LOG = """\
102:33:20 CC: Roger. Say which.

102:33:31 CDR: The yellow one. I see it.

102:33:40 * the light goes out

102:33:50 CDR: There it goes.

102:34:02 CC: Stand by.
"""


def test_times_beside_messages_are_silent() -> None:
    assert hear(LOG) == [
        "CC: Roger.",
        "CC: Say which.",
        "Cdr: The yellow one.",
        "Cdr: I see it.",
        "the light goes out",
        "Cdr: There it goes.",
        "CC: Stand by.",
    ]
    reasons = {passage.reason for passage in read_book(LOG).skipped}
    assert reasons == {SPEAKER_NAME_REASON, MESSAGE_TIME_REASON}


def test_a_message_may_be_a_name() -> None:
    text = "Kai [10:05 PM]\nDid you?\n\nLou [10:06 PM]\nI did not\n\nKai [10:07 PM]\nLOU\n\nLou [10:08 PM]\nYes?\n"
    assert hear(text) == ["Kai: Did you?", "Lou: I did not", "Kai: LOU", "Lou: Yes?"]


def test_a_direction_without_a_closing_bracket_ends_with_its_line() -> None:
    text = (
        "HAM. Who calls? [Within.\n  Nay, answer me.\n\nGHO. I am that thing.\n\n"
        "HAM. Go, ghost. [Exit,\n  with a lamp.\n\nGHO. Let the Ghost go.\n"
    )
    assert hear(text)[:3] == ["Ham: Who calls?", "[Within.", "Ham: Nay, answer me."]
    assert "[Exit, with a lamp." in [" ".join(line.split()) for line in hear(text)]


def test_the_list_of_persons_may_stand_on_the_title_page() -> None:
    text = (
        "THE LAMP\n\nA Comedy in Two Acts\n\nby Hester Quill\n\nDRAMATIS PERSONÆ\n\nBRANDT, a keeper\n"
        "ODILE, his daughter\n\nACT THE FIRST\n\nSCENE I.--A room.\n\nBRANDT\nWho is it?\n\nODILE\nIt is I.\n\n"
        "BRANDT\nCome in!\n\nACT THE SECOND\n\nSCENE I.--The same room.\n\nODILE\nAm I late?\n\nFINIS.\n"
    )
    book = read_book(text)
    assert book.metadata.title == "The Lamp"
    assert [chapter.title for chapter in book.chapters] == [
        "Act The First, Scene I: A room",
        "Act The Second, Scene I: The same room",
    ]
    assert hear(text)[:3] == ["DRAMATIS PERSONÆ", "BRANDT, a keeper", "ODILE, his daughter"]
    assert hear(text)[-1] == "FINIS."


def test_a_direction_stands_at_the_right_end_of_a_speech() -> None:
    text = (
        "CAT. Miaow. Who goes?              Exeunt.\n\nDOG. I go.\n\nCAT. You may.\n\nDOG. I may.\n"
    )
    assert hear(text)[:3] == ["Cat: Miaow.", "Cat: Who goes?", "Exeunt."]


def test_verse_of_a_play_goes_on_in_the_next_line() -> None:
    text = (
        "  KING. What man is that? He can report\n    As seems by his plight, of the revolt\n    The newest state.\n"
        "  LORD. My liege, I faint.\n  KING. Are you hurt?\n  LORD. I am.\n"
    )
    assert {line.partition(":")[0] for line in hear(text)} == {"King", "Lord"}


def test_a_single_act_is_no_speaker() -> None:
    text = (
        "LA POSADA\n\nSainete en un acto\n\nACTO ÚNICO\n\nUn patio.\n\nCLARA.- ¿Quién es?\n\n"
        "PERICO.- Soy yo.\n\nCLARA.- Pasa, que te mojas.\n\nPERICO.- ¡Ya voy!\n"
    )
    assert {persona.name for persona in read_book(text).personae} == {"Clara", "Perico"}
