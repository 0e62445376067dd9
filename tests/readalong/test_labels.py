from importlib.resources import files
from string import Template

import pytest

from narrator.attribution import languages
from narrator.readalong.labels import load_labels

TAGS = sorted(path.name[:2] for path in files(languages).iterdir() if path.name.endswith(".toml"))
STAGE = files("narrator.readalong") / "web_player"


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_that_people_are_found_in_has_words_for_the_page(tag):
    labels = load_labels(tag)
    assert labels.language == tag
    assert set(labels.texts) == set(load_labels("en").texts)
    assert all(word.strip() == word != "" for word in labels.texts.values())


@pytest.mark.parametrize(
    ("language", "tag"), [("de-AT", "de"), ("pt_BR", "pt"), ("eu", "en"), ("", "en")]
)
def test_a_language_without_words_gets_english_ones(language, tag):
    assert load_labels(language).language == tag


def test_the_page_asks_for_no_other_words():
    template = Template((STAGE / "index.html").read_text(encoding="utf-8"))
    own = {"title", "author", "language", "direction", "generator", "links", "labels"}
    said = {"pause", "unplayable", "narrator"}
    assert set(template.get_identifiers()) - own == set(load_labels("en").texts) - said
