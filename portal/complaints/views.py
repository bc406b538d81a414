"""Pages of complaints."""

from apiflask import APIBlueprint

bp = APIBlueprint("complaints", __name__, url_prefix="/complaints", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
