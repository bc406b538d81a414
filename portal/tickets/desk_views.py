"""The officers' pages of data tickets: the queue with its filters, and one ticket with its steps."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.tickets import service
from portal.tickets.blueprint import bp


@bp.get("/desk/")
def desk() -> str:
    """Tickets that wait, the oldest first; others by filter."""
    identity, args = current_identity(), request.args
    wanted = service.Wanted(
        *(args.get(name, "")[:60].strip() or default for name, default in
          (("state", "waiting"), ("source", ""), ("cause", ""), ("q", "")))
    )  # fmt: skip
    found = service.list_queue(identity, wanted)
    page: str = render_template(
        "tickets/desk.html",
        shown=[service.show_ticket(identity, one) for one in found],
        wanted=wanted,
        states=[(state, service.filter_name(state)) for state in ("waiting", *service.STATES, "all")],
        sources=[(name, prefill.source_name(name, current_language())) for name in service.list_sources()],
        causes=[(cause, service.cause_name(cause)) for cause in service.CAUSES],
    )
    db.session.commit()
    return page


@bp.get("/desk/<number>")
def desk_ticket(number: str) -> str:
    """One ticket with claims, evidence, and what the keeper may do."""
    return _page(number, {})


def _page(number: str, errors: dict[str, str]) -> str:
    identity = current_identity()
    found = service.get_for_staff(identity, number)
    service.note_read(identity, found)
    page: str = render_template(
        "tickets/desk_ticket.html",
        shown=service.show_ticket(identity, found),
        steps=service.list_steps(found),
        writable=service.can_correct(found),
        choices=service.list_choices(found),
        value=request.form.get("value", service.suggest_value(identity, found)),
        note=request.form.get("note", ""),
        private_note=request.form.get("private_note", ""),
        errors=errors,
    )
    db.session.commit()
    return page


@bp.post("/desk/<number>")
def desk_step(number: str) -> Response | tuple[str, int]:
    """Ask the source, correct, keep or close."""
    identity, form = current_identity(), request.form
    step, note = form.get("step", ""), form.get("note", "")
    try:
        if step == "ask":
            service.ask_source(identity, number, form.get("private_note", ""))
        elif step == "correct":
            service.correct(identity, number, form.get("value", ""), note)
        elif step == "keep":
            service.keep(identity, number, note)
        elif step == "close":
            service.close(identity, number)
        else:
            service.get_for_staff(identity, number)
            raise Invalid(_("Choose one of the steps offered."), fields={"step": _("Choose one of the steps offered.")})
    except Invalid as error:
        db.session.rollback()
        return _page(number, error.fields), 422
    db.session.commit()
    flash(_("Done. The party sees the new state."), "ok")
    return redirect(url_for("tickets.desk_ticket", number=number))
