"""Pages of applications."""

from apiflask import APIBlueprint

bp = APIBlueprint("applications", __name__, url_prefix="/applications", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
