"""The voices of this machine, and which of them suit the characters of the open book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrator.cache.places import voice_measurements_path
from narrator.casting.fitting_voices import fit_voices
from narrator.casting.profiles import load_voices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narrator.build.resident_book import BookState
    from narrator.casting.fitting_voices import VoiceFitting
    from narrator.model import Voice


class VoiceCatalogue:
    """All voice profiles, and how they fit the book, which is kept until the book changes."""

    def __init__(self) -> None:
        self.voices: Mapping[str, Voice] = load_voices()
        """All voice profiles by name."""
        self._fitting: tuple[BookState, VoiceFitting] | None = None

    def fit(self, state: BookState) -> VoiceFitting:
        """Return the voices that may be cast in a state of the book."""
        if self._fitting is None or self._fitting[0] is not state:
            fitting = fit_voices(
                state.script, state.casting, self.voices, voice_measurements_path()
            )
            self._fitting = state, fitting
        return self._fitting[1]

    def reload(self) -> None:
        """Read the voice profiles again, after a model was fetched."""
        self.voices = load_voices()
        self._fitting = None
