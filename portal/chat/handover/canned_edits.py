"""Curators write, change, withdraw and bring back ready replies. Every saving is a row that stays. Nothing commits."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock, list_quantities
from portal.audit import service as audit
from portal.chat.handover.canned import Canned, list_edits, list_filed, read_edit
from portal.chat.handover.citing import find_choice
from portal.chat.masking import mask
from portal.chat.models import CannedEdit
from portal.errors import Conflict, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role
from portal.pages import write_clause, write_moment

EDITORS = ("curator", "administrator")
READERS = (*EDITORS, "officer")
LONGEST = {"title_zh": 40, "title_en": 80, "text_zh": 2000, "text_en": 3000}  # characters; a reply is at most 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is typed on the page; ``cites`` as in the catalogue, ``note`` says why it was changed."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    cites: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""


def get_canned(identity: Identity, code: str) -> tuple[Canned, CannedEdit | None]:
    """A reply as it stands, also a withdrawn one, and what was saved of it last (None: as the file has it)."""
    require_role(identity, *READERS)
    edit = list_edits().get(code)
    if edit is not None:
        return read_edit(edit), edit
    filed = next((reply for reply in list_filed() if reply.id == code), None)
    if filed is None:
        raise Missing(_("There is no such ready reply. Choose one from the list."))
    return filed, None


def list_history(code: str) -> list[CannedEdit]:
    """Every saving of a reply, the newest first."""
    return list(db.session.scalars(select(CannedEdit).where(CannedEdit.code == code).order_by(CannedEdit.id.desc())))


def list_withdrawn(identity: Identity) -> list[Canned]:
    """Replies that are no longer offered, for whoever may bring them back."""
    require_role(identity, *READERS)
    return [read_edit(edit) for edit in list_edits().values() if edit.state == "withdrawn"]


def save(identity: Identity, code: str, entry: Entry, version: int) -> CannedEdit:
    """Save a reply (``code`` "" for a new one). ``version`` is the edit the page was made from, 0 when none: Conflict when
    somebody saved meanwhile. Invalid names the fields that are wrong."""
    require_role(identity, *EDITORS)
    if code:
        _check_version(get_canned(identity, code)[1], version)
    _check(entry)
    content = {
        "title": {"zh": entry.title_zh.strip(), "en": entry.title_en.strip()},
        "text": {"zh": entry.text_zh.strip(), "en": entry.text_en.strip()},
        "cites": entry.cites,
    }
    return _add(identity, code, "kept", content, entry.note)


def withdraw(identity: Identity, code: str, note: str, version: int) -> CannedEdit:
    """No longer offered to officers, with the reason."""
    require_role(identity, *EDITORS)
    reply, edit = get_canned(identity, code)
    _check_version(edit, version)
    if not note.strip():
        raise Invalid(_("Give the reason."), fields={"note": _("Give the reason.")})
    return _add(identity, code, "withdrawn", _content_of(reply), note)


def bring_back(identity: Identity, code: str, edit_id: int, version: int) -> CannedEdit:
    """An earlier wording counts again; its clauses must be in force today."""
    require_role(identity, *EDITORS)
    _check_version(get_canned(identity, code)[1], version)
    earlier = next((edit for edit in list_history(code) if edit.id == edit_id), None)
    if earlier is None:
        raise Missing(_("There is no such earlier wording."))
    _check_cites(earlier.content["cites"])
    return _add(identity, code, "kept", earlier.content, _("wording of %(moment)s", moment=write_moment(earlier.at)))


def list_loose_figures(entry: Entry) -> list[str]:
    """Figures with a unit of the Chinese text that stand in none of its clauses: to be looked at, not refused."""
    clauses = " ".join(choice.shown["quote"] for choice in map(find_choice, entry.cites) if choice)
    loose = {q for q in list_quantities(entry.text_zh) if q[1] != "count"} - list_quantities(clauses)
    return sorted({f"{number:g}" for number, _unit in loose})


def _content_of(reply: Canned) -> dict[str, Any]:
    return reply.model_dump(mode="json", exclude={"id"})


def _check_version(edit: CannedEdit | None, version: int) -> None:
    if (edit.id if edit else 0) != version:
        raise Conflict(_("Somebody saved this reply meanwhile. Reload the page; nothing of yours was saved."))


def _check(entry: Entry) -> None:
    errors: dict[str, str] = {}
    for name, most in LONGEST.items():
        value = getattr(entry, name).strip()
        if not value:
            errors[name] = _("Please fill this in.")
        elif len(value) > most:
            errors[name] = _("At most %(most)s characters.", most=most)
        elif mask(value).text != value:
            errors[name] = _("Take out the personal number: this text goes to many people.")
    if errors:
        raise Invalid(_("The ready reply is not complete."), fields=errors)
    _check_cites(entry.cites)


def _check_cites(cites: list[dict[str, Any]]) -> None:
    for cite in cites:
        if find_choice(cite) is None:
            message = _(
                "%(clause)s is not in the policy base as a clause in force today, so it cannot be cited.",
                clause=write_clause(cite["title"], cite["article"]),
            )
            raise Invalid(message, fields={"cites": message})


def _add(identity: Identity, code: str, state: str, content: dict[str, Any], note: str) -> CannedEdit:
    assert identity.account_id is not None
    edit = CannedEdit(
        code=code, state=state, content=content, note=note.strip()[:300], account_id=identity.account_id, at=clock.now()
    )
    db.session.add(edit)
    db.session.flush()
    edit.code = code or f"own-{edit.id}"
    action = "withdraw_canned" if state == "withdrawn" else "save_canned"
    audit.record(identity.actor, action, "canned", edit.code, detail=f"{content['title']['zh']} | {note.strip()}"[:500])
    return edit
