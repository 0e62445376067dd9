"""Creates scripts: reads, segments, attributes, corrects and normalises a book.

A script that is in the cache needs none of this, so `pipeline` imports this module late.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from narrator.build import script_process
from narrator.build.book_files import load_book_corrections
from narrator.cache import memo
from narrator.cache.fingerprints import program_fingerprint
from narrator.cache.packed_lines import PackedLines
from narrator.cache.process_memory import pause_cycle_collection, release_free_memory
from narrator.model import Book, Script
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
    from collections.abc import Callable, Sequence

    from narrator.attribution.attribute import BookAttribution
    from narrator.build.options import Options
    from narrator.cache.memo import Memo, MemoResults
    from narrator.cache.store import Store
    from narrator.model import Metadata
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


def has_memo(metadata: Metadata, store: Store) -> bool:
    """Return whether a script of this book, or of an earlier version of it, was created before."""
    return store.has_entry(memo.MEMO_KIND, memo.memo_name(program_fingerprint(), metadata))


def create_script(
    read: Callable[[], Book],
    on_read: Callable[[Metadata, int], object],
    lexicon: Lexicon,
    store: Store,
    byte_count: int,
) -> Script:
    """Return the script of a book, and store the results that the next script may need.

    Args:
        read: Reads the book.
        on_read: Called with the metadata of the book and its length in characters.
        lexicon: How words are pronounced.
        store: Has the results for earlier versions of the book, and takes those for this one.
        byte_count: Size of the files of the book. The steps of a very long one have processes.

    Raises:
        ReadingError: the book can't be read.
        LedgerError: a word would be lost or spoken twice.
    """
    if script_process.is_worthwhile_per_step(byte_count):
        return _create_in_processes(read, on_read, lexicon, store)
    book = read()
    on_read(book.metadata, len(book.text))
    book_memo = _load_memo(book.metadata, store)
    lines = _segment(book, book_memo)
    attribution = _find_speakers(book, lines, book_memo)
    script = _assemble_script(book, lines, attribution, lexicon, book_memo)
    _save_memo(book_memo, book.metadata, store)
    return script


def _create_in_processes(
    read: Callable[[], Book],
    on_read: Callable[[Metadata, int], object],
    lexicon: Lexicon,
    store: Store,
) -> Script:
    """Return the script of a book with less memory; see `create_script`.

    A process reads the book and segments it, and another one finds the speakers. Each takes with it
    what it leaves behind. Until both have ended, this process has only the packed book and lines.
    """

    def read_and_segment() -> tuple[Metadata, int, bytes, PackedLines, MemoResults]:
        book = read()
        book_memo = _load_memo(book.metadata, store)
        lines = _segment(book, book_memo, packs_all=True)
        return book.metadata, len(book.text), msgspec.msgpack.encode(book), lines, book_memo.current

    def find_speakers() -> tuple[BookAttribution, MemoResults]:
        book = replace(_decode_book(packed_book), chapters=())  # attribution needs only the lines
        return _find_speakers(book, lines, book_memo), book_memo.current

    metadata, length, packed_book, lines, memo_results = script_process.compute_in_process(
        read_and_segment
    )
    on_read(metadata, length)
    book_memo = _load_memo(metadata, store)
    book_memo.add(memo_results)
    attribution, memo_results = script_process.compute_in_process(find_speakers)
    book_memo.add(memo_results)
    book = _decode_book(packed_book)
    script = _assemble_script(book, lines, attribution, lexicon, book_memo)
    _save_memo(book_memo, metadata, store)
    return script


def _decode_book(packed_book: bytes) -> Book:
    """Return a book that was packed as MessagePack."""
    return msgspec.msgpack.decode(packed_book, type=Book)


def _load_memo(metadata: Metadata, store: Store) -> Memo:
    """Return the results for an earlier version of a book, or an empty memo."""
    return memo.load_memo(store, memo.memo_name(program_fingerprint(), metadata))


def _save_memo(book_memo: Memo, metadata: Metadata, store: Store) -> None:
    """Save the results for the next version of a book."""
    book_memo.save(store, memo.memo_name(program_fingerprint(), metadata))


@pause_cycle_collection()
def _segment(book: Book, book_memo: Memo, *, packs_all: bool = False) -> PackedLines:
    """Return the lines of a book.

    Raises:
        LedgerError: a word would be lost or spoken twice.
    """
    release_free_memory()  # reading leaves gaps
    lines = iterate_lines(book, memo=book_memo)
    packed_lines = PackedLines(lines, 0) if packs_all else PackedLines(lines)
    # before the script is stored: an incomplete one must never be taken from the cache
    completeness.verify_completeness(book, packed_lines)
    return packed_lines


@pause_cycle_collection()
def _find_speakers(book: Book, lines: PackedLines, book_memo: Memo) -> BookAttribution:
    """Return the speakers of a book."""
    # loads numpy, which a preview of narration does without
    from narrator.attribution.attribute import find_speakers  # noqa: PLC0415

    return find_speakers(book, lines, book_memo)


@pause_cycle_collection()
def _assemble_script(
    book: Book,
    segmented_lines: PackedLines,
    attribution: BookAttribution,
    lexicon: Lexicon,
    book_memo: Memo,
) -> Script:
    """Return the script, with the speakers and the spoken texts of the lines."""
    attributed_lines = attribution.assign_speakers(segmented_lines.drain())
    lines = tuple(normalise_lines(attributed_lines, book, lexicon, book_memo))
    return Script(book, attribution.list_characters(lines), lines, notes=book.notes)


def apply_and_normalise(
    script: Script, corrections: Corrections, lexicon: Lexicon, word_index: WordIndex | None = None
) -> Script:
    """Return a script with the user's corrections, as `pipeline.correct_script` does."""
    corrected = apply_corrections(script, corrections, word_index)
    return script if corrected is script else normalise_changes(corrected, script, lexicon)
