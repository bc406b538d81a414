"""The log of a party: every read and change of what is its own, by whom, when, and what for.

The lines are the audit lines that carry its code. Officers stand there by role and number: the party must be able to
ask about a look, and a name would add nothing to that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import service as applications
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.language import current_language
from portal.looks.wording import KINDS, kind_of, tell_role
from portal.looks.wording import tell_action as tell_action
from portal.prefill.service import channel_name

MOST = 1000
SIDES = ("", "own", "authority")


@dataclass(frozen=True, slots=True)
class Look:
    """One line. ``who`` names people of the party, and officers by role and number; ``purpose`` is the matter it was
    for, or what was typed as the reason; ``detail`` the source that was asked or agreed to."""

    at: datetime
    who: str
    authority: bool
    kind: str
    action: str
    subject: str
    purpose: str
    detail: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """``kind``: one of KINDS or ""; ``side``: own, authority or ""; the days are both included."""

    kind: str = ""
    side: str = ""
    since: date | None = None
    until: date | None = None


def read_wanted(raw: Mapping[str, str]) -> Wanted:
    """The filter of a page's address; Invalid names the day that cannot be read."""
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(raw[name]) if raw.get(name) else None
        except ValueError as error:
            raise Invalid(
                _("The filter cannot be read."), fields={name: _("Write the day as 2026-11-26, or leave it empty.")}
            ) from error
    kind, side = raw.get("kind", ""), raw.get("side", "")
    return Wanted(kind if kind in KINDS else "", side if side in SIDES else "", days["since"], days["until"])


def list_looks(identity: Identity, wanted: Wanted | None = None) -> list[Look]:
    """The newest lines about the party acted for, at most MOST, leaving a line of its own. The caller commits.

    Whose mandate names some items sees the drafts and cases of these, and what they did themselves.
    """
    if identity.kind not in ("enterprise", "citizen"):
        identities.require_signed_in(identity)
        raise Forbidden(_("This log is for the party itself; staff have the audit page."))
    identities.require_party(identity, identity.party_code)
    wanted = wanted or Wanted()
    lines = audit.list_party_lines(identity.party_code, _start_of(wanted.since, 0), _start_of(wanted.until, 1), MOST)
    matters = applications.list_titles(identity.party_code)
    seen = [line for line in lines if _may_see(identity, line, matters)]
    audit.record(identity.actor, "log_read", "party", identity.party_code, party_code=identity.party_code)
    names = identities.list_names(line.actor for line in seen)
    return [look for line in seen for look in [_tell(line, matters, names)] if _is_wanted(look, wanted)]


def _start_of(day: date | None, later: int) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), datetime.min.time(), clock.BEIJING) if day else None


def _may_see(identity: Identity, line: audit.AuditLine, matters: Mapping[str, applications.Titled]) -> bool:
    if not identity.items or line.actor == identity.actor:
        return True
    matter = matters.get(line.subject_id)
    return matter is not None and identity.covers(matter.item)


def _is_wanted(look: Look, wanted: Wanted) -> bool:
    side = "authority" if look.authority else "own"
    return (not wanted.kind or look.kind == wanted.kind) and (not wanted.side or side == wanted.side)


def _tell(
    line: audit.AuditLine, matters: Mapping[str, applications.Titled], names: Mapping[str, tuple[str, Iterable[str]]]
) -> Look:
    side, _colon, number = line.actor.partition(":")
    name, roles = names.get(line.actor, ("", ()))
    who = tell_role(roles, number) if side == "staff" else name or tell_role((), line.actor)
    matter = matters.get(line.subject_id)
    subject = line.subject_id if line.subject_kind in ("case", "ticket") else ""
    purpose = matter.title if matter else ""
    if line.action == "dry_run":
        purpose = line.detail
    return Look(
        line.at, who, side == "staff", kind_of(line.action), tell_action(line.action), subject, purpose,
        channel_name(line.detail.partition(":")[0], current_language())
        if line.action.startswith(("prefill", "consent"))
        else "",
    )  # fmt: skip
