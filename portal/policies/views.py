"""Pages of policies."""

from apiflask import APIBlueprint

bp = APIBlueprint("policies", __name__, url_prefix="/policies", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
