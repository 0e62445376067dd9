"""Formats the page on which a user hears and compares voices.

It is one file, with the sound inside, that needs neither a server nor a network. It has the style
and the content security policy of the player.
"""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from narrator import __version__
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.web_player.security_policy import format_policy
from narrator.text.control_characters import show_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.model import Voice

_FILTERS = {"gender": "Gender", "age": "Age", "accent": "Accent", "engine": "Engine"}
"""The fields of a voice by which the page can be filtered, with their labels."""


@dataclass(frozen=True, slots=True)
class VoiceSample:
    """A voice and what it says."""

    voice: Voice
    quality: float | None
    """Its estimated mean opinion score, 1 to 5; None if it is unknown."""
    mp3: bytes


def format_voice_page(
    title: str, language: str, lines: Sequence[str], samples: Sequence[VoiceSample]
) -> str:
    """Return a page in HTML with a button for each voice.

    Args:
        title: The title of the page.
        language: The BCP 47 tag of the lines.
        lines: What every voice says.
        samples: The voices, in the order of the page.
    """
    voices = "\n".join(_format_voice(sample) for sample in samples)
    package = files(__package__)
    style, script = (
        "\n".join((package / name).read_text(encoding="utf-8") for name in names)
        for names in (("page.css", "voice_page.css"), ("voice_page.js",))
    )
    # it depends on all that the page contains, so that nothing in the page can contain it
    nonce = hashlib.sha256(f"{title}{lines}{voices}".encode(errors="replace")).hexdigest()[:32]
    return Template((package / "voice_page.html").read_text(encoding="utf-8")).substitute(
        title=_escape(title),
        language=_escape(language),
        direction=find_text_direction(language),
        lines="".join(f"<p>{_escape(line)}</p>" for line in lines),
        count=f"{len(samples)} voices",
        filters="\n    ".join(_format_filter(key, samples) for key in _FILTERS),
        voices=voices,
        style=style,
        script=script,
        generator=f"narrator {__version__}",
        nonce=nonce,
        policy=format_policy(nonce, media_sources="data:"),
    )


def _format_voice(sample: VoiceSample) -> str:
    """Return the item of a voice: its name, its button, what is known of it, and its sound."""
    voice = sample.voice
    data = "".join(f' data-{key}="{_escape(_read_field(voice, key))}"' for key in _FILTERS)
    facts = [_read_field(voice, key) for key in _FILTERS]
    facts += [f"quality {sample.quality:.1f}"] if sample.quality is not None else []
    name = _escape(voice.name)
    sound = base64.b64encode(sample.mp3).decode("ascii")
    return (
        f'<li{data}><button type="button" hidden>Play</button>'
        f"<h2>{name}</h2><p>{_escape(', '.join(filter(None, facts)))}</p>"
        f'<p class="description">{_escape(voice.description)}</p>'
        f'<audio controls preload="none" src="data:audio/mpeg;base64,{sound}"></audio></li>'
    )


def _format_filter(key: str, samples: Sequence[VoiceSample]) -> str:
    """Return the choice of a value of a field; nothing if all voices have the same."""
    values = sorted({_read_field(sample.voice, key) for sample in samples} - {""})
    if len(values) < 2:
        return ""
    options = "".join(f"<option>{_escape(value)}</option>" for value in values)
    return (
        f'<label>{_FILTERS[key]} <select id="{key}"><option value="">all</option>{options}'
        "</select></label>"
    )


def _read_field(voice: Voice, key: str) -> str:
    return str(getattr(voice, key) or "")


def _escape(text: str) -> str:
    return html.escape(show_controls(text))
