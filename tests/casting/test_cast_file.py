import pytest

from narrator.casting.cast_file import CastFile, VoiceChoice, read_cast_file
from narrator.casting.cast_file_edits import format_cast_file
from narrator.errors import CastFileError, UnknownVoiceError

EDITED = """\
# My own remark.
narrator = "clara"

[cast]
Emma   =   "ivy"   # she is young
"Mr. Knightley" = { voice = "james", rate = 150 }
Harriet = "annie"

[pauses]
paragraph = 0.9 # longer

[lexicon]
Highbury = "High bury"
"""


def test_a_cast_file_is_read(tmp_path):
    path = tmp_path / "emma.cast.toml"
    path.write_text(EDITED)
    assert read_cast_file(path) == CastFile(
        path,
        VoiceChoice("clara"),
        {
            "Emma": VoiceChoice("ivy"),
            "Mr. Knightley": VoiceChoice("james", 150),
            "Harriet": VoiceChoice("annie"),
        },
        {"paragraph": 0.9},
        {"Highbury": "High bury"},
    )


def test_a_cast_file_may_choose_the_delivery(tmp_path):
    path = tmp_path / "emma.cast.toml"
    path.write_text('delivery = "plain"\n')
    assert read_cast_file(path).delivery == "plain"


def test_writing_the_same_cast_does_not_change_the_file(tmp_path):
    path = tmp_path / "emma.cast.toml"
    path.write_text(EDITED)
    voice_names = {"Mr. Knightley": "james", "Emma": "ivy"}
    existing = read_cast_file(path)
    assert format_cast_file(existing, "Emma", "clara", voice_names, {"Emma": "9"}) == EDITED


def test_an_update_keeps_everything_else_that_a_person_wrote(tmp_path):
    path = tmp_path / "emma.cast.toml"
    path.write_text(EDITED)
    voice_names, comments = {"Emma": "nora", "Mrs. Weston": "ruth"}, {"Mrs. Weston": "4"}
    text = format_cast_file(read_cast_file(path), "Emma", "clara", voice_names, comments)
    assert text == EDITED.replace('"ivy"', '"nora"').replace(
        '"annie"\n', '"annie"\n"Mrs. Weston" = "ruth" # 4\n'
    )


@pytest.mark.parametrize("name", ["Zoë", 'Nick "Nack"', "A.B", "", "#", "new\nline", "[x]"])
def test_any_name_survives_writing_and_reading(tmp_path, name):
    path = tmp_path / "x.cast.toml"
    title = 'A "Title"\nof two lines'
    text = format_cast_file(CastFile(), title, "edgar", {name: "clara"}, {name: "1 line"})
    path.write_text(text, "utf-8")
    assert read_cast_file(path) == CastFile(
        path, VoiceChoice("edgar"), {name: VoiceChoice("clara")}
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("cast = 3", "cast must be a table"),
        ("[cast]\nEmma = 3", "Emma: 3 is not a voice"),
        ("[cast]\nEmma = { rate = 100 }", "no voice is named"),
        ("[cast]\nEmma = { voice = 'ivy', speed = 2 }", "'speed' is not a valid key here"),
        ("delivery = 'loud'", "delivery can't be 'loud': use natural, plain"),
        ("[casts]\nEmma = 'ivy'", "did you mean cast"),
        ("[cast", "not valid TOML"),
    ],
)
def test_a_mistake_is_an_error_that_says_where_it_is(tmp_path, content, message):
    path = tmp_path / "emma.cast.toml"
    path.write_text(content)
    with pytest.raises(CastFileError) as caught:
        read_cast_file(path)
    assert message in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(CastFileError, match="No such file"):
        read_cast_file(tmp_path / "none.cast.toml")


def test_a_choice_adjusts_a_voice(voices):
    adjusted = VoiceChoice("clara", rate=150, volume=-3).resolve_voice(voices)
    assert (adjusted.rate, adjusted.pitch, adjusted.volume) == (150, voices["clara"].pitch, -3)
    with pytest.raises(UnknownVoiceError):
        VoiceChoice("klara").resolve_voice(voices)
