import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import narrator
from narrator.cache import fingerprints
from narrator.cache.fingerprints import FINGERPRINT_BYTES, fingerprint

PACKAGE = Path(narrator.__file__).parent


def test_equal_values_have_equal_fingerprints() -> None:
    assert fingerprint("a", 1) == fingerprint("a", 1)
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert len(bytes.fromhex(fingerprint("a"))) == FINGERPRINT_BYTES


def test_values_that_differ_in_anything_have_other_fingerprints() -> None:
    values = [("a", 1), ("a", 2), ("a1",), ("a", "1"), (["a", 1],), ("a", 1, None), (1, "a")]
    assert len({fingerprint(*arguments) for arguments in values}) == len(values)


def test_text_that_is_not_ascii_can_be_fingerprinted() -> None:
    assert fingerprint("嵐") != fingerprint("\\u5d50")


def test_what_json_cannot_represent_is_an_error() -> None:
    with pytest.raises(TypeError):
        fingerprint(object())


FINGERPRINTS = """
from narrator.cache.fingerprints import encoder_fingerprint, program_fingerprint
print(program_fingerprint(), encoder_fingerprint())
"""


def _fingerprints_of(folder: Path) -> list[str]:
    """Return the fingerprints of the program and its encoders, as a new process computes them."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", FINGERPRINTS]
    return subprocess.check_output(command, env=environment, cwd=folder, text=True).split()


def test_a_change_of_the_code_changes_the_fingerprints_of_what_it_shapes(tmp_path: Path) -> None:
    package = tmp_path / "narrator"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    program, encoder = _fingerprints_of(tmp_path)
    assert [program, encoder] == _fingerprints_of(tmp_path)
    with (package / "readers" / "plain.py").open("a") as source:
        source.write("# a comment\n")
    changed_program, same_encoder = _fingerprints_of(tmp_path)
    assert changed_program != program
    assert same_encoder == encoder
    with (package / "audio" / "levels.py").open("a") as source:
        source.write("# a comment\n")
    assert _fingerprints_of(tmp_path)[1] != encoder
    for data in ("weights.npz", "given_names.tsv"):
        program = _fingerprints_of(tmp_path)[0]
        with (package / "attribution" / data).open("ab") as file:
            file.write(b"\n")
        assert _fingerprints_of(tmp_path)[0] != program


def test_another_version_of_an_encoding_library_is_another_encoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fingerprints.encoder_fingerprint.cache_clear()
    before = fingerprints.encoder_fingerprint()
    monkeypatch.setattr("importlib.metadata.version", lambda library: f"{library} 99")
    fingerprints.encoder_fingerprint.cache_clear()
    assert fingerprints.encoder_fingerprint() != before
    fingerprints.encoder_fingerprint.cache_clear()
