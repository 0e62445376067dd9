import pytest
from lxml import etree

from narrator.readers.layout.web_elements import find_furniture, load_furniture_elements


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ('<div class="author-note"/>', "author's note"),
        ('<div class="x meta group"><h2 class="heading"/></div>', "author's note"),
        ('<div class="meta"/>', ""),
        ('<div id="endnotes12"><p class="userstuff"/></div>', "author's note"),
        ('<div id="endnotes12"><p/></div>', ""),
        ('<div id="comments"/>', "comments of readers"),
        ("<div/>", ""),
    ],
)
def test_an_element_is_known_by_its_names_and_its_content(markup: str, reason: str) -> None:
    furniture = find_furniture(etree.fromstring(markup))
    assert (furniture.reason if furniture else "") == reason


def test_elements_are_found_by_id_or_by_their_first_class() -> None:
    elements = load_furniture_elements()
    assert elements["#preface"][0].contained_classes
    assert elements["meta"][0].classes == {"meta", "group"}
