"""Styles of Kokoro are read from files of any kind, and none of them can run code."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from narrator.engines.kokoro_styles import is_archive, load_archive, load_style_file
from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = np.arange(510 * 256, dtype="f4").reshape(510, 1, 256) / 1000


class Storage:
    """Stands for a storage of PyTorch while a test pickles a tensor as PyTorch does."""

    def __init__(self, kind: str, count: int) -> None:
        self.kind = kind
        self.count = count


class Tensor:
    """Stands for a tensor of PyTorch."""

    def __init__(self, storage: Storage, *arguments: object) -> None:
        self.arguments = (storage, *arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments  # type: ignore[attr-defined]


class TensorPickler(pickle.Pickler):
    """Pickles as `torch.save` does."""

    def persistent_id(self, value: object) -> tuple[object, ...] | None:
        if isinstance(value, Storage):
            return "storage", getattr(sys.modules["torch"], value.kind), "0", "cpu", value.count
        return None


@pytest.fixture
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules with the names of PyTorch's, so that a pickle refers to them."""
    package, utils = ModuleType("torch"), ModuleType("torch._utils")

    def rebuild(*_: object) -> None:
        """Do nothing."""

    rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    rebuild.__name__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    for name in ("FloatStorage", "HalfStorage", "DoubleStorage", "BFloat16Storage", "IntStorage"):
        setattr(package, name, type(name, (), {"__module__": "torch"}))
    monkeypatch.setitem(sys.modules, "torch", package)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)


def pickle_tensor(
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    kind: str = "FloatStorage",
    offset: int = 0,
    count: int = NUMBERS.size,
) -> bytes:
    stream = io.BytesIO()
    storage = Storage(kind, count)
    tensor = Tensor(storage, offset, shape, strides, False, OrderedDict())
    TensorPickler(stream, protocol=2).dump(tensor)
    return stream.getvalue()


def write_pt(path: Path, pickled: bytes, content: bytes, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("voice/data.pkl", pickled)
        archive.writestr("voice/data/0", content)
        for name, entry in entries.items():
            archive.writestr(f"voice/{name}", entry)
    return path


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize(
    ("kind", "content", "tolerance"),
    [
        ("FloatStorage", NUMBERS.tobytes(), 0),
        ("DoubleStorage", NUMBERS.astype("f8").tobytes(), 0),
        ("HalfStorage", NUMBERS.astype("f2").tobytes(), 0.1),
        ("BFloat16Storage", (NUMBERS.view("u4") >> 16).astype("u2").tobytes(), 1),
    ],
)
def test_a_file_of_pytorch_is_read_without_pytorch(
    tmp_path: Path, kind: str, content: bytes, tolerance: float
) -> None:
    pickled = pickle_tensor((510, 1, 256), (256, 256, 1), kind)
    style = load_style_file(write_pt(tmp_path / "a.pt", pickled, content))
    assert style.shape == (510, 1, 256)
    assert style.dtype == np.float32
    assert np.abs(style - NUMBERS).max() <= tolerance


@pytest.mark.usefixtures("torch")
def test_the_order_of_the_numbers_and_of_their_bytes_is_that_of_the_file(tmp_path: Path) -> None:
    transposed = pickle_tensor((510, 256), (1, 510))
    content = NUMBERS.reshape(510, 256).T.astype(">f4").tobytes()
    file = write_pt(tmp_path / "a.pt", transposed, content, byteorder=b"big")
    assert np.array_equal(load_style_file(file), NUMBERS)


@pytest.mark.parametrize("name", ["a.npy", "a.bin"])
def test_a_file_with_one_array_is_a_style(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name == "a.npy":
        np.save(file, NUMBERS)
    else:
        NUMBERS.tofile(file)
    assert not is_archive(file)
    assert np.array_equal(load_style_file(file), NUMBERS)


def test_an_archive_has_styles_by_name(tmp_path: Path) -> None:
    with (tmp_path / "voices.bin").open("wb") as stream:
        np.savez(stream, ada=NUMBERS, bob=-NUMBERS)
    assert is_archive(tmp_path / "voices.bin")
    assert np.array_equal(load_archive(tmp_path / "voices.bin")["bob"], -NUMBERS)


class Attack:
    """Runs a command where a pickle is loaded by an ordinary unpickler."""

    def __init__(self, function: Any, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


ATTACKS = {
    "runs a command": lambda: pickle.dumps(Attack(os.system, "touch hacked"), 2),
    "starts a process": lambda: pickle.dumps(Attack(subprocess.Popen, ["touch", "hacked"]), 2),
    "evaluates": lambda: pickle.dumps(Attack(exec, "open('hacked', 'w')"), 2),
    "imports": lambda: b"\x80\x02c__builtin__\n__import__\nX\x02\x00\x00\x00os\x85R.",
    "reaches into a known class": lambda: (
        b"\x80\x04\x8c\x0bcollections\x8c\x14OrderedDict.__init__\x93."
    ),
    "numbers an object too high": lambda: b"\x80\x02]r\xff\xff\xff\xff.",
    "is no tensor": lambda: pickle.dumps([1, 2, 3], 2),
    "is no pickle": lambda: b"no pickle",
    "is empty": lambda: b"",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_pickle_that_is_not_a_tensor_is_refused_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_pt(tmp_path / "a.pt", ATTACKS[attack](), NUMBERS.tobytes())
    with pytest.raises(EngineUnavailableError, match=r"a\.pt holds no style of Kokoro"):
        load_style_file(file)
    assert not (tmp_path / "hacked").exists()


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize(
    "pickled",
    [
        {"shape": (10**9, 1, 256), "strides": (0, 0, 1)},
        {"shape": (511, 1, 256), "strides": (256, 256, 1)},
        {"shape": (510, 1, 256), "strides": (256, 256, 1), "offset": 1},
        {"shape": (510, 1, 256), "strides": (-256, 256, 1)},
        {"shape": (510, 1, 256), "strides": (256, 256, 1), "kind": "IntStorage"},
        {"shape": (510, 1, 256), "strides": (256, 256, 1), "count": 10**9},
        {"shape": (510, 255), "strides": (255, 1)},
        {"shape": (0, 256), "strides": (256, 1)},
    ],
)
def test_a_tensor_that_is_not_a_style_is_one_clear_error(
    tmp_path: Path, pickled: dict[str, Any]
) -> None:
    file = write_pt(tmp_path / "a.pt", pickle_tensor(**pickled), NUMBERS.tobytes())
    with pytest.raises(EngineUnavailableError, match="holds no style of Kokoro"):
        load_style_file(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pt", b"PK\x03\x04 and no more"),
        ("b.pt", b""),
        ("c.bin", b"123"),
        ("d.bin", b"\xff" * 1024),
        ("e.npy", b"\x93NUMPY\x01"),
        ("f.npy", pickle.dumps("x")),
        ("g.bin", b"\0" * 9_000_000),
    ],
)
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineUnavailableError, match="holds no style of Kokoro"):
        load_style_file(tmp_path / name)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voice/data.pkl", b"")
        archive.writestr("voice/data/0", b"\0" * 50_000_000)
    with pytest.raises(EngineUnavailableError, match="50,000,000 bytes"):
        load_style_file(tmp_path / "a.pt")
