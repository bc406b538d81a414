"""Pages of notices."""

from apiflask import APIBlueprint

bp = APIBlueprint("notices", __name__, enable_openapi=False)
