"""A party says that a record about it is wrong, without any form: which field, what is right, and why."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from portal.errors import Invalid
from portal.forms import service as forms
from portal.identity.service import Identity, require_party
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.tickets.models import DataTicket
from portal.tickets.raising import doubt_record, raise_claim
from portal.tickets.steps import LONGEST
from portal.uploads import CheckedFile


def get_record(identity: Identity, record_id: str) -> Record:
    """The own record that is doubted; Missing or Forbidden for anything else. The caller commits the audit line."""
    record = prefill.get_record(identity, record_id)
    require_party(identity, record.party_code)
    return record


def list_concepts(record: Record) -> list[str]:
    """What may be doubted: every value of the record, and last the record as a whole."""
    return [*record.values, prefill.STATUS]


def report(
    identity: Identity, record_id: str, concept: str, claimed: str, reason: str, files: Iterable[CheckedFile] = ()
) -> DataTicket:
    """Keep the doubt as a ticket; Invalid names the fields that are wrong. The caller commits."""
    record = get_record(identity, record_id)
    errors = {}
    if concept not in list_concepts(record):
        errors["concept"] = _("Choose what is wrong.")
    value = _read_claim(record, concept, claimed, errors)
    if not errors and prefill.is_same_value(concept, value, prefill.read_said(record, concept), record.source):
        errors["claimed"] = _("This is what the record says already.")
    if not reason.strip():
        errors["reason"] = _("Say how you know, so that the keeper can check it.")
    if errors:
        raise Invalid(_("The doubt was not sent."), fields=errors)
    return raise_claim(
        identity, doubt_record(record, concept), value, cause="report", reason=reason.strip()[:LONGEST], files=files
    )


def _read_claim(record: Record, concept: str, claimed: str, errors: dict[str, str]) -> Any:
    """What was typed, as a form would store it where it can be read; plain words else."""
    text, field = claimed.strip(), prefill.find_field(concept, record.source)
    if not text:
        errors["claimed"] = _("Write what would be right.")
    elif len(text) > LONGEST or forms.MARKUP.search(text):
        errors["claimed"] = _("Use plain words, at most %(count)s characters.", count=LONGEST)
    if errors.get("claimed") or field is None:
        return text
    try:
        return forms.read_value(field, text)
    except forms.Unreadable:
        return text
