"""Finds how each voice usually speaks, against which its clips are judged.

A voice is measured on the text by which it is levelled, which most builds have it speak anyway. The
norms of the shipped voices are in a table.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from narrator import registry
from narrator.cache.fingerprints import fingerprint
from narrator.synthesis.clip_names import synthesis_parameters
from narrator.synthesis.voice_gain import find_sound_key, make_reference_cue
from narrator.takes.flaws import VoiceNorm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narrator.cache.store import Store
    from narrator.casting.prosody import VoiceSelector
    from narrator.model import Line, Voice
    from narrator.synthesis.worker_pool import WorkerPool

SHIPPED_NORMS_PATH = Path(__file__).with_name("norms.toml")
"""File with the norms of the shipped voices, measured and written by `benchmarks/_norms.py`."""
_METHOD_VERSION = 3
"""Version of the measurement; when it is increased, stored norms are no longer used."""
_SHIPPED_KEY_LENGTH = 12


def find_voice_norms(
    lines: Iterable[Line],
    voice_selector: VoiceSelector,
    store: Store,
    worker_pool: WorkerPool | None = None,
) -> dict[Voice, VoiceNorm]:
    """Return the norm of each voice that speaks one of the lines, if it has one.

    A voice in another manner has the norm of its plain voice, at another rate and pitch.

    Args:
        lines: The lines.
        voice_selector: Chooses the voice of each line, and the voice by which it is levelled.
        store: The store for clips and norms.
        worker_pool: The workers that measure unknown voices; None to measure only those whose clip
            is in the store.

    Raises:
        SynthesisError: a voice could not be synthesised.
    """
    plain_voices = {
        voice_selector.select_voice(line): voice_selector.select_levelling_voice(line)
        for line in lines
    }
    judged_voices = [
        voice
        for voice in dict.fromkeys(plain_voices.values())
        if not getattr(registry.load_engine(voice.engine), "is_unlike_speech", False)
    ]
    norms = {voice: _load_norm(voice, store) for voice in judged_voices}
    unknown_voices = [voice for voice, norm in norms.items() if norm is None]
    if unknown_voices:
        # loads numpy, which a build that speaks nothing does not need
        from narrator.synthesis.norm_measurement import measure_norms  # noqa: PLC0415

        norms |= measure_norms(unknown_voices, store, worker_pool)
    return {
        voice: norm.change_prosody(voice.rate / plain_voice.rate, voice.pitch - plain_voice.pitch)
        for voice, plain_voice in plain_voices.items()
        if (norm := norms.get(plain_voice))
    }


def _load_norm(voice: Voice, store: Store) -> VoiceNorm | None:
    """Return the shipped or stored norm of a voice, or None if it is unknown."""
    key = shipped_norm_key(voice)
    if key in _load_shipped_norms():
        return _load_shipped_norms()[key]
    content = store.load("norm", key)
    return None if content is None else msgspec.json.decode(content, type=VoiceNorm | None)


@cache
def _load_shipped_norms() -> dict[str, VoiceNorm]:
    """Return the norms of the shipped voices by `shipped_norm_key`."""
    content = tomllib.loads(SHIPPED_NORMS_PATH.read_text("utf-8"))
    return {key: msgspec.convert(fields, VoiceNorm) for key, fields in content.items()}


def shipped_norm_key(voice: Voice) -> str:
    """Return the key of a voice's norm: a fingerprint of all that the measurement depends on."""
    cue = make_reference_cue(voice)
    inputs = [cue.spoken, voice.engine, find_sound_key(voice), *synthesis_parameters(voice)]
    return fingerprint("norm", _METHOD_VERSION, *inputs)[:_SHIPPED_KEY_LENGTH]


def format_norm(norm: VoiceNorm) -> str:
    """Return a norm as a value of the table of shipped norms: a TOML table on one line."""
    fields = {key: value for key, value in asdict(norm).items() if value is not None}
    return f"{{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in fields.items())} }}"
