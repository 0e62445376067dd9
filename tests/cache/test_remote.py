"""A cache at a URL that machines share: in memory, and on a real FTP server."""

import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from narrator.build import pipeline
from narrator.build.pipeline import Options
from narrator.cache import remote
from narrator.cache.open import open_store
from narrator.cache.remote import SharedStore
from narrator.cache.store import Store
from narrator.errors import MissingExtraError, OptionError, OutputError
from tests.conftest import Served, inline


@pytest.fixture(params=["memory", "ftp"])
def url(request: pytest.FixtureRequest, tmp_path: Path, served: Served) -> str:
    if request.param == "memory":
        return f"memory://{tmp_path.name}/cache"
    return served(tmp_path / "server")


Machine = Callable[[str], SharedStore]


@pytest.fixture
def machine(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Opens the store at the URL as a machine of that name would."""

    def open_on_machine(name: str) -> SharedStore:
        monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / name))
        return SharedStore(url)

    return open_on_machine


def test_an_entry_that_one_machine_saved_is_loaded_and_kept_by_another(machine: Machine) -> None:
    first, second = machine("first"), machine("second")
    assert second.load("clip", "abcd") is None
    first.save("clip", "abcd", b"sound")
    assert second.load("clip", "abcd") == b"sound"
    assert Store(second.root).load("clip", "abcd") == b"sound"
    assert second.damaged_count == 0


def test_an_adopted_file_of_one_machine_is_verified_by_another(machine: Machine) -> None:
    first, second = machine("first"), machine("second")
    with first.temporary_file() as temporary_file:
        temporary_file.write_bytes(b"encoded")
        checksum = first.adopt_file("reel", "abcd", temporary_file)
    path = second.find_verified("reel", "abcd", checksum)
    assert path is not None
    assert path.read_bytes() == b"encoded"
    assert second.find_verified("reel", "abcd", "0" * 64) is None


def test_an_entry_that_arrives_damaged_is_counted_and_removed_at_the_url(machine: Machine) -> None:
    first, second = machine("first"), machine("second")
    first.save("clip", "abcd", b"sound")
    first._upload_file("clip/ab/abcd", b"rotten")
    assert second.load("clip", "abcd") is None
    assert second.damaged_count == 1
    assert machine("third").load("clip", "abcd") is None
    assert machine("third").damaged_count == 0


def test_an_entry_that_is_damaged_locally_is_fetched_again(machine: Machine) -> None:
    first = machine("first")
    first.save("clip", "abcd", b"sound")
    first.path("clip", "abcd").write_bytes(b"rotten")
    assert first.load("clip", "abcd") == b"sound"
    assert first.damaged_count == 1


def test_a_remote_entry_is_known_without_being_fetched(machine: Machine) -> None:
    first, second = machine("first"), machine("second")
    first.save("clip", "abcd", b"sound")
    assert second.has_entry("clip", "abcd")
    assert not second.has_entry("clip", "abce")
    assert not second.path("clip", "abcd").exists()


def test_kinds_that_concern_one_machine_are_not_shared(machine: Machine) -> None:
    first = machine("first")
    first.save("measured", "abcd", b"so quick")
    assert first.load("measured", "abcd") == b"so quick"
    assert machine("second").load("measured", "abcd") is None


def test_remote_entries_are_counted_and_pruned(machine: Machine) -> None:
    first = machine("first")
    for name in ("aaaa", "bbbb", "cccc"):
        first.save("clip", name, b"x" * 1000)
    assert [(u.kind, u.entry_count) for u in first.measure_usage()] == [("clip", 3)]
    first.prune(
        limit_bytes=0, used_since=0.0
    )  # as a build does, which prunes only its local folder
    assert first.measure_usage()[0].entry_count == 3
    second = machine("second")
    assert second.prune(limit_bytes=2100) > 1000
    assert second.measure_usage()[0].entry_count == 2
    assert second.clear() > 2000
    assert first.measure_usage() == ()


def test_a_book_that_one_machine_rendered_needs_no_synthesis_on_another(
    url: str, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, audiobooks = Options(engine="tone", pool=inline, jobs=1, cache_dir=url), []
    for name in ("first", "second"):
        monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / name))
        open_store.cache_clear()
        target = tmp_path / f"{name}.mp3"
        pipeline.narrate([str(story)], target, options)
        audiobooks.append(target.read_bytes())
        monkeypatch.setattr("narrator.synthesis.clips._synthesise_line", None)
    assert audiobooks[0] == audiobooks[1]


def test_a_lost_connection_is_opened_again(tmp_path: Path, served: Served) -> None:
    url = served(tmp_path / "server")
    store = SharedStore(url)
    remote._connect_to_url(url)[0].ftp.sock.shutdown(socket.SHUT_RDWR)
    store.save("clip", "abcd", b"sound")
    assert (tmp_path / "server" / "cache" / "clip" / "ab" / "abcd").exists()


def test_no_temporary_file_is_left_at_the_url(tmp_path: Path, served: Served) -> None:
    store = SharedStore(served(tmp_path / "server"))
    store.save("clip", "abcd", b"x" * 100_000)
    names = [path.name for path in (tmp_path / "server").rglob("*") if path.is_file()]
    assert sorted(names) == ["CACHEDIR.TAG", "abcd"]


def test_a_url_that_is_read_only_is_reported_at_once(tmp_path: Path, served: Served) -> None:
    with pytest.raises(OutputError, match=r"ftp://…@127\.0\.0\.1.*can't be used") as raised:
        SharedStore(served(tmp_path / "server", writable=False))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("ftp://127.0.0.1:1/cache", OutputError, "can't be used.*reached"),
        ("nonsense://place", OptionError, "nonsense://place.*give a folder"),
        (
            "smb://host/share",
            MissingExtraError,
            "needs a package that is not installed.*smbprotocol",
        ),
    ],
)
def test_a_url_that_cannot_be_used_is_reported(
    url: str, error: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "smbclient", None)
    with pytest.raises(error, match=message):
        open_store(url)


@pytest.mark.parametrize(
    ("details", "key"),
    [
        ({"mtime": datetime(2026, 1, 2, tzinfo=UTC)}, 1_767_312_000.0),
        ({"LastModified": 1_767_312_000}, 1_767_312_000.0),
        ({"modify": "20260102030405.678"}, 20260102030405.0),
        ({"updated": "2026-01-02T03:04:05Z"}, 20260102030405.0),
        ({"mtime": None, "created": 5.5}, 5.5),
        ({"size": 3}, 0.0),
    ],
)
def test_backends_give_the_time_of_a_file_in_many_ways(
    details: dict[str, object], key: float
) -> None:
    assert remote._parse_modification_time(details) == key


def test_a_worker_has_the_folder_of_its_own_machine(machine: Machine, tmp_path: Path) -> None:
    open_copy, arguments = machine("first").__reduce__()
    machine("second")
    assert open_copy(*arguments).root.is_relative_to(tmp_path / "second")
