import pytest
from lxml import etree

from narrator.readalong.epub.add_overlays import set_page_direction
from narrator.readalong.epub.upgrade import add_page_properties, upgrade_package, upgrade_page

XHTML = "http://www.w3.org/1999/xhtml"
OPF = "http://www.idpf.org/2007/opf"


def upgrade_body(body):
    """Return the content of a body after the upgrade, without namespaces."""
    page = f'<html xmlns="{XHTML}"><head><title>T</title></head><body>{body}</body></html>'
    upgraded = upgrade_page(etree.fromstring(page))
    text = etree.tostring(upgraded.find(f"{{{XHTML}}}body"), encoding="unicode")
    return text.replace(f' xmlns="{XHTML}"', "").removeprefix("<body>").removesuffix("</body>")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Text</p>", "<p>Text</p>"),
        ("<tt>code</tt>", "<code>code</code>"),
        ("<acronym>UN</acronym>", "<abbr>UN</abbr>"),
        ("<big>A</big>", '<span style="font-size: larger">A</span>'),
        ('<font color="red" size="2">A</font>', '<span style="color: red">A</span>'),
        ('<font color="url(x)">A</font>', "<span>A</span>"),
        ("<center><p>A</p></center>", '<div style="text-align: center"><p>A</p></div>'),
        ('<p align="RIGHT">A</p>', '<p style="text-align: right">A</p>'),
        ('<img src="a.png" align="left"/>', '<img src="a.png" style="float: left"/>'),
        (
            '<p align="center" style="margin: 0;">A</p>',
            '<p style="margin: 0; text-align: center">A</p>',
        ),
        (
            '<table border="1"><tr><td width="5" valign="top">A</td></tr></table>',
            '<table><tr><td style="vertical-align: top">A</td></tr></table>',
        ),
        ('<img src="a.png" width="5" height="6"/>', '<img src="a.png" width="5" height="6"/>'),
        ('<a name="top">A</a>', '<a id="top">A</a>'),
        ('<a name="x" id="y">A</a>', '<a id="y">A</a>'),
        ('<a name="not valid">A</a>', "<a>A</a>"),
        ('<ul type="disc" compact="compact"><li>A</li></ul>', "<ul><li>A</li></ul>"),
        ('<select size="2"/>', '<select size="2"/>'),
    ],
)
def test_what_html_5_does_not_have_is_replaced(old, new):
    assert upgrade_body(old) == new


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("", "…"),
        ("<title> </title>", "…"),
        ("<title>One</title>", "One"),
        ('<meta http-equiv="Content-Type" content="text/html"/>', "…"),
    ],
)
def test_a_head_has_a_title_and_does_not_declare_its_type(head, title):
    page = f'<html xmlns="{XHTML}"><head>{head}</head><body/></html>'
    upgraded = upgrade_page(etree.fromstring(page))
    assert [element.text for element in upgraded.iter("{*}title")] == [title]
    assert not list(upgraded.iter("{*}meta"))


def test_a_page_without_a_namespace_gets_that_of_xhtml():
    upgraded = upgrade_page(
        etree.fromstring('<html lang="en"><body><p>A<b>b</b></p></body></html>')
    )
    assert upgraded.get("lang") == "en"
    assert {element.tag.partition("}")[0] for element in upgraded.iter()} == {f"{{{XHTML}"}
    assert upgraded.nsmap[None] == XHTML


def parse_package(metadata, version="2.0", manifest=""):
    return etree.fromstring(
        f'<package xmlns="{OPF}" xmlns:opf="{OPF}" version="{version}">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{manifest}</manifest><guide/></package>"
    )


def test_attributes_of_creators_become_refinements():
    package = parse_package('<dc:creator opf:role="aut" opf:file-as="Poe, A.">A. Poe</dc:creator>')
    upgrade_package(package)
    (creator,) = package.iter("{*}creator")
    assert dict(creator.attrib) == {"id": "narrator-creator-0"}
    refinements = {
        meta.get("property"): meta.text
        for meta in package.iter("{*}meta")
        if meta.get("refines") == "#narrator-creator-0"
    }
    assert refinements == {"role": "aut", "file-as": "Poe, A."}


def test_only_the_first_date_is_kept_and_empty_elements_are_removed():
    package = parse_package(
        "<dc:date>1999</dc:date><dc:date>2001</dc:date><dc:subject/><dc:title>T</dc:title>"
    )
    upgrade_package(package)
    (metadata,) = package.iter("{*}metadata")
    assert [(etree.QName(child).localname, child.text) for child in metadata][:2] == [
        ("date", "1999"),
        ("title", "T"),
    ]
    assert not list(package.iter("{*}guide"))


def test_the_cover_is_marked_by_a_property():
    manifest = '<item id="pic" href="p.png"/><item id="one" href="1.html"/>'
    package = parse_package('<meta name="cover" content="pic"/>', manifest=manifest)
    upgrade_package(package)
    assert [item.get("properties") for item in package.iter("{*}item")] == ["cover-image", None]


def test_a_package_of_epub_3_stays_as_it_is():
    package = parse_package("<dc:date>1999</dc:date><dc:date>2001</dc:date>", version="3.0")
    before = etree.tostring(package)
    upgrade_package(package)
    assert etree.tostring(package) == before


@pytest.mark.parametrize(
    ("body", "old", "new"),
    [
        ("<p/>", None, None),
        ("<p/>", "nav", "nav"),
        ("<svg/><math/>", None, "mathml svg"),
        ("<script/>", "svg", "scripted svg"),
    ],
)
def test_a_page_states_what_it_uses(body, old, new):
    item = etree.Element("item", {"properties": old} if old else {})
    add_page_properties(item, etree.fromstring(f"<html><body>{body}</body></html>"))
    assert item.get("properties") == new


@pytest.mark.parametrize(
    ("language", "attributes", "direction"),
    [
        ("fa", "", "rtl"),
        ("he-IL", "", "rtl"),
        ("fa", 'page-progression-direction="ltr"', "ltr"),
        ("da", "", None),
    ],
)
def test_pages_turn_as_the_language_is_written_unless_the_spine_says_otherwise(
    language, attributes, direction
):
    package = etree.fromstring(f'<package xmlns="{OPF}"><spine {attributes}/></package>')
    set_page_direction(package, language)
    assert package[0].get("page-progression-direction") == direction
