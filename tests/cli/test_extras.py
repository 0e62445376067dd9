"""Each optional extra of the package says what it adds."""

from narrator.cli.extras import EXTRA_PURPOSES
from narrator.installation import list_extras


def test_every_extra_says_what_it_adds() -> None:
    assert tuple(EXTRA_PURPOSES) == list_extras()
