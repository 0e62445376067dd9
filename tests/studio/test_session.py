"""A session writes every change to the side files at once, and tells all pages."""

import io
import tomllib
import wave

import mutagen
import pytest

from narrator.build import pipeline
from narrator.build.options import Options
from narrator.errors import NarratorError
from narrator.normalisation.script_normalisation import normalise_script
from narrator.studio import chapter_views, messages
from narrator.studio.task_lane import Urgency
from tests.pictures import JPEG, PNG


def test_a_corrected_speaker_is_in_the_file_that_the_command_line_reads(ferry):
    line = ferry.find("I have waited")
    result = ferry.run(messages.SetSpeaker([line], "martha quill"))
    assert line in result.lines
    script = pipeline.write_script([str(ferry.path)], Options(engine="tone"))
    speakers = {each.speaker for each in script.lines if "wait" in each.text.lower()}
    assert speakers == {"Martha"}


def test_pages_get_the_lines_that_have_changed_and_nothing_else(ferry):
    line = ferry.find("I have waited")
    ferry.run(messages.SetSpeaker([line], "Martha"))
    [changed] = [e for e in ferry.events if isinstance(e, messages.LinesChanged)]
    assert {view.text for view in changed.lines.values()} == {
        "“Wait?”",
        "“I have waited since noon!”",
    }
    assert all(view.speaker == "Martha" for view in changed.lines.values())
    assert all(view.is_corrected for view in changed.lines.values())


def test_what_nobody_says_is_told_by_the_narrator(ferry):
    line = ferry.find("Then you know")
    ferry.run(messages.SetSpeaker([line], "narrator"))
    assert ferry.speaker_of("Then you know") is None
    ferry.run(messages.SetSpeaker([line], "Martha"))
    assert ferry.speaker_of("Then you know") == "Martha"
    assert len(tomllib.loads(ferry.corrections.read_text("utf-8"))["line"]) == 1


def test_a_new_name_adds_a_character_with_a_voice(ferry):
    ferry.run(messages.SetSpeaker([ferry.find("Your boat")], "The Ferryman"))
    names = [each.name for each in ferry.session.view_book().characters]
    assert "The Ferryman" in names


def test_undo_gives_back_the_file_as_it_was_and_the_speaker(ferry):
    ferry.corrections.write_text('# mine\n\n[same]\n"Martha Quill" = "Martha"\n', "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    before = ferry.corrections.read_text("utf-8")
    ferry.run(messages.SetSpeaker([ferry.find("Your boat")], "Mr. Hobday"))
    assert ferry.corrections.read_text("utf-8").startswith("# mine\n")
    ferry.run(messages.Undo())
    assert ferry.corrections.read_text("utf-8") == before
    assert ferry.speaker_of("Your boat") == "Martha"


def test_undoing_the_first_change_leaves_no_file(ferry):
    ferry.run(messages.SetSpeaker([ferry.find("Your boat")], "Mr. Hobday"))
    ferry.run(messages.Undo())
    assert not ferry.corrections.exists()
    with pytest.raises(NarratorError, match="nothing to undo"):
        ferry.run(messages.Undo())


def test_undo_never_overwrites_what_somebody_else_wrote(ferry):
    ferry.run(messages.SetSpeaker([ferry.find("Your boat")], "Mr. Hobday"))
    with ferry.corrections.open("a", encoding="utf-8") as file:
        file.write("# by hand\n")
    with pytest.raises(NarratorError, match="changed elsewhere"):
        ferry.run(messages.Undo())
    assert ferry.corrections.read_text("utf-8").endswith("# by hand\n")


def test_a_change_made_elsewhere_is_noticed_and_kept_by_the_next_change(ferry):
    ferry.corrections.write_text(
        '# by hand\n[[line]]\nwords = "Your boat, sir"\nspeaker = "Mr. Hobday"\n', "utf-8"
    )
    ferry.session.look_for_changes().result(timeout=60)
    assert ferry.speaker_of("Your boat") == "Mr. Hobday"
    told = [e.message for e in ferry.events if isinstance(e, messages.BookChanged)]
    assert told == ["the-ferry.corrections.toml was changed elsewhere."]
    ferry.run(messages.SetSpeaker([ferry.find("Then you know")], "Mr. Hobday"))
    text = ferry.corrections.read_text("utf-8")
    assert text.startswith("# by hand\n")
    assert "Your boat, sir" in text


def test_a_file_with_a_mistake_is_reported_and_the_book_stays_as_it_was(ferry):
    ferry.corrections.write_text("[[line]\n", "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    [problem] = [e for e in ferry.events if isinstance(e, messages.Announced)]
    assert problem.is_problem
    assert "the-ferry.corrections.toml" in problem.message
    with pytest.raises(NarratorError, match="not valid TOML"):
        ferry.run(messages.SetSpeaker([ferry.find("Your boat")], "Mr. Hobday"))
    assert ferry.corrections.read_text("utf-8") == "[[line]\n"
    assert ferry.speaker_of("Your boat") == "Martha"


def test_a_change_of_the_book_itself_is_shown(ferry):
    text = ferry.path.read_text("utf-8")
    ferry.path.write_text(f"{text}\n“Row!” said Martha.\n", "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    assert ferry.speaker_of("Row!") == "Martha"
    assert any(isinstance(e, messages.BookChanged) and e.is_new_text for e in ferry.events)


@pytest.mark.parametrize("character", ["Martha", "Mr. Hobday", "narrator"])
@pytest.mark.parametrize("voice", ["bass", "viola", "flute", "horn"])
def test_choosing_a_voice_changes_nobody_elses_and_writes_one_row(ferry, character, voice):
    before = ferry.session.state.casting.cast
    ferry.run(messages.ChooseVoice(character, voice))
    after = ferry.session.state.casting.cast
    speaker = None if character == "narrator" else character
    assert after.voice_of(speaker).name == voice
    for name in (None, *before.voices):
        if name != speaker:
            assert after.voice_of(name) == before.voice_of(name)
    written = tomllib.loads(ferry.cast_file.read_text("utf-8"))
    rows = written if speaker is None else written["cast"]
    assert rows == {character: {"voice": voice, "keep_others": True}}


def test_replacing_a_row_that_shaped_other_voices_keeps_them(ferry):
    ferry.cast_file.write_text('[cast]\n"Martha" = "flute"\n', "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    before = ferry.session.state.casting.cast
    ferry.run(messages.ChooseVoice("Martha", "viola"))
    after = ferry.session.state.casting.cast
    assert after.voices["Mr. Hobday"] == before.voices["Mr. Hobday"]
    assert after.narrator == before.narrator


def test_sliders_are_kept_as_differences_from_the_voice_and_a_comment_stays(ferry):
    ferry.cast_file.write_text('[cast]\n"Martha" = "viola" # the widow\n', "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    ferry.run(messages.ChooseVoice("Martha", "viola", rate=650, pitch=0.0, volume=2.0))
    text = ferry.cast_file.read_text("utf-8")
    row = '"Martha" = {voice = "viola", rate = 650.0, volume = 2.0} # the widow'
    assert row in text
    voice = ferry.session.state.casting.cast.voices["Martha"]
    assert (voice.rate, voice.volume) == (650, 2)


def test_merged_characters_are_one_and_a_rename_holds(ferry):
    ferry.run(messages.MergeCharacters("Mr. Hobday", "Martha"))
    assert ferry.speaker_of("I have waited") == "Martha"
    ferry.run(messages.DescribeCharacter("Martha", name="Mother Quill"))
    assert ferry.speaker_of("I have waited") == "Mother Quill"
    ferry.run(messages.DescribeCharacter("Mother Quill", gender="male", age="old"))
    [character] = ferry.session.state.script.characters
    assert (character.gender, character.age) == ("male", "old")
    table = tomllib.loads(ferry.corrections.read_text("utf-8"))["character"]
    assert table == {"Martha": {"name": "Mother Quill", "gender": "male", "age": "old"}}


def test_directions_are_set_and_taken_back(ferry):
    line = ferry.find("Your boat")
    ferry.run(messages.SetDirections(line, manner="whisper", pause=1.5))
    view = next(
        e.lines[line] for e in ferry.events if isinstance(e, messages.LinesChanged) and e.lines
    )
    assert (view.manner, view.found_manner, view.pause) == ("whisper", "whisper", 1.5)
    ferry.run(messages.SetDirections(line, manner=None))
    state = ferry.session.state
    directions = state.script.lines[state.indices_by_id[line]].directions
    assert (directions.manner, directions.pause_seconds) == ("", 1.5)


def test_a_pronunciation_touches_the_lines_that_have_the_word(ferry):
    result = ferry.run(messages.SetPronunciation("Hobday", "Hobbdy"))
    state = ferry.session.state
    touched = {line.id for line in state.script.lines if "Hobbdy" in line.spoken}
    assert set(result.lines) == touched
    assert touched
    ferry.run(messages.SetPronunciation("Hobday", None))
    assert not any("Hobbdy" in line.spoken for line in ferry.session.state.script.lines)


def test_a_line_has_the_samples_that_it_has_in_the_audiobook(open_book, story, tmp_path):
    options = Options(engine="tone", format="wav")
    audiobook = pipeline.narrate([str(story)], tmp_path / "out.wav", options)
    ferry = open_book(story, options)
    line = ferry.find("Your boat")
    view = ferry.session.speech.speak_line(line, Urgency.NOW).result(timeout=60)
    sound = ferry.session.shelf.find(view.url.removeprefix("/api/clips/").removesuffix(".wav"))
    [timing] = [each for each in audiobook.timeline.line_timings if each.line_id == line]
    with wave.open(io.BytesIO(sound)) as spoken, wave.open(str(audiobook.files[0])) as book:
        assert spoken.getframerate() == book.getframerate()
        book.setpos(timing.start)
        expected = book.readframes(timing.end - timing.start)
        assert spoken.readframes(timing.end - timing.start) == expected
        assert any(expected)
    assert view.speech_seconds == pytest.approx((timing.end - timing.start) / 22_050, abs=0.01)
    assert [view.text[start:end] for start, end, _ in view.words] == ["“Your", "boat,", "sir,”"]


@pytest.mark.parametrize(
    "command",
    [
        messages.SetSpeaker([], "Martha"),
        messages.SetSpeaker(["9.9.9"], "Martha"),
        messages.SetSpeaker(["1.1.1"], "  "),
        messages.SetSpeaker(["1.1.1"], "a\nb"),
        messages.SetSpeaker(["1.1.1"], "x" * 300),
        messages.SetDirections("1.1.1", manner="sung"),
        messages.SetDirections("1.1.1", pause=100.0),
        messages.MergeCharacters("Martha", "Martha"),
        messages.MergeCharacters("Martha", "narrator"),
        messages.MergeCharacters("Nobody", "Martha"),
        messages.DescribeCharacter("narrator", gender="male"),
        messages.DescribeCharacter("Martha", gender="blue"),
        messages.DescribeCharacter("Martha", name="Mr. Hobday"),
        messages.ChooseVoice("Martha", "no such voice"),
        messages.ChooseVoice("Martha", "viola", pitch=1e9),
        messages.ChooseVoice("../../etc", "viola"),
        messages.SetPronunciation("", "x"),
        messages.SetPronunciation("a\x00b", "x"),
        messages.SetOptions(notes="sung"),
        messages.SetOptions(loudness="deafening"),
        messages.SetAbout("isbn", "12"),
        messages.SetAbout("cover", "/etc/passwd"),
        messages.SetAbout("language", "de"),
        messages.SetAbout("title", "a\x00b"),
        messages.SetDirections("1.1.1", take=1000),
        messages.SpeakAgain("9.9.9"),
        messages.ChooseVoice("Martha", "viola", delivery="sung"),
        messages.IncludePassage(-1),
    ],
)
def test_an_impossible_command_changes_no_file(ferry, command):
    files = sorted(ferry.path.parent.iterdir())
    with pytest.raises(NarratorError):
        ferry.run(command)
    assert [p for p in sorted(ferry.path.parent.iterdir()) if p not in files] == []
    assert ferry.session.state.script.lines


def test_an_edited_script_is_corrected_in_itself(open_book, story):
    script = story.with_suffix(".script")
    from narrator.scripts.text_writer import format_script  # noqa: PLC0415 - only here

    text = format_script(pipeline.write_script([str(story)], Options()))
    script.write_text(text, "utf-8")
    book = open_book(script)
    assert not book.session.view_book().can_correct
    with pytest.raises(NarratorError, match="is a script"):
        book.run(messages.SetSpeaker([book.find("Your boat")], "Mr. Hobday"))


def test_the_options_of_the_book_are_those_of_the_command_that_is_shown(ferry):
    ferry.run(messages.SetOptions(loudness="acx", credits=True))
    command = ferry.session.view_book().options.command
    assert "--loudness acx" in command
    assert "--credits" in command


def test_options_are_settings_beside_the_book_which_keep_their_comments(ferry):
    path = ferry.path.parent / "narrator.toml"
    path.write_text('# house rules\nspeed = 1.1\nloudness = "podcast"\n', "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    assert ferry.session.view_book().options.loudness == "podcast"
    ferry.run(messages.SetOptions(loudness="acx", notes="inline", delivery="plain"))
    text = path.read_text("utf-8")
    assert text.startswith("# house rules\nspeed = 1.1\n")
    assert tomllib.loads(text) == {"speed": 1.1, "loudness": "acx", "notes": "inline"}
    assert tomllib.loads(ferry.cast_file.read_text("utf-8")) == {"delivery": "plain"}
    path.unlink()
    ferry.session.look_for_changes().result(timeout=60)
    options = ferry.session.view_book().options
    assert (options.loudness, options.notes, options.delivery) == ("audiobook", "skip", "plain")


def test_undo_takes_a_setting_back(ferry):
    ferry.run(messages.SetOptions(loudness="acx"))
    ferry.run(messages.Undo())
    assert ferry.session.view_book().options.loudness == "audiobook"
    assert not (ferry.path.parent / "narrator.toml").exists()


def test_the_tray_has_the_present_voice_first_and_each_voice_once(ferry):
    tray = ferry.session.view_tray("Martha")
    names = [voice.name for voice in tray.voices]
    assert names[0] == ferry.session.state.casting.cast.voices["Martha"].name
    assert len(set(names)) == len(names)
    assert ferry.session.state.casting.cast.narrator.name not in names[1:]


def test_an_audition_speaks_the_characters_line_in_another_voice(ferry):
    from narrator.casting.cast_file import VoiceChoice  # noqa: PLC0415 - only here

    first, second = (
        ferry.session.speech.audition("Martha", VoiceChoice(name)).result(timeout=60)
        for name in ("viola", "flute")
    )
    assert first.line == second.line
    assert first.url != second.url
    assert not ferry.cast_file.exists()


def test_the_voices_of_another_book_are_taken_over_by_any_name(ferry, tmp_path):
    other = tmp_path / "second.txt"
    other.with_suffix(".cast.toml").write_text(
        'narrator = "horn"\n[cast]\n"Martha Quill" = { voice = "flute", pitch = 0.0 }\n"Nobody" = "bass"\n',
        "utf-8",
    )
    ferry.session.import_cast([str(other)]).result(timeout=60)
    cast = ferry.session.state.casting.cast
    assert (cast.narrator.name, cast.voices["Martha"].name) == ("horn", "flute")
    assert "Nobody" not in ferry.cast_file.read_text("utf-8")
    with pytest.raises(NarratorError, match=r"there is no third\.cast\.toml"):
        ferry.session.import_cast([str(tmp_path / "third.txt")]).result(timeout=60)


def test_a_line_of_an_unknown_speaker_offers_those_who_speak_nearby(open_book, tmp_path):
    path = tmp_path / "crowd.txt"
    path.write_text(
        "“Stay,” said Anna Ley.\n\n“Go,” said Ben Orr.\n\nThe crowd was large.\n\n“Down with it!” cried a voice.\n",
        "utf-8",
    )
    book = open_book(path)
    state = book.session.state
    for index, line in enumerate(state.script.lines):
        view = chapter_views.view_line(state, index)
        assert bool(view.candidates) == (line.kind == "dialogue")


def test_one_of_many_equal_lines_is_corrected_and_no_other(open_book, tmp_path):
    path = tmp_path / "echo.txt"
    path.write_text("\n\n".join(["“Yes,” said Anna.", "“No,” said Ben."] * 12), "utf-8")
    book = open_book(path)
    lines = [line.id for line in book.session.state.script.lines if line.text == "“Yes,”"]
    book.run(messages.SetSpeaker([lines[6]], "Ben"))
    book.run(messages.SetSpeaker([lines[8]], "Carl"))
    book.run(messages.SetSpeaker([lines[8]], "Ben"))
    script = pipeline.write_script([str(path)], Options(engine="tone"))
    assert [
        line.id for line in script.lines if line.speaker == "Ben" and line.text == "“Yes,”"
    ] == [
        lines[6],
        lines[8],
    ]
    rows = tomllib.loads(book.corrections.read_text("utf-8"))["line"]
    assert [row["occurrence"] for row in rows] == [6, 8]


def test_a_line_without_words_is_refused_and_nothing_is_written(open_book, tmp_path):
    path = tmp_path / "silence.txt"
    path.write_text("“Well?” asked Anna.\n\n“. . .”\n\n“Speak!” cried Anna.\n", "utf-8")
    book = open_book(path)
    silent = [x for x in book.session.state.script.lines if not any(map(str.isalnum, x.text))]
    for line in silent:
        with pytest.raises(NarratorError, match="has no words"):
            book.run(messages.SetSpeaker([line.id], "Ben"))
    assert not book.corrections.exists()


LEFT_OUT = """\
<html lang="en" xmlns:epub="x"><body>
<section epub:type="dedication"><p>For my mother.</p></section>
<h1>CHAPTER I.</h1><p>The ferry had gone. “We shall wait,” said Martha.</p><p>It rained.</p>
</body></html>
"""


def test_text_that_was_left_out_is_taken_in_by_page_and_command_line(open_book, tmp_path):
    path = tmp_path / "ferry.html"
    path.write_text(LEFT_OUT, "utf-8")
    book = open_book(path)
    before = book.session.state
    [passage] = chapter_views.view_chapter(before, 1).skipped
    assert passage.can_include
    assert "For my mother." in passage.text
    book.run(messages.IncludePassage(passage.start))
    assert any(isinstance(e, messages.BookChanged) and e.is_new_text for e in book.events)
    chapter = chapter_views.view_chapter(book.session.state, 1)
    assert chapter.skipped == []
    included = [x for p in chapter.paragraphs for x in p.lines if x.included is not None]
    assert [(x.text, x.included, x.included_reason) for x in included][-1] == (
        "For my mother.",
        passage.start,
        passage.reason,
    )
    assert pipeline.write_script([str(path)], Options()).lines == book.session.state.script.lines
    book.run(messages.IncludePassage(passage.start, is_included=False))
    assert book.session.state.script.lines == before.script.lines
    with pytest.raises(NarratorError, match="no such text"):
        book.run(messages.IncludePassage(passage.start + 1))


def test_what_players_show_is_kept_in_the_cast_file_that_a_build_reads(ferry, tmp_path):
    ferry.cast_file.write_text("# mine\n", "utf-8")
    ferry.session.look_for_changes().result(timeout=60)
    ferry.run(messages.SetAbout("title", "The Last Ferry"))
    ferry.run(messages.SetAbout("narrated-by", "Ada"))
    ferry.session.take_cover(PNG).result(timeout=60)
    ferry.session.take_cover(JPEG).result(timeout=60)
    ferry.run(messages.Undo())
    assert ferry.cast_file.read_text("utf-8").startswith("# mine\n")
    view = ferry.session.view_book()
    assert (view.title, view.options.about["narrated-by"]) == ("The Last Ferry", "Ada")
    assert ferry.session.find_cover().data == PNG
    audiobook = pipeline.narrate(
        [str(ferry.path)], tmp_path / "out.mp3", Options(engine="tone", format="mp3")
    )
    tags = mutagen.File(audiobook.files[0]).tags
    assert str(tags["TALB"]) == "The Last Ferry"
    assert tags.getall("APIC")[0].data == PNG
    ferry.run(messages.SetAbout("title", ""))
    assert ferry.session.view_book().title == "The Ferry"


def test_a_cover_that_is_not_a_picture_is_refused_and_nothing_is_written(ferry):
    files = sorted(ferry.path.parent.iterdir())
    with pytest.raises(NarratorError, match="not a complete picture"):
        ferry.session.take_cover(b"<svg onload=alert(1)>").result(timeout=60)
    assert sorted(ferry.path.parent.iterdir()) == files


def test_a_cover_of_the_users_own_is_never_replaced(ferry):
    own = ferry.path.with_suffix(".cover.png")
    own.write_bytes(b"mine")
    ferry.session.take_cover(PNG).result(timeout=60)
    assert own.read_bytes() == b"mine"
    assert tomllib.loads(ferry.cast_file.read_text("utf-8"))["about"]["cover"] != own.name


def test_one_voice_may_be_plain_and_the_whole_book_natural_and_the_reverse(open_book, tmp_path):
    path = tmp_path / "hush.txt"
    path.write_text(
        "“Come here,” whispered Anna.\n\n“Get out!” shouted Ben.\n\n“No,” whispered Anna.\n",
        "utf-8",
    )
    book = open_book(path)

    def list_manners():
        state = book.session.state
        views = (chapter_views.view_line(state, index) for index in range(len(state.script.lines)))
        return [(view.speaker, view.found_manner) for view in views if view.speaker]

    assert list_manners() == [("Anna", "whisper"), ("Ben", "shout"), ("Anna", "whisper")]
    voice = book.session.state.casting.cast.voices["Anna"].name
    book.run(messages.ChooseVoice("Anna", voice, delivery="plain"))
    assert list_manners() == [("Anna", ""), ("Ben", "shout"), ("Anna", "")]
    line = book.find("No,")
    book.run(messages.SetDirections(line, manner="shout"))
    assert list_manners()[-1] == ("Anna", "shout")
    book.run(messages.SetOptions(delivery="plain"))
    book.run(messages.ChooseVoice("Anna", voice, delivery="natural"))
    assert list_manners() == [("Anna", "whisper"), ("Ben", ""), ("Anna", "shout")]
    other = next(name for name in ("bass", "viola") if name != voice)
    book.run(messages.ChooseVoice("Anna", other))
    row = tomllib.loads(book.cast_file.read_text("utf-8"))["cast"]["Anna"]
    assert row["delivery"] == "natural"


def test_another_take_is_kept_in_the_corrections_and_heard(ferry):
    line = ferry.find("Your boat")
    first = ferry.session.speech.speak_line(line, Urgency.NOW).result(timeout=60)
    ferry.run(messages.SpeakAgain(line))
    [row] = tomllib.loads(ferry.corrections.read_text("utf-8"))["line"]
    assert row["take"] == 1
    second = ferry.session.speech.speak_line(line, Urgency.NOW).result(timeout=60)
    assert second.url != first.url
    ferry.run(messages.SpeakAgain(line))
    state = ferry.session.state
    assert chapter_views.view_line(state, state.indices_by_id[line]).take == 2
    ferry.run(messages.SetDirections(line, take=None))
    again = ferry.session.speech.speak_line(line, Urgency.NOW).result(timeout=60)
    assert again.url == first.url
    assert not tomllib.loads(ferry.corrections.read_text("utf-8"))


def test_a_corrected_script_is_spoken_as_one_that_is_normalised_as_a_whole(open_book, tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("“It is 3 p.m.,” said Anna.\n\n“No, Dr. Orr, 4.”\n\nIt was 5.\n", "utf-8")
    path.with_suffix(".cast.toml").write_text(
        '[lexicon.words]\n"Orr" = "Ore"\n[[lexicon.entry]]\nword = "No"\nsay = "Nay"\nspeaker = "Anna"\n',
        "utf-8",
    )
    book = open_book(path)
    book.run(messages.SetSpeaker([book.find("No,")], "Anna"))
    book.run(messages.SetDirections(book.find("It was 5"), say="It was 6."))
    book.run(messages.SetSpeaker([book.find("It is 3")], "narrator"))
    state = book.session.state
    assert normalise_script(state.script, state.lexicon) == state.script
    assert "Nay" in state.script.lines[state.indices_by_id[book.find("No,")]].spoken


def test_a_warning_with_a_better_voice_says_who_shares_a_voice(ferry):
    narrator = ferry.session.state.casting.cast.narrator.name
    ferry.run(messages.ChooseVoice("Martha", narrator))
    [martha] = [each for each in ferry.session.view_book().characters if each.name == "Martha"]
    assert martha.warning == "Martha and the narrator have the same voice"
    assert martha.proposal not in ("", narrator)
    ferry.run(messages.ChooseVoice("Martha", martha.proposal))
    hobday = ferry.session.state.casting.cast.voices["Mr. Hobday"].name
    ferry.run(messages.ChooseVoice("Martha", hobday))
    warnings = [each.warning for each in ferry.session.view_book().characters if each.warning]
    assert len(warnings) == 1
    assert warnings[0].endswith("have the same voice")
