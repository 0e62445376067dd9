from narrator.segmentation.speech_prefixes.vocabulary import load_vocabulary


def test_a_word_for_several_speakers_may_be_a_label() -> None:
    vocabulary = load_vocabulary()
    assert "yes" in vocabulary.sentence_starters
    assert "both" not in vocabulary.sentence_starters


def test_words_are_in_lower_case() -> None:
    vocabulary = load_vocabulary()
    words = vocabulary.field_labels | vocabulary.direction_words | vocabulary.connectors
    assert all(word == word.lower() for word in words)


def test_ordinals_stand_for_digits() -> None:
    assert load_vocabulary().numbers_by_ordinal["zweiter"] == "2"
