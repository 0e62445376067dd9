"""Creates scripts: reads, segments, attributes, corrects and normalises a book.

A script that is in the cache needs none of this, so `pipeline` imports this module late.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

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
    from narrator.cache.memo import Memo
    from narrator.cache.store import Store
    from narrator.normalisation.lexicon import Lexicon
    from narrator.readers import SourceFile
    from narrator.scripts.corrections import Corrections, WordIndex

_ResultT = TypeVar("_ResultT")


def read_source_files(
    source_files: Sequence[SourceFile], paths: Sequence[str], options: Options
) -> Book:
    """Return the book in these files, in the language of the options if they name one.

    It has what the corrections include of the text that would be left out.
    """
    policy = replace(options.policy, language=options.about.get("language", ""))
    if script_process.is_worthwhile_per_step(sum(len(source.data) for source in source_files)):
        # in a few large objects; a pickle would need as much memory as the book
        packed = script_process.compute_in_process(
            lambda: msgspec.msgpack.encode(loading.read_sources(source_files, paths, policy))
        )
        book = msgspec.msgpack.decode(packed, type=Book)
    else:
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
    name = memo.memo_name(program_fingerprint(), book.metadata)
    book_memo = memo.load_memo(store, name)
    release_free_memory()  # reading leaves gaps
    is_very_long = script_process.is_worthwhile_per_step(len(book.text))
    take_step = partial(_take_step_in_process, book_memo) if is_very_long else _take_step
    segmented_lines = take_step(lambda: _segment(book, book_memo, packs_all=is_very_long))
    attribution = take_step(lambda: _find_speakers(book, segmented_lines, book_memo))
    attributed_lines = attribution.assign_speakers(segmented_lines.drain())
    lines = tuple(normalise_lines(attributed_lines, book, lexicon, book_memo))
    book_memo.save(store, name)
    return Script(book, attribution.list_characters(lines), lines, notes=book.notes)


def _take_step(step: Callable[[], _ResultT]) -> _ResultT:
    """Return what a step returns."""
    return step()


def _take_step_in_process(book_memo: Memo, step: Callable[[], _ResultT]) -> _ResultT:
    """Return what a step returns in a process of its own, and add its results to the memo."""
    result, memo_results = script_process.compute_in_process(lambda: (step(), book_memo.current))
    book_memo.add(memo_results)
    return result


def _segment(book: Book, book_memo: Memo, *, packs_all: bool) -> PackedLines:
    """Return the lines of a book, all of them packed if it is very long.

    Raises:
        LedgerError: a word would be lost or spoken twice.
    """
    lines = iterate_lines(book, memo=book_memo)
    packed_lines = PackedLines(lines, 0) if packs_all else PackedLines(lines)
    # before the script is stored: an incomplete one must never be taken from the cache
    completeness.verify_completeness(book, packed_lines)
    return packed_lines


def _find_speakers(book: Book, lines: PackedLines, book_memo: Memo) -> BookAttribution:
    """Return the speakers of a book."""
    # loads numpy, which a preview of narration does without
    from narrator.attribution.attribute import find_speakers  # noqa: PLC0415

    return find_speakers(book, lines, book_memo)


def apply_and_normalise(
    script: Script, corrections: Corrections, lexicon: Lexicon, word_index: WordIndex | None = None
) -> Script:
    """Return a script with the user's corrections, as `pipeline.correct_script` does."""
    corrected = apply_corrections(script, corrections, word_index)
    return script if corrected is script else normalise_changes(corrected, script, lexicon)
