"""Pages of forms."""

from apiflask import APIBlueprint

bp = APIBlueprint("forms", __name__, enable_openapi=False)
