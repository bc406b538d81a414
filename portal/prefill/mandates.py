"""Who may act for a party on a day and for which item: accounts with a mandate, and agents by an imported mandate."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.errors import Missing
from portal.extensions import db
from portal.identity import service as identities
from portal.identity.models import Account
from portal.identity.service import Identity
from portal.prefill.kinds import ENDED_STATES, OPEN_STATES
from portal.prefill.models import Record


def find_reason_denied(identity: Identity, party_code: str, item: str, today: date) -> str:
    """Why this person may not act for the party in this item (``A11/renew``) on that day: a reason code, or ""."""
    reason = ""
    if identity.kind in ("enterprise", "citizen") and identity.account_id:
        reason = identities.find_reason_denied(identity.account_id, party_code, item, today)
    if identity.code and (reason or not identity.account_id):
        return _judge_code(identity.code, party_code, item, today)
    return reason


def covers(items: list[str], item: str) -> bool:
    """Whether a mandate that names these items covers one; ``A11`` covers every variant, no item at all covers all."""
    wanted = item.partition("/")[0]
    return not items or any(one in (item, wanted) for one in items)


def act_for(party_code: str) -> Identity:
    """The first account with a mandate for the party, for a trial; without one, the party and nobody in particular."""
    query = select(Account).where(Account.mandates.any(party_code=party_code), Account.active).order_by(Account.id)
    account = db.session.scalar(query)
    if account is None or identities.identity_of(account, party_code).party_code != party_code:
        return Identity("enterprise", 0, party_code=party_code)
    return identities.identity_of(account, party_code)


def _judge_code(code: str, party_code: str, item: str, today: date) -> str:
    """The party itself and its own handlers need no mandate; everybody else needs one that holds today."""
    if code == party_code or _find_handler(code, party_code):
        return ""
    reasons = [_judge(record, item, today) for record in _list_mandates(code, party_code)]
    return "" if "" in reasons else (reasons[0] if reasons else "no_mandate")


def _judge(record: Record, item: str, today: date) -> str:
    if record.status in ENDED_STATES or (record.valid_to is not None and record.valid_to < today):
        return "mandate_ended"
    if record.status in OPEN_STATES:
        return "no_mandate"
    if max(record.as_of, record.valid_from or record.as_of) > today:
        return "mandate_not_begun"
    return "" if covers(read_items(record.values.get("mandate.items")), item) else "mandate_other_item"


def read_items(value: Any) -> list[str]:
    """The items of a mandate, written as a list or with commas, blanks or Chinese commas between."""
    if isinstance(value, list):
        return [str(one).strip() for one in value]
    text = str(value or "")
    for separator in "、，;；|":
        text = text.replace(separator, ",")
    return [one for one in text.replace(" ", ",").split(",") if one]


def _list_mandates(code: str, party_code: str) -> list[Record]:
    """The mandates of a party for an agent, newest first."""
    query = select(Record).where(Record.party_code == party_code, Record.kind == "mandate")
    rows = db.session.scalars(query.order_by(Record.as_of.desc(), Record.id))
    return [row for row in rows if str(row.values.get("mandate.agent", "")) == code]


def _find_handler(code: str, party_code: str = "") -> Record | None:
    """The record of a handler: of this party, or of any."""
    query = select(Record).where(Record.kind == "handler", Record.number == code)
    if party_code:
        query = query.where(Record.party_code == party_code)
    return db.session.scalar(query.order_by(Record.as_of.desc(), Record.id).limit(1))


def find_actor(code: str, party_code: str) -> Identity:
    """Who a code stands for: an account's sign-in name, a handler's or an agent's code. Missing when it is nobody."""
    account = identities.find_account(code)
    if account is not None:
        return replace(identities.identity_of(account, party_code), party_code=party_code, code=code)
    known = code == party_code or _find_handler(code) or _list_mandates(code, party_code)
    if not known and identities.find_party(code) is None and not _is_agent(code):
        raise Missing(
            _("“%(code)s” is no account, no handler and no agent of a mandate; import who they are first.", code=code)
        )
    return Identity("enterprise", None, party_code=party_code, code=code)


def _is_agent(code: str) -> bool:
    rows = db.session.scalars(select(Record.values).where(Record.kind == "mandate"))
    return any(str(values.get("mandate.agent", "")) == code for values in rows)


def read_handler(code: str, party_code: str) -> dict[str, str]:
    """What is recorded of the person behind a code: their own handler record, else what the mandate says of them."""
    record = _find_handler(code, party_code) or _find_handler(code)
    if record is None:
        record = next(iter(_list_mandates(code, party_code)), None)
    return {} if record is None else {k: str(v) for k, v in record.values.items() if k.startswith("handler.") and v}
