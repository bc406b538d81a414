"""Pages of curation."""

from apiflask import APIBlueprint

bp = APIBlueprint("curation", __name__, url_prefix="/curation", enable_openapi=False)


@bp.get("/")
def index() -> str:
    return ""
