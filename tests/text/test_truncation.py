import pytest

from narrator.text.truncation import truncate_utf8


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 300])
def test_a_title_is_never_cut_inside_a_character(most):
    cut = truncate_utf8("aé嵐x", most)
    assert len(cut) <= most
    assert "aé嵐x".startswith(cut.decode())
