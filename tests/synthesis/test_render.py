from dataclasses import replace
from pathlib import Path

import pytest

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.export import Encoding
from narrator.export.flac_chunks import read_flac_blocks
from narrator.model import Chunk, Cue, Voice
from narrator.synthesis.render import VersionMismatchError, render_chunk
from narrator.synthesis.rendered_chunks import CHUNK_KIND, RenderSettings

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
    path = store.find_verified(CHUNK_KIND, NAME, rendered.checksum)
    assert path is not None
    assert len(b"".join(read_flac_blocks([path]))) == 2 * rendered.sample_count
    assert rendered.size_bytes == path.stat().st_size
    first, second = rendered.line_timings
    assert [first.line_id, second.line_id] == ["1.1.1", "1.1.2"]
    assert 0 < first.start < first.end < second.start < second.end < rendered.sample_count
    assert rendered.synthesised_count == 2
    assert rendered.render_seconds > 0


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


def test_a_machine_with_other_versions_refuses_to_render(store: Store) -> None:
    with pytest.raises(VersionMismatchError, match="different versions of narrator"):
        render_chunk(CHUNK, SETTINGS, "0" * 32, store)
    assert store.measure_usage() == ()
