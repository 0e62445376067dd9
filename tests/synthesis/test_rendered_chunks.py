from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.export import Encoding
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis.render import render_chunk
from narrator.synthesis.rendered_chunks import (
    CHUNK_KIND,
    RECORD_KIND,
    RenderSettings,
    find_rendered_chunk,
)

VOICE = Voice("viola", "tone", "middle", rate=700)
SETTINGS = RenderSettings("wav", Encoding(), LOUDNESS_PROFILES["off"])
CHUNK = Chunk(
    1,
    (Cue("1.1.1", "It rained.", VOICE, 0.0, 0.4), Cue("1.1.2", "Nobody came.", VOICE, 1.5, 0.7)),
    0.25,
)
NAME = SETTINGS.chunk_name(CHUNK)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_rendered_chunk_is_found_again(store: Store) -> None:
    rendered = render_chunk(CHUNK, SETTINGS, NAME, store)
    stored = find_rendered_chunk(NAME, CHUNK, store)
    assert stored is not None
    assert stored.line_timings == rendered.line_timings
    assert (stored.sample_count, stored.checksum) == (rendered.sample_count, rendered.checksum)
    assert stored.synthesised_count == 0


def test_a_chunk_that_sounds_the_same_elsewhere_has_lines_of_its_own(store: Store) -> None:
    render_chunk(CHUNK, SETTINGS, NAME, store)
    cues = tuple(replace(cue, line_id=f"7.{cue.line_id}") for cue in CHUNK.cues)
    twin = Chunk(7, cues, CHUNK.lead_in_seconds)
    assert SETTINGS.chunk_name(twin) == NAME
    stored = find_rendered_chunk(NAME, twin, store)
    assert stored is not None
    assert [line.line_id for line in stored.line_timings] == ["7.1.1.1", "7.1.1.2"]


@pytest.mark.parametrize("kind", [CHUNK_KIND, RECORD_KIND])
def test_a_chunk_without_its_file_or_its_record_is_rendered_again(store: Store, kind: str) -> None:
    assert find_rendered_chunk(NAME, CHUNK, store) is None
    render_chunk(CHUNK, SETTINGS, NAME, store)
    store.remove(kind, NAME)
    assert find_rendered_chunk(NAME, CHUNK, store) is None


@pytest.mark.parametrize(
    "chunk",
    [
        replace(CHUNK, lead_in_seconds=0.5),
        replace(CHUNK, cues=CHUNK.cues[::-1]),
        replace(CHUNK, cues=(replace(CHUNK.cues[0], gain_db=1.0), CHUNK.cues[1])),
        replace(CHUNK, cues=(replace(CHUNK.cues[0], pause_seconds=1.0), CHUNK.cues[1])),
        replace(CHUNK, cues=(replace(CHUNK.cues[0], spoken="It snowed."), CHUNK.cues[1])),
    ],
)
def test_a_chunk_that_sounds_different_has_another_name(chunk: Chunk) -> None:
    assert SETTINGS.chunk_name(chunk) != NAME


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, exporter_name="flac"),
        replace(SETTINGS, encoding=Encoding(24_000, 64)),
        replace(SETTINGS, loudness=LOUDNESS_PROFILES["acx"]),
    ],
)
def test_a_chunk_that_is_encoded_differently_has_another_name(settings: RenderSettings) -> None:
    assert settings.chunk_name(CHUNK) != NAME


def test_the_place_of_a_chunk_and_the_timeout_do_not_change_its_name() -> None:
    patient = replace(SETTINGS, timeout_seconds=1.0)
    assert patient.chunk_name(replace(CHUNK, chapter=9)) == NAME
