"""The policy base as a whole: texts and catalogue, filled by curators, asked by everybody.

A file's life: read and cut (``ingest``), placed in time among the other texts
(``versions``), written and indexed (``stores``), found again by ``search`` and
cited by ``answering``.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from policy_kb import clock
from policy_kb.address import find_at, parse_address, parse_headings, stands_under
from policy_kb.catalogue import Catalogue, load_catalogue
from policy_kb.drafts import hides
from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.filling import Filling
from policy_kb.holdings import Holdings
from policy_kb.model import Address, Answer, Clause, FileReport, Hit, Part, Topic, Version, clause_id_of
from policy_kb.moment import Moment
from policy_kb.notes import read_json, write_json
from policy_kb.published import PublishedCatalogue
from policy_kb.ranking.lambdamart import Model
from policy_kb.ranking.shipped import find_shipped
from policy_kb.stated import Stated
from policy_kb.stores.contract import Progress, Query, Store
from policy_kb.text import grams, normalise, parse_article, words
from policy_kb.versions import Statement


class PolicyBase:
    """Everything the portal and the command line may do with law and catalogue. Safe to share between threads."""

    def __init__(self, store: Store, *, lock: Path | None = None, trial: Catalogue | None = None) -> None:
        """``lock`` is a file that whoever changes texts holds; ``trial`` a catalogue with unpublished changes, for previews."""
        self.store = store
        self._lock = lock
        self._moment = Moment(store)
        self._places = threading.BoundedSemaphore(store.answers_at_once)
        self._published = PublishedCatalogue(self._moment, trial)
        self._filling = Filling(self, lock)
        self._holdings: Holdings | None = None
        self._ranking: tuple[str, Model | None] | None = None  # the revision it was read at, and the order then kept
        self.stated = Stated(self)  # duties, terms and references that the texts state

    # Asking ------------------------------------------------------------------

    def answer(
        self,
        question: str,
        *,
        language: str | None = None,
        as_of: date | None = None,
        topic: Topic | None = None,
        preview: str = "",
    ) -> Answer:
        """The structured reply to a question. ``language`` "zh" or "en" (None: as asked), ``as_of`` the day whose law counts.

        No more questions are worked on at once than the store says; the others wait."""
        from policy_kb.answering import answer_question  # it imports this module's types

        with self._place(), self._moment.held():
            return answer_question(self, question, language=language, as_of=as_of, topic=topic, preview=preview)

    def _place(self) -> AbstractContextManager[Any]:
        """One of the places for answers; a thread that reads for an answer already has its own."""
        return nullcontext() if self._moment.is_held else self._places

    def search(
        self, text: str, *, as_of: date | None = None, limit: int = 20, preview: str = "", within: Sequence[str] = ()
    ) -> list[Hit]:
        """Clauses for ``text``, best first. ``as_of`` None searches every version. A law named with an article comes first.

        ``within`` keeps to documents of these ids, when there are any."""
        plain = normalise(text)
        query = Query(words(plain), grams(plain), documents=tuple(within), as_of=as_of, preview=preview)
        hits = self.find_hits(query, limit)
        article, named = parse_article(plain), self.find_documents(plain)
        if article and named:
            exact = self.find_hits(replace(query, documents=named, article=article[0]), limit)
            seen = {hit.clause.id for hit in exact}
            hits = [*exact, *(hit for hit in hits if hit.clause.id not in seen)]
        return hits[:limit]

    def find_hits(self, query: Query, limit: int = 10) -> list[Hit]:
        """As the store finds them; in a preview a draft hides the published wordings that it is to replace."""
        hits = self.store.search(query, limit)
        if not query.preview:
            return hits
        drafts = [version for version in self.list_versions() if version.release == f"draft:{query.preview}"]
        return [hit for hit in hits if not any(hides(draft, hit.version, query.as_of) for draft in drafts)]

    def find_documents(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in ``text``, longest title first; a title inside a longer one is not named."""
        return self._held().find_documents(text)

    def list_versions(self) -> list[Version]:
        """Every version without its clauses, whatever its release, by title and beginning."""
        return list(self._held().versions)

    def list_begun(self, after: date, until: date) -> list[Version]:
        """Published versions (as ``list_versions`` gives them) whose first day in force is in (``after``, ``until``]."""
        return self._held().list_begun(after, until)

    def list_ended(self, after: date, until: date) -> list[Version]:
        """The same of versions whose first day no longer in force is in (``after``, ``until``]."""
        return self._held().list_ended(after, until)

    def find_head(self, version_id: str) -> Version | None:
        """One version without its clauses, of whatever release, or None."""
        return self._held().find_head(version_id)

    def _held(self) -> Holdings:
        """What versions there are, read again only when a text has changed."""
        revision = self._moment.revision().partition(".")[0]
        if self._holdings is None or self._holdings.revision != revision:
            self._holdings = Holdings.of(revision, self.store.list_versions())
        return self._holdings

    def get_version(self, version_id: str) -> Version:
        """One version with its clauses and findings, or UnknownDocument."""
        return self.store.get_version(version_id)

    def get_clause(self, clause_id: str) -> Clause:
        """One clause, or UnknownDocument."""
        return self.store.get_clause(clause_id)

    def find_version(self, title: str, *, as_of: date, preview: str = "") -> Version | None:
        """The version (without clauses) of a title in force on a day; brackets, width and 中华人民共和国 do not matter."""
        return self._held().find_version(title, as_of, preview)

    def find_clause(self, title: str, article: int, *, as_of: date, sub: int = 0, preview: str = "") -> Clause | None:
        """Article ``article`` (and ``sub`` of 第十六条之一) of the version in force on a day; None when it is not loaded."""
        version = self.find_version(title, as_of=as_of, preview=preview)
        return self._find_article(version, article, sub) if version else None

    def find_part(self, title: str, place: str | Address, *, as_of: date, preview: str = "") -> Part | None:
        """What stands at ``place`` (第十六条第二款第（三）项, 16.2.3) of the version in force on a day; None when nothing does.

        ``place`` that names no place at all is a ValueError.
        """
        version = self.find_version(title, as_of=as_of, preview=preview)
        at = parse_address(place) if isinstance(place, str) else place
        if at is None:
            raise ValueError(f"{place!r} names no place; write for example 第十六条第二款第（三）项, 16.2.3 or 附件1")
        return self.find_part_of(version, at) if version else None

    def find_part_of(self, version: Version, at: Address) -> Part | None:
        """The same within one version, whichever is in force."""
        clause = self._find_article(version, at.article, at.sub)
        found = find_at(clause, at) if clause else None
        return Part(version, clause, *found) if clause and found else None

    def _find_article(self, version: Version, article: int, sub: int) -> Clause | None:
        try:
            return self.store.get_clause(clause_id_of(version.id, article, sub))
        except UnknownDocument:
            return None

    def list_under(self, version: Version, headings: str) -> list[Clause]:
        """The clauses under 第三章 or 第二编第三章第一节 of a version, in order; ValueError when ``headings`` names none."""
        named = parse_headings(headings)
        if not named:
            raise ValueError(f"{headings!r} names no 编, 章 or 节; write for example 第三章 or 第二编第三章")
        return [each for each in self.get_version(version.id).clauses if stands_under(each.headings, named)]

    # Filling -----------------------------------------------------------------

    def ingest(self, path: Path, *, release: str = "published", progress: Progress | None = None) -> list[FileReport]:
        """Read a file, a zip or all files of a folder; one report a file, in order. Unchanged files are skipped.

        ``release`` is "published" or "draft:<change id>" (then only previews see it). ``progress(done, total, name)``
        counts files read. A file that cannot be read is reported and does not stop the rest. An ingest that was killed
        goes on where it was when it is called again.
        """
        return self._filling.ingest(Path(path), release, progress or (lambda done, total, name: None))

    def reindex(self, *, progress: Progress | None = None) -> dict[str, object]:
        """Index every text anew beside the old index and swap at once; people go on asking. The health afterwards.

        For a damaged index, or to have it compact after many changes; new code that indexes otherwise does it by itself.
        """
        with self.changing():
            self.store.reindex(progress)
        return self.health()

    def set_release(self, version_id: str, release: str) -> None:
        """Publish ("published"), take back ("withdrawn") or reserve ("draft:<change id>") one version.

        Publishing displaces a published version of the same text and label; taking it back restores that one.
        """
        self._filling.set_release(version_id, release)

    def changing(self) -> AbstractContextManager[None]:
        """One change of texts at a time on this machine; StoreUnavailable when another one takes longer than a minute."""
        return self._filling.changing()

    # Catalogue and overlay ---------------------------------------------------

    @property
    def overlay(self) -> dict[str, Any]:
        """The curators' published FAQs and fact changes, as last written."""
        return read_json(self.store, "overlay")

    def write_overlay(self, overlay: dict[str, Any]) -> None:
        """Replace the overlay; CatalogueError (and nothing written) when it breaks the catalogue's schema."""
        load_catalogue(overlay or None)
        write_json(self.store, "overlay", overlay)

    def with_overlay(self, overlay: dict[str, Any]) -> "PolicyBase":
        """The same base with another overlay, unpublished: what a curator tries. CatalogueError when it breaks the schema."""
        return self.with_catalogue(self._published.with_overlay(overlay))

    @property
    def catalogue(self) -> Catalogue:
        """Service items and FAQs with the published overlay applied; the shipped ones when the store is away."""
        return self._published.current()

    def offer_forms(self, forms: Mapping[str, str]) -> None:
        """Tell which variants have an online form (``A11/renew`` to the form's id): answers then offer to start it."""
        self._published.offer_forms(forms)

    def with_catalogue(self, catalogue: Catalogue) -> "PolicyBase":
        """The same texts with another catalogue: what training asks, with a part of the phrasings left out."""
        return PolicyBase(self.store, lock=self._lock, trial=catalogue)

    # Ranking -----------------------------------------------------------------

    @property
    def ranking(self) -> Model | None:
        """The trained order of clauses that this base keeps, else the shipped one; None when there is neither."""
        try:
            revision = self._moment.revision()
        except StoreUnavailable:
            return self._ranking[1] if self._ranking else find_shipped()
        if self._ranking is None or self._ranking[0] != revision:
            text = self.store.read_note("ranking")
            self._ranking = (revision, Model.load(text, "the ranking of this base") if text else find_shipped())
        return self._ranking[1]

    def write_ranking(self, model: Model | None) -> None:
        """Use ``model`` from the next question on, in every process; None goes back to the shipped one."""
        self.store.write_note("ranking", model.dump() if model else "")

    @property
    def version(self) -> str:
        """Names the state of texts, overlay, catalogue and ranking together, e.g. ``kb-3f9a0c21``."""
        ranking = self.ranking.version if self.ranking else ""
        state = f"{self._moment.revision()}|{self.catalogue.fingerprint}|{ranking}"
        return "kb-" + hashlib.sha1(state.encode(), usedforsecurity=False).hexdigest()[:8]

    @property
    def degraded(self) -> bool:
        """Whether answers come from the snapshot, because the index is away: then they should say so."""
        return bool(getattr(self.store, "degraded", False))

    def health(self) -> dict[str, object]:
        """What the store says, with the number of catalogue items; never raises."""
        return {**self.store.health(), "items": len(self.catalogue.items), "today": clock.today().isoformat()}

    def close(self) -> None:
        """Give back the store's files and connections."""
        self.store.close()

    # Notes -------------------------------------------------------------------

    def revision(self) -> str:
        """Changes with every change of texts or notes; within an answer it is that of the answer's one state."""
        return self._moment.revision()

    def files(self) -> dict[str, dict[str, Any]]:
        """What each ingested file gave, by ``folder/name``: ``versions`` (ids), ``title``, ``clauses``, ``warnings``."""
        return read_json(self.store, "files")

    def statements(self) -> dict[str, Statement]:
        """What each version's file states of its place in time, by version id."""
        return {key: Statement.load(record) for key, record in read_json(self.store, "statements").items()}


__all__ = ["PolicyBase"]
