"""The blueprint of applications; its pages are in ``views`` (applicants) and ``desk_views`` (officers)."""

from apiflask import APIBlueprint

bp = APIBlueprint("applications", __name__, url_prefix="/applications", enable_openapi=False)
