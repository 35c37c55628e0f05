"""A full-text index in a folder: one writer, any number of readers. Nothing here knows what is indexed.

A document is found by its text and by tags (``state=closed``) and comes in one of two sequences: ``newest`` first or
by ``due`` time. Hits are keys of rows, never texts: the index stores none. What a commit stands for (``note``) is
written with it, so that after a crash the index still tells exactly how far it had come.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from huying.engines.search.terms import pairs_of, parts_of, words_of

SCHEMA = 1  # raise it when fields or the reading of texts change: an index of another number is made anew
_KEY_BITS = 31
_NOTE = "note"
_PLAIN = "plain"
MEGABYTE = 1_000_000


class Busy(Exception):
    """Another process writes this index."""


class Unreadable(Exception):
    """There is no index in the folder, or it is damaged or of another kind."""


class Unwritable(OSError):
    """The disk is full or failed. What was put since the last commit is gone; open a new writer."""


class Sort(StrEnum):
    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True)
class Document:
    """``ref`` names the row among all kinds and replaces what was there; ``key`` (below 2³¹) is what a hit gives back.

    ``newest`` and ``due`` are seconds since 1970; without ``due`` it does not appear in that sequence.
    """

    ref: str
    key: int
    texts: Sequence[str]
    tags: Sequence[str]
    newest: int
    due: int | None = None


@dataclass(frozen=True)
class Wanted:
    """``question``: as a person wrote it. ``tags``: of each group at least one. ``since``, ``before``: seconds, of the
    newest sequence. ``after``: the place behind which to go on, as a hit gave it."""

    question: str = ""
    tags: Sequence[Sequence[str]] = ()
    since: int | None = None
    before: int | None = None
    sort: Sort = Sort.NEWEST
    after: int | None = None
    limit: int = 50


@dataclass(frozen=True)
class Hits:
    """``places`` in the sequence asked for; ``total`` of all that fit, those before ``after`` not counted."""

    places: Sequence[int]
    total: int

    @property
    def keys(self) -> list[int]:
        return [key_at(place) for place in self.places]


def place(seconds: int, key: int) -> int:
    """A number that sorts by time and then by key."""
    if not 0 < key < 1 << _KEY_BITS:
        raise ValueError(f"key {key} does not fit into {_KEY_BITS} bits")
    return (max(0, seconds) << _KEY_BITS) | key


def key_at(found: int) -> int:
    return found & ((1 << _KEY_BITS) - 1)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("ref", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("tags", tokenizer_name=_PLAIN, index_option="basic")
    builder.add_text_field("words", tokenizer_name=_PLAIN, index_option="basic")
    builder.add_text_field("pairs", tokenizer_name=_PLAIN, index_option="position")
    builder.add_unsigned_field("newest", fast=True)
    builder.add_unsigned_field("due", fast=True)
    builder.add_text_field(_NOTE, stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _open(folder: Path, *, create: bool = False) -> tantivy.Index:
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        index = tantivy.Index(_schema(), path=str(folder), reuse=True) if create else tantivy.Index.open(str(folder))
    except (ValueError, OSError) as error:
        raise Unreadable(str(error)) from error
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_PLAIN, analyzer)
    return index


class Writer:
    """The one writer; holding the folder's lock, which the system frees when the process dies. Raises :class:`Busy`."""

    def __init__(self, folder: Path, *, memory_mb: int = 32) -> None:
        index = _open(folder, create=True)
        try:
            self._writer = index.writer(memory_mb * MEGABYTE, 1)
        except ValueError as error:
            raise Busy(str(error)) from error

    def put(self, document: Document) -> None:
        """Replace what is known under this ``ref``; seen by readers after the commit."""
        self.remove(document.ref)
        self.add(document)

    def add(self, document: Document) -> None:
        """Like :meth:`put` where the ``ref`` is known to be new."""
        made = tantivy.Document()
        made.add_text("ref", document.ref)
        made.add_text("tags", " ".join(document.tags))
        text = "\n".join(document.texts)
        made.add_text("words", " ".join(words_of(text)))
        made.add_text("pairs", " ".join(pairs_of(text)))
        made.add_unsigned("newest", place(document.newest, document.key))
        if document.due is not None:
            made.add_unsigned("due", place(document.due, document.key))
        with _written():
            self._writer.add_document(made)

    def remove(self, ref: str) -> None:
        with _written():
            self._writer.delete_documents_by_term("ref", ref)

    def commit(self, note: dict[str, Any]) -> None:
        """Make what was put visible and lasting, all of it with its note or nothing."""
        self.remove(_NOTE)
        made = tantivy.Document()
        made.add_text("ref", _NOTE)
        made.add_text(_NOTE, json.dumps(note))
        with _written():
            self._writer.add_document(made)
            self._writer.commit()

    def close(self) -> None:
        """Let merging end and free the lock; what was not committed is gone."""
        with suppress(ValueError):  # a writer that its disk has stopped has nothing to take back
            self._writer.rollback()
            self._writer.wait_merging_threads()


@contextmanager
def _written() -> Iterator[None]:
    """The library ends its writing thread when the disk refuses, and says so with a bare ``ValueError``."""
    try:
        yield
    except ValueError as error:
        raise Unwritable(str(error)) from error


class Reader:
    """Reads the last commit; looks by itself whether there is a newer one."""

    def __init__(self, folder: Path) -> None:
        self._meta = folder / "meta.json"
        self._index = _open(folder)
        self._schema = self._index.schema
        self._seen = -1
        self.note: dict[str, Any] = {}
        self.committed_at = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Take up a newer commit. Raises :class:`Unreadable` where the folder is gone."""
        try:
            status = self._meta.stat()
            if status.st_mtime_ns == self._seen:
                return
            self._index.reload()
            self.note = self._read_note()
        except (ValueError, OSError) as error:
            raise Unreadable(str(error)) from error
        self._seen, self.committed_at = status.st_mtime_ns, status.st_mtime

    def _read_note(self) -> dict[str, Any]:
        searcher = self._index.searcher()
        found = searcher.search(Query.term_query(self._schema, "ref", _NOTE), 1).hits
        return json.loads(searcher.doc(found[0][1])[_NOTE][0]) if found else {}

    @property
    def documents(self) -> int:
        return max(0, self._index.searcher().num_docs - 1)

    def search(self, wanted: Wanted) -> Hits:
        """Fitting documents in the sequence asked for. A question without a word that can be looked for finds none."""
        asked = self._question(wanted.question)
        if asked is None:
            return Hits((), 0)
        musts = [*asked, *(self._any_of(group) for group in wanted.tags), *self._ranges(wanted)]
        query = Query.boolean_query([(Occur.Must, each) for each in musts])
        order = tantivy.Order.Asc if wanted.sort is Sort.DUE else tantivy.Order.Desc
        found = self._index.searcher().search(
            query, wanted.limit, count=True, order_by_field=wanted.sort.value, order=order
        )
        return Hits([hit[0] for hit in found.hits], found.count)  # type: ignore[attr-defined]  # not in its stub

    def _question(self, question: str) -> list[Query] | None:
        parts = parts_of(question)
        if question.strip() and not parts:
            return None
        asked = []
        for part in parts:
            words = [(Occur.Must, Query.term_query(self._schema, "words", word)) for word in part.words]
            ways = [Query.boolean_query(words)]
            if len(part.pairs) == 1:
                ways.append(Query.term_query(self._schema, "pairs", part.pairs[0]))
            elif part.pairs:
                ways.append(Query.phrase_query(self._schema, "pairs", list(part.pairs)))
            asked.append(Query.boolean_query([(Occur.Should, way) for way in ways]))
        return asked

    def _any_of(self, tags: Sequence[str]) -> Query:
        if len(tags) == 1:
            return Query.term_query(self._schema, "tags", tags[0])
        return Query.term_set_query(self._schema, "tags", list(tags))

    def _ranges(self, wanted: Wanted) -> list[Query]:
        found = []
        if wanted.since is not None or wanted.before is not None:
            low = max(0, wanted.since or 0) << _KEY_BITS
            high = None if wanted.before is None else max(0, wanted.before) << _KEY_BITS
            found.append(self._range("newest", low, high))
        if wanted.sort is Sort.DUE:
            found.append(self._range("due", (wanted.after or 0) + 1, None))
        elif wanted.after is not None:
            found.append(self._range("newest", 0, wanted.after))
        return found

    def _range(self, name: str, low: int, high: int | None) -> Query:
        """Places from ``low`` on and below ``high``."""
        open_end = high is None
        return Query.range_query(self._schema, name, FieldType.Unsigned, low, high, True, open_end)
