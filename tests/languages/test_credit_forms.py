from string import Formatter

import pytest

from narrator.languages.credit_forms import load_credit_forms, name_narrator
from narrator.languages.language_files import find_language_files


@pytest.mark.parametrize("tag", sorted(find_language_files()))
def test_every_language_announces_title_author_and_narrator(tag):
    forms = load_credit_forms(tag)
    for form, gap in [
        (forms.title, "title"),
        (forms.author, "author"),
        (forms.narrator, "narrator"),
        (forms.closing, "title"),
    ]:
        assert [name for _, name, _, _ in Formatter().parse(form) if name] == [gap]
    assert forms.closing != forms.title
    assert forms.opening_heading != forms.closing_heading != ""


def test_captions_name_the_narrator_in_the_language_of_the_book():
    assert name_narrator("de") == "Erzähler"
    assert name_narrator("da-DK") == "Fortæller"
    assert name_narrator("la") == "Narrator"
