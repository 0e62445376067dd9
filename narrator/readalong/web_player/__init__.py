"""Writes the web player: a folder with a web page that plays the book and highlights the words.

The page needs neither a server nor a network. Browsers do not let a page that is opened from the
disk fetch files, so the data of the book and its chapters is written as scripts, which call
`readalong.book` and `readalong.chapter`. The script of a chapter is loaded when the chapter is
opened. The arguments of these calls are JSON, which the page shows as text and never as markup.

`index.html`, `page.css` and `page.js` in this folder are the page itself. Its content security
policy allows only the scripts and styles that carry its nonce, and nothing from elsewhere, so that
even markup that got into the page could neither run nor report anything.
"""

from __future__ import annotations

import hashlib
import html
import json
import shutil
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from narrator import __version__
from narrator.files.os_errors import convert_os_errors
from narrator.languages.page_labels import load_labels
from narrator.readalong.text_direction import find_text_direction
from narrator.readalong.web_player.player_data import (
    build_book_data,
    build_chapter_data,
    make_audio_file_name,
    make_chapter_file_name,
    number_speakers,
)
from narrator.readalong.web_player.security_policy import format_policy

if TYPE_CHECKING:
    from pathlib import Path

    from narrator.readalong.rendered_book import RenderedBook

INDEX_FILE = "index.html"
_MEDIA_SOURCES = "'self' file:"
"""Where the chapters are. In some browsers, `'self'` does not include files on the disk."""
_PLAYER_FILES = ("page.js", "page.css")
"""Files that are the same for every book."""


def write(_companion: str, rendered_book: RenderedBook, target: Path) -> tuple[Path, ...]:
    """Write the folder of the web player and return its files, the page first.

    Each track of the book is a chapter of the page.

    Raises:
        OutputError: it can't be written.
    """
    with convert_os_errors(target):
        for name in ("text", "audio"):
            (target / name).mkdir(parents=True, exist_ok=True)
        package_files = files(__package__)
        for name in _PLAYER_FILES:
            (target / name).write_bytes((package_files / name).read_bytes())
        speaker_numbers = number_speakers(rendered_book)
        for index, track in enumerate(rendered_book.tracks):
            shutil.copyfile(track.path, target / make_audio_file_name(rendered_book, index))
            chapter_data = build_chapter_data(rendered_book, track, speaker_numbers)
            (target / make_chapter_file_name(index)).write_text(
                f"readalong.chapter({index}, {_encode_json(chapter_data)});\n", encoding="utf-8"
            )
        book_json = _encode_json(build_book_data(rendered_book, speaker_numbers))
        (target / "book.js").write_text(f"readalong.book({book_json});\n", encoding="utf-8")
        template = (package_files / INDEX_FILE).read_text(encoding="utf-8")
        page = _fill_template(rendered_book, template, _make_nonce(book_json))
        (target / INDEX_FILE).write_text(page, encoding="utf-8")
    paths = sorted(path for path in target.rglob("*") if path.is_file())
    return (target / INDEX_FILE, *(path for path in paths if path != target / INDEX_FILE))


def _encode_json(value: object) -> str:
    """Return JSON without characters that could end a script, or a line of one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # "<" may begin "</script>" or a comment. The line and paragraph separators of Unicode are valid
    # in JSON, but end a line in JavaScript before 2019.
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _make_nonce(book_json: str) -> str:
    """Return a nonce that the book can't contain, because it depends on the whole book.

    It is not random, because the same input gives the same page.
    """
    return hashlib.sha256(book_json.encode(errors="surrogatepass")).hexdigest()[:32]


def _fill_template(rendered_book: RenderedBook, template: str, nonce: str) -> str:
    """Return the page of the player, filled with the labels and the book's metadata."""
    metadata = rendered_book.metadata
    labels = load_labels(metadata.language)
    audio_file_names = [
        make_audio_file_name(rendered_book, index) for index in range(len(rendered_book.tracks))
    ]
    track_links = "".join(
        f'<li><a href="{file_name}">{html.escape(track.title)}</a></li>'
        for file_name, track in zip(audio_file_names, rendered_book.tracks, strict=True)
    )
    return Template(template).substitute(
        {name: html.escape(text) for name, text in labels.texts.items()},
        labels=labels.language,
        title=html.escape(metadata.title),
        author=html.escape(metadata.author or ""),
        language=html.escape(metadata.language),
        direction=find_text_direction(metadata.language),
        generator=f"narrator {__version__}",
        links=track_links,
        nonce=nonce,
        policy=format_policy(nonce, _MEDIA_SOURCES),
    )
