"""A cache at a URL, which machines share: in memory, and on a real server across a real network."""

import socket
import sys
from collections.abc import Callable
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
    """A store at the address, on a machine of that name."""

    def of(name: str) -> SharedStore:
        monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / name))
        return SharedStore(url)

    return of


def test_what_one_machine_saved_another_loads_and_then_has(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    assert other.load("clip", "abcd") is None
    one.save("clip", "abcd", b"sound")
    assert other.load("clip", "abcd") == b"sound"
    assert Store(other.root).load("clip", "abcd") == b"sound"
    assert other.damaged_count == 0


def test_an_adopted_file_of_one_machine_is_verified_by_another(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    with one.temporary_file() as part:
        part.write_bytes(b"encoded")
        checksum = one.adopt_file("reel", "abcd", part)
    found = other.find_verified("reel", "abcd", checksum)
    assert found is not None
    assert found.read_bytes() == b"encoded"
    assert other.find_verified("reel", "abcd", "0" * 64) is None


def test_what_comes_damaged_is_none_and_counted_and_removed_there(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    one.save("clip", "abcd", b"sound")
    one._send("clip/ab/abcd", b"rotten")
    assert other.load("clip", "abcd") is None
    assert other.damaged_count == 1
    assert machine("third").load("clip", "abcd") is None
    assert machine("third").damaged_count == 0


def test_what_rots_on_one_machine_is_fetched_again(machine: Machine) -> None:
    one = machine("one")
    one.save("clip", "abcd", b"sound")
    one.path("clip", "abcd").write_bytes(b"rotten")
    assert one.load("clip", "abcd") == b"sound"
    assert one.damaged_count == 1


def test_it_is_known_what_is_there_without_fetching_it(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    one.save("clip", "abcd", b"sound")
    assert other.has_entry("clip", "abcd")
    assert not other.has_entry("clip", "abce")
    assert not other.path("clip", "abcd").exists()


def test_what_concerns_one_machine_stays_there(machine: Machine) -> None:
    one = machine("one")
    one.save("measured", "abcd", b"so quick")
    assert one.load("measured", "abcd") == b"so quick"
    assert machine("other").load("measured", "abcd") is None


def test_what_is_there_is_counted_and_removed(machine: Machine) -> None:
    one = machine("one")
    for name in ("aaaa", "bbbb", "cccc"):
        one.save("clip", name, b"x" * 1000)
    assert [(u.kind, u.entry_count) for u in one.measure_usage()] == [("clip", 3)]
    one.prune(limit_bytes=0, used_since=0.0)  # a build's, which leaves the others' alone
    assert one.measure_usage()[0].entry_count == 3
    other = machine("other")
    assert other.prune(limit_bytes=2100) > 1000
    assert other.measure_usage()[0].entry_count == 2
    assert other.clear() > 2000
    assert one.measure_usage() == ()


def test_a_book_that_one_machine_made_costs_another_no_clip(
    url: str, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, made = Options(engine="tone", pool=inline, jobs=1, cache_dir=url), []
    for name in ("one", "other"):
        monkeypatch.setenv("NARRATOR_CACHE_DIR", str(tmp_path / name))
        open_store.cache_clear()
        target = tmp_path / f"{name}.mp3"
        pipeline.narrate([str(story)], target, options)
        made.append(target.read_bytes())
        monkeypatch.setattr("narrator.synthesis.clips._synthesise_line", None)
    assert made[0] == made[1]


def test_a_connection_that_was_lost_is_made_again(tmp_path: Path, served: Served) -> None:
    url = served(tmp_path / "server")
    store = SharedStore(url)
    remote._connect(url)[0].ftp.sock.shutdown(socket.SHUT_RDWR)
    store.save("clip", "abcd", b"sound")
    assert (tmp_path / "server" / "cache" / "clip" / "ab" / "abcd").exists()


def test_nothing_half_written_is_met(tmp_path: Path, served: Served) -> None:
    store = SharedStore(served(tmp_path / "server"))
    store.save("clip", "abcd", b"x" * 100_000)
    left = [path.name for path in (tmp_path / "server").rglob("*") if path.is_file()]
    assert sorted(left) == ["CACHEDIR.TAG", "abcd"]


def test_a_place_that_may_only_be_read_is_told_at_once(tmp_path: Path, served: Served) -> None:
    with pytest.raises(OutputError, match=r"ftp://me:…@127\.0\.0\.1.*can't be used") as told:
        SharedStore(served(tmp_path / "server", writable=False))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "error", "says"),
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
def test_a_place_that_cannot_be_used_is_told(
    url: str, error: type[Exception], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "smbclient", None)
    with pytest.raises(error, match=says):
        open_store(url)


def test_a_worker_has_the_folder_of_its_own_machine(machine: Machine, tmp_path: Path) -> None:
    made, arguments = machine("one").__reduce__()
    machine("other")
    assert made(*arguments).root.is_relative_to(tmp_path / "other")
