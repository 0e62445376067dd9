"""Creates scripts: reads, segments, attributes, corrects and normalises a book.

A script that is in the cache needs none of this, so `pipeline` imports this module late.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from narrator.build.book_files import load_book_corrections
from narrator.cache import memo
from narrator.cache.fingerprints import program_fingerprint
from narrator.cache.packed_lines import PackedLines
from narrator.cache.process_memory import pause_cycle_collection, release_free_memory
from narrator.model import Script
from narrator.normalisation.script_normalisation import (
    normalise_changes,
    normalise_lines,
    normalise_script,
)
from narrator.readers import loading
from narrator.scripts import completeness, text_reader
from narrator.scripts.corrections import apply_corrections
from narrator.scripts.inclusions import include_passages
from narrator.segmentation.lines import iterate_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narrator.build.options import Options
    from narrator.cache.store import Store
    from narrator.model import Book
    from narrator.normalisation.lexicon import Lexicon
    from narrator.readers import SourceFile
    from narrator.scripts.corrections import Corrections, WordIndex


def read_source_files(
    source_files: Sequence[SourceFile], paths: Sequence[str], options: Options
) -> Book:
    """Return the book in these files, in the language of the options if they name one.

    It has what the corrections include of the text that would be left out.
    """
    policy = replace(options.policy, language=options.about.get("language", ""))
    book = loading.read_sources(source_files, paths, policy)
    inclusions = load_book_corrections(paths, options).inclusions
    return include_passages(book, inclusions) if inclusions else book


def read_script_file(
    source_files: Sequence[SourceFile], options: Options, lexicon: Lexicon
) -> Script:
    """Return the script in a file that a user may have edited.

    Raises:
        ScriptFileError: the file is not a valid script.
        LedgerError: the user deleted a word.
    """
    script = text_reader.parse_script(source_files)
    completeness.verify_completeness(script.book, script.lines)
    return normalise_script(replace(script, book=_override_language(script.book, options)), lexicon)


def _override_language(book: Book, options: Options) -> Book:
    """Replace the language in the book's metadata by that of the options, if they name one."""
    if language := options.about.get("language"):
        return replace(book, metadata=replace(book.metadata, language=language))
    return book


def has_memo(book: Book, store: Store) -> bool:
    """Return whether a script of this book, or of an earlier version of it, was created before."""
    return store.has_entry(memo.MEMO_KIND, memo.memo_name(program_fingerprint(), book.metadata))


@pause_cycle_collection()
def create_script(book: Book, lexicon: Lexicon, store: Store) -> Script:
    """Return the script of a book, and store the results that the next script may need.

    Raises:
        LedgerError: a word would be lost or spoken twice.
    """
    # loads numpy, which a preview of narration does without
    from narrator.attribution.attribute import find_speakers  # noqa: PLC0415

    name = memo.memo_name(program_fingerprint(), book.metadata)
    book_memo = memo.load_memo(store, name)
    release_free_memory()  # reading leaves gaps
    segmented_lines = PackedLines(iterate_lines(book, memo=book_memo))
    # before the script is stored: an incomplete one must never be taken from the cache
    completeness.verify_completeness(book, segmented_lines)
    attribution = find_speakers(book, segmented_lines, book_memo)
    attributed_lines = attribution.assign_speakers(segmented_lines.drain())
    lines = tuple(normalise_lines(attributed_lines, book, lexicon, book_memo))
    book_memo.save(store, name)
    return Script(book, attribution.list_characters(lines), lines, notes=book.notes)


def apply_and_normalise(
    script: Script, corrections: Corrections, lexicon: Lexicon, word_index: WordIndex | None = None
) -> Script:
    """Return a script with the user's corrections, as `pipeline.correct_script` does."""
    corrected = apply_corrections(script, corrections, word_index)
    return script if corrected is script else normalise_changes(corrected, script, lexicon)
