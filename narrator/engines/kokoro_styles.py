"""Reads the styles of Kokoro's speakers from the files in which people pass them on.

A style is a table of vectors, one for each number of phonemes. Kokoro's publisher stores each style
in a file of PyTorch (`af_heart.pt`), kokoro-onnx all styles in an archive of NumPy, and kokoro-js
each in a file of bare numbers. PyTorch is not needed here, and a file can't run code: of what a
pickle may ask for, only what a tensor consists of is known.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from narrator.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Style = NDArray[np.float32]
    """Shape (n, 1, 256): a vector for each number of phonemes up to n."""

STYLE_SUFFIXES = (".pt", ".npy", ".bin")
"""Suffixes of files with one style."""
ARCHIVE_SUFFIXES = (".bin", ".npz")
"""Suffixes of files with several styles, by name."""

_VECTOR_LENGTH = 256
_MAX_FILE_BYTES = 8_000_000
"""Size of the largest file with one style, also when unpacked; a usual one has 0.5 MB."""
_MAX_ARCHIVE_BYTES = 1_000_000_000
_ZIP_MAGIC = b"PK\x03\x04"
_STYLE_FAILURES = (
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
)
"""The exceptions that a damaged file, or one of another kind, can cause."""


def is_style_path(name: str) -> bool:
    """Return whether a profile names a style by its file, and not by its name."""
    return name.lower().endswith(STYLE_SUFFIXES)


def is_archive(file: Path) -> bool:
    """Return whether a file is an archive of styles by name."""
    if file.suffix.lower() not in ARCHIVE_SUFFIXES:
        return False
    with file.open("rb") as stream:
        return stream.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC


@cache
def load_archive(file: Path) -> dict[str, Style]:
    """Return the styles of an archive by name.

    Raises:
        EngineUnavailableError: the file is not an archive of styles.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _check_size(sum(entry.file_size for entry in archive.infolist()), _MAX_ARCHIVE_BYTES)
        with np.load(file, allow_pickle=False) as styles:
            return {name: styles[name] for name in styles.files}
    except _STYLE_FAILURES as error:
        raise EngineUnavailableError(
            f"{file} holds no styles of Kokoro: {error}",
            "`narrator voices fetch kokoro` downloads it",
        ) from error


@cache
def load_style_file(file: Path) -> Style:
    """Return the style in a file.

    Raises:
        EngineUnavailableError: the file can't be read, or has no style of Kokoro.
    """
    try:
        _check_size(file.stat().st_size, _MAX_FILE_BYTES)
        numbers = _READERS[file.suffix.lower()](file)
        return _shape_style(numbers)
    except _STYLE_FAILURES as error:
        raise EngineUnavailableError(
            f"{file} holds no style of Kokoro: {error}",
            "a style is a tensor of n times 256 numbers, saved as .pt, .npy or bare float32",
        ) from error


def _shape_style(numbers: NDArray[Any]) -> Style:
    """Return the numbers of a file as a style.

    Raises:
        ValueError: they can't be one.
    """
    shape = numbers.shape
    if numbers.dtype.kind != "f" or not shape or shape[-1] != _VECTOR_LENGTH:
        raise ValueError(f"it has numbers of type {numbers.dtype} in the shape {shape}")
    style = numbers.reshape(-1, 1, _VECTOR_LENGTH).astype(np.float32)
    if not len(style) or not np.isfinite(style).all():
        raise ValueError("its numbers are missing or infinite")
    return style


def _read_bare_numbers(file: Path) -> NDArray[np.float32]:
    return np.frombuffer(file.read_bytes(), "<f4").reshape(-1, _VECTOR_LENGTH)


def _read_array(file: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(file, allow_pickle=False)
    return array


# PyTorch


@dataclass(frozen=True, slots=True)
class _Storage:
    """The numbers of a tensor, without its shape."""

    numbers: NDArray[Any]


_STORAGE_TYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "BFloat16Storage": "u2",
}
"""NumPy's types for PyTorch's; the last one has the upper half of each float32."""


def _read_tensor(file: Path) -> NDArray[Any]:
    """Return the tensor in a file of PyTorch 1.6 or later.

    Raises:
        pickle.UnpicklingError: the file contains something else.
    """
    with zipfile.ZipFile(file) as archive:
        _check_size(sum(entry.file_size for entry in archive.infolist()), _MAX_FILE_BYTES)
        [pickle_name] = [name for name in archive.namelist() if name.endswith("data.pkl")]
        pickled = archive.read(pickle_name)
        _check_memo(pickled)
        tensor = _TensorUnpickler(pickled, archive, pickle_name.removesuffix("data.pkl")).load()
    if not isinstance(tensor, np.ndarray):
        raise pickle.UnpicklingError(f"it holds a {type(tensor).__name__}, not a tensor")
    return tensor


def _check_memo(pickled: bytes) -> None:
    """Check that a pickle numbers its objects as pickles do; a huge number would take all memory.

    Raises:
        ValueError: it does not, or is not a pickle.
    """
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name.endswith("PUT") and int(argument or 0) > len(pickled):
            raise ValueError("its pickle is damaged")


class _TensorUnpickler(pickle.Unpickler):  # noqa: S301 - see `find_class`
    """An unpickler that knows a tensor's parts and nothing else."""

    def __init__(self, pickled: bytes, archive: zipfile.ZipFile, prefix: str) -> None:
        super().__init__(io.BytesIO(pickled), encoding="utf-8")
        self._archive = archive
        self._prefix = prefix

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a class or a function of the pickle.

        Raises:
            pickle.UnpicklingError: it is not a part of a tensor.
        """
        if module == "torch" and name in _STORAGE_TYPES:
            return name
        allowed_classes: dict[tuple[str, str], object] = {
            ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
            ("torch._utils", "_rebuild_parameter"): _unwrap_parameter,
            ("collections", "OrderedDict"): OrderedDict,
        }
        if (module, name) not in allowed_classes:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no style needs")
        return allowed_classes[module, name]

    def persistent_load(self, identifier: Any) -> _Storage:
        """Return the numbers that the pickle refers to, which are files of the archive."""
        kind, storage_type, key, _, count = identifier
        if kind != "storage" or "/" in str(key):
            raise pickle.UnpicklingError(f"it refers to a {kind}")
        content = self._archive.read(f"{self._prefix}data/{key}")
        order = ">" if self._read_byte_order() == b"big" else "<"
        numbers = np.frombuffer(content, order + _STORAGE_TYPES[storage_type], count)
        if storage_type == "BFloat16Storage":
            numbers = (numbers.astype("u4") << 16).view("f4")
        return _Storage(numbers)

    def _read_byte_order(self) -> bytes:
        """Return `little` or `big`; older files do not say, and are little-endian."""
        name = f"{self._prefix}byteorder"
        return self._archive.read(name).strip() if name in self._archive.namelist() else b"little"


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> NDArray[Any]:
    """Return a tensor; `offset` and `strides` count numbers.

    Raises:
        TypeError: the storage is too small.
        ValueError: the tensor is larger than its storage.
    """
    numbers = storage.numbers
    if math.prod(shape) > numbers.size:  # a stride of 0 would repeat numbers without end
        raise ValueError(f"it has the shape {shape}, and {numbers.size} numbers")
    return np.ndarray(
        shape,
        numbers.dtype,
        numbers,
        offset * numbers.itemsize,
        [stride * numbers.itemsize for stride in strides],
    ).copy()


def _unwrap_parameter(tensor: NDArray[Any], *_: object) -> NDArray[Any]:
    """Return the tensor of a parameter, as training saves it."""
    return tensor


def _check_size(byte_count: int, limit: int) -> None:
    """Raise a ValueError if a file is larger than styles are."""
    if byte_count > limit:
        raise ValueError(f"it has {byte_count:,} bytes")


_READERS: dict[str, Callable[[Path], NDArray[Any]]] = {
    ".pt": _read_tensor,
    ".npy": _read_array,
    ".bin": _read_bare_numbers,
}
"""How a file with one style is read, by its suffix."""
