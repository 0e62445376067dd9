from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.ogg import OggPage

from narrator.errors import ExportError
from narrator.export import ogg_pages


@given(st.binary(max_size=140_000), st.integers(0, 2**32 - 1))
def test_a_packet_of_any_length_comes_back_from_its_pages(packet, serial):
    pages = ogg_pages.split_packet(packet, ogg_pages.FIRST_FLAG)
    written = b"".join(page.serialise(serial, number) for number, page in enumerate(pages))
    assert list(ogg_pages.read_ogg_pages(BytesIO(written))) == pages
    file, found = BytesIO(written), []
    while file.tell() < len(written):
        found.append(OggPage(file))  # which checks the checksum
    assert OggPage.to_packets(found) == [packet]


@pytest.mark.parametrize("packets", [[b"a"], [b"a", b"bc"], [b"x" * 255, b""], [b"a", b"y" * 600]])
def test_the_last_packet_of_a_page_is_found(packets):
    lacing = b"".join(bytes([255] * (len(p) // 255) + [len(p) % 255]) for p in packets)
    page = ogg_pages.OggPage(0, 0, lacing, b"".join(packets))
    assert (page.packet_count, page.last_packet()) == (len(packets), packets[-1])


def test_what_is_no_ogg_is_told(tmp_path):
    path = tmp_path / "chunk"
    path.write_bytes(b"no page at all, but long enough for one")
    with path.open("rb") as file, pytest.raises(ExportError, match="damaged"):
        list(ogg_pages.read_ogg_pages(file))
