"""What stands around the text of a web page."""

import pytest
from lxml import html

from narrator.readers.layout import page_frame

PROSE = "<p>The rain had not stopped, and nobody had come down the road since the morning.</p>"
COMMENT = f'<div class="comment">{PROSE}<a href="https://example.org/1">Reply</a></div>'


@pytest.mark.parametrize("count", [20, 40])
def test_the_words_of_each_block_are_counted_a_few_times_however_many_comments_there_are(
    monkeypatch, count
):
    calls = []
    count_words = page_frame._count_own_words
    monkeypatch.setattr(
        page_frame, "_count_own_words", lambda block: (calls.append(block), count_words(block))[1]
    )
    page = html.document_fromstring(f"<body>{PROSE * count * 2}{COMMENT * count}</body>")
    page_frame.mark_page_frame(page)
    marked = page.find_class(page_frame.PAGE_FRAME_CLASS)
    assert len(marked) == count
    assert len(calls) <= 2 * len(page.xpath("//p|//div"))
