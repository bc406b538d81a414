"""Pages of prefill."""

from apiflask import APIBlueprint

bp = APIBlueprint("prefill", __name__, enable_openapi=False)
