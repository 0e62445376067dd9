from pathlib import Path

import pytest

from narrator.audio.loudness_profiles import LOUDNESS_PROFILES
from narrator.cache.store import Store
from narrator.model import Voice
from narrator.synthesis.gain_measurement import measure_gain
from narrator.synthesis.render import VersionMismatchError
from narrator.synthesis.voice_gain import make_reference_cue

TONE = Voice("viola", "tone", "middle", rate=700)


def test_a_machine_with_other_versions_refuses_to_measure(tmp_path: Path) -> None:
    cue = make_reference_cue(TONE)
    with pytest.raises(VersionMismatchError):
        measure_gain(cue, LOUDNESS_PROFILES["podcast"], "0" * 32, Store(tmp_path))
