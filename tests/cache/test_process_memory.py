"""The collector of cycles is paused where there are none, and freed arrays leave no gaps."""

import gc
import platform
import subprocess
import sys

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


GAPS = """
import sys
from pathlib import Path
from narrator.cache.process_memory import map_large_arrays

def measure():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

if sys.argv[1] == "mapped":
    map_large_arrays()
del [bytearray(24_000_000)][0]  # glibc then takes arrays of this size from the heap
before, kept = measure(), []
for _ in range(20):
    array = bytearray(6_000_000)
    array[::4096] = bytes(len(array[::4096]))
    kept.append(bytearray(100_000))
    kept.append(array)
del kept[1::2], array
print(measure() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps such gaps")
def test_freed_arrays_leave_no_gaps_between_others() -> None:
    kept_mb = {}
    for mode in ("mapped", "plain"):
        command = [sys.executable, "-c", GAPS, mode]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        kept_mb[mode] = float(run.stdout)
    assert kept_mb["mapped"] < 10
    assert kept_mb["plain"] > 40
