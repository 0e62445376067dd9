"""A corrected speaker changes the likely speakers of the turns around it, and of no others."""

from dataclasses import replace

from narrator.attribution.turn_propagation import propose_speakers
from narrator.model import Line, LineKind

CORRECTED = "corrected by hand"


def make_conversation(
    *turns: tuple[str, float], narration_before: dict[int, int] | None = None
) -> list[Line]:
    """Return turns of Anna and Bea, each with the probability of the speaker."""
    lines: list[Line] = []
    for number, (speaker, share) in enumerate(turns, 1):
        other = "Bea" if speaker == "Anna" else "Anna"
        lines += [
            Line(f"1.{number}.9{extra}", 1, number, 0, 0, LineKind.NARRATION, "It rained.")
            for extra in range((narration_before or {}).get(number, 0))
        ]
        lines.append(
            Line(
                f"1.{number}.1",
                1,
                number,
                0,
                0,
                LineKind.DIALOGUE,
                f"Turn {number}.",
                quotation=number,
                speaker=speaker,
                confidence=share,
                candidates=((speaker, share), (other, round(1 - share, 3))),
            )
        )
    return lines


def correct(lines: list[Line], line_id: str, speaker: str) -> list[Line]:
    return [
        replace(line, speaker=speaker, confidence=1.0, reason=CORRECTED, candidates=())
        if line.id == line_id
        else line
        for line in lines
    ]


def propose(found: list[Line], line_id: str, speaker: str) -> dict[str, str]:
    proposals = propose_speakers(correct(found, line_id, speaker), found, [line_id], (CORRECTED,))
    return {each.turn.line_ids[0]: each.speaker for each in proposals}


def test_uncertain_turns_after_a_correction_swap_too() -> None:
    found = make_conversation(("Anna", 0.6), ("Bea", 0.55), ("Anna", 0.55), ("Bea", 0.6))
    assert propose(found, "1.1.1", "Bea") == {"1.2.1": "Anna", "1.3.1": "Bea", "1.4.1": "Anna"}


def test_what_the_text_states_stays() -> None:
    found = make_conversation(("Anna", 0.6), ("Bea", 0.99), ("Anna", 0.99))
    assert propose(found, "1.1.1", "Bea") == {}


def test_another_conversation_is_not_touched() -> None:
    found = make_conversation(("Anna", 0.6), ("Bea", 0.55), ("Anna", 0.55), narration_before={2: 7})
    assert propose(found, "1.1.1", "Bea") == {}


def test_a_correction_that_confirms_changes_nothing() -> None:
    found = make_conversation(("Anna", 0.6), ("Bea", 0.6), ("Anna", 0.6))
    assert propose(found, "1.1.1", "Anna") == {}


def test_turns_that_the_user_has_corrected_stay() -> None:
    found = make_conversation(("Anna", 0.6), ("Bea", 0.55), ("Anna", 0.55))
    lines = correct(found, "1.2.1", "Bea")
    proposals = propose_speakers(correct(lines, "1.1.1", "Bea"), found, ["1.1.1"], (CORRECTED,))
    assert all(each.turn.line_ids[0] != "1.2.1" for each in proposals)
