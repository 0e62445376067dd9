from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio.levels import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.export import Encoding
from narrator.export.flac_chunks import read_flac_blocks
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis import render
from narrator.synthesis.render import (
    RenderSettings,
    VersionMismatchError,
    find_rendered_chunk,
    render_chunk,
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


def test_a_chunk_is_as_long_as_it_says_and_its_lines_are_in_order(store: Store) -> None:
    rendered = render_chunk(CHUNK, SETTINGS, NAME, store)
    path = store.find_verified(render.CHUNK_KIND, NAME, rendered.checksum)
    assert path is not None
    assert len(b"".join(read_flac_blocks([path]))) == 2 * rendered.sample_count
    assert rendered.size_bytes == path.stat().st_size
    first, second = rendered.line_timings
    assert [first.line_id, second.line_id] == ["1.1.1", "1.1.2"]
    assert 0 < first.start < first.end < second.start < second.end < rendered.sample_count
    assert rendered.synthesised_count == 2
    assert rendered.render_seconds > 0


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


@pytest.mark.parametrize("kind", [render.CHUNK_KIND, render.RECORD_KIND])
def test_a_chunk_without_its_file_or_its_record_is_rendered_again(store: Store, kind: str) -> None:
    assert find_rendered_chunk(NAME, CHUNK, store) is None
    render_chunk(CHUNK, SETTINGS, NAME, store)
    store.remove(kind, NAME)
    assert find_rendered_chunk(NAME, CHUNK, store) is None


def test_clips_that_are_stored_are_not_synthesised_again(store: Store) -> None:
    render_chunk(CHUNK, SETTINGS, NAME, store)
    louder = replace(SETTINGS, loudness=LOUDNESS_PROFILES["podcast"])
    rendered = render_chunk(CHUNK, louder, louder.chunk_name(CHUNK), store)
    assert rendered.synthesised_count == 0


def test_damaged_clips_are_counted_once(store: Store) -> None:
    render_chunk(CHUNK, SETTINGS, NAME, store)
    for path in (store.root / "clip").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    rendered = render_chunk(CHUNK, SETTINGS, NAME, store)
    assert (rendered.damaged_count, store.damaged_count) == (2, 0)


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


def test_a_machine_with_other_versions_refuses_to_render(store: Store) -> None:
    with pytest.raises(VersionMismatchError, match="other versions of narrator"):
        render_chunk(CHUNK, SETTINGS, "0" * 32, store)
    assert store.measure_usage() == ()
