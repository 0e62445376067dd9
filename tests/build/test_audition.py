"""Auditions: the same lines in several voices, in one file or on a page."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio.levels import pcm_to_samples
from narrator.audio.loudness import measure_loudness
from narrator.build import audition, pipeline
from narrator.build.audition import AuditionPiece
from narrator.build.pipeline import Options
from narrator.casting.profiles import load_voices
from narrator.engines.sound_files import decode_sound
from narrator.engines.tone import Tone
from narrator.errors import UnknownCharacterError
from narrator.files.ownership import Origin, Output
from narrator.inspection.report import inspect_audiobook
from narrator.languages.recognition import recognise_language
from narrator.model import Cast, Clip, Voice
from tests.conftest import inline

TONE = Options(engine="tone", format="wav", pool=inline, jobs=1)
NAMES = ("flute", "horn", "viola")


def list_voices(*names: str) -> list[Voice]:
    voices = load_voices()
    return [voices[name] for name in names]


def make_output(target: Path) -> Output:
    return Output(target, Origin("audition", "Voices", ("voices",)))


def write(target: Path, *names: str, options: Options = TONE, text: str | None = None) -> Path:
    piece = audition.make_text_piece(text, "en", options)
    audition.audition_voices(piece, list_voices(*names), make_output(target), options)
    return target


def write_piece(story: Path, name: str) -> AuditionPiece:
    script = pipeline.write_script([str(story)], TONE)
    cast = pipeline.cast_book(script, [str(story)], TONE).cast
    return audition.make_character_piece(script, name, cast, TONE)


def test_several_voices_are_chapters_of_one_file_named_and_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[tuple[str, str]] = []
    real_speak = Tone.speak

    def speak(self: Tone, text: str, voice: Voice) -> Clip:
        spoken.append((voice.name, text))
        return real_speak(self, text, voice)

    monkeypatch.setattr(Tone, "speak", speak)
    piece = audition.make_text_piece("It rained.", "en", TONE)
    narrator = piece.selector.cast.narrator.name
    output = make_output(tmp_path / "voices.mp3")
    options = replace(TONE, format="mp3")
    readings = audition.audition_voices(piece, list_voices(*NAMES), output, options)
    assert [name for name, text in spoken if text == "It rained."] == list(NAMES)
    announced = [text for name, text in spoken if name == narrator and text != "It rained."]
    assert announced == ["Flute.", "Horn.", "Viola."]
    report = inspect_audiobook(output.target)
    assert [chapter.title for chapter in report.chapters] == list(NAMES)
    starts = [reading.start_seconds for reading in readings]
    assert starts == pytest.approx([chapter.start for chapter in report.chapters], abs=0.01)


def test_one_voice_is_not_announced_and_needs_no_worker(tmp_path: Path) -> None:
    def refuse(_: int) -> None:
        raise AssertionError("a worker started")

    options = replace(TONE, pool=refuse)
    sound = decode_sound(write(tmp_path / "a.wav", "flute", options=options).read_bytes())
    both = decode_sound(write(tmp_path / "b.wav", "flute", "horn").read_bytes())
    assert len(both.pcm) > 2 * len(sound.pcm)


def test_each_voice_of_a_page_has_its_own_sound_and_the_same_level(tmp_path: Path) -> None:
    page = write(tmp_path / "voices.html", *NAMES, options=replace(TONE, format="mp3"))
    sounds = re.findall(r'src="data:audio/mpeg;base64,([^"]+)"', page.read_text("utf-8"))
    clips = [decode_sound(base64.b64decode(sound)) for sound in sounds]
    assert len({clip.pcm for clip in clips}) == len(NAMES)
    levels = [measure_loudness(pcm_to_samples(clip.pcm), clip.rate) for clip in clips]
    assert max(levels) - min(levels) < 1


def test_an_audition_is_the_same_each_time_and_replaces_the_last_one(tmp_path: Path) -> None:
    target = tmp_path / "voices.html"
    options = replace(TONE, format="mp3")
    first = write(target, *NAMES, options=options).read_bytes()
    assert write(target, *NAMES, options=options).read_bytes() == first
    assert write(target, *NAMES[:2], options=options).read_bytes() != first


def test_a_character_speaks_some_lines_of_the_book_in_the_manner_of_the_book(story: Path) -> None:
    piece = write_piece(story, "Martha Quill")
    assert piece.speaker == "Martha"
    assert 1 < len(piece.lines) <= 3
    assert {line.speaker for line in piece.lines} == {"Martha"}
    assert list(piece.lines) == sorted(piece.lines, key=lambda line: line.start)
    hobday = write_piece(story, "Mr. Hobday")
    [flute] = list_voices("flute")
    spoken_by = {hobday.selector.recast(Cast(flute, {})).select_voice(ln) for ln in hobday.lines}
    # the book says that he cried it
    assert all(voice.pitch > flute.pitch for voice in spoken_by)


def test_the_narrator_auditions_with_narration_rather_than_headings(story: Path) -> None:
    piece = write_piece(story, "narrator")
    assert {line.kind for line in piece.lines} == {"narration"}


def test_a_character_who_does_not_speak_is_one_clear_error(story: Path) -> None:
    with pytest.raises(UnknownCharacterError, match="nobody called 'Ahab' speaks"):
        write_piece(story, "Ahab")


@pytest.mark.parametrize("language", sorted(audition.load_audition_texts()))
def test_the_text_of_a_language_is_in_that_language(language: str) -> None:
    text = audition.load_audition_texts()[language]
    assert recognise_language(text * 9, "").tag == language
    # a character of Chinese says as much as three letters
    assert 80 < len(text.encode()) < 220


def test_in_a_language_without_a_text_voices_count() -> None:
    [line] = audition.make_text_piece(None, "tlh", TONE).lines
    assert line.spoken.startswith("17, 24")
