import subprocess
import sys

PROGRAM = """
import sys
from narrator.segmentation.punkt import tokenizer
ours = tokenizer(["mr"], ["then"], ["then"], 1 << 4)
text = "Mr. Quill came. Then he went. It rained."
spans = list(ours.span_tokenize(text))
assert [text[a:b] for a, b in spans] == ["Mr. Quill came.", "Then he went.", "It rained."], spans
assert not [name for name in sys.modules if name.startswith("nltk")]
import nltk
from nltk.tokenize.punkt import PunktSentenceTokenizer
assert nltk.tokenize.punkt.PunktSentenceTokenizer is PunktSentenceTokenizer
assert nltk.word_tokenize and list(ours.span_tokenize(text)) == spans
"""


def test_punkt_comes_alone_and_leaves_nltk_whole_for_others() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def test_punkt_is_that_of_an_nltk_which_is_there_already() -> None:
    program = (
        "import nltk\n"
        "from narrator.segmentation.punkt import _module\n"
        "assert _module() is nltk.tokenize.punkt"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
