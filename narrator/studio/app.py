"""Answers the requests of the page. `messages.py` describes what is sent and returned."""

from __future__ import annotations

import asyncio
import mimetypes
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from narrator.casting.cast_file import VoiceChoice
from narrator.errors import NarratorError, OptionError
from narrator.languages.studio_phrases import load_studio_phrases
from narrator.readalong.text_direction import find_text_direction
from narrator.studio import messages, pronunciations
from narrator.studio.cast_views import list_voices
from narrator.studio.chapter_views import list_uncertain_lines, view_chapter
from narrator.studio.preliminary_views import view_preliminary_book, view_preliminary_chapter
from narrator.studio.security import AccessMiddleware
from narrator.studio.task_lane import Urgency

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from concurrent.futures import Future

    from starlette.requests import Request

    from narrator.studio.security import Access
    from narrator.studio.studio import Studio

PAGE_FILES = (
    "index.html",
    "studio.css",
    *(
        f"{name}.js"
        for name in (
            "build",
            "cast",
            "connection",
            "dom",
            "keyboard",
            "language",
            "library",
            "line",
            "phrases",
            "player",
            "settings",
            "state",
            "studio",
            "text",
            "words",
        )
    ),
)
"""The files of the page; nothing else in the folder is served."""
_MAX_COMMAND_BYTES = 1 << 20
_MAX_COVER_BYTES = 20 << 20
_MAX_BOOK_BYTES = 200 << 20
"""Size of the largest file that may be dropped on the page."""
_MAX_LANGUAGES = 400
"""Length of the longest list of languages that is read."""
_HEARTBEAT_SECONDS = 15.0
"""Time after which a silent stream of events sends a comment, to notice pages that are gone."""

_ResultT = TypeVar("_ResultT")
_decode_command = msgspec.json.Decoder(messages.AnyCommand).decode


def create_app(studio: Studio, access: Access) -> Starlette:
    """Return the application that serves the page of a studio."""
    routes = [
        Route("/", _serve_page),
        Route("/page/{name}", _serve_page),
        *(Route(path, _guard(endpoint)) for path, endpoint in _GET_ENDPOINTS.items()),
        Route("/api/commands", _guard(_run_command), methods=["POST"]),
        Route("/api/books", _guard(_take_book), methods=["POST"]),
        Route("/api/cover", _guard(_take_cover), methods=["POST"]),
        Route("/api/events", _stream_events),
    ]

    app = Starlette(routes=routes)
    app.state.studio = studio
    app.add_middleware(AccessMiddleware, access=access)
    return app


def _guard(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers with a `Problem` where the original raises an error."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except NarratorError as error:
            return _encode(messages.Problem(error.message, error.hint), 400)
        except OSError as error:
            text = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            return _encode(messages.Problem(text), 500)

    return answer


def _encode(value: Any, status: int = 200) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _studio(request: Request) -> Studio:
    studio: Studio = request.app.state.studio
    return studio


async def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return the result of a function that takes a while, without blocking other requests."""
    return await asyncio.to_thread(function, *arguments)


async def _wait_for(future: Future[_ResultT]) -> _ResultT:
    """Return the result of a future of another thread."""
    result: _ResultT = await asyncio.wrap_future(future)
    return result


# ---------------------------------------------------------------------------- the page


async def _serve_page(request: Request) -> Response:
    """Serve a file of the page."""
    name = request.path_params.get("name", "index.html")
    if name not in PAGE_FILES:
        return PlainTextResponse("Not found.", 404)
    content = (files("narrator.studio") / "page" / name).read_bytes()
    media_type = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
    return Response(content, media_type=media_type)


# ---------------------------------------------------------------------------- views


async def _get_library(request: Request) -> Response:
    return _encode(_studio(request).view_library())


async def _get_book(request: Request) -> Response:
    if book := _studio(request).preliminary_book:
        return _encode(view_preliminary_book(book))
    return _encode(await _in_thread(_studio(request).require_session().view_book))


async def _get_phrases(request: Request) -> Response:
    languages = request.query_params.get("languages", "")[:_MAX_LANGUAGES].split(",")
    phrases = await _in_thread(load_studio_phrases, [tag for tag in languages if tag.strip()])
    direction = find_text_direction(phrases.language)
    return _encode(messages.PhrasesView(phrases.language, direction, dict(phrases.translations)))


async def _get_chapter(request: Request) -> Response:
    number = request.path_params["number"]
    if book := _studio(request).preliminary_book:
        chapter = await _in_thread(view_preliminary_chapter, book, number)
    else:
        state = _studio(request).require_session().state
        chapter = await _in_thread(view_chapter, state, number)
    return _encode(chapter) if chapter else _not_found("chapter")


def _not_found(what: str) -> Response:
    return _encode(messages.Problem(f"there is no such {what}"), 404)


async def _get_uncertain(request: Request) -> Response:
    if _studio(request).preliminary_book:
        return _encode(messages.UncertainView([]))
    state = _studio(request).require_session().state
    return _encode(messages.UncertainView(list(list_uncertain_lines(state))))


async def _get_voices(request: Request) -> Response:
    session = _studio(request).require_session()
    voices = await _in_thread(lambda: list(list_voices(session.state, session.catalogue.voices)))
    return _encode(voices)


async def _get_tray(request: Request) -> Response:
    session = _studio(request).require_session()
    return _encode(await _in_thread(session.view_tray, request.query_params.get("character", "")))


async def _get_build(request: Request) -> Response:
    return _encode(_studio(request).builds.view)


async def _get_check(request: Request) -> Response:
    view = await _in_thread(_studio(request).builds.check_file, request.path_params["number"])
    return _encode(view) if view else _not_found("file")


async def _get_built_file(request: Request) -> Response:
    path = _studio(request).builds.find_file(request.path_params["number"])
    if path is None or not path.is_file():
        return _not_found("file")
    is_played = "play" in request.query_params
    disposition = "inline" if is_played else "attachment"
    return FileResponse(path, filename=path.name, content_disposition_type=disposition)


async def _get_cover(request: Request) -> Response:
    cover = await _in_thread(_studio(request).require_session().find_cover)
    return Response(cover.data, media_type=cover.media_type) if cover else _not_found("cover")


async def _get_word_uses(request: Request) -> Response:
    session, word = _studio(request).require_session(), request.query_params.get("word", "")
    return _encode(await _in_thread(pronunciations.find_uses, session.state, word))


async def _get_uncertain_words(request: Request) -> Response:
    session = _studio(request).require_session()
    return _encode(await _in_thread(pronunciations.list_uncertain_words, session.state))


# ---------------------------------------------------------------------------- sound


async def _get_speech(request: Request) -> Response:
    query = request.query_params
    urgency = Urgency.LIKELY if "ahead" in query else Urgency.NOW
    session = _studio(request).require_session()
    presets = query.get("pauses", ""), query.get("loudness", "")
    future = session.speech.speak_line(request.path_params["line"], urgency, *presets)
    try:
        return _encode(await _wait_for(future))
    except asyncio.CancelledError:
        if future.cancelled():  # too many others are likely to be heard before it
            return _encode(messages.Problem("other lines came first"), 409)
        raise


async def _get_audition(request: Request) -> Response:
    query = request.query_params
    rate, pitch, volume = (_read_number(query.get(key)) for key in ("rate", "pitch", "volume"))
    choice = VoiceChoice(query.get("voice", ""), rate, pitch, volume)
    session = _studio(request).require_session()
    future = session.speech.audition(query.get("character", ""), choice, query.get("line", ""))
    return _encode(await _wait_for(future))


def _read_number(text: str | None) -> float | None:
    """Return the number in a parameter of an address, or None if there is none.

    Raises:
        OptionError: it is not a number.
    """
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise OptionError(f"'{text[:40]}' is not a number") from error


async def _get_saying(request: Request) -> Response:
    query = request.query_params
    session = _studio(request).require_session()
    future = session.speech.say_word(
        query.get("word", ""), query.get("say", ""), query.get("line", "")
    )
    return _encode(await _wait_for(future))


async def _get_clip(request: Request) -> Response:
    content = _studio(request).require_session().shelf.find(request.path_params["name"])
    if content is None:
        return _not_found("sound")
    headers = {"Cache-Control": "private, max-age=3600, immutable", "Accept-Ranges": "bytes"}
    return _serve_range(content, request.headers.get("range", ""), headers)


def _serve_range(content: bytes, range_header: str, headers: dict[str, str]) -> Response:
    """Return a sound, or the part of it that the browser asks for."""
    first, _, last = range_header.removeprefix("bytes=").partition("-")
    if not range_header.startswith("bytes=") or not first.isdecimal():
        return Response(content, headers=headers, media_type="audio/wav")
    start = int(first)
    end = min(int(last), len(content) - 1) if last.isdecimal() else len(content) - 1
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{end}/{len(content)}"}
    return Response(content[start : end + 1], 206, headers=headers, media_type="audio/wav")


# ---------------------------------------------------------------------------- commands and events


async def _run_command(request: Request) -> Response:
    body = await _read_body(request, _MAX_COMMAND_BYTES)
    if body is None:
        return _encode(messages.Problem("this is too much for a command"), 413)
    try:
        command = _decode_command(body)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return _encode(messages.Problem(f"the studio does not understand this: {error}"), 400)
    return _encode(await _wait_for(_studio(request).run(command)))


async def _take_book(request: Request) -> Response:
    body = await _read_body(request, _MAX_BOOK_BYTES)
    if body is None:
        return _encode(messages.Problem("this file is too large", "the limit is 200 MB"), 413)
    path = await _in_thread(_studio(request).take_file, request.query_params.get("name", ""), body)
    return _encode(messages.CommandResult(f"{path.name} is kept in {path.parent}."))


async def _take_cover(request: Request) -> Response:
    body = await _read_body(request, _MAX_COVER_BYTES)
    if body is None:
        return _encode(messages.Problem("this picture is too large", "the limit is 20 MB"), 413)
    return _encode(await _wait_for(_studio(request).require_session().take_cover(body)))


async def _read_body(request: Request, max_bytes: int) -> bytes | None:
    """Return the body of a request, or None if it is longer than allowed."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > max_bytes:
            return None
    return bytes(body)


async def _stream_events(request: Request) -> Response:
    """Stream all events as server-sent events, until the page closes."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[messages.Event]()

    def put(event: messages.Event) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    unsubscribe = _studio(request).broadcaster.subscribe(put)

    async def stream() -> AsyncIterator[bytes]:
        try:
            yield b": connected\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                yield b"data: " + msgspec.json.encode(event) + b"\n\n"
        finally:
            unsubscribe()

    return StreamingResponse(stream(), media_type="text/event-stream")


_GET_ENDPOINTS: dict[str, Callable[[Request], Awaitable[Response]]] = {
    "/api/library": _get_library,
    "/api/phrases": _get_phrases,
    "/api/book": _get_book,
    "/api/chapters/{number:int}": _get_chapter,
    "/api/uncertain": _get_uncertain,
    "/api/voices": _get_voices,
    "/api/tray": _get_tray,
    "/api/speech/{line}": _get_speech,
    "/api/audition": _get_audition,
    "/api/saying": _get_saying,
    "/api/clips/{name}.wav": _get_clip,
    "/api/words/uses": _get_word_uses,
    "/api/words/uncertain": _get_uncertain_words,
    "/api/cover": _get_cover,
    "/api/build": _get_build,
    "/api/checks/{number:int}": _get_check,
    "/api/files/{number:int}": _get_built_file,
}
