"""What a form asks, before anybody signs in, and its data contract for other programs."""

from apiflask import APIBlueprint
from flask import Response, json, jsonify, render_template

from portal.forms import service
from portal.language import current_language
from portal.services import service as services

bp = APIBlueprint("forms", __name__, url_prefix="/forms", enable_openapi=False)


@bp.get("/checks.json")
def checks() -> Response:
    """What the browser's twin of the value checks needs, in the language of the page."""
    return jsonify(service.build_twin(current_language()))


@bp.get("/<form_id>")
def preview(form_id: str) -> str:
    """Every question of the newest version with why it is asked and where an answer may come from."""
    form = service.get_form(form_id)
    return render_template(
        "forms/preview.html",
        form=form,
        item=services.get_item(form.item),
        show_cites=services.show_cites,
        source_names=service.source_names(),
        condition=lambda check: service.tell_condition(form, check, current_language()),
    )


@bp.get("/<form_id>/schema.json")
def schema(form_id: str) -> Response:
    """The JSON Schema that every accepted submission of the newest version obeys."""
    contract = service.build_schema(service.get_form(form_id))
    return Response(json.dumps(contract, ensure_ascii=False, indent=1), mimetype="application/schema+json")
