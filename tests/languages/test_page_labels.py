from importlib.resources import files
from string import Template

import pytest

from narrator.languages.about import load_about
from narrator.languages.language_files import find_language_files
from narrator.languages.page_labels import load_labels
from narrator.readalong import web_player

LEVELLED_TAGS = [tag for tag in find_language_files() if load_about(tag).level]


@pytest.mark.parametrize("tag", LEVELLED_TAGS)
def test_every_language_with_a_level_has_all_labels_in_its_own_words(tag):
    labels, english = load_labels(tag), load_labels("en")
    assert labels.language == tag
    assert set(labels.texts) == set(english.texts)
    assert all(text.strip() == text != "" for text in labels.texts.values())
    own_words = [key for key, text in labels.texts.items() if text != english.texts[key]]
    assert tag == "en" or len(own_words) > 0.8 * len(english.texts)


@pytest.mark.parametrize(
    ("language", "tag"),
    [("de-AT", "de"), ("pt_BR", "pt"), ("PL", "pl"), ("la", "en"), ("", "en")],
)
def test_a_language_without_labels_gets_the_english_ones(language, tag):
    assert load_labels(language).language == tag


def test_the_page_needs_exactly_the_labels_that_exist():
    template = Template((files(web_player) / "index.html").read_text(encoding="utf-8"))
    metadata = {"title", "author", "language", "direction", "generator"}
    not_labels = {*metadata, "links", "labels", "nonce", "policy"}
    used_in_scripts = {"pause", "unplayable", "narrator"}
    assert (
        set(template.get_identifiers()) - not_labels
        == set(load_labels("en").texts) - used_in_scripts
    )
