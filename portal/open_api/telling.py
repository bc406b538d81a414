"""Forms, drafts and cases as the open API tells them: what their pages show, as data, in the language asked for."""

from typing import Any

from policy_kb import catalogue as kb
from portal.applications import service as applications
from portal.applications.service import Case, Draft, Shown, View
from portal.forms import service as forms
from portal.forms.service import Cite, Form
from portal.identity.service import Identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.proofs import service as proofs
from portal.services import service as services
from portal.vocabulary import is_private


def tell_form_line(form: Form) -> dict[str, Any]:
    title = applications.item_title(form.item, form.variant)
    return {"id": form.id, "version": form.version, "item": form.item, "variant": form.variant, "title": title}


def tell_form(identity: Identity, form: Form) -> dict[str, Any]:
    """With the data contract, the sources that may be asked, and the party's own licences it may be about."""
    language = current_language()
    return {
        **tell_form_line(form),
        "sections": [
            {"id": page.id, "label": page.label[language], "fields": [one.id for one in page.fields]}
            for page in form.pages
        ],
        "sources": [
            {"name": one.source, "label": one.label, "fields": list(one.fields)}
            for one in prefill.list_asked(form, "", language)
        ],
        "records": [
            {"id": one.id, "number": one.number, "valid_to": one.valid_to.isoformat() if one.valid_to else None}
            for one in applications.list_records(identity, form)
        ],
        "schema": forms.build_schema(form),
    }


def tell_draft_line(draft: Draft) -> dict[str, Any]:
    case = applications.find_by_draft(draft)
    return {
        "id": draft.id,
        "form": {"id": draft.form_id, "version": draft.form_version},
        "title": applications.item_title(draft.item, draft.variant),
        "state": draft.state,
        "version": draft.version,
        "created_at": draft.created_at.isoformat(),
        "updated_at": draft.updated_at.isoformat(),
        "case": case.number if case else None,
    }


def tell_draft(identity: Identity, draft: Draft) -> dict[str, Any]:
    """Every field that is asked now with its value and where it came from, and what stands against sending."""
    view = applications.view_draft(draft)
    newer = applications.find_difference(view) if draft.state == "open" else None
    return {
        **tell_draft_line(draft),
        "record": draft.record_id,
        "sources": [
            {"name": one.source, "label": one.label, "decision": one.decision}
            for one in applications.list_asked(draft, view.language)
        ],
        "failed_sources": [applications.channel_name(name) for name in draft.failed],
        "fields": [
            _tell_field(view, applications.show_field(view, one, reader=identity), page.id)
            for page, fields in applications.list_sections(view.form, view.values)
            for one in fields
        ],
        "check": tell_check(view),
        "newer_form": {"version": newer.version, "added": newer.added, "gone": newer.gone, "demands": newer.demands}
        if newer
        else None,
    }


def _tell_field(view: View, shown: Shown, section: str) -> dict[str, Any]:
    value = view.values.get(shown.id)
    withheld = value is not None and not shown.had
    return {
        "id": shown.id,
        "label": shown.label,
        "section": section,
        "type": shown.type,
        "required": shown.required,
        "value": None if withheld else _plain(value),
        "text": shown.text,
        "origin": shown.origin,
        "origin_text": shown.origin_text,
        "line": shown.line,
        "reason": shown.reason,
        "mind": shown.mind,
        "note": shown.note,
        "locked": shown.locked,
        "open": shown.open,
        "conflict": shown.conflict,
        "withheld": withheld,
        "offers": [{"key": one.key, "text": one.text, "line": one.line} for one in shown.offers],
        "rejected": [{"text": text, "line": line, "reason": reason} for text, line, reason in shown.rejected],
    }


def _plain(value: Any) -> Any:
    """A file without the name it is stored under."""
    return {k: v for k, v in value.items() if k != "stored_as"} if isinstance(value, dict) else value


def tell_check(view: View) -> dict[str, Any]:
    """Whether it can be sent; what is missing or wrong, why, and by which clause; warnings; the legal window."""
    gaps = applications.list_gaps(view)
    window = applications.window_days(view.form, view.values)
    opens, closes = window or (None, None)
    return {
        "ready": not gaps,
        "missing": [
            {"path": g.path, "label": g.label, "text": g.text, "because": g.because, "clauses": tell_cites(g.cites)}
            for g in gaps
        ],
        "warnings": [
            {"text": rule.label[view.language], "clauses": tell_cites(rule.cites)} for rule in view.list_warnings()
        ],
        "window": {"opens": opens.isoformat() if opens else None, "closes": closes.isoformat() if closes else None}
        if window
        else None,
    }


def tell_cites(cites: tuple[Cite | kb.Cite, ...]) -> list[dict[str, Any]]:
    """Each with the wording in force today where its text is loaded."""
    return [
        {"title": c.title, "article": c.article, "paragraph": c.paragraph, "clause_id": c.clause_id, "quote": c.quote}
        for c in services.show_cites(tuple(kb.Cite(c.title, c.article, c.paragraph) for c in cites))
    ]


def tell_case_line(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": applications.item_title(case.item, case.variant),
        "form": {"id": case.form_id, "version": case.form_version},
        "state": case.state,
        "state_text": applications.state_name(case.state),
        "draft": case.draft_id,
        "received_at": case.received_at.isoformat(),
        "due": case.due.isoformat() if case.due else None,
        "due_text": applications.due_name(case.due_for),
        "standing": _tell_standing(case),
    }


def _tell_standing(case: Case) -> dict[str, Any] | None:
    """While the time limit stands still there is no ``due``: what is known of it instead."""
    found, language = applications.find_standing(case), current_language()
    if found is None:
        return None
    return {
        "since": found.since.isoformat(),
        "expected": found.expected.isoformat() if found.expected else None,
        "reason": found.reason,
        "reason_text": found.label[language],
        "text": applications.write_state(case, language),
        "clauses": tell_cites(found.cites),
        "days_left": found.left,
        "then": found.then,
    }


def tell_case(case: Case) -> dict[str, Any]:
    """With its timeline, what is to be corrected, and each round that was sent with the code of its receipt."""
    form, language = forms.get_form(case.form_id, case.form_version), current_language()
    answers = case.snapshot.content["answers"]
    withheld = [name for name in answers if is_private(form.get_field(name).concept)]
    to_correct = [n for n in case.notes if n.round == case.snapshot.round] if case.state == "returned" else []
    return {
        **tell_case_line(case),
        "certificate_number": case.certificate_number,
        "timeline": [
            {"at": e.at.isoformat(), "action": e.action, "text": applications.step_name(e.action), "note": e.note}
            for e in case.events
        ],
        "to_correct": [
            {"field": n.field_id, "label": applications.label_of(form, n.field_id, language), "text": n.text}
            for n in to_correct
        ],
        "rounds": [
            {
                "round": one.round,
                "sent_at": one.at.isoformat(),
                "answers_sha256": one.hash,
                "receipt": proofs.write_code(applications.find_receipt(case, one).code),
            }
            for one in case.snapshots
        ],
        "answers": {name: _plain(value) for name, value in answers.items() if name not in withheld},
        "withheld": withheld,
    }
