"""Pages of chat."""

from apiflask import APIBlueprint

bp = APIBlueprint("chat", __name__, url_prefix="/chat", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
