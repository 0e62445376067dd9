"""What each optional extra adds, for the commands that install or list them."""

EXTRA_PURPOSES = {
    "arabic": "the vowels of Arabic",
    "chinese": "syllables that espeak-ng lacks in Chinese",
    "dask": "several machines that work on one book",
    "hebrew": "the vowels of Hebrew",
    "japanese": "Japanese speech",
    "kokoro": "the engine Kokoro: very natural voices, slow",
    "listen": "`narrator check --against`, which listens to an audiobook",
    "natural": "natural voices for English books, fast",
    "pdf": "books in PDF",
    "piper": "the engine Piper: voices in 35 languages",
    "plot": "`narrator check --plot`, which draws an audiobook",
    "remote": "a cache at a URL",
    "server": "voices of speech servers",
    "studio": "`narrator studio`, a page to cast, correct and listen",
}
"""What each extra adds, by its name. A test compares the names with those of the package."""
