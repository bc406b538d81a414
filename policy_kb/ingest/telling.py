"""What a text states of itself, completed by its source and by what the collector noted."""

import re
from datetime import date

from policy_kb.ingest import facts
from policy_kb.ingest.manifest import Entry
from policy_kb.ingest.source import Source
from policy_kb.ingest.structure import Part
from policy_kb.ingest.titles import document_id
from policy_kb.model import Version

_ISSUER_IN_TITLE = re.compile(r"([\u4e00-\u9fff、]{2,40}?(?:法院|检察院|局|部|委员会|总署|国务院|办公室))关于")


class Told:
    """What one text, its source and the manifest tell; the text first, then the source, then the manifest."""

    def __init__(self, part: Part, source: Source, entry: Entry | None, history: str) -> None:
        self.part, self.source, self.entry, self.history = part, source, entry, history
        self.events = facts.list_events(history)
        numbered = [draft for draft in part.drafts if draft.article]
        self.closing = "\n".join("\n".join(draft.lines) for draft in numbered[-3:])
        if not part.by_article:
            numbered = [] if any(draft.rows for draft in part.drafts) else part.drafts
            self.closing = "\n".join([*part.preamble, *("\n".join(draft.lines) for draft in numbered)])
        first = self.events[0] if self.events else None
        amendments = [event for event in self.events[1:] if event.amends]
        last = max(amendments, key=lambda event: event.day) if amendments else None
        # A revision adopted one day is often announced on a later one; the later day names the version.
        followed = [event.day for event in self.events if last and event.day > last.day and event.announces]
        self.amended = max([last.day, *followed]) if last else None
        self.amended_by = tuple(name for name in (last.order, last.decision) if name) if last else ()
        self.adopted = first.day if first and "通过" in first.what else None
        announced = next((event for event in self.events if event.announces and not event.amends), None)
        self.published = announced.day if announced else (first.day if first else None)
        self.published = self.published or facts.read_date(source.meta.get("published", ""))
        self.order = "；".join(dict.fromkeys(event.order for event in self.events if event.order))
        self.starts = self._starts()

    def _starts(self) -> date | None:
        announced = self.published or (self.entry.published if self.entry else None)
        stated = facts.find_effect(self.closing, announced) or facts.find_effect(self.history, announced)
        stated = stated or next((event.day for event in self.events if event.what in {"施行", "起施行", "实施"}), None)
        return (
            stated
            or facts.read_date(self.source.meta.get("in_force_from", ""))
            or (self.entry.in_force_from if self.entry else None)
        )

    @property
    def label(self) -> str:
        known = self.amended or self.published or self.starts
        if self.source.label:
            return self.source.label
        if known is None and self.entry:
            known = self.entry.amended or self.entry.published or self.entry.in_force_from
        return known.isoformat() if known else "undated"

    def version(self, digest: str) -> Version:
        entry, meta = self.entry or Entry(self.source.title), self.source.meta
        document = document_id(self.source.title)
        order = self.order or re.sub(r"\s+", " ", meta.get("document_number", "")) or self._order_in_preamble()
        return Version(
            id=f"{document}@{self.label}",
            document_id=document,
            title=self.source.title,
            label=self.label,
            kind=self._kind(order),
            issuer=self._issuer(order),
            document_number=order or entry.document_number,
            adopted=self.adopted,
            published=self.published or entry.published,
            amended=self.amended or facts.read_date(self.source.label) or entry.amended,
            in_force_from=self.starts,
            status_note=entry.status,
            incomplete=entry.incomplete,
            history=self.history,
            source_url=meta.get("source_url", "") or entry.source_url,
            content_hash=digest,
        )

    def _order_in_preamble(self) -> str:
        return next(
            (order for line in self.part.preamble[:12] if len(line) < 60 and (order := facts.find_order(line))), ""
        )

    def _issuer(self, order: str) -> str:
        named = self.source.meta.get("issuer", "") or next(
            (issuer for event in self.events if (issuer := facts.find_issuer(event.what))), ""
        )
        titled = _ISSUER_IN_TITLE.match(self.source.title)
        return (
            named
            or (titled[1] if titled and titled[1].startswith("最高人民") else "")
            or facts.find_issuer(order + "公布")
            or (titled[1] if titled else "")
            or (self.entry.issuer if self.entry else "")
        )

    def _kind(self, order: str) -> str:
        if self.entry and self.entry.kind in {"law", "regulation", "rule", "normative", "judicial"}:
            return self.entry.kind
        title, issuer = self.source.title, self._issuer(order)
        if issuer.startswith("最高人民"):
            return "judicial"
        if issuer.startswith("全国人民代表大会") or re.search(r"(?<!办)法$", title):
            return "law"
        if issuer.startswith("国务院") or "国务院令" in order or title.endswith("条例"):
            return "regulation"
        if "令" in order:
            return "rule"
        return "normative" if order else "other"

    def complaints(self, version: Version) -> list[str]:
        """What a curator should look at: gaps, missing dates, and where the manifest says otherwise."""
        found = []
        if self.part.missing:
            found.append(f"articles not found: {', '.join(str(n) for n in self.part.missing)}")
        if version.incomplete:
            found.append(f"the text is known to be cut: {version.incomplete}")
        if version.in_force_from is None:
            found.append("no day of commencement is stated")
        entry = self.entry
        if entry is None:
            return found
        count = sum(1 for draft in self.part.drafts if draft.article and self.part.by_article)
        for name, ours, theirs in (
            ("articles", count, entry.articles if entry.articles > 0 else count),
            ("document number", version.document_number, entry.document_number or version.document_number),
            ("publication", version.published, entry.published or version.published),
            (
                "last amendment",
                version.amended or version.published,
                entry.amended or version.amended or version.published,
            ),
            ("commencement", version.in_force_from, entry.in_force_from or version.in_force_from),
        ):
            if ours != theirs:
                found.append(f"{name}: the text has {ours}, the manifest {theirs}")
        return found
