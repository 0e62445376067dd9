import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.segmentation.sentence_model import build_sentence_tokeniser

PROGRAM = """
import sys
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.segmentation.sentence_model import build_sentence_tokeniser
ours = build_sentence_tokeniser(["mr"], ["then"], ["then"], 1 << 4)
text = "Mr. Quill came. Then he went. It rained."
spans = list(ours.span_tokenize(text))
assert [text[a:b] for a, b in spans] == ["Mr. Quill came.", "Then he went.", "It rained."], spans
assert not [name for name in sys.modules if name.startswith("nltk")]
import nltk
from nltk.tokenize.punkt import PunktSentenceTokenizer
assert nltk.tokenize.punkt.PunktSentenceTokenizer is PunktSentenceTokenizer
assert nltk.word_tokenize and list(ours.span_tokenize(text)) == spans
"""


def test_punkt_is_imported_alone_and_the_rest_of_nltk_stays_importable() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def test_punkt_is_taken_from_nltk_if_that_is_imported_already() -> None:
    program = (
        "import nltk\n"
        "from narrator.segmentation.sentence_model import _import_punkt\n"
        "assert _import_punkt() is nltk.tokenize.punkt"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


ABBREVIATIONS = {"mr", "st", "etc"}
WORDS = [
    "Mr",
    "St",
    "etc",
    "It",
    "was",
    "I",
    "e.g",
    "5",
    "no-one",
    "“Yes",
    "‘So",
    '"Oh',
    "(He",
    "J.R",
    "Émile",
    "--",
    ". .",
    "…",
]
ENDS = [".", "!", "?", "..", "...", "?!", ".”", "!’", ".)", '."', ".'", ".,", ". . ."]


PIECES = st.tuples(
    st.sampled_from(WORDS), st.sampled_from(["", *ENDS]), st.sampled_from([" ", "\n", "  ", ""])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8))
def test_plain_sentence_ends_are_those_of_punkt(pieces: list[tuple[str, str, str]]) -> None:
    ours = build_sentence_tokeniser(ABBREVIATIONS, {"it"}, {"it"}, 16)
    theirs = build_sentence_tokeniser(ABBREVIATIONS, {"it"}, {"it"}, 16)
    del theirs.text_contains_sentbreak
    text = "".join(word + end + space for word, end, space in pieces)
    assert list(ours.span_tokenize(text)) == list(theirs.span_tokenize(text))
