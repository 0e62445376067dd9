"""Parts of Word documents are found by their relationships, whatever their names."""

import pytest

from tests.readers.sample_books import archive, read, spoken
from tests.readers.test_docx import STYLES, W, p

RELATIONSHIP = '<Relationship Type="http://schemas.example.org/relationships/{}" Target="{}"/>'


@pytest.mark.parametrize("target", ["/word/document2.xml", "word/document2.xml"])
def test_parts_are_found_by_their_relationships(target: str) -> None:
    relations = RELATIONSHIP.format("styles", "look.xml") + RELATIONSHIP.format("footnotes", "gone")
    document = archive(
        {
            "_rels/.rels": f"<Relationships>{RELATIONSHIP.format('officeDocument', target)}</Relationships>",
            "word/document2.xml": f"<w:document {W}>{p('Head', 'Own')}{p('It rained.')}</w:document>",
            "word/_rels/document2.xml.rels": f"<Relationships>{relations}</Relationships>",
            "word/look.xml": STYLES,
        }
    )
    for name in ("a.docx", "a"):
        assert spoken(read(document, name)) == ["# Head", "It rained."]
