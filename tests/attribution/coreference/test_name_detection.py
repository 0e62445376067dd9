import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrator.attribution.coreference.name_detection import count_capitals, detect_names

NAMES = [
    ("Then Mr. Darcy met Elizabeth Bennet.", ["mr darcy", "elizabeth bennet"]),
    ("He saw Lady Catherine de Bourgh.", ["lady catherine de bourgh"]),
    ("He met J. R. Brown there.", ["j r brown"]),
    ("He met the General.", ["gen"]),
    ("He saw the General's hat.", ["gen"]),
    ("He met Father there.", ["father"]),
    ("Then Ada's Tom came.", ["ada", "tom"]),
    ("Quoyle came. Quoyle sat. Quoyle left.", ["quoyle"] * 3),
    # A first name needs no further evidence, but another word at a sentence's beginning does.
    ("Tom came.", ["tom"]),
    ("He met Malcolm X. Vitamin C was his plan.", ["malcolm x"]),
    ("He met George W. Bush.", ["george w bush"]),
    ("Then they tried Plan B again.", []),
    ("Quoyle came. Quoyle sat.", []),
    ("Really he came. Really he went.", []),
    # A title is a last name after a form of address or a first name, if no other name follows.
    ("Then Mr. King met Mrs. Bishop. King laughed.", ["mr king", "mrs bishop", "king"]),
    ("Then Mr. Young met King John.", ["mr young", "king john"]),
    ("Then Tom Dean met the Dean. Dean laughed.", ["tom dean", "dean", "dean"]),
    ("He met Mr. Justice Park.", ["justice park"]),
    ("He met Miss General.", []),
    # A colonel without an article is not a person, nor are capitals a name.
    ("He made him General.", []),
    ("She said NEVER to him.", []),
    ("Then I sat.", []),
    ("He met a Fool. The fool laughed. A fool came, and another fool.", []),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names_are_words_that_have_a_capital_within_sentences(tokens_of, text, names):
    assert written_forms(tokens_of(text)) == names


@pytest.mark.parametrize("name", ["Rin", "Zara", "Oisin", "Wren"])
def test_whoever_speaks_is_a_name_though_it_only_begins_sentences(tokens_of, name):
    text = f"{name} rose. It was late.\n\n“I know,” {name} said.\n\n“Silence,” he cried."
    assert set(written_forms(tokens_of(text))) == {name.casefold()}


STRICT_NAMES = [
    ("de", "Da kam Anna mit Herrn Brand.", ["anna", "herr brand"]),
    ("de", "„Nein“, sagte Brand.", ["brand"]),
    ("de", "Der Brand war groß. „Nein“, sagte Brand.", []),
    ("de", "Das Haus brannte. Im Haus war Licht.", []),
    ("es", "Entonces vino don Pedro.", ["don pedro"]),
    ("fr", "Puis monsieur Lambert entra.", ["monsieur lambert"]),
]


@pytest.mark.parametrize(("tag", "text", "names"), STRICT_NAMES)
def test_in_other_languages_a_title_or_a_tag_must_show_a_name(tokens_of, tag, text, names):
    assert written_forms(tokens_of(text, tag)) == names


def written_forms(tokens):
    return [" ".join(filter(None, (n.form.title, *n.form.words))) for n in detect_names(tokens)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Then Mr. Darcy bowed.", ["Mr", ".", "Darcy"]),
        ("Then Lady Catherine de Bourgh rose.", ["Lady", "Catherine", "de", "Bourgh"]),
        ("He met the General.", ["General"]),
        ("Then Tom's hat fell.", ["Tom"]),
    ],
)
def test_a_name_covers_its_title_but_not_its_article(tokens_of, text, words):
    tokens = tokens_of(text)
    (name,) = detect_names(tokens)
    assert tokens.words[name.start : name.end] == words


@pytest.mark.parametrize(
    ("text", "has_article"), [("He met the Hatter.", True), ("Then Ada came.", False)]
)
def test_a_name_knows_whether_an_article_precedes_it(tokens_of, text, has_article):
    assert [name.has_article for name in detect_names(tokens_of(text))] == [has_article]


def test_a_name_ends_with_its_sentence_and_its_quotation(tokens_of):
    text = 'Then he saw Tom. Hugh came. "Go, Ada," Hugh said. "Tom!" Hugh sat.'
    forms = written_forms(tokens_of(text))
    assert forms == ["tom", "hugh", "ada", "hugh", "tom", "hugh"]


def test_capitals_are_counted_apart_from_those_that_open_sentences(tokens_of):
    counts = count_capitals(tokens_of("The Hatter sat. Then the Hatter rose. HATTER! A hatter."))
    assert counts.mid_sentence["hatter"] == 2
    assert counts.lowercase["hatter"] == 1
    assert (counts.sentence_initial["the"], counts.lowercase["the"]) == (1, 1)


MORE_NAMES = [
    ("Then Dr. Reed and Mrs. Vane came.", ["dr reed", "mrs vane"]),
    ("Then Doctor Reed met Captain Lake.", ["dr reed", "capt lake"]),  # titles in short form
    ("He met old Mr. Reed there.", ["mr reed"]),
    ("Then little Ada came. Then poor Tom sat.", ["ada", "tom"]),
    ("Then Miss Ada Vane came.", ["miss ada vane"]),
    ("Then Ada, Tom and Hugh came.", ["ada", "tom", "hugh"]),
    ("He met Ada Vane's aunt.", ["ada vane"]),
    ("They saw London and England.", []),
    ("He came on Monday, in June.", []),
    ("Then Ada--Ada!--came.", ["ada", "ada"]),
    ("“Ada!” he cried. “Oh, Ada.”", ["ada", "ada"]),
    ("Then he read VANITY by Tom.", ["tom"]),
]


@pytest.mark.parametrize(("text", "names"), MORE_NAMES)
def test_titles_and_words_of_a_name_are_read_together(tokens_of, text, names):
    assert written_forms(tokens_of(text)) == names


BARE_TITLES = [
    ("“Go,” said Mademoiselle. Mademoiselle laughed.", ["mlle", "mlle"]),
    ("“Go,” said Mademoiselle Roux. Mademoiselle laughed.", ["mlle roux"]),
    ("“Go,” said Miss de Vere. Miss laughed.", ["miss vere"]),
    ("“Go, Madame.” She laughed.", []),
]


@pytest.mark.parametrize(("text", "names"), BARE_TITLES)
def test_a_title_that_speaks_without_an_article_is_a_name(tokens_of, text, names):
    assert written_forms(tokens_of(text)) == names


def test_a_saint_in_a_last_name_does_not_end_it(tokens_of):
    text = "He met Neville St. Clair. Then Mrs. St. Clair came. He met Ada near Elm St. Hugh wept."
    assert written_forms(tokens_of(text)) == [
        "neville st clair",
        "mrs clair",
        "ada",
        "elm st",
        "hugh",
    ]


MORE_STRICT_NAMES = [
    ("de", "Da sah er Frau Doktor Brand.", ["dr brand"]),
    ("de", "Er sah den Hund und die Katze im Garten.", []),
    ("fr", "Alors Marie vit le Docteur Brun.", ["marie", "docteur brun"]),
    ("fr", "Il vit la Seine et la Loire.", []),
    ("fr", "Alors il vit M. Kranz et Mme. Delmas.", ["monsieur kranz", "madame delmas"]),
    ("es", "Luego la señora Gil vio a Marta.", ["señora gil", "marta"]),
    ("it", "Poi il signor Conti vide Anna.", ["signor conti", "anna"]),
    ("pt", "Depois o senhor Costa viu Ana.", ["sr costa", "ana"]),
    ("pl", "Potem pan Nowak zobaczył, że Anna wyszła.", ["pan nowak", "anna"]),
    ("ru", "Потом Иван увидел, что Анна ушла.", ["иван", "анна"]),
]


@pytest.mark.parametrize(("tag", "text", "names"), MORE_STRICT_NAMES)
def test_each_language_reads_its_own_titles_and_first_names(tokens_of, tag, text, names):
    assert written_forms(tokens_of(text, tag)) == names


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Then Ada came.", "Mr. Reed's hat", "“Tom!”", "the General", "J. R. Brown", "I", "Lady de Vere", "x"]
        ),
        min_size=1,
        max_size=10,
    )
)  # fmt: skip
def test_names_are_in_order_and_never_overlap(tokens_of, pieces):
    tokens, end = tokens_of(" ".join(pieces)), 0
    for name in detect_names(tokens):
        assert end <= name.start < name.end <= len(tokens.words)
        assert name.form.title or name.form.words
        end = name.end
