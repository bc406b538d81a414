"""Which certificates are to be renewed when, and reminding whoever acts for their holder.

A certificate is what the registers say last of a number. One that has ended, was renewed, or whose renewal is with the
authority reminds nobody. Each stage of a term is kept with the notices it gave, in one transaction: a second worker or a
restart finds it given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import select

from policy_kb import catalogue as kb
from policy_kb import clock, gettext_for, workdays
from portal.applications import service as applications
from portal.audit import service as audit
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.notices import service as notices
from portal.pages import write_clause, write_date
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.renewals.models import Reminder
from portal.renewals.plans import STAGES, Plan, find_plan, list_windows
from portal.vocabulary import KINDS

__all__ = ["Due", "Plan", "find_plan", "list_due", "list_own", "remind"]

# No window of the catalogue begins earlier than this many months before the end (6 months and the lead of a quarter).
HORIZON_MONTHS = 10


@dataclass(frozen=True, slots=True)
class Due:
    """A certificate whose window is near or open. ``stage`` is the reminder of today ("" when the window is over),
    ``renewal`` the number of a renewal that is with the authority ("" without one)."""

    record: Record
    plan: Plan
    stage: str
    renewal: str = ""

    @property
    def ends(self) -> date:
        assert self.record.valid_to is not None  # only records that end are looked at
        return self.record.valid_to

    @property
    def days_left(self) -> int:
        """Days to the last day of the window; negative when it is over."""
        return (self.plan.closes - clock.today()).days

    @property
    def is_open(self) -> bool:
        opens = self.plan.opens
        return self.days_left >= 0 and (opens is None or opens <= clock.today())

    def name(self, language: str) -> str:
        return str(KINDS[self.record.kind].label[language])

    @property
    def url(self) -> str:
        """Where the renewal is started: the form, or the item's page where there is none."""
        if not self.plan.variant:
            return f"/services/{self.plan.item}"
        words = {"item": self.plan.item, "variant": self.plan.variant, "record": self.record.id}
        return f"/applications/start?{urlencode(words)}"


def _read_ending(today: date, party_code: str = "") -> list[Due]:
    """Certificates in force that end within the horizon, the soonest first."""
    until = workdays.add_months(today, HORIZON_MONTHS)
    found = []
    for record in prefill.list_ending(list_windows(), today, until, party_code):
        assert record.valid_to is not None
        plan = find_plan(record.kind, record.valid_to)
        if plan is not None and plan.days[0][1] <= today:
            found.append(Due(record, plan, plan.find_stage(today)))
    return sorted(found, key=lambda due: (due.ends, due.record.number))


def list_due() -> list[Due]:
    """The certificates of all parties whose reminder has come and was not given yet."""
    found = [due for due in _read_ending(clock.today()) if due.stage]
    return [due for due in found if not _was_given(due) and not _find_renewal(due) and _list_accounts(due)]


def _was_given(due: Due) -> bool:
    """Whether this stage, or a later one of the same term, was given: an import may come when the window is half over."""
    later = STAGES[STAGES.index(due.stage) :]
    query = select(Reminder.id).where(
        Reminder.party_code == due.record.party_code,
        Reminder.kind == due.record.kind,
        Reminder.number == due.record.number,
        Reminder.valid_to == due.ends,
        Reminder.stage.in_(later),
    )
    return db.session.scalar(query.limit(1)) is not None


def _find_renewal(due: Due) -> str:
    plan, record = due.plan, due.record
    return applications.find_open_about(record.party_code, plan.item, plan.variant, record.number)


def _list_accounts(due: Due) -> list[int]:
    item = f"{due.plan.item}/{due.plan.variant}" if due.plan.variant else due.plan.item
    return identities.list_acting(due.record.party_code, item)


def remind(due: Due) -> int:
    """Tell everybody who may act, and keep that it was done; how many were told. The caller commits, and takes an
    IntegrityError as the sign that another worker was faster."""
    record = due.record
    given = Reminder(
        party_code=record.party_code,
        kind=record.kind,
        number=record.number,
        valid_to=due.ends,
        stage=due.stage,
        at=clock.now(),
    )
    db.session.add(given)
    db.session.flush()
    text = {language: write_text(due, language) for language in ("zh", "en")}
    accounts = _list_accounts(due)
    for account_id in accounts:
        notices.add_notice(account_id, text, due.url, number=record.number)
    audit.record("system", "remind", "record", record.id, party_code=record.party_code, detail=due.stage)
    return len(accounts)


def write_text(due: Due, language: str) -> str:
    """What a reminder says: how the window stands, its days, the last day of the certificate, and the clause."""
    _ = gettext_for(language)
    heads = {
        "opens": _("Renewal can be applied for: %(name)s %(number)s."),
        "middle": _("Half of the time to apply for renewal is over: %(name)s %(number)s."),
        "last": _("The time to apply for renewal ends soon: %(name)s %(number)s."),
    }
    words = {"name": due.name(language), "number": due.record.number, **_write_days(due, language)}
    window = (
        _("It ends on %(ends)s; apply from %(opens)s to %(closes)s%(clauses)s.")
        if due.plan.opens
        else _("It ends on %(ends)s; apply by %(closes)s%(clauses)s.")
    )
    return (
        " ".join((heads[due.stage] % words, window % words))
        if language == "en"
        else (heads[due.stage] + window) % words
    )


def _write_days(due: Due, language: str) -> dict[str, str]:
    return {
        "ends": write_date(due.ends, language),
        "opens": write_date(due.plan.opens, language),
        "closes": write_date(due.plan.closes, language),
        "clauses": _write_clauses(due.plan.fact.cites, language),
    }


def _write_clauses(cites: Iterable[kb.Cite], language: str) -> str:
    """（《title》第十六条第一款） or (《title》 Article 16, paragraph 1); "" where no text states it."""
    told = [write_clause(c.title, c.article, c.paragraph, language=language) for c in cites]
    if not told:
        return ""
    return f" ({'; '.join(told)})" if language == "en" else f"（{'、'.join(told)}）"


def list_own(identity: Identity) -> list[Due]:
    """The certificates of the party acted for whose window is near, open or over, the soonest to end first."""
    if not identity.signed_in or not identity.party_code:
        return []
    found = _read_ending(clock.today(), identity.party_code)
    return [
        Due(due.record, due.plan, due.stage, _find_renewal(due))
        for due in found
        if identity.covers(f"{due.plan.item}/{due.plan.variant}")
    ]
