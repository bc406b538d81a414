"""What a decision gives into people's hands: a certificate or filing notice with its number, and whether it holds on a day.

It states what such papers state in public (holder, place, scope, days) and no more of the application. A stranger sees
neither names of persons in charge nor the whole name of a holder who is a person.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.applications import outcomes, prefilling, questions
from portal.applications.models import Case
from portal.applications.wording import item_title
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import find_party
from portal.language import current_language
from portal.pages import write_date, write_moment
from portal.printing import SERIF, write_pdf
from portal.proofs import service as proofs
from portal.proofs.service import Finding, Proof
from portal.vocabulary import CONCEPTS, KINDS

# What stands on licences and filing notices, in their order; False: names of persons, which strangers are not shown.
STATED = {
    "org.domicile": True, "org.legal_rep": False, "licence.principal": False, "licence.quality_head": False,
    "licence.premises": True, "licence.site": True, "licence.sites": True, "licence.warehouses": True,
    "licence.class": True, "licence.mode": True, "licence.categories": True, "licence.scope": True, "licence.units": True,
    "licence.website_name": True, "licence.domain": True, "licence.app_name": True, "licence.platforms": True,
    "product.name": True, "product.name_en": True, "product.category": True, "product.class_code": True,
    "product.dosage_form": True, "product.strength": True, "product.models": True, "product.composition": True,
    "product.intended_use": True, "product.standard": True, "product.maker_name": True, "product.maker_address": True,
    "applicant.category": True, "applicant.practice_scope": True, "applicant.unit_name": False,
}  # fmt: skip


def issue_certificate(case: Case, form: Form) -> Proof | None:
    """The record of what a decision gave; earlier papers under its number give way to it. None when the matter gives no
    number. Comes after the register has been written. The caller commits."""
    if not case.certificate_number:
        return None
    ending = outcomes.ending_of(form)
    proof = proofs.issue("certificate", _subject(case), _state(case, form, ending))
    others = select(Case).where(
        Case.certificate_number == case.certificate_number, Case.party_code == case.party_code, Case.id != case.id
    )
    for other in db.session.scalars(others):
        old = proofs.find_by_subject(_subject(other))
        if old is not None:
            proofs.close(old, "cancelled" if ending == "cancel" else "superseded", replaced_by=proof)
    return proof


def _subject(case: Case) -> str:
    return f"case:{case.id}"


def find_certificate(case: Case) -> Proof | None:
    """The record of what this case gave."""
    return proofs.find_by_subject(_subject(case))


def _state(case: Case, form: Form, ending: str) -> dict[str, Any]:
    settings, party = current_app.config["SETTINGS"], find_party(case.party_code)
    register = prefilling.find_register(form)
    title = {language: item_title(case.item, case.variant, language) for language in ("zh", "en")}
    return {
        "number": case.certificate_number,
        "case": case.number,
        "name": _name_paper(register) if register and ending != "cancel" else title,
        "title": title,
        "ending": ending,
        "filing": form.is_filing,
        "holder": {
            "name": case.party_name,
            "code": case.party_code,
            "person": party is not None and party.kind == "person",
        },
        "rows": list(_list_rows(case, form)),
        "decided_on": clock.today().isoformat(),
        "valid_from": case.outcome.get("valid_from", ""),
        "valid_to": case.outcome.get("valid_to") or case.outcome.get("kept_until") or "",
        "authority": {"zh": settings.authority_zh, "en": settings.authority_en},
        "demonstration": settings.env != "production",
    }


def _name_paper(register: str) -> dict[str, str]:
    """What a register's papers are called, as a heading."""
    return {language: text[:1].upper() + text[1:] for language, text in KINDS[register].label.items()}


def _list_rows(case: Case, form: Form) -> Iterator[dict[str, Any]]:
    """What is stated, from the application; what it does not say, as the register had it before."""
    values = outcomes.build_values(form, case.snapshot.content["answers"])
    before = prefilling.list_held_before(case.party_code, case.certificate_number)
    fields = {field.concept: field for field in form.list_fields() if field.concept}
    for concept, public in STATED.items():
        if values.get(concept) not in (None, "", []):
            field = fields[concept]
            label = dict(field.label)
            text = {language: questions.write(field, values[concept], language) for language in ("zh", "en")}
        elif before.get(concept) not in (None, "", []):
            label = {"zh": CONCEPTS[concept].zh[0], "en": CONCEPTS[concept].en[0]}
            text = dict.fromkeys(("zh", "en"), _write_plain(before[concept]))
        else:
            continue
        yield {"concept": concept, "label": label, "text": text, "public": public}


def _write_plain(value: Any) -> str:
    """A register's value as it is written there."""
    if isinstance(value, Mapping):
        return " ".join(str(inner) for inner in value.values() if inner)
    return "；".join(map(_write_plain, value)) if isinstance(value, list) else str(value)


def build_pdf(proof: Proof) -> bytes:
    """The paper, in the language of the page."""
    return write_pdf(
        render_template(
            "applications/certificate.html",
            content=proof.content,
            code=proofs.write_code(proof.code),
            address=proofs.make_url(proof),
            qr=proofs.draw_qr_inline(proof),
            days=_list_days(proof.content),
            proof=proof,
            font=SERIF,
        )
    )


def _list_days(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The days of a paper that has them, as (label, text)."""
    if content["ending"] == "cancel":
        return [(_("Cancelled from"), _day(content["decided_on"]))]
    first = _("Valid from") if content["valid_to"] else _("Holds from")  # a filing has no term
    named = [(first, content["valid_from"]), (_("Valid to"), content["valid_to"])]
    return [(label, _day(day)) for label, day in named if day]


def _day(text: str) -> str:
    return write_date(date.fromisoformat(text))


@proofs.checks("certificate")
def check_certificate(proof: Proof) -> Finding:
    """Whether it holds today, and what a stranger may see of it."""
    content, language = proof.content, current_language()
    holder = content["holder"]
    tone, headline, more = _judge(proof)
    rows = [
        (_("Name"), content["name"][language]),
        (_("Number"), content["number"]),
        (_("Holder"), _mask_name(holder["name"]) if holder["person"] else f"{holder['name']} ({holder['code']})"),
        *(
            (row["label"][language], row["text"][language])
            for row in content["rows"]
            if row["public"] and not holder["person"]
        ),
        *_list_days(content),
        (_("Decided on"), _day(content["decided_on"])),
        (_("Authority"), content["authority"][language]),
        *more,
    ]
    notes = (_("Demonstration: these are made-up data and no official document."),) if content["demonstration"] else ()
    return Finding(tone, headline, tuple(rows), (), notes)


def _mask_name(name: str) -> str:
    return name[:1] + "*" * max(1, len(name) - 1)


def _judge(proof: Proof) -> tuple[str, str, list[tuple[str, str]]]:
    """(tone, headline, further rows) for today: an end of the paper itself goes before the register, that before days."""
    content, today, paper = proof.content, clock.today(), _name_kind(proof)
    after = proofs.find_by_code(proof.replaced_by) if proof.replaced_by else None
    more = [(_("Ended on"), write_moment(proof.state_at))] if proof.state_at else []
    if after is not None:
        more.append((_("Replaced by"), proofs.write_code(after.code)))
    begins = after.content["valid_from"] if after else ""
    if proof.state == "superseded" and not (begins and date.fromisoformat(begins) > today):
        return "warn", _("This %(paper)s was replaced by a newer one; it no longer holds.", paper=paper), more
    if proof.state in ("revoked", "cancelled"):
        return "danger", _tell_end(proof.state, paper), more
    if content["ending"] == "cancel":
        return "warn", _("This is a notice of cancellation: the number below no longer holds."), more
    registered = prefilling.find_standing(content["holder"]["code"], content["number"])
    if registered:
        return "danger", _tell_end(registered, paper), more
    if content["valid_from"] and date.fromisoformat(content["valid_from"]) > today:
        present = prefilling.find_present_end(content["holder"]["code"], content["number"])
        more += [(_("Present term of this number"), _("until %(day)s", day=write_date(present)))] if present else []
        return "warn", _("This %(paper)s is genuine; its term has not begun yet.", paper=paper), more
    if content["valid_to"] and date.fromisoformat(content["valid_to"]) < today:
        return "warn", _("This %(paper)s has expired.", paper=paper), more
    if content.get("filing"):
        return "ok", _("This filing stands in the register as shown here and holds today."), more
    return "ok", _("This certificate is genuine and valid today."), more


def _name_kind(proof: Proof) -> str:
    """What the thing is called: what is filed is no certificate."""
    return _("filing") if proof.content.get("filing") else _("certificate")


def _tell_end(state: str, paper: str) -> str:
    return {
        "revoked": _("This %(paper)s was revoked; it does not hold.", paper=paper),
        "cancelled": _("This %(paper)s was cancelled; it does not hold.", paper=paper),
        "suspended": _("This %(paper)s is suspended; it does not hold today.", paper=paper),
        "expired": _("This %(paper)s has expired.", paper=paper),
        "superseded": _("The register has a newer entry in place of this %(paper)s; it no longer holds.", paper=paper),
    }[state]
