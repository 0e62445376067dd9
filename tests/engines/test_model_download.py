import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from narrator.engines import model_download
from narrator.engines.model_download import download_model, find_required_model
from narrator.errors import EngineUnavailableError, OptionError, OutputError, UnknownVoiceError
from narrator.model import Voice

NAME = "en_GB-anna-low"
MODEL = bytes(range(256)) * 4000
SETTINGS = (
    b'{"num_symbols": 5, "num_speakers": 1, "audio": {"sample_rate": 22050},'
    b' "espeak": {"voice": "en-us"}, "phoneme_id_map": {"a": [1]}}'
)


class Handler(BaseHTTPRequestHandler):
    """Serves `files`; ranges too, and cuts an answer short after `limits`, one a request."""

    def do_GET(self):
        content = self.server.files.get(self.path)
        asked = self.headers.get("Range", "")
        self.server.seen.append((self.path, asked))
        if content is None:
            self.send_error(404)
            return
        start = int(asked[6:-1]) if asked and self.server.ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        limit = self.server.limits.pop(0) if self.server.limits else None
        self.wfile.write(content[start:][:limit])

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(model_download, "PIPER_URL", base)
    monkeypatch.setattr(model_download, "KOKORO_URL", base)
    kokoro = {"kokoro-v1.0.onnx": MODEL, "voices-v1.0.bin": b"styles"}
    facts = {name: (f"sha256:{sha256(data)}", len(data)) for name, data in kokoro.items()}
    monkeypatch.setattr(model_download, "KOKORO_FILES", facts)
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    server.seen, server.limits, server.ranges = [], [], True
    settings = SETTINGS
    listing = {
        NAME: {
            "files": {
                f"en/{NAME}.onnx": about(MODEL),
                f"en/{NAME}.onnx.json": about(settings),
                "en/MODEL_CARD": about(b""),
            }
        }
    }
    server.files = {
        "/voices.json": json.dumps(listing).encode(),
        f"/en/{NAME}.onnx": MODEL,
        f"/en/{NAME}.onnx.json": settings,
        **{f"/{name}": data for name, data in kokoro.items()},
    }
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_unfinished(name, content, tmp_path):
    folder = tmp_path / "models" / "kokoro" / f".{name}.download"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)


def list_files(folder):
    """Return the names in a folder without the record of what narrator wrote."""
    return sorted(file.name for file in folder.iterdir() if file.name != ".narrator.json")


def about(content):
    return {
        "size_bytes": len(content),
        "md5_digest": hashlib.md5(content, usedforsecurity=False).hexdigest(),
    }


def test_a_voice_comes_whole_and_only_once(publisher, tmp_path):
    steps = []
    model, settings = download_model(NAME, progress=lambda *step: steps.append(step))
    assert model == tmp_path / "models" / "piper" / f"{NAME}.onnx"
    assert model.read_bytes() == MODEL
    assert settings.read_bytes() == SETTINGS
    assert (f"{NAME}.onnx", len(MODEL), len(MODEL)) in steps
    before = len(publisher.seen)
    download_model(NAME)
    assert publisher.seen[before:] == [("/voices.json", "")]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_was_cut_goes_on(publisher, ranges):
    publisher.ranges = ranges
    publisher.limits = [None, None, 300_000]
    with pytest.raises(EngineUnavailableError, match="try again"):
        download_model(NAME)
    model, _ = download_model(NAME)
    assert model.read_bytes() == MODEL
    assert (f"/en/{NAME}.onnx", "bytes=300000-") in publisher.seen


def test_what_is_damaged_never_appears(publisher, tmp_path):
    publisher.files[f"/en/{NAME}.onnx"] = MODEL[::-1]
    with pytest.raises(EngineUnavailableError, match="damaged"):
        download_model(NAME)
    assert list((tmp_path / "models" / "piper").glob("*.onnx")) == []


@pytest.mark.usefixtures("publisher")
def test_kokoro_comes_with_its_styles():
    assert [file.read_bytes() for file in download_model("kokoro")] == [MODEL, b"styles"]


def test_a_damaged_kokoro_never_appears_and_the_next_try_begins_anew(publisher, tmp_path):
    whole, publisher.files["/kokoro-v1.0.onnx"] = MODEL, MODEL[:-1] + b"?"
    with pytest.raises(EngineUnavailableError, match="damaged"):
        download_model("kokoro")
    assert list((tmp_path / "models" / "kokoro").iterdir()) == []
    publisher.files["/kokoro-v1.0.onnx"] = whole
    write_unfinished("kokoro-v1.0.onnx", bytes(len(MODEL) + 9), tmp_path)
    assert download_model("kokoro")[0].read_bytes() == MODEL


def test_a_kokoro_that_was_cut_goes_on_where_it_was(publisher):
    publisher.limits = [400_000]
    with pytest.raises(EngineUnavailableError, match="try again"):
        download_model("kokoro")
    assert download_model("kokoro")[0].read_bytes() == MODEL
    assert ("/kokoro-v1.0.onnx", "bytes=400000-") in publisher.seen


@pytest.mark.usefixtures("publisher")
@pytest.mark.parametrize(
    ("name", "hint"), [("en_GB-ana-low", NAME), ("anna", "en_US-lessac-medium")]
)
def test_what_nobody_publishes_is_an_error(name, hint):
    with pytest.raises(UnknownVoiceError) as caught:
        download_model(name)
    assert hint in caught.value.hint


@pytest.mark.parametrize("path", ["/voices.json", f"/en/{NAME}.onnx.json"])
def test_what_is_not_there_is_an_error_that_names_the_address(publisher, path):
    del publisher.files[path]
    with pytest.raises(EngineUnavailableError, match=f"{path}.*404"):
        download_model(NAME)


def test_a_damaged_list_is_an_error(publisher):
    publisher.files["/voices.json"] = b"<html>"
    with pytest.raises(EngineUnavailableError, match="damaged"):
        download_model(NAME)


def test_without_the_internet_a_folder_will_do(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    with pytest.raises(EngineUnavailableError, match="name a folder that contains"):
        download_model(NAME, source=tmp_path)
    (tmp_path / f"{NAME}.onnx").write_bytes(MODEL)
    (tmp_path / f"{NAME}.onnx.json").write_bytes(SETTINGS)
    steps = []
    taken = download_model(NAME, source=tmp_path, progress=lambda *step: steps.append(step))
    assert taken[0].read_bytes() == MODEL
    assert steps[0] == (f"{NAME}.onnx", len(MODEL), len(MODEL))


@pytest.mark.parametrize("place", ["", "my voice.onnx"])
def test_a_model_of_ones_own_is_taken_by_any_name(place, monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "mine"
    folder.mkdir()
    stem = place or "lena.onnx"
    (folder / stem).write_bytes(MODEL)
    (folder / f"{stem}.json").write_bytes(SETTINGS)
    taken = download_model("lena", source=folder / place)
    assert [file.name for file in taken] == ["lena.onnx", "lena.onnx.json"]
    assert [file.read_bytes() for file in taken] == [MODEL, SETTINGS]


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\xff\xfe", b"<html>", b"[]", SETTINGS[:-20], SETTINGS.replace(b"22050", b'"x"')],
)
@pytest.mark.parametrize("from_server", [False, True])
def test_settings_that_are_damaged_are_refused_before_anything_is_written(
    damaged, from_server, publisher, tmp_path
):
    source = tmp_path / "mine"
    source.mkdir()
    (source / f"{NAME}.onnx").write_bytes(MODEL)
    (source / f"{NAME}.onnx.json").write_bytes(damaged)
    publisher.files[f"/en/{NAME}.onnx.json"] = damaged
    address = f"http://127.0.0.1:{publisher.server_port}/en"
    with pytest.raises(EngineUnavailableError, match="does not describe a Piper voice") as caught:
        download_model(NAME, source=address if from_server else source)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "models").rglob("*.onnx*"))


@pytest.mark.parametrize("place", ["en", "en/", f"en/{NAME}.onnx", f"en/{NAME}.onnx?download=true"])
def test_a_model_is_taken_from_another_server(place, publisher):
    address = f"http://127.0.0.1:{publisher.server_port}"
    for suffix in (".onnx", ".onnx.json"):
        publisher.files[f"/en/{NAME}{suffix}?download=true"] = publisher.files[
            f"/en/{NAME}{suffix}"
        ]
    publisher.limits = [None, len(MODEL) // 2]
    with pytest.raises(EngineUnavailableError, match="the line was cut"):
        download_model(NAME, source=f"{address}/{place}")
    model, settings = download_model(NAME, source=f"{address}/{place}")
    assert (model.read_bytes(), settings.read_bytes()) == (MODEL, SETTINGS)
    assert publisher.seen[-1][1] == f"bytes={len(MODEL) // 2}-"


def test_a_forged_model_of_another_server_is_not_taken(publisher, tmp_path):
    publisher.files["/mirror/kokoro-v1.0.onnx"] = MODEL[::-1]
    address = f"http://127.0.0.1:{publisher.server_port}/mirror"
    with pytest.raises(EngineUnavailableError, match="is damaged"):
        download_model("kokoro", source=address)
    assert not (tmp_path / "models" / "kokoro" / "kokoro-v1.0.onnx").exists()


@pytest.mark.parametrize("address", ["ftp://x.org/a", "file:///etc/passwd"])
def test_only_addresses_of_the_web_are_taken(address, monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    with pytest.raises(OptionError, match="is not an address"):
        download_model(NAME, source=address)


@pytest.mark.usefixtures("publisher")
def test_a_damaged_copy_of_kokoro_is_not_taken(tmp_path):
    (tmp_path / "kokoro-v1.0.onnx").write_bytes(MODEL[::-1])
    (tmp_path / "voices-v1.0.bin").write_bytes(b"styles")
    with pytest.raises(EngineUnavailableError, match="is damaged"):
        download_model("kokoro", source=tmp_path)
    assert not (tmp_path / "models").exists()


@pytest.mark.usefixtures("publisher")
def test_a_place_that_can_not_be_written_to_is_an_error(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="NARRATOR_MODELS"):
        download_model(NAME)


@pytest.mark.parametrize(
    ("engine", "engine_voice", "model"),
    [
        ("kokoro", "af_heart", "kokoro"),
        ("kokoro", "blend", "kokoro"),
        ("piper", "en_US-lessac-medium", "en_US-lessac-medium"),
    ],
)
def test_a_voice_needs_the_model_of_its_engine(engine, engine_voice, model):
    assert find_required_model(Voice("x", engine, engine_voice)) == model


def test_a_voice_of_an_engine_without_models_is_an_error():
    with pytest.raises(UnknownVoiceError, match="voice x needs no model") as caught:
        find_required_model(Voice("x", "pyttsx3", "gmw/en"))
    assert caught.value.hint == "pyttsx3 includes its own"


@pytest.mark.parametrize(
    "name", ["", "Kokoro", "en_us-anna-low", "en_GB-anna", "../en_GB-anna-low", "en_GB-a-b-c", "x/kokoro"]
)  # fmt: skip
def test_a_name_that_cannot_be_a_models_asks_no_publisher(publisher, name):
    with pytest.raises(UnknownVoiceError, match=f"no model is called '{name}'") as caught:
        download_model(name)
    assert "en_US-lessac-medium" in caught.value.hint
    assert publisher.seen == []


def test_the_published_checksums_of_kokoro_are_whole():
    for checksum, size_bytes in model_download.KOKORO_FILES.values():
        algorithm, _, digest = checksum.partition(":")
        assert len(bytes.fromhex(digest)) == hashlib.new(algorithm).digest_size
        assert size_bytes > 1_000_000
    assert model_download.KOKORO_URL.startswith("https://")
    assert model_download.PIPER_URL.startswith("https://")


@pytest.mark.usefixtures("publisher")
def test_progress_is_reported_in_rising_steps_up_to_the_whole_file():
    steps = []
    download_model(NAME, progress=lambda *step: steps.append(step))
    received = [count for name, count, _ in steps if name == f"{NAME}.onnx"]
    assert received == sorted(received)
    assert len(received) > 1
    assert received[-1] == len(MODEL)
    assert {total for name, _, total in steps if name == f"{NAME}.onnx"} == {len(MODEL)}


@pytest.mark.usefixtures("publisher")
def test_progress_of_a_file_that_is_already_here_is_the_whole_file():
    download_model("kokoro")
    steps = []
    download_model("kokoro", progress=lambda *step: steps.append(step))
    assert steps == [
        ("kokoro-v1.0.onnx", len(MODEL), len(MODEL)),
        ("voices-v1.0.bin", 6, 6),
    ]


def test_a_file_that_has_changed_is_downloaded_again_only_if_the_user_allows_it(
    publisher, tmp_path
):
    download_model(NAME)
    model = tmp_path / "models" / "piper" / f"{NAME}.onnx"
    model.write_bytes(MODEL[:-1] + b"?")
    publisher.seen.clear()
    with pytest.raises(OutputError, match="has been changed since narrator wrote it") as caught:
        download_model(NAME)
    assert "--force" in caught.value.hint
    assert [path for path, _ in publisher.seen] == ["/voices.json"]
    download_model(NAME, may_replace=True)
    assert model.read_bytes() == MODEL
    assert [path for path, _ in publisher.seen[1:]] == ["/voices.json", f"/en/{NAME}.onnx"]


def test_a_file_that_narrator_did_not_write_is_refused_before_anything_is_downloaded(
    publisher, tmp_path
):
    model = tmp_path / "models" / "kokoro" / "kokoro-v1.0.onnx"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"mine")
    with pytest.raises(OutputError, match="narrator has no record of writing it"):
        download_model("kokoro")
    assert model.read_bytes() == b"mine"
    assert publisher.seen == []
    assert list_files(model.parent) == ["kokoro-v1.0.onnx"]


def test_a_later_version_replaces_what_was_fetched(publisher):
    download_model(NAME)
    for path, content in ((f"/en/{NAME}.onnx", b"later"), (f"/en/{NAME}.onnx.json", SETTINGS)):
        publisher.files[path] = content
    files = {f"en/{NAME}.onnx": about(b"later"), f"en/{NAME}.onnx.json": about(SETTINGS)}
    publisher.files["/voices.json"] = json.dumps({NAME: {"files": files}}).encode()
    assert download_model(NAME)[0].read_bytes() == b"later"


def test_two_that_fetch_at_once_download_a_file_once(publisher):
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: download_model("kokoro"), range(4)))
    assert [file.read_bytes() for file in results[3]] == [MODEL, b"styles"]
    assert len(publisher.seen) == 2
    assert list_files(results[0][0].parent) == ["kokoro-v1.0.onnx", "voices-v1.0.bin"]


def test_a_partial_file_of_another_program_stays(publisher, tmp_path):
    theirs = tmp_path / "models" / "kokoro" / "kokoro-v1.0.onnx.part"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    download_model("kokoro")
    assert theirs.read_bytes() == b"theirs"
    assert ("/kokoro-v1.0.onnx", "") in publisher.seen


def test_a_complete_partial_file_needs_no_further_download(publisher, tmp_path):
    write_unfinished("kokoro-v1.0.onnx", MODEL, tmp_path)
    assert download_model("kokoro")[0].read_bytes() == MODEL
    assert [path for path, _ in publisher.seen] == ["/voices-v1.0.bin"]


def test_only_finished_files_remain_and_none_has_another_name(publisher, tmp_path):
    publisher.limits = [1000]
    with pytest.raises(EngineUnavailableError):
        download_model("kokoro")
    folder = tmp_path / "models" / "kokoro"
    assert list_files(folder) == [".kokoro-v1.0.onnx.download"]
    download_model("kokoro")
    assert list_files(folder) == ["kokoro-v1.0.onnx", "voices-v1.0.bin"]


def test_a_publisher_who_cannot_be_reached_is_an_error_with_two_remedies(monkeypatch):
    monkeypatch.setattr(model_download, "PIPER_URL", "http://127.0.0.1:9/")
    with pytest.raises(EngineUnavailableError, match=r"voices\.json can't be downloaded") as caught:
        download_model(NAME)
    assert "try again" in caught.value.hint
    assert "--from FOLDER" in caught.value.hint


def test_a_copy_replaces_an_older_copy_and_leaves_its_source(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models" / "piper"
    for content in (SETTINGS, SETTINGS + b"\n"):
        for suffix in (".onnx", ".onnx.json"):
            (tmp_path / f"{NAME}{suffix}").write_bytes(content)
        files = download_model(NAME, source=tmp_path)
        assert [file.read_bytes() for file in files] == [content, content]
    assert (tmp_path / f"{NAME}.onnx").exists()
    assert list_files(folder) == [file.name for file in files]


def test_a_copy_replaces_a_file_of_the_user_only_if_they_allow_it(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    mine = tmp_path / "models" / "piper" / "anna.onnx"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    for suffix in (".onnx", ".onnx.json"):
        (tmp_path / f"anna{suffix}").write_bytes(SETTINGS)
    with pytest.raises(OutputError, match="narrator has no record"):
        download_model("anna", source=tmp_path)
    assert mine.read_bytes() == b"mine"
    download_model("anna", source=tmp_path, may_replace=True)
    assert mine.read_bytes() == SETTINGS


@pytest.mark.usefixtures("publisher")
def test_a_copy_of_the_wrong_size_is_not_accepted(tmp_path):
    (tmp_path / "kokoro-v1.0.onnx").write_bytes(MODEL)
    (tmp_path / "voices-v1.0.bin").write_bytes(b"style")
    with pytest.raises(EngineUnavailableError, match=r"voices-v1\.0\.bin is damaged") as caught:
        download_model("kokoro", source=tmp_path)
    assert caught.value.hint == "copy it there again"


def test_a_voice_of_any_name_can_be_copied_from_a_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    for name in ("glados.onnx", "glados.onnx.json"):
        (tmp_path / name).write_bytes(SETTINGS)
    for name in ("glados", "glados.onnx"):
        files = download_model(name, source=tmp_path)
        assert [file.name for file in files] == ["glados.onnx", "glados.onnx.json"]


@pytest.mark.parametrize("name", ["", "../x", "a/b"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(UnknownVoiceError, match="no model is called"):
        download_model(name, source=tmp_path)
