"""One queue over everything that waits for staff: complaints, reports, applications, requests for a person."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import service as applications
from portal.chat import service as chat
from portal.complaints import service as complaints
from portal.identity.service import Identity
from portal.jobs import service as jobs
from portal.staff import talks
from portal.tickets import service as tickets

KINDS = ("talk", "complaint", "report", "application", "ticket")
SORTS = ("due", "received", "kind")
SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. ``state`` is in words."""

    kind: str
    number: str
    title: str
    state: str
    received: datetime
    due: date | None
    url: str

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < clock.today()

    @property
    def soon(self) -> bool:
        """Due today or within the next days."""
        return self.due is not None and 0 <= (self.due - clock.today()).days <= SOON_DAYS


def kind_name(kind: str) -> str:
    return {
        "complaint": _("Complaint"),
        "report": _("Report of a violation"),
        "application": _("Application"),
        "talk": _("Request for a person"),
        "ticket": _("Data ticket"),
    }[kind]


def list_queue(
    identity: Identity, *, kind: str = "", state: str = "open", text: str = "", when: str = "", sort: str = "due"
) -> list[Row]:
    """Rows by due day, those without one last, or by what ``sort`` says. ``when``: late, soon or "".

    A curator without the officer's role has an empty queue.
    """
    if not identity.roles & {"officer", "administrator"}:
        return []
    state = state if state in ("open", "closed", "all") else "open"
    rows = [
        *_complaint_rows(identity, state),
        *_application_rows(identity, state),
        *_talk_rows(identity, state),
        *_ticket_rows(identity, state),
    ]
    found = [
        row
        for row in rows
        if (not kind or row.kind == kind)
        and (not text or text in row.number or text in row.title)
        and (when not in ("late", "soon") or (row.late if when == "late" else row.soon))
    ]
    found.sort(key=lambda row: (row.due is None, row.due or date.max, row.received))
    if sort == "received":
        found.sort(key=lambda row: row.received, reverse=True)
    if sort == "kind":
        found.sort(key=lambda row: KINDS.index(row.kind))
    return found


def _complaint_rows(identity: Identity, state: str) -> list[Row]:
    return [
        Row(
            i.kind,
            i.number,
            str(i.fields.get("seller") or i.fields.get("product_name") or i.fields["facts"])[:40],
            complaints.wording.state_name(i.state),
            i.received_at,
            i.due,
            url_for("staff.complaint", number=i.number),
        )
        for i in complaints.list_queue(identity, state=state)
    ]


def _application_rows(identity: Identity, state: str) -> list[Row]:
    return [
        Row(
            "application",
            c.number,
            c.title,
            c.state_name,
            c.received_at,
            c.due,
            url_for("applications.review", case_id=c.id),
        )
        for c in applications.list_queue(identity, state=state)
    ]


def _talk_rows(identity: Identity, state: str) -> list[Row]:
    """For officers alone; whoever waits in the queue waits today."""
    found = [
        *(chat.desk.list_requests(identity, closed=False) if state != "closed" else []),
        *(chat.desk.list_requests(identity, closed=True) if state != "open" else []),
    ]
    return [
        Row(
            "talk",
            t.number,
            t.text[:40],
            talks.state_name(t.state),
            t.created_at,
            None if t.state == "closed" else t.promised_for or t.created_at.date(),
            url_for("staff.talk", request_id=t.id),
        )
        for t in found
    ]


def _ticket_rows(identity: Identity, state: str) -> list[Row]:
    """Doubted values; no law gives them a day."""
    found = tickets.list_queue(identity, tickets.Wanted(state="waiting" if state == "open" else "all"))
    return [
        Row(
            "ticket",
            t.number,
            tickets.title_of(t),
            tickets.state_name(t.state, t.outcome),
            t.opened_at,
            None,
            url_for("tickets.desk_ticket", number=t.number),
        )
        for t in found
        if state != "closed" or t.settled_at
    ]


def count_open(identity: Identity) -> dict[str, int]:
    """Open, late and due within three days; jobs that gave up; and data tickets that wait."""
    rows = list_queue(identity)
    return {
        "open": len(rows),
        "late": sum(row.late for row in rows),
        "soon": sum(row.soon for row in rows),
        "stuck": len(jobs.list_stuck()),
        "tickets": tickets.count_waiting(),
    }


def plain_cell(value: str) -> str:
    """A cell that a spreadsheet will not run as a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
