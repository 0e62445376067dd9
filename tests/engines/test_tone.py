from narrator.engines.tone import RATE, Tone
from narrator.model import Voice, WordTiming

WHISTLE = Voice("whistle", "tone", "middle", rate=60)


def test_a_word_is_a_tone_as_long_as_it_takes_to_say():
    clip = Tone().speak("a five-word", WHISTLE)
    assert clip.words == (WordTiming(0, RATE // 50), WordTiming(2, RATE // 50 * 2 + RATE // 5))
    assert clip.samples == RATE // 50 * 3 + RATE // 5 + 9 * RATE // 5


def test_a_text_without_words_is_silent():
    assert not any(Tone().speak("…", WHISTLE).pcm)
