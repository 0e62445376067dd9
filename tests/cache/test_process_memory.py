"""The collector of cycles is paused where there are none."""

import gc

import pytest

from narrator.cache.process_memory import pause_cycle_collection


@pause_cycle_collection()
def fail_in_pause() -> None:
    assert not gc.isenabled()
    raise KeyError


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_is_as_it_was_after_a_pause(is_enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        gc.enable() if is_enabled else gc.disable()
        with pytest.raises(KeyError):
            fail_in_pause()
        assert gc.isenabled() is is_enabled
    finally:
        gc.enable() if was_enabled else gc.disable()
