from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.ogg import OggPage

from narrator.errors import ExportError
from narrator.export import ogg_pages


@given(st.binary(max_size=140_000), st.integers(0, 2**32 - 1))
def test_a_packet_of_any_length_is_read_back_from_its_pages(packet, serial_number):
    pages = ogg_pages.split_packet(packet, ogg_pages.FIRST_FLAG)
    stream = b"".join(page.serialise(serial_number, number) for number, page in enumerate(pages))
    assert list(ogg_pages.read_ogg_pages(BytesIO(stream))) == pages
    file, mutagen_pages = BytesIO(stream), []
    while file.tell() < len(stream):
        mutagen_pages.append(OggPage(file))  # which checks the checksum
    assert OggPage.to_packets(mutagen_pages) == [packet]
    assert {page.serial for page in mutagen_pages} == {serial_number}


@pytest.mark.parametrize("packets", [[b"a"], [b"a", b"bc"], [b"x" * 255, b""], [b"a", b"y" * 600]])
def test_the_last_packet_of_a_page_is_found(packets):
    lacing = b"".join(bytes([255] * (len(p) // 255) + [len(p) % 255]) for p in packets)
    page = ogg_pages.OggPage(0, 0, lacing, b"".join(packets))
    assert (page.packet_count, page.last_packet()) == (len(packets), packets[-1])


@pytest.mark.parametrize(
    ("packet_bytes", "page_flags"), [(0, [0]), (254, [0]), (255 * 254, [0]), (255 * 255, [0, 1])]
)
def test_a_page_has_at_most_255_segments(packet_bytes, page_flags):
    pages = ogg_pages.split_packet(bytes(packet_bytes))
    assert [page.flags for page in pages] == page_flags
    # A page on which no packet ends has no time.
    granule_positions = [page.granule_position for page in pages]
    assert granule_positions == [2**64 - 1] * (len(pages) - 1) + [0]


@pytest.mark.parametrize("data", [b"not a page, but long enough for one", b"OggS\0"])
def test_a_file_that_is_not_ogg_is_reported(tmp_path, data):
    path = tmp_path / "chunk"
    path.write_bytes(data)
    with path.open("rb") as file, pytest.raises(ExportError, match="damaged"):
        list(ogg_pages.read_ogg_pages(file))
