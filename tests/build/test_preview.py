"""A paragraph heard alone, as the whole book will have it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from narrator.audio.levels import pcm_to_samples
from narrator.audio.loudness import measure_loudness
from narrator.build import pipeline, preview
from narrator.build.pipeline import Options
from narrator.engines.sound_files import decode_sound
from narrator.engines.tone import Tone
from narrator.model import Clip, Voice
from narrator.readers import Policy
from narrator.readers.source_files import load_files
from tests.conftest import inline

TONE = Options(engine="tone", format="wav", pool=inline, jobs=1)
DIARY = """My Winter

The snow had closed the road, and I sat alone with the accounts until it was dark.

“You look tired, Miss Fenn,” said the carter. “A woman should not sit up so late.”

“I am not tired,” I said. “I am only slow.”

The carter went home. I put out the lamp.
"""


def test_a_preview_uses_the_narrator_of_a_cached_script(
    tmp_path: Path,
) -> None:
    book = tmp_path / "diary.txt"
    book.write_text(DIARY, "utf-8")
    paths, target = [str(book)], tmp_path / "heard.wav"
    before = preview.preview(paths, target, 1, TONE)
    script = pipeline.write_script(paths, TONE)
    chosen = pipeline.cast_book(script, paths, TONE).cast.narrator
    heard = preview.preview(paths, target, 1, TONE)
    assert heard.cast.narrator == chosen
    assert heard.lines == before.lines
    assert chosen.gender == "female" != before.cast.narrator.gender


TALE = """CHAPTER I.

The ferry had gone. It rained until evening.

“We shall have to wait,” said Martha Quill, and she sat down upon her trunk.

“Wait?” cried Mr. Hobday. “I have waited since noon!”

CHAPTER II.

In the morning Mr. Hobday was asleep. Martha woke him.

“Your boat, sir,” said Martha. “I am glad,” said Mr. Hobday.
"""
NARRATED, SPOKEN = (1, 1), (1, 3)
"""A chapter and a paragraph of it: the narrator alone, and Mr. Hobday."""
BY_PARAGRAPH = "the narrator's voice is as far as this paragraph shows"
BY_CHAPTER = "speakers and voices are as far as this chapter shows"
ROW = '[cast]\n"Mr. Hobday" = "horn"\n'
CORRECTED = '[[line]]\nwords = "I have waited since noon!"\nspeaker = "Martha Quill"\n'
PARTLY = '[lexicon.words]\n"noon" = "twelve"\n'
HERS = '[[lexicon.entry]]\nword = "noon"\nsay = "twelve"\nspeaker = "Mr. Hobday"\n'

READ = [
    ("a paragraph of narration needs no other", NARRATED, {}, {}, BY_PARAGRAPH),
    ("one in which somebody speaks needs its chapter", SPOKEN, {}, {}, BY_CHAPTER),
    ("a narrator who is chosen is no guess", NARRATED, {"voice": "horn"}, {}, None),
    ("speakers are uncertain, whoever narrates", SPOKEN, {"voice": "horn"}, {}, BY_CHAPTER),
    ("a name on the command line is looked for", SPOKEN, {"assign": {"Mr. Hobday": "horn"}}, {}, None),
    ("names of a cast file are looked for", SPOKEN, {}, {"cast": ROW}, None),
    ("a cast file may name the narrator alone", NARRATED, {}, {"cast": 'narrator = "horn"\n'}, None),
    ("a cast file may name nobody", SPOKEN, {}, {"cast": PARTLY}, BY_CHAPTER),
    ("a word that somebody says otherwise", SPOKEN, {}, {"cast": HERS}, None),
    ("a correction names somebody", SPOKEN, {}, {"corrections": CORRECTED}, None),
]  # fmt: skip


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    book = tmp_path / "tale.txt"
    book.write_text(TALE, "utf-8")
    return book


def heard(book: Path, place: tuple[int, int], options: Options = TONE) -> preview.PreviewResult:
    target = book.with_name("heard.wav")
    return preview.preview([str(book)], target, place[1], options, chapter=place[0])


@pytest.mark.parametrize(
    ("place", "options", "beside", "note"),
    [case[1:] for case in READ],
    ids=[case[0] for case in READ],
)
def test_a_preview_reads_no_more_than_it_needs_and_notes_what_may_change(
    tale: Path,
    place: tuple[int, int],
    options: dict[str, Any],
    beside: dict[str, str],
    note: str | None,
) -> None:
    for kind, text in beside.items():
        tale.with_name(f"tale.{kind}.toml").write_text(text, "utf-8")
    notes = heard(tale, place, replace(TONE, **options)).notes
    whole_note = f"{note}; after `narrator script {tale}`, previews are exact"
    assert notes == (() if note is None else (whole_note,))


@pytest.mark.parametrize("place", [NARRATED, SPOKEN])
def test_after_a_script_a_preview_knows_the_whole_book(tale: Path, place: tuple[int, int]) -> None:
    script = pipeline.write_script([str(tale)], TONE)
    # measures the voices of the tests, which a preview does not
    cast = pipeline.cast_book(script, [str(tale)], TONE).cast
    found = heard(tale, place)
    assert found.notes == ()
    assert found.cast == cast


def test_the_speakers_of_a_paragraph_are_found_in_its_chapter(tale: Path) -> None:
    lines = heard(tale, SPOKEN).lines
    assert [(line.speaker, line.text) for line in lines] == [
        ("Mr. Hobday", "“Wait?”"),
        (None, "cried Mr. Hobday."),
        ("Mr. Hobday", "“I have waited since noon!”"),
    ]
    assert all(line.spoken for line in lines)


@pytest.mark.parametrize("place", [NARRATED, SPOKEN])
def test_a_partial_script_is_not_cached_as_the_script_of_the_book(
    tale: Path, tmp_path: Path, place: tuple[int, int]
) -> None:
    paths, elsewhere = [str(tale)], replace(TONE, cache_dir=tmp_path / "elsewhere")
    heard(tale, place)
    assert pipeline.load_cached_script(paths, TONE, load_files(paths)) is None
    assert pipeline.write_script(paths, TONE) == pipeline.write_script(paths, elsewhere)


def test_a_note_names_the_command_with_every_option_that_shapes_a_script(tale: Path) -> None:
    lexicon, cache = tale.with_name("my words.toml"), tale.with_name("cache")
    lexicon.write_text('[words]\nnoon = "twelve"\n', "utf-8")
    (note,) = heard(tale, SPOKEN, replace(TONE, lexicon=lexicon, cache_dir=cache)).notes
    assert f"`narrator script {tale} --lexicon '{lexicon}' --cache-dir {cache}`" in note
    options = replace(TONE, about={"language": "en-GB"}, policy=Policy(notes="inline"))
    (note,) = heard(tale, SPOKEN, options).notes
    assert f"`narrator script {tale} --language en-GB --notes inline`" in note


@pytest.mark.parametrize("place", [NARRATED, SPOKEN])
def test_a_preview_speaks_nothing_but_its_lines_to_level_voices(
    tale: Path, place: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str] = []
    speak = Tone.speak

    def record(engine: Tone, text: str, voice: Voice) -> Clip:
        spoken.append(text)
        return speak(engine, text, voice)

    monkeypatch.setattr(Tone, "speak", record)
    chapter, paragraph = place
    heard = preview.preview([str(tale)], tale.with_suffix(".wav"), paragraph, TONE, chapter=chapter)
    # not even the voices of the tests, which are not in the table of measurements
    assert {*spoken} == {line.spoken for line in heard.lines}


def test_a_new_voice_is_as_loud_in_a_preview_as_a_measured_one(tale: Path) -> None:
    target = tale.with_suffix(".wav")
    preview.preview([str(tale)], target, 1, TONE, chapter=1)
    new = decode_sound(target.read_bytes())
    assert list(pipeline.build_audiobook([str(tale)], tale.with_suffix(".book.wav"), TONE))
    preview.preview([str(tale)], target, 1, TONE, chapter=1)
    measured = decode_sound(target.read_bytes())
    loudness = [measure_loudness(pcm_to_samples(clip.pcm), clip.rate) for clip in (new, measured)]
    assert loudness[0] == pytest.approx(loudness[1], abs=2)
