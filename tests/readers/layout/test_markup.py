import pytest

from narrator.model import ParagraphKind
from narrator.readers import Policy
from narrator.readers.layout.markup import extract_blocks
from narrator.readers.layout.markup_parsing import parse_page
from tests.readers.sample_books import page, read, skipped, spoken


def html(body: str, policy: Policy | None = None) -> list[str]:
    return spoken(read(page(body), "a.xhtml", policy))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<div>One.<div>Two.</div>Three.</div>", ["One.", "Two.", "Three."]),
        ("One.<p>Two.</p>Three.", ["One.", "Two.", "Three."]),
        ("<ul><li>One.</li><li><p>Two.</p></li></ul>", ["One.", "Two."]),
        ("<ul><li>One<ul><li>Two</li></ul></li></ul>", ["One", "Two"]),
        ("<p>He <span>sa</span>id <b>t</b>wo.</p>", ["He said two."]),
        ('<p><span class="dropcap">O</span>nce upon.</p>', ["Once upon."]),
        ('<p><img src="o.png" alt="O"/>nce upon.</p>', ["Once upon."]),
        ("<p><small>ONCE UPON</small> a time.</p>", ["ONCE UPON a time."]),
        ("<p>One.<br/>Two.</p>", ["One. Two."]),
        ("<div>One.<br/><br/>Two.</div>", ["One.", "Two."]),
        ("<p>a\n   b\t c</p>", ["a b c"]),
        ("<p> <i> a</i> <b>b </b> c</p>", ["a b c"]),
        ("<p>un\u00adbreak\u200bable</p>", ["unbreakable"]),
        ("<p>x&nbsp;y &eacute;&mdash;&hellip;&amp;&lt;</p>", ["x y é—…&<"]),
        ("<p>AT&T; and R&D</p>", ["AT&T; and R&D"]),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", ["A, B", "1, 2"]),
        ("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>", ["One.", "Two."]),
        ("<dl><dt>Mill</dt><dd>A house.</dd></dl>", ["Mill", "A house."]),
        ("<p>One.</p><hr/><p>Two.</p>", ["One.", "* Two."]),
        ("<p>One.</p><p>* * *</p><p>Two.</p>", ["One.", "* Two."]),
        ('<p>One.</p><p class="scenebreak"></p><p>Two.</p>', ["One.", "* Two."]),
        ('<p>One.</p><div class="scene-break"><img src="x" alt="~"/></div><p>Two.</p>', ["One.", "* Two."]),
        ("<p>a</p><p>b</p><p>c</p><p>d</p><p>&nbsp;</p><p>e</p><p>f</p><p>g</p><p>h</p><p>i</p>",
         ["a", "b", "c", "d", "* e", "f", "g", "h", "i"]),
        ("<h1>T</h1><hr/><p>One.</p>", ["# T", "One."]),
        ("<blockquote><p>One.</p></blockquote>", ["One."]),
        ("<script>x()</script><style>p{}</style><p>One.</p>", ["One."]),
        ("<p>One.</p><template><p>No.</p></template>", ["One."]),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>です。</p>", ["漢字です。"]),
        ("<p>x<sup>2</sup> and 1<sup>st</sup></p>", ["x² and 1st"]),
        ('<p dir="rtl">مرحبا <b>بالعالم</b></p>', ["مرحبا بالعالم"]),
        ("<p>if <math><mi>x</mi><mo>=</mo><mn>2</mn></math>.</p>", ["if x = 2 ."]),
        ('<p>if <math alttext="x is two"><mspace/></math>.</p>', ["if x is two ."]),
        ("<p><!-- no -->One.<?pi no?></p>", ["One."]),
        ("<p><![CDATA[One & two.]]></p>", ["One & two."]),
        ("<details><summary>Sum</summary>Rest</details>", ["Sum", "Rest"]),
        ("<pre>One\n  two</pre>", ["One two"]),
    ],
)  # fmt: skip
def test_text_is_extracted_once_and_in_order(body: str, expected: list[str]) -> None:
    assert html(body) == expected


@pytest.mark.parametrize(
    ("body", "expected", "skipped_texts"),
    [
        ('<p>One<a epub:type="noteref" href="#n">1</a>.</p>', ["One."], [("footnote mark", "1")]),
        ('<p>One<sup><a href="#n">1</a></sup>.</p>', ["One."], [("footnote mark", "1")]),
        ('<p>One<a href="#n"><sup>*</sup></a>.</p>', ["One."], [("footnote mark", "*")]),
        ('<p>One<a class="noteref" href="n.xhtml#n">12</a>.</p>', ["One."], [("footnote mark", "12")]),
        ('<p>One <a href="#s">section</a>.</p>', ["One section."], []),
        ('<p>Wo<span epub:type="pagebreak" id="p2">2</span>rd.</p>', ["Word."], [("page number", "2")]),
        ('<p>Wo<span role="doc-pagebreak">2</span>rd.</p>', ["Word."], [("page number", "2")]),
        ('<p>Wo<span class="pagenum">[Pg 2]</span>rd.</p>', ["Word."], [("page number", "[Pg 2]")]),
        ('<p>One.</p><div epub:type="pagebreak">2</div>', ["One."], [("page number", "2")]),
        ('<p>One.<span hidden="hidden">No.</span></p>', ["One."], [("hidden", "No.")]),
        ('<p>One.</p><p style="display: none">No.</p>', ["One."], [("hidden", "No.")]),
        ('<p>One.</p><img src="x" alt="A mill"/>', ["One."], [("picture", "A mill")]),
        ('<p>One.</p><svg><title>Mill</title><text>Sign</text></svg>', ["One."], [("picture", "Mill Sign")]),
        ("<p>One.</p><audio>No sound.</audio>", ["One."], [("text for players without sound", "No sound.")]),
        ("<p>One.</p><nav><p>Home</p></nav>", ["One."], [("contents", "Home")]),
        ("<p><ruby>字<rt>じ</rt></ruby></p>", ["字"], [("reading aid", "じ")]),
        ("<p>x<math><mi>y</mi><annotation>\\y</annotation></math></p>", ["x y"], [("source of a formula", "\\y")]),
        ('<p>One.</p><aside epub:type="footnote" id="n"><p>Note.</p></aside>', ["One."], [("footnote", "Note.")]),
        ('<p>One.</p><aside role="doc-footnote"><p>Note.</p><p>More.</p></aside>', ["One."], [("footnote", "Note. More.")]),
        ('<p>A</p><section epub:type="endnotes"><h2>Notes</h2><ol><li id="n">Note. <a href="#r">↩</a></li></ol></section>',
         ["A"], [("footnote", "Notes Note. ↩")]),
        ('<p>A<sup><a href="#n1">1</a></sup></p><p id="n1">1. Note.</p>', ["A"], [("footnote mark", "1"), ("footnote", "1. Note.")]),
    ],
)  # fmt: skip
def test_skipped_text_is_reported_with_the_reason(
    body: str, expected: list[str], skipped_texts: list[tuple[str, str]]
) -> None:
    book = read(page(body), "a.xhtml")
    assert spoken(book) == expected
    assert skipped(book) == skipped_texts


NOTED = (
    '<h2>Chapter 1</h2><p>One<a epub:type="noteref" href="#n">1</a>.</p><p>Two.</p>'
    "<h2>Chapter 2</h2><p>Three.</p>"
    '<aside epub:type="footnote" id="n"><p>1. Note.</p></aside>'
)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("skip", ["One.", "Two.", "Three."]),
        ("inline", ["One.", "1. Note.", "Two.", "Three."]),
        ("chapter-end", ["One.", "Two.", "1. Note.", "Three."]),
    ],
)
def test_the_policy_decides_whether_and_where_notes_are_read(
    policy: str, expected: list[str]
) -> None:
    book = read(page(NOTED), "a.xhtml", Policy(notes=policy))
    assert [line for line in spoken(book) if line[0] != "#"] == expected
    kinds = {p.kind for c in book.chapters for p in c.paragraphs}
    assert (ParagraphKind.NOTE in kinds) == (policy != "skip")


def test_pictures_are_described_on_request() -> None:
    body = '<p>One.</p><p><img src="x" alt="A mill"/></p><svg><text>Sign</text></svg>'
    assert html(body, Policy(images="keep")) == ["One.", "A mill", "Sign"]


def test_only_one_of_several_renderings_is_read() -> None:
    body = (
        '<epub:switch><epub:case required-namespace="m"><math><mi>x</mi></math></epub:case>'
        "<epub:default><p>the letter x</p></epub:default></epub:switch>"
    )
    assert html(body) == ["the letter x"]
    assert html(body.replace("the letter x", "<img src='x.png'/>")) == ["x"]


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("<blockquote><p>a</p></blockquote>", ParagraphKind.QUOTE),
        ("<ul><li><p>a</p></li></ul>", ParagraphKind.ITEM),
        ('<div class="poem"><p>a<br/>b</p></div>', ParagraphKind.VERSE),
        ('<blockquote epub:type="z3998:verse"><p>a<br/>b</p></blockquote>', ParagraphKind.VERSE),
        ("<table><tr><td>a</td></tr></table>", ParagraphKind.TABLE),
        ("<h3>a</h3>", ParagraphKind.HEADING),
        ("<p>a</p>", ParagraphKind.TEXT),
    ],
)
def test_elements_and_classes_determine_the_kind_of_a_paragraph(
    body: str, form: ParagraphKind
) -> None:
    assert read(page(body), "a.xhtml").chapters[0].paragraphs[0].kind is form


def test_emphasis_keeps_its_offsets() -> None:
    book = read(page("<p>  A <em>very <i>late</i></em> hour, <strong>now</strong>.</p>"), "a.xhtml")
    spans = book.chapters[0].paragraphs[0].emphasis
    assert {book.text[s.start : s.end] for s in spans} == {"very late", "late", "now"}


def test_verse_keeps_its_lines() -> None:
    assert read(page("<p>One<br/>two</p>"), "a.xhtml").text == "One\ntwo"


@pytest.mark.parametrize(
    "text",
    [
        "<p>One.<p>Two <b>bold<i>both</b></i>",
        "<html><head><title/><script src='x'/></head><body><p>One.</p><p/>Two <b>boldboth</b>",
        "<div><p>One.</div></p>Two boldboth",
        "<p>One.</p>Two & bold<x:y>both</x:y>",
    ],
)
def test_broken_markup_does_not_lose_a_word(text: str) -> None:
    blocks = extract_blocks(parse_page(text, "a"), "a")
    assert " ".join(block.text for block in blocks).split() == (
        ["One.", "Two", "&", "boldboth"] if "&" in text else ["One.", "Two", "boldboth"]
    )


@pytest.mark.parametrize("depth", [100, 1000])
def test_deep_nesting_is_read(depth: int) -> None:
    text = "<html><body>" + "<div>" * depth + "word" + "</div>" * depth + "</body></html>"
    (block,) = extract_blocks(parse_page(text, "a"), "a")
    assert block.text == "word"


def test_a_huge_attribute_is_truncated() -> None:
    book = read(page(f'<p>One.</p><img alt="{"word " * 100_000}"/>'), "a.xhtml")
    assert len(book.text) < 5000


@pytest.mark.parametrize(
    ("body", "names", "directions"),
    [
        ('<p><span class="speaker">Otto</span> Yes.</p>', ["Otto"], []),
        ('<p class="speaker">Otto</p>', ["Otto"], []),
        (
            '<table><tr><td epub:type="z3998:persona">Otto</td><td>Yes.</td></tr></table>',
            ["Otto"],
            [],
        ),
        ("<sp><speaker>Otto</speaker><stage>He sits.</stage></sp>", ["Otto"], ["He sits."]),
        ('<p>Yes. <i epub:type="z3998:stage-direction">He sits.</i></p>', [], ["He sits."]),
        ("<p>Yes. <i>Otto</i></p>", [], []),
    ],
)
def test_speakers_and_stage_directions_are_declared_by_markup(
    body: str, names: list[str], directions: list[str]
) -> None:
    blocks = extract_blocks(parse_page(page(body), "a.xhtml"), "a.xhtml")
    found = [
        [block.text[span.start : span.end] for block in blocks for span in getattr(block, field)]
        for field in ("speaker_names", "stage_directions")
    ]
    assert found == [names, directions]


def test_lines_of_tei_verse_stay_apart() -> None:
    assert html("<lg><l>The night is long,</l><l>the bread is black.</l></lg>") == [
        "The night is long, the bread is black."
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<p>She was <b>late</b>.</p>",
        '<p>She was <span class="italic">late</span>.</p>',
        '<p>She was <span style="font-style: italic">late</span>.</p>',
        '<p>She was <span style="font-weight:700">late</span>.</p>',
    ],
)
def test_italics_and_bold_are_emphasis_however_they_are_set(body: str) -> None:
    book = read(page(body), "a.xhtml")
    [span] = book.chapters[0].paragraphs[0].emphasis
    assert book.text[span.start : span.end] == "late"


@pytest.mark.parametrize(
    ("lines", "paragraph_count"),
    [
        (
            [
                "It was raining at the ferry.",
                "“Is it late?” asked Tom.",
                "“It always is,” said Nan.",
            ],
            3,
        ),
        (["The clock has lost its tongue;", "it ticks, but will not tell.", "I lie and count"], 1),
        (["No.", "No.", "No."], 1),
    ],
)
def test_broken_lines_are_verse_or_paragraphs(lines: list[str], paragraph_count: int) -> None:
    book = read(page(f"<p>{'<br/>'.join(lines)}</p>"), "a.xhtml")
    paragraphs = book.chapters[0].paragraphs
    assert len(paragraphs) == paragraph_count
    is_verse = paragraphs[0].kind is ParagraphKind.VERSE
    assert is_verse == (lines[0].endswith(";"))
