"""Pages of the service catalogue: list, search, one item with its facts and a start button."""

from apiflask import APIBlueprint
from flask import render_template, request

from portal.services import service

bp = APIBlueprint("services", __name__, url_prefix="/services", enable_openapi=False)


@bp.get("/")
def index() -> str:
    """All items by domain, or those that fit ``?q=``."""
    asked = request.args.get("q", "").strip()[:100]
    found = service.find_items(asked) if asked else []
    return render_template("services/index.html", asked=asked, found=found, groups=service.list_items_by_domain())


@bp.get("/<item_id>")
def item(item_id: str) -> str:
    """One item; ``?variant=`` narrows facts and materials to it."""
    found = service.get_item(item_id)
    variant = found.find_variant(request.args.get("variant", ""))
    facts = found.list_facts(variant=variant.id if variant else "")
    return render_template(
        "services/item.html",
        item=found,
        variant=variant,
        facts=facts,
        groups=service.group_facts(facts),
        related=[service.get_item(other) for other in found.related],
        show_cites=service.show_cites,
    )
