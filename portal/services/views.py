"""Pages of services."""

from apiflask import APIBlueprint

bp = APIBlueprint("services", __name__, url_prefix="/services", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
