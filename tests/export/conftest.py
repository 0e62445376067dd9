import pytest

from tests.export.sample_audiobooks import write_audiobook


@pytest.fixture
def make_audiobook(tmp_path):
    """Writes audiobooks by the name of a format, each in a folder of its own."""
    folder_count = 0

    def write_in_new_folder(name, **settings):
        nonlocal folder_count
        folder_count += 1
        folder = tmp_path / str(folder_count)
        folder.mkdir()
        return write_audiobook(name, folder, **settings)

    return write_in_new_folder
