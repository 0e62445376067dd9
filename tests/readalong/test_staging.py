import pytest

from narrator.errors import OutputError
from narrator.readalong.staging import require_replaceable_folder, stage_file, stage_folder


def list_names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_staged_file_replaces_the_target_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "new" / "book.vtt"
    with stage_file(target) as staging_path:
        staging_path.write_text("one")
        assert not target.exists()
    with stage_file(target) as staging_path:
        staging_path.write_text("two")
        assert target.read_text() == "one"
    assert target.read_text() == "two"
    assert list_names(target.parent) == ["book.vtt"]


def write_a_file_and_fail(target):
    with stage_file(target) as staging_path:
        staging_path.write_text("half")
        raise RuntimeError


def write_a_folder_and_fail(target):
    with stage_folder(target, "page.js") as staging_path:
        (staging_path / "page.js").write_text("half")
        raise RuntimeError


def test_a_file_stays_as_it_was_if_writing_fails(tmp_path):
    target = tmp_path / "book.vtt"
    target.write_text("old")
    with pytest.raises(RuntimeError):
        write_a_file_and_fail(target)
    assert target.read_text() == "old"
    assert list_names(tmp_path) == ["book.vtt"]


def test_a_folder_stays_as_it_was_if_writing_fails(tmp_path):
    target = tmp_path / "page"
    target.mkdir()
    (target / "page.js").write_text("old")
    with pytest.raises(RuntimeError):
        write_a_folder_and_fail(target)
    assert (target / "page.js").read_text() == "old"
    assert list_names(tmp_path) == ["page"]


def test_an_older_folder_is_replaced_with_all_its_files(tmp_path):
    target = tmp_path / "page"
    target.mkdir()
    for name in ("page.js", "chapter-9.mp3"):
        (target / name).touch()
    with stage_folder(target, "page.js") as staging_path:
        (staging_path / "page.js").write_text("new")
    assert list_names(target) == ["page.js"]
    assert list_names(tmp_path) == ["page"]


@pytest.mark.parametrize("kind", ["missing", "empty folder", "older folder"])
def test_a_free_target_or_an_older_folder_can_be_replaced(tmp_path, kind):
    target = tmp_path / "page"
    if kind != "missing":
        target.mkdir()
    if kind == "older folder":
        (target / "page.js").touch()
    require_replaceable_folder(target, "page.js")


@pytest.mark.parametrize("name", ["", "letter.txt", "page.js/letter.txt"])
def test_a_file_or_a_folder_of_the_user_is_never_replaced(tmp_path, name):
    target = tmp_path / "mine"
    file = target / name if name else target
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    with pytest.raises(OutputError, match="something else"), stage_folder(target, "page.js"):
        pass
    assert file.exists()


def test_a_target_below_a_file_raises_an_output_error(tmp_path):
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "book.vtt"
    with pytest.raises(OutputError, match="can't be written"), stage_file(target):
        pass
