"""The tantivy half of the embedded store: passages in, scored passages out.

``<folder>/index`` is a link to the folder that holds the index. A new way of
indexing is built beside it and the link is moved, so that readers, in whatever
process, have a whole index at every moment.
"""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import tantivy

from policy_kb.model import Version
from policy_kb.stores.contract import Query
from policy_kb.stores.passages import layout, passages, span

_SCHEMA = "1"  # raise it when _schema changes: the index is then rebuilt from SQLite, as it is when passages change
_HEAP = 64_000_000  # bytes a writer gathers before it writes a segment
_REBUILD_HEAP = 256_000_000  # a rebuild writes everything: fewer, larger segments, less merging
# Passages among which the best are looked for. With a tenth of 71,000 or 385,000 passages the ten best of 150 STARD
# questions were all the same, of the 300 best 96 and 99 of 100; at 50,000 a base of laws alone is walked as a whole.
_SHARE = 0.1
_FEWEST = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """One passage that matched, with its BM25 score."""

    score: float
    clause_id: str
    version_id: str
    paragraph: int


class PassageIndex:
    """The index behind ``link``. Reads are safe between threads; who writes holds the store's lock."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._index: tantivy.Index | None = None

    @property
    def fits(self) -> bool:
        """Whether there is an index, and made as this code makes it."""
        made = self._link / "LAYOUT"
        return made.is_file() and made.read_text() == _layout() and tantivy.Index.exists(str(self._link))

    @property
    def home(self) -> str:
        """Names the folder that the link shows now; another one after a rebuild by whatever process."""
        return os.readlink(self._link) if self._link.is_symlink() else ""

    def load(self) -> None:
        """See what was committed last. ValueError when a file is damaged."""
        self._index = _open(self._link)
        self._index.reload()

    def discard(self) -> None:
        """Mark what is there as unfit, so that the next rebuild makes it anew."""
        (self._link / "LAYOUT").unlink(missing_ok=True)

    def rebuild(self, versions: Iterable[Version]) -> None:
        """Index ``versions`` (with clauses) beside what is there, and move the link when all of them are in."""
        home = self._link.with_name(f"{self._link.name}-{uuid.uuid4().hex[:8]}")
        home.mkdir(parents=True)
        try:
            writer = tantivy.Index(_schema(), path=str(home)).writer(heap_size=_REBUILD_HEAP, num_threads=1)
            for version in versions:
                _add(writer, version)
            writer.commit()
            writer.wait_merging_threads()
            (home / "LAYOUT").write_text(_layout())
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        self._move_link(home)

    def _move_link(self, home: Path) -> None:
        """Open readers keep the files they have; what no link shows any more is removed, leftovers of crashes too."""
        if self._link.is_dir() and not self._link.is_symlink():  # an index made before there was a link
            self._link.rename(self._link.with_name(f"{self._link.name}-{uuid.uuid4().hex[:8]}"))
        fresh = self._link.with_name(f"{home.name}.link")
        fresh.symlink_to(home.name)
        fresh.replace(self._link)
        for other in self._link.parent.glob(f"{self._link.name}-*"):
            if other.name != home.name:
                shutil.rmtree(other, ignore_errors=True)

    def change(self, stale: Iterable[str], added: Iterable[Version]) -> None:
        """Take out the passages of ``stale`` version ids, put in those of ``added``; committed when the call returns."""
        index = _open(self._link)
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for version_id in stale:
            writer.delete_documents_by_term("version", version_id)
        for version in added:
            _add(writer, version)
        writer.commit()
        writer.wait_merging_threads()

    def search(self, query: Query, size: int) -> list[Found]:
        """The ``size`` best passages, best first; [] when there is no token to look for."""
        index = self._index
        assert index is not None  # load() comes first
        searcher = index.searcher()
        terms = _count_terms(searcher, query)
        needed = _count_needed([term.held for term in terms], max(_FEWEST, int(_SHARE * searcher.num_docs), 100 * size))
        hits = _find(searcher, index.schema, query, terms, needed, size)
        if len(hits) < size and needed < len(terms):  # a narrow filter, or a day of which little law is loaded
            hits = _find(searcher, index.schema, query, terms, len(terms), size)
        return [_load(searcher, score, address) for score, address in hits]


def _layout() -> str:
    return f"{_SCHEMA}-{layout()}"


def _open(place: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(place.resolve()))
    index.config_reader("manual")
    return index


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("clause", "version"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw")
    for name in ("document", "release"):
        builder.add_text_field(name, tokenizer_name="raw")
    builder.add_integer_field("paragraph", stored=True)
    for name in ("article", "begins", "ends"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("words", "grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _add(writer: tantivy.IndexWriter, version: Version) -> None:
    begins, ends = span(version)
    for passage in passages(version):
        document = tantivy.Document()
        document.add_text("clause", passage.clause_id)
        document.add_text("version", version.id)
        document.add_text("document", version.document_id)
        document.add_text("release", version.release)
        document.add_integer("paragraph", passage.paragraph)
        document.add_integer("article", passage.article)
        document.add_integer("begins", begins)
        document.add_integer("ends", ends)
        document.add_text("words", passage.words)
        document.add_text("grams", passage.grams)
        writer.add_document(document)


@dataclass(frozen=True, slots=True)
class _Term:
    """One token asked for: how often it was said and how many passages hold it."""

    field: str
    token: str
    said: int
    held: int


def _find(
    searcher: tantivy.Searcher, schema: tantivy.Schema, query: Query, terms: Sequence[_Term], needed: int, size: int
) -> list[tuple[float, tantivy.DocAddress]]:
    """Terms by construction, never by a query parser: what people type has no syntax here.

    A passage must hold one of the ``needed`` rarest terms; the frequent ones add to the score of those that do. So the
    postings of 之 or 的 are not walked from end to end, which at a million clauses is most of the work.
    """
    if not terms:
        return []
    scored = [(tantivy.Occur.Should, _term_query(schema, term)) for term in terms]
    parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(scored[:needed]))]
    parts += [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in _filters(schema, query)]
    wanted = tantivy.Query.boolean_query([*parts, *scored[needed:]])
    return [(float(score), address) for score, address in searcher.search(wanted, limit=size, count=False).hits]


def _load(searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Found:
    document = searcher.doc(address)
    return Found(score, str(document["clause"][0]), str(document["version"][0]), int(document["paragraph"][0]))


def _count_terms(searcher: tantivy.Searcher, query: Query) -> list[_Term]:
    """The question's terms that any passage holds, rarest first."""
    counted = (
        _Term(field, token, said, searcher.doc_freq(field, token))
        for field, tokens in (("words", query.words), ("grams", query.grams))
        for token, said in Counter(tokens).items()
    )
    return sorted((term for term in counted if term.held), key=lambda term: term.held)


def _count_needed(held: Sequence[int], wanted: int) -> int:
    """How many of the rarest terms it takes until ``wanted`` passages hold one of them, at the most."""
    return next((place for place, total in enumerate(accumulate(held), 1) if total >= wanted), len(held))


def _term_query(schema: tantivy.Schema, term: _Term) -> tantivy.Query:
    wanted = tantivy.Query.term_query(schema, term.field, term.token)
    return tantivy.Query.boost_query(wanted, float(term.said)) if term.said > 1 else wanted


def _filters(schema: tantivy.Schema, query: Query) -> list[tantivy.Query]:
    releases = ["published", f"draft:{query.preview}"] if query.preview else ["published"]
    filters = [tantivy.Query.term_set_query(schema, "release", releases)]
    integer = tantivy.FieldType.Integer
    if query.as_of is not None:
        day = query.as_of.toordinal()
        filters.append(tantivy.Query.range_query(schema, "begins", integer, upper_bound=day))
        filters.append(tantivy.Query.range_query(schema, "ends", integer, lower_bound=day, include_lower=False))
    if query.documents:
        filters.append(tantivy.Query.term_set_query(schema, "document", list(query.documents)))
    if query.article is not None:
        filters.append(tantivy.Query.term_query(schema, "article", query.article))
    return filters


__all__ = ["Found", "PassageIndex"]
