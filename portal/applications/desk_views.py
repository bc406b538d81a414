"""The officers' page of one case: what was sent and how each value came about, what changed, and the steps."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import case_views, clocks, prefilling, questions, running, service, snapshots, wording
from portal.applications.blueprint import bp
from portal.applications.models import Case
from portal.applications.problems import Problem, list_problems
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity
from portal.language import current_language
from portal.services import service as services
from portal.tickets import service as tickets

DOUBTFUL = ("override", "carried")  # values the applicant put in the place of a record's


@bp.get("/cases/<int:case_id>/review")
def review(case_id: int) -> str:
    """Values with provenance, changes since the last round, and what can be done now."""
    return show_page(service.get_for_officer(current_identity(), case_id), {})


def show_page(found: Case, errors: dict[str, str], taken: str = "") -> str:
    """The page with what was wrong with the last step; ``taken`` is the field (or "all") whose proposals become notes."""
    language = current_language()
    problems = list_problems(current_identity(), found, language)
    db.session.commit()
    form = questions.form_of(found.form_id, found.form_version)
    sections = case_views.list_answers(found)
    compared = {one.field_id for one in problems if one.kind == "record"}
    return render_template(
        "applications/review.html",
        case=found,
        title=wording.item_title(found.item, found.variant),
        wording=wording,
        sections=sections,
        doubts=[
            (id, label, how)
            for _label, rows in sections
            for id, label, _text, how in rows
            if (how["origin"] in DOUBTFUL or how.get("reason")) and id not in compared
        ],
        provenance=found.snapshot.provenance,
        tickets=[(one, tickets.title_of(one)) for one in tickets.list_of_draft(found.draft_id)],
        ticket_state=tickets.state_name,
        changes=_list_changes(found, language),
        notes={n.field_id: n.text for n in found.notes if n.round == found.snapshot.round},
        failed=found.draft.failed,
        failed_names=[prefilling.channel_name(name) for name in found.draft.failed],
        files=[one.id for one in form.list_fields() if one.type == "file"],
        steps=service.list_steps(found),
        now=clocks.find_clock(found.form_id, found.form_version, found.due_for),
        running=running,
        reasons=running.list_reasons(found),
        problems=problems,
        drafted=_draft_notes(problems, taken),
        errors=errors,
        show_cites=services.show_cites,
    )


def _draft_notes(problems: list[Problem], taken: str) -> dict[str, str]:
    """The notes as typed so far, with the proposals of a field (or of all) added, by field."""
    notes = {name.removeprefix("note-"): text for name, text in request.form.items() if name.startswith("note-")}
    for one in problems:
        before = notes.get(one.field_id, "").strip()
        if one.note and taken in (one.field_id, "all") and one.note not in before:
            notes[one.field_id] = f"{before}\n{one.note}".strip()
    return notes


def _list_changes(found: Case, language: str) -> list[tuple[str, str, str, str]]:
    """(label, before, after, the note it answers) for what differs from the round before."""
    if len(found.snapshots) < 2:
        return []
    before, after = found.snapshots[-2], found.snapshots[-1]
    form = questions.form_of(found.form_id, found.form_version)
    fields = questions.fields_of(form)
    asked = {n.field_id: n.text for n in found.notes if n.round == before.round}
    return [
        (
            fields[name].label[language],
            questions.write(fields[name], old, language),
            questions.write(fields[name], new, language),
            asked.get(name, ""),
        )
        for name, (old, new) in snapshots.list_changes(before.content, after.content).items()
    ]


@bp.post("/cases/<int:case_id>/review")
def review_step(case_id: int) -> Response | str | tuple[str, int]:
    """Accept, return with notes, approve or refuse; or put proposals into the notes, which nobody is told yet."""
    identity, form = current_identity(), request.form
    step, note = form.get("step", ""), form.get("note", "")
    if "take" in form:
        return show_page(service.get_for_officer(identity, case_id), {}, form["take"])
    try:
        if step == "accept":
            service.accept_case(identity, case_id)
        elif step == "return":
            service.return_case(
                identity,
                case_id,
                {name.removeprefix("note-"): text for name, text in form.items() if name.startswith("note-")},
            )
        elif step in ("approve", "refuse"):
            service.decide_case(identity, case_id, step == "approve", note)
        elif step == "revoke":
            service.revoke_certificate(identity, case_id, note)
        else:
            service.get_for_officer(identity, case_id)
            raise Invalid(_("Choose one of the steps offered."), fields={"step": _("Choose one of the steps offered.")})
    except Invalid as error:
        db.session.rollback()
        return show_page(service.get_for_officer(identity, case_id), error.fields), 422
    db.session.commit()
    flash(_("Done. The applicant sees the new state and your notes."), "ok")
    return redirect(url_for("applications.review", case_id=case_id))
