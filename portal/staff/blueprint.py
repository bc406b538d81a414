"""The blueprint of the officers' pages, shared by its view modules."""

from apiflask import APIBlueprint

bp = APIBlueprint("staff", __name__, url_prefix="/staff", enable_openapi=False)
