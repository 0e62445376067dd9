import pytest

from tests.export.binding import bind


@pytest.fixture
def make(tmp_path):
    """Makes an audiobook of a format in a new folder."""
    count = 0

    def in_a_new_folder(name, **settings):
        nonlocal count
        count += 1
        folder = tmp_path / str(count)
        folder.mkdir()
        return bind(name, folder, **settings)

    return in_a_new_folder
