from string import Formatter

import pytest

from narrator.languages.credit_forms import load_credit_forms
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
