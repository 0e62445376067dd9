from importlib.resources import files
from string import Template

import pytest

from narrator.languages.language_files import list_tags_with_section
from narrator.languages.page_labels import load_labels
from narrator.readalong import web_player

TAGS = list_tags_with_section("labels")


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_has_all_labels(tag):
    labels = load_labels(tag)
    assert labels.language == tag
    assert set(labels.texts) == set(load_labels("en").texts)
    assert all(text.strip() == text != "" for text in labels.texts.values())


@pytest.mark.parametrize(
    ("language", "tag"),
    [("de-AT", "de"), ("pt_BR", "pt"), ("PL", "pl"), ("eu", "en"), ("", "en")],
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
