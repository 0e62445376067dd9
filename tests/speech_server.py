"""A speech server in miniature: it speaks by another engine, and has bad days."""

import io
import json
import threading
import wave
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from narrator.engines.verified_speech import speak_line
from narrator.model import Voice


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(("GET", self.path, dict(self.headers), None))
        if self.server.key and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            self.answer(401)
        elif self.path == "/v1/audio/voices":
            self.answer(200, json.dumps({"voices": self.server.voices}).encode())
        else:
            self.answer(404)

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(("POST", self.path, dict(self.headers), asked))
        if self.server.troubles:
            self.trouble(*self.server.troubles.pop(0))
        else:
            self.answer(200, self.spoken(asked))

    def trouble(self, status, headers, body):
        if status:
            self.answer(status, body, headers)
        else:
            self.close_connection = True  # without a word

    def spoken(self, asked):
        engine = self.server.engine
        known = self.server.speakers.get(asked["voice"])
        voice = known or Voice("x", engine.name, asked["voice"])
        voice = replace(voice, rate=voice.rate * asked["speed"])
        with self.server.turn:  # one call of an engine at a time
            clip = speak_line(engine, asked["input"], voice)
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setparams((1, 2, clip.rate, 0, "NONE", ""))
            file.writeframes(clip.pcm)
        return sound.getvalue()

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def serving(engine, voices):
    """A server on a port of its own; `troubles` are what it answers before it speaks.

    `speakers` are profiles by the names that it has for them; what it has none of is the engine's.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.engine, server.voices, server.key = engine, voices, ""
    server.seen, server.troubles, server.speakers = [], [], {}
    server.turn = threading.Lock()
    server.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
