"""The audit as an administrator reads it: who did what to what, in words, filtered; only ever read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Invalid
from portal.identity import service as identities
from portal.identity.service import Identity, require_role
from portal.looks import service as looks

PAGE = 100  # lines a page
MOST = 10_000  # lines of a file


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter; the days are both included. ``who`` is an actor (``staff:3``), ``subject`` a number or id."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line in words."""

    id: int
    at: datetime
    who: str
    actor: str
    action: str
    subject: str
    detail: str


def read_wanted(raw: Mapping[str, str]) -> Wanted:
    """The filter of a page's address; Invalid names the day that cannot be read."""
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(raw[name]) if raw.get(name) else None
        except ValueError as error:
            message = _("Write the day as 2026-11-26, or leave it empty.")
            raise Invalid(message, fields={name: message}) from error
    who, action, subject = (raw.get(name, "").strip()[:80] for name in ("who", "action", "subject"))
    return Wanted(who, action, subject, days["since"], days["until"])


def list_lines(identity: Identity, wanted: Wanted, older_than: int = 0, limit: int = PAGE) -> list[Line]:
    """The newest first."""
    require_role(identity, "administrator")
    found = audit.list_lines(
        actor=wanted.who,
        action=wanted.action,
        subject_id=wanted.subject,
        since=_start_of(wanted.since, 0),
        before=_start_of(wanted.until, 1),
        older_than=older_than,
        limit=limit,
    )
    return [
        Line(
            line.id,
            line.at,
            identities.name_actor(line.actor),
            line.actor,
            tell_action(line.action),
            f"{tell_kind(line.subject_kind)} {line.subject_id}".strip(),
            line.detail,
        )
        for line in found
    ]


def _start_of(day: date | None, later: int) -> datetime | None:
    return datetime.combine(day + timedelta(days=later), datetime.min.time(), clock.BEIJING) if day else None


def list_choices(identity: Identity) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Staff and actions to filter by, each as value and words."""
    require_role(identity, "administrator")
    staff = [(f"staff:{a.id}", a.name) for a in identities.list_accounts() if a.kind == "staff"]
    actions = [(action, tell_action(action)) for action in audit.list_actions()]
    return staff, sorted(actions, key=lambda one: one[1])


def tell_kind(kind: str) -> str:
    """What was acted on, in words; by its own name when it has none yet."""
    return {
        "account": _("account"),
        "canned": _("ready reply"),
        "case": _("application"),
        "clause": _("changed clause"),
        "complaint": _("complaint"),
        "conversation": _("conversation"),
        "draft": _("draft"),
        "fact": _("catalogue fact"),
        "faq": _("FAQ"),
        "file": _("file"),
        "form": _("form"),
        "job": _("background job"),
        "party": _("party"),
        "record": _("record"),
        "report": _("report"),
        "talk_request": _("request for a person"),
        "text": _("legal text"),
        "ticket": _("data ticket"),
        "token": _("token"),
    }.get(kind, kind)


def tell_action(action: str) -> str:
    """The action in words; one that only parties see is told as the party reads it."""
    own = {
        "sign_in": _("signed in"),
        "sign_in_refused": _("sign-in refused"),
        "second_factor_set": _("set up the authenticator app"),
        "strong_sign_in": _("signed in strongly"),
        "strong_sign_in_refused": _("strong sign-in refused"),
        "register": _("registered"),
        "list": _("looked at the queue"),
        "take": _("took it over"),
        "reply": _("replied"),
        "close": _("answered and closed it"),
        "transfer": _("passed it on"),
        "release": _("put it back"),
        "hand_back": _("gave it back to the assistant"),
        "lodge": _("lodged it"),
        "admit": _("put it in the queue"),
        "queue_over": _("made it a ticket: nobody was free"),
        "promise_over": _("gave it a new day: the promised one is past"),
        "officer_silent": _("put it back: the officer was silent"),
        "person_silent": _("closed it: the person was silent"),
        "settle": _("noted the settlement"),
        "terminate": _("ended the mediation"),
        "file_case": _("opened a case"),
        "no_case": _("opened no case"),
        "not_ours": _("told whom to turn to"),
        "end_case": _("told the outcome of the case"),
        "read_evidence": _("opened a piece of evidence"),
        "refused_verify": _("tried to check a document"),
        "download_certificate": _("downloaded the certificate"),
        "claim": _("took over what was told without an account"),
        "delete": _("deleted it when its time was over"),
        "mail_on": _("switched mails on"),
        "mail_off": _("switched mails off"),
        "mail_address_set": _("gave a mail address"),
        "mail_address_confirmed": _("confirmed a mail address"),
        "mail_address_forgotten": _("had a mail address forgotten"),
        "mail_again": _("had a mail sent again"),
        "edit_knowledge": _("wrote a change"),
        "submit_knowledge": _("handed a change to review"),
        "begin_publication": _("began to publish"),
        "hold_publication": _("publication held"),
        "stop_publication": _("stopped a publication"),
        "publish_knowledge": _("published a change"),
        "reject_knowledge": _("sent a change back"),
        "recall_knowledge": _("took a change back from review"),
        "discard_knowledge": _("gave up a draft"),
        "withdraw_knowledge": _("took a change back"),
        "draft_from_reply": _("a reply became a draft FAQ"),
        "review_binding": _("checked what rests on a changed clause"),
        "save_canned": _("saved a ready reply"),
        "withdraw_canned": _("withdrew a ready reply"),
        "add_staff": _("added a staff account"),
        "set_roles": _("changed roles"),
        "open_account": _("opened an account"),
        "close_account": _("closed an account"),
        "renew_password": _("made a new password"),
        "try_job_again": _("let a background job begin anew"),
    }
    return own.get(action) or looks.tell_action(action)
