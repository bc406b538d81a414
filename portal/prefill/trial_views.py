"""The page on which staff try what an enterprise would see in a form."""

from flask import render_template, request

from portal.errors import Invalid
from portal.identity.service import current_identity
from portal.language import current_language
from portal.prefill import trying, wording
from portal.prefill.blueprint import bp
from portal.prefill.trying import Trial


@bp.get("/trial/")
def trial() -> str:
    """The form to choose party, form, day and sources; nothing is looked at yet."""
    trying.require_staff(current_identity())
    return _page(Trial(party=request.args.get("party", "")[:40], form=request.args.get("form", "")[:80]), {})


@bp.post("/trial/")
def run_trial() -> str | tuple[str, int]:
    """The result under the form; a problem brings the page back with everything typed."""
    form, identity = request.form, current_identity()
    party, form_id, record, day, purpose = (
        form.get(name, "").strip()[:400] for name in ("party", "form", "record", "day", "purpose")
    )
    typed = Trial(party.upper(), form_id, record, day, purpose, tuple(form.getlist("down")[:20]))
    try:
        return _page(typed, {}, trying.run_trial(identity, typed, current_language()))
    except Invalid as error:
        return _page(typed, error.fields), 422


def _page(typed: Trial, errors: dict[str, str], told: object = None) -> str:
    forms, channels = trying.list_choices(current_language())
    return render_template(
        "prefill/trial.html", typed=typed, errors=errors, told=told, forms=forms, channels=channels, wording=wording
    )
