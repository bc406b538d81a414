"""Pages of staff."""

from apiflask import APIBlueprint

bp = APIBlueprint("staff", __name__, url_prefix="/staff", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
