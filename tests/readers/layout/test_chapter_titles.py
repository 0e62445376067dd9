import pytest

from narrator.readers.layout.chapter_titles import can_be_chapter_title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Mill", True),
        ("The mill", True),
        ("WHAT SHE SAW.", True),
        ("What She Saw.", True),
        ("The mill stood still.", False),
        ("the Mill", False),
        ("The mill stood still,", False),
        ("“The Mill”", False),
        ("He called it “The Mill”", False),
        ("Er nannte es „Die Mühle“", False),
        ("Il l'appela « Le Moulin »", False),
        ("The Boys'", True),
        ("Nan said never trust a thin cook. 'Fetch the bag,' she said, 'and go.'", False),
        ("York: Pell & Son, 1899.", False),
        ("“WAIT!”", False),
        ('"WAIT!"', False),
        ("’TIS THE SEASON", True),
        ("THE MILL BURNED DOWN. “WHO WAS IT?” ASKED ANN.", False),
        ("MR. PELL GOES AWAY", True),
        ("灯台", True),
        ("المنارة", True),
        ("雨が降っていた。", False),
        ("「誰だ」", False),
        ("هل تأتي؟", False),
        ("* * *", False),
        ("", False),
    ],
)
def test_a_title_is_not_a_sentence_or_a_quotation(text: str, expected: bool) -> None:
    assert can_be_chapter_title(text) is expected
