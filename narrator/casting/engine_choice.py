"""Choose the engine of all voices that the user did not choose, and say why.

English books are spoken by `natural` where it is installed. Every other language, and every machine
without it, has `pyttsx3`, which is part of each installation and has voices for most languages.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrator import registry
from narrator.casting.voice_languages import find_style_language, select_speaking_voices
from narrator.errors import EngineUnavailableError, NarratorError
from narrator.model import LanguageOrigin
from narrator.text.language_names import describe_language, describe_tag
from narrator.text.language_tags import primary_subtag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from narrator.model import Voice

NATURAL_ENGINE, BASE_ENGINE = "natural", "pyttsx3"
ENGINE_VARIABLE = "NARRATOR_ENGINE"
"""The environment variable with the user's default engine."""

_DEVICE_ENGINES = ("piper", "kokoro")
"""The engines whose voices may choose the device that runs the model."""

_KOKORO_ENGINE = "kokoro"


_LANGUAGE_SOURCES = {
    LanguageOrigin.CHOSEN: "as you chose",
    LanguageOrigin.DECLARED: "as it declares",
    LanguageOrigin.DETECTED: "as its text shows",
    LanguageOrigin.OVERRULED: "as its text shows",
    LanguageOrigin.ASSUMED: "as far as its short text shows",
}
"""How the language of a book is known."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine of automatically chosen voices, with the reason for the user."""

    name: str
    reason: str
    """Why this engine speaks, as the end of a sentence."""


def choose_engine(
    language_tag: str,
    voices: Mapping[str, Voice],
    requested: str | None = None,
    default: str | None = None,
    origin: LanguageOrigin = LanguageOrigin.DECLARED,
) -> EngineChoice:
    """Choose the engine for a book.

    Args:
        language_tag: the language of the book.
        voices: all voice profiles.
        requested: the engine that the user named; None for the default.
        default: the engine in the user's settings, which yields to the environment variable, and
            where it does not speak the language of the book.
        origin: where the language of the book comes from, for the reason.

    Raises:
        EngineUnavailableError: `natural` was requested for a book that is not in English.
    """
    is_english = primary_subtag(language_tag) == "en"
    language = describe_language(language_tag)
    if requested == NATURAL_ENGINE and not is_english:
        raise EngineUnavailableError(
            f"natural speaks only English, and this book is in {describe_tag(language_tag)}",
            f"use --engine {BASE_ENGINE}; or --language en, if the book is in English",
        )
    if requested:
        return EngineChoice(requested, "you chose it")
    defaults = _list_defaults(default)
    for choice in defaults:
        if _has_speaking_voices(choice.name, voices, language_tag):
            return choice
    if not is_english:
        silent_engine = defaults[0].name if defaults else NATURAL_ENGINE
        source = _LANGUAGE_SOURCES[origin]
        reason = f"the book is in {language}, {source}, and {silent_engine} does not speak it"
        return EngineChoice(BASE_ENGINE, reason)
    problem = _find_problem(voice for voice in voices.values() if voice.engine == NATURAL_ENGINE)
    if problem is not None:
        remedy = problem.hint or problem.message
        reason = f"{NATURAL_ENGINE}, which sounds better, is not ready ({remedy})"
        return EngineChoice(BASE_ENGINE, reason)
    reason = f"the book is in English; --engine {BASE_ENGINE} chooses the other engine"
    return EngineChoice(NATURAL_ENGINE, reason)


def _list_defaults(settings_engine: str | None) -> list[EngineChoice]:
    """Return the engines that the user has made the default, those that take precedence first."""
    variable_engine = os.environ.get(ENGINE_VARIABLE)
    defaults = []
    if variable_engine:
        defaults.append(EngineChoice(variable_engine, f"{ENGINE_VARIABLE} chooses it"))
    if settings_engine:
        defaults.append(EngineChoice(settings_engine, "your settings choose it"))
    return defaults


def _has_speaking_voices(engine: str, voices: Mapping[str, Voice], language_tag: str) -> bool:
    """Return whether an engine has voices for a language, or none at all.

    An engine without any profile is reported later, together with what the user can do.
    """
    engine_voices = {name: voice for name, voice in voices.items() if voice.engine == engine}
    return not engine_voices or bool(select_speaking_voices(engine_voices, language_tag))


def _find_problem(voices: Iterable[Voice]) -> NarratorError | None:
    """Return why none of these voices is ready, or None if one is."""
    problem: NarratorError | None = EngineUnavailableError("it has no voices")
    for voice in voices:
        problem = find_voice_problem(voice)
        if problem is None:
            return None
    return problem


def find_voice_problem(voice: Voice) -> NarratorError | None:
    """Return why a voice can't speak on this machine, or None if it can."""
    try:
        registry.load_engine(voice.engine).validate(voice)
    except NarratorError as error:
        return error
    return None


def select_ready_voices(voices: Mapping[str, Voice]) -> dict[str, Voice]:
    """Return the voices that can speak on this machine; all of them if none can.

    Kokoro's speakers of another language are left out if it has native speakers here. If no voice
    is ready, the build stops later, with an error that says what is missing.
    """
    ready = {name: voice for name, voice in voices.items() if find_voice_problem(voice) is None}
    native = {name: voice for name, voice in ready.items() if not _is_foreign_style(voice)}
    has_native_styles = any(voice.engine == _KOKORO_ENGINE for voice in native.values())
    return (native if has_native_styles else ready) or dict(voices)


def _is_foreign_style(voice: Voice) -> bool:
    """Return whether a voice of Kokoro is that of somebody whose language is another.

    Files of the user's own, whose names tell no language, are nobody else's.
    """
    if voice.engine != _KOKORO_ENGINE:
        return False
    styles = [key.removeprefix("style.") for key, _ in voice.options if key.startswith("style.")]
    tags = map(find_style_language, styles or [voice.engine_voice])
    return any(tag and primary_subtag(tag) != primary_subtag(voice.language) for tag in tags)


def describe_missing_devices(voices: Iterable[Voice]) -> tuple[str, ...]:
    """Return a note for each device that voices ask for and that is not available here."""
    voices_by_device = {
        str(dict(voice.options).get("device", "cpu")): voice
        for voice in voices
        if voice.engine in _DEVICE_ENGINES  # another engine may mean something else by it
    }
    if not voices_by_device.keys() - {"auto", "cpu"}:
        return ()
    from narrator.engines.onnx_session import choose_device  # noqa: PLC0415 - an extra
    from narrator.engines.voice_validation import DEVICES  # noqa: PLC0415 - as above

    return tuple(
        f"{device} is not available to onnxruntime here, so {voice.name} speaks on the processor"
        for device, voice in sorted(voices_by_device.items())
        # an unknown device is refused when the voice speaks
        if device != "auto" and device in DEVICES and choose_device(device) != device
    )
