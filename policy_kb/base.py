"""The policy base as a whole: texts and catalogue, filled by curators, asked by everybody.

A file's life: read and cut (``ingest``), placed in time among the other texts
(``versions``), written and indexed (``stores``), found again by ``search`` and
cited by ``answering``.
"""

import fcntl
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policy_kb import clock
from policy_kb.address import find_at, parse_address, parse_headings, stands_under
from policy_kb.catalogue import Catalogue, load_catalogue
from policy_kb.errors import StoreUnavailable, UnknownDocument
from policy_kb.holdings import Holdings
from policy_kb.ingest import read_manifest
from policy_kb.ingest.formats import unpack
from policy_kb.intake import Batch, list_files, read_file
from policy_kb.model import Address, Answer, Clause, FileReport, Hit, Part, Topic, Version
from policy_kb.ranking.lambdamart import Model
from policy_kb.ranking.shipped import find_shipped
from policy_kb.stated import Stated
from policy_kb.stores.contract import Progress, Query, Store
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.text import grams, normalise, parse_article, words
from policy_kb.timeline.transitions import note_rereading
from policy_kb.versions import Statement, place

_CHUNK = 12  # versions written at once
_FILES = 24  # files read before they are written: two seconds' work that a kill can cost
_PATIENCE = 60.0  # seconds; a full ingest of the reference corpus takes 20


class _Moment(threading.local):
    """What one thread's answer has read of the store's state: an answer is made of one state, and asks for it once."""

    depth = 0
    revision: str | None = None
    overlay: str | None = None


class PolicyBase:
    """Everything the portal and the command line may do with law and catalogue. Safe to share between threads."""

    def __init__(self, store: Store, *, lock: Path | None = None, trial: Catalogue | None = None) -> None:
        self.store = store
        self._lock = lock  # a file; who changes texts holds it, since placing them reads and writes all
        self._catalogue: tuple[str, Catalogue] | None = None
        self._holdings: Holdings | None = None
        self._moment = _Moment()
        self._ranking: tuple[str, Model | None] | None = None
        self._trial = trial  # a catalogue with unpublished changes, for previews
        self._forms: Mapping[str, str] = {}
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
        """The structured reply to a question. ``language`` "zh" or "en" (None: as asked), ``as_of`` the day whose law counts."""
        from policy_kb.answering import answer_question  # it imports this module's types

        with self._at_one_moment():
            return answer_question(self, question, language=language, as_of=as_of, topic=topic, preview=preview)

    @contextmanager
    def _at_one_moment(self) -> Iterator[None]:
        moment = self._moment
        moment.depth += 1
        try:
            yield
        finally:
            moment.depth -= 1
            if not moment.depth:
                moment.revision = moment.overlay = None

    def _revision(self) -> str:
        moment = self._moment
        if not moment.depth:
            return self.store.revision()
        if moment.revision is None:
            moment.revision = self.store.revision()
        return moment.revision

    def _overlay_text(self) -> str:
        moment = self._moment
        if not moment.depth:
            return self.store.read_note("overlay")
        if moment.overlay is None:
            moment.overlay = self.store.read_note("overlay")
        return moment.overlay

    def search(self, text: str, *, as_of: date | None = None, limit: int = 20, preview: str = "") -> list[Hit]:
        """Clauses for ``text``, best first. ``as_of`` None searches every version. A law named with an article comes first."""
        plain = normalise(text)
        query = Query(words(plain), grams(plain), as_of=as_of, preview=preview)
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
        return [hit for hit in hits if not any(_hides(draft, hit.version, query.as_of) for draft in drafts)]

    def find_documents(self, text: str) -> list[str]:
        """Ids of the documents whose title stands in ``text``, longest title first; a title inside a longer one is not named."""
        return self._held().find_documents(text)

    def list_versions(self) -> list[Version]:
        """Every version without its clauses, whatever its release, by title and beginning."""
        return list(self._held().versions)

    def _held(self) -> Holdings:
        """What versions there are, read again only when a text has changed."""
        revision = self._revision().partition(".")[0]
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
        if version is None:
            return None
        suffix = f"{article}-{sub}" if sub else str(article)
        try:
            return self.store.get_clause(f"{version.id}:{suffix}")
        except UnknownDocument:
            return None

    def find_part(self, title: str, place: str | Address, *, as_of: date, preview: str = "") -> Part | None:
        """What stands at ``place`` (第十六条第二款第（三）项, 16.2.3) of the version in force on a day; None when nothing does.

        ``place`` that names no place at all is a ValueError.
        """
        version = self.find_version(title, as_of=as_of, preview=preview)
        at = parse_address(place) if isinstance(place, str) else place
        if at is None:
            raise ValueError(f"{place!r} names no place; write for example 第十六条第二款第（三）项, 16.2.3 or 附件1")
        return self.find_part_of(version, at) if version else None

    def list_under(self, version: Version, headings: str) -> list[Clause]:
        """The clauses under 第三章 or 第二编第三章第一节 of a version, in order; ValueError when ``headings`` names none."""
        named = parse_headings(headings)
        if not named:
            raise ValueError(f"{headings!r} names no 编, 章 or 节; write for example 第三章 or 第二编第三章")
        return [each for each in self.get_version(version.id).clauses if stands_under(each.headings, named)]

    def find_part_of(self, version: Version, at: Address) -> Part | None:
        """The same within one version, whichever is in force."""
        suffix = f"{at.article}-{at.sub}" if at.sub else str(at.article)
        try:
            clause = self.store.get_clause(f"{version.id}:{suffix}")
        except UnknownDocument:
            return None
        found = find_at(clause, at)
        return Part(version, clause, *found) if found else None

    # Filling -----------------------------------------------------------------

    def ingest(self, path: Path, *, release: str = "published", progress: Progress | None = None) -> list[FileReport]:
        """Read a file, a zip or all files of a folder; one report a file, in order. Unchanged files are skipped.

        ``release`` is "published" or "draft:<change id>" (then only previews see it). ``progress(done, total, name)``
        counts files read. A file that cannot be read is reported and does not stop the rest. What was read is written
        every _FILES files: an ingest that was killed goes on there when it is called again.
        """
        path, tell = Path(path), progress or (lambda done, total, name: None)
        if path.suffix.lower() != ".zip" or not path.is_file():
            return self._ingest(path, list_files(path), release, tell)
        with TemporaryDirectory() as folder:
            root = Path(folder) / path.stem
            reports = self._ingest(root, unpack(path, root), release, tell)
        return [replace(each, path=str(path / Path(each.path).relative_to(root))) for each in reports]

    def _ingest(self, path: Path, files: list[Path], release: str, tell: Progress) -> list[FileReport]:
        manifest = read_manifest(path if path.is_dir() else path.parent)
        with self.changing():
            batch = Batch(release, {v.id: v for v in self.list_versions()}, self.statements(), self._read_json("files"))
            for done, file in enumerate(files, 1):
                batch.reports.append(read_file(batch, file, manifest))
                tell(done, len(files), file.name)
                if done % _FILES == 0 or done == len(files):
                    self._store(batch)
                    batch.settle({v.id: v for v in self.list_versions()}, self.statements())
        return batch.reports

    def _store(self, batch: Batch) -> None:
        fresh = {version_id: reading.version for version_id, reading in batch.new.items()}
        statements = {**batch.statements, **{key: Statement.of(reading) for key, reading in batch.new.items()}}
        for version_id in batch.gone:
            statements.pop(version_id, None)
        if not fresh and not batch.gone:
            return
        for version_id in fresh.keys() & batch.known.keys():
            note_rereading(self, self.store.get_version(version_id), fresh[version_id], clock.today())
        self._write_json("statements", {key: statement.dump() for key, statement in statements.items()})
        kept = {key: version for key, version in batch.known.items() if key not in batch.gone}
        self.store.remove(batch.gone)
        self._write_placed({**kept, **fresh}, set(fresh), statements)
        self._write_json("files", batch.files)

    def _write_placed(self, versions: dict[str, Version], fresh: set[str], statements: dict[str, Statement]) -> None:
        """Place all versions in time and write those that are new or whose dates moved."""
        changed = [
            version
            for version in _placed(list(versions.values()), statements)
            if version.id in fresh or version != versions[version.id]
        ]
        for start in range(0, len(changed), _CHUNK):
            chunk = changed[start : start + _CHUNK]
            self.store.put([self._with_clauses(version, version.id in fresh) for version in chunk])

    def _with_clauses(self, version: Version, fresh: bool) -> Version:
        if fresh:
            return version
        stored = self.store.get_version(version.id)
        return replace(version, clauses=stored.clauses, findings=stored.findings)

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
        if release not in {"published", "withdrawn"} and not release.startswith("draft:"):
            raise ValueError(f"release {release!r} is none of published, withdrawn, draft:<change id>")
        with self.changing():
            self._set_release(version_id, release)

    def _set_release(self, version_id: str, release: str) -> None:
        versions = {version.id: version for version in self.list_versions()}
        if version_id not in versions:
            raise UnknownDocument(f"there is no version {version_id!r} in the policy base")
        displaced: dict[str, list[str]] = self._read_json("displaced")
        target = versions[version_id]
        changes = {version_id: release}
        if release == "published":
            rivals = [v.id for v in versions.values() if _same_text(v, target) and v.release == "published"]
            displaced[version_id] = rivals or displaced.get(version_id, [])
            changes |= dict.fromkeys(rivals, "withdrawn")
        elif target.release == "published":
            changes |= dict.fromkeys([key for key in displaced.pop(version_id, []) if key in versions], "published")
        self._write_json("displaced", displaced)
        moved = {key: replace(self.store.get_version(key), release=value) for key, value in changes.items()}
        self._write_placed({**versions, **moved}, set(moved), self.statements())

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One change of texts at a time on this machine; StoreUnavailable when another one takes longer than a minute."""
        if self._lock is None:
            yield
            return
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + _PATIENCE
        with self._lock.open("a") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        raise StoreUnavailable(
                            "texts are being ingested by another process; try again when it has finished"
                        ) from None
                    time.sleep(0.05)
            with getattr(self.store, "patient", nullcontext)():  # a node that falls over costs time, not the change
                yield

    # Catalogue and overlay ---------------------------------------------------

    @property
    def overlay(self) -> dict[str, Any]:
        """The curators' published FAQs and fact changes, as last written."""
        return self._read_json("overlay")

    def write_overlay(self, overlay: dict[str, Any]) -> None:
        """Replace the overlay; CatalogueError (and nothing written) when it breaks the catalogue's schema."""
        load_catalogue(overlay or None)
        self._write_json("overlay", overlay)

    def with_overlay(self, overlay: dict[str, Any]) -> "PolicyBase":
        """The same base with another overlay, unpublished: what a curator tries. CatalogueError when it breaks the schema."""
        return self.with_catalogue(load_catalogue(overlay or None).with_forms(self._forms))

    @property
    def catalogue(self) -> Catalogue:
        """Service items and FAQs with the published overlay applied; the shipped ones when the store is away."""
        if self._trial is not None:
            return self._trial
        try:
            text = self._overlay_text()
        except StoreUnavailable:
            text = self._catalogue[0] if self._catalogue else ""
        if self._catalogue is None or self._catalogue[0] != text:
            loaded = load_catalogue(json.loads(text) if text else None)
            self._catalogue = (text, loaded.with_forms(self._forms))
        return self._catalogue[1]

    def offer_forms(self, forms: Mapping[str, str]) -> None:
        """Tell which variants have an online form (``A11/renew`` to the form's id): answers then offer to start it."""
        self._forms, self._catalogue = forms, None

    def with_catalogue(self, catalogue: Catalogue) -> "PolicyBase":
        """The same texts with another catalogue: what training asks, with a part of the phrasings left out."""
        return PolicyBase(self.store, lock=self._lock, trial=catalogue)

    # Ranking -----------------------------------------------------------------

    @property
    def ranking(self) -> Model | None:
        """The trained order of clauses that this base keeps, else the shipped one; None when there is neither."""
        try:
            revision = self._revision()
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
        state = f"{self._revision()}|{self.catalogue.fingerprint}|{ranking}"
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

    def _read_json(self, key: str) -> dict[str, Any]:
        text = self.store.read_note(key)
        return dict(json.loads(text)) if text else {}

    def _write_json(self, key: str, value: dict[str, Any]) -> None:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        if text != self.store.read_note(key):
            self.store.write_note(key, text)

    def revision(self) -> str:
        """Changes with every change of texts or notes."""
        return self.store.revision()

    def files(self) -> dict[str, dict[str, Any]]:
        """What each ingested file gave, by ``folder/name``: ``versions`` (ids), ``title``, ``clauses``, ``warnings``."""
        return self._read_json("files")

    def statements(self) -> dict[str, Statement]:
        """What each version's file states of its place in time, by version id."""
        return {key: Statement.load(record) for key, record in self._read_json("statements").items()}


def open_policy_base(
    folder: Path,
    store: str = "embedded",
    elasticsearch_url: str = "",
    elasticsearch_index: str = "wenban",
    elasticsearch_login: Mapping[str, str] | None = None,
    elasticsearch_seconds: float = 3.0,
) -> PolicyBase:
    """Open (and create when missing) the base in ``folder``; ``store`` is "embedded" or "elasticsearch". Close it after use.

    ``elasticsearch_url`` may name several nodes, separated by commas; ``elasticsearch_login`` may hold ``api_key``,
    or ``user`` and ``password``, and ``ca`` (a PEM file). A read that takes longer than ``elasticsearch_seconds`` is
    answered from the snapshot.
    """
    if store == "embedded":
        return PolicyBase(EmbeddedStore(Path(folder)), lock=Path(folder) / "change.lock")
    if store == "elasticsearch":
        from policy_kb.stores.elastic import open_elastic_store  # only who uses it needs its client

        snapshot = Path(folder) / "snapshot"  # apart from what an embedded base in the same folder holds
        opened = open_elastic_store(
            elasticsearch_url,
            elasticsearch_index,
            snapshot=snapshot,
            login=elasticsearch_login,
            read_seconds=elasticsearch_seconds,
        )
        return PolicyBase(opened, lock=Path(folder) / "change.lock")
    raise ValueError(f"there is no store {store!r}; there are embedded and elasticsearch")


def _same_text(version: Version, other: Version) -> bool:
    return version.id != other.id and (version.document_id, version.label) == (other.document_id, other.label)


def _hides(draft: Version, other: Version, as_of: date | None) -> bool:
    """Whether ``draft``, once published, would displace ``other`` on the day (or, without a day, as the same wording)."""
    if other.document_id != draft.document_id or other.release != "published":
        return False
    if other.label == draft.label or as_of is None:
        return other.label == draft.label
    begun = draft.in_force_from is not None and draft.in_force_from <= as_of
    return begun and (other.in_force_from or date.min) <= (draft.in_force_from or date.min)


def _placed(versions: list[Version], statements: dict[str, Statement]) -> Iterator[Version]:
    """Published versions are placed among themselves; a draft among them and itself, without moving them."""
    published = [version for version in versions if version.release == "published"]
    yield from place(published, statements)
    for version in versions:
        if version.release.startswith("draft:"):
            rivals = [other for other in published if not _same_text(other, version)]
            yield next(each for each in place([*rivals, version], statements) if each.id == version.id)
        elif version.release != "published":
            yield version
