"""Finds the gain of each voice, which is measured once and stored for later builds."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from narrator import registry
from narrator.audio.levelling_texts import LEVELLING_TEXT, SHORT_LEVELLING_TEXT
from narrator.cache.fingerprints import fingerprint
from narrator.engines.reference_text import choose_reference_text
from narrator.languages.reference_texts import load_reference_texts
from narrator.model import Cue
from narrator.synthesis.clip_names import synthesis_parameters
from narrator.synthesis.watchdog import LINE_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.audio.loudness_profiles import LoudnessTarget
    from narrator.cache.store import Store
    from narrator.model import Voice
    from narrator.synthesis.worker_pool import WorkerPool

SHIPPED_GAINS_PATH = Path(__file__).with_name("gains.toml")
"""File with the gains of the shipped voices, measured and written by `benchmarks/_gains.py`."""
_METHOD_VERSION = 2
"""Version of the measurement; when it is increased, stored gains are no longer used."""
_SHIPPED_KEY_LENGTH = 12
"""Number of characters of the keys in `SHIPPED_GAINS_PATH`."""
_SENTENCE_END = re.compile(r"(?<=\.)\s|(?<=[。।])\s?")


def load_or_measure_gains(  # noqa: PLR0913 - the last two are for a build's timeout, and dry runs
    voices: Iterable[Voice],
    loudness: LoudnessTarget,
    store: Store,
    worker_pool: WorkerPool | None = None,
    timeout_seconds: float = LINE_TIMEOUT_SECONDS,
    *,
    measure_missing: bool = True,
) -> dict[Voice, float]:
    """Return the gain of each voice in decibels, which brings all voices to the target loudness.

    Args:
        voices: The voices, in any order; repetitions are ignored.
        loudness: The target loudness.
        store: The store for clips and gains.
        worker_pool: The workers that measure gains; `None` to measure in this process.
        timeout_seconds: Longest time that a voice may take.
        measure_missing: Whether to measure unknown gains. If not, the gain of an unmeasured voice
            is its volume setting.

    Raises:
        UnknownVoiceError: An engine does not have a voice.
        EngineUnavailableError: An engine does not work here.
        SynthesisError: A voice could not be synthesised, or repeatedly ended its worker.
    """
    distinct_voices = dict.fromkeys(voices)
    for voice in distinct_voices:
        registry.load_engine(voice.engine).validate(voice)
    known_gains = {voice: _find_gain(voice, loudness, store) for voice in distinct_voices}
    unknown_voices = [voice for voice, gain_db in known_gains.items() if gain_db is None]
    new_gains = {voice: voice.volume for voice in unknown_voices}
    if measure_missing and unknown_voices:
        # numpy is loaded here, because most builds know all gains
        from narrator.synthesis.gain_measurement import measure_gains  # noqa: PLC0415

        cues = [make_reference_cue(voice) for voice in unknown_voices]
        new_gains = measure_gains(cues, loudness, store, worker_pool, timeout_seconds)
    return {
        voice: new_gains[voice] if gain_db is None else gain_db
        for voice, gain_db in known_gains.items()
    }


def find_unmeasured_voices(
    voices: Iterable[Voice], loudness: LoudnessTarget, store: Store
) -> tuple[Voice, ...]:
    """Return the voices whose gain is neither shipped nor stored, without repetitions."""
    return tuple(
        voice for voice in dict.fromkeys(voices) if _find_gain(voice, loudness, store) is None
    )


def _find_gain(voice: Voice, loudness: LoudnessTarget, store: Store) -> float | None:
    """Return the shipped or stored gain of a voice in decibels, or `None` if it is unknown."""
    if loudness.lufs is None:
        return round(voice.volume, 2)  # voices are not levelled
    shipped_gain = _load_shipped_gains().get(shipped_gain_key(voice, loudness))
    if shipped_gain is not None:
        return shipped_gain
    content = store.load("gain", make_gain_name(voice, loudness))
    return None if content is None else float(json.loads(content))


@cache
def _load_shipped_gains() -> dict[str, float]:
    """Return the gains of the shipped voices in decibels, by `shipped_gain_key`."""
    tables = tomllib.loads(SHIPPED_GAINS_PATH.read_text("utf-8")).values()
    return {key: float(gain_db) for table in tables for key, gain_db in table.items()}


def shipped_gain_key(voice: Voice, loudness: LoudnessTarget) -> str:
    """Return the key of a voice's gain in `SHIPPED_GAINS_PATH`.

    The key is a fingerprint of every input of the measurement, so outdated gains are not used.
    """
    return make_gain_name(voice, loudness)[:_SHIPPED_KEY_LENGTH]


def make_gain_name(voice: Voice, loudness: LoudnessTarget) -> str:
    """Return a fingerprint of everything that a voice's gain depends on.

    The versions of most libraries are not part of it: they change samples, but no level.
    """
    reference = [choose_levelling_text(voice), voice.engine, find_sound_key(voice)]
    parameters = synthesis_parameters(voice)
    # Renaming these keys would change the fingerprints, and invalidate the shipped gains.
    target = {"lufs": loudness.lufs, "peak": loudness.peak_db, "room": loudness.room_noise_db}
    return fingerprint("gain", _METHOD_VERSION, reference, parameters, target, voice.volume)


def find_sound_key(voice: Voice) -> str:
    """Return what an engine says changes the sound of a voice, or else its whole fingerprint."""
    engine = registry.load_engine(voice.engine)
    key: str = getattr(engine, "sound_key", engine.fingerprint)(voice)
    return key


def choose_levelling_text(voice: Voice) -> str:
    """Return the text on which a voice is measured: one line if its engine is metered."""
    is_metered = getattr(registry.load_engine(voice.engine), "is_metered", False)
    english_text = SHORT_LEVELLING_TEXT if is_metered else LEVELLING_TEXT
    own_text = load_reference_texts(voice.language).reference_text
    text = own_text or choose_reference_text(voice.language, english_text)
    return _SENTENCE_END.split(text)[0] if is_metered and text != english_text else text


def make_reference_cue(voice: Voice) -> Cue:
    """Return the cue of the reference text on which a voice is measured."""
    line_id = f"0 (a test of the voice {voice.name})"  # shown in error messages
    return Cue(line_id, choose_levelling_text(voice), voice, 0.0, 0.0)
