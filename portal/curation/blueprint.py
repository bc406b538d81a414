"""The blueprint of the curators' pages: what they write is in ``entry_views``, changed law in
``review_views``, the rest in ``views``."""

from apiflask import APIBlueprint

bp = APIBlueprint("curation", __name__, url_prefix="/curation", enable_openapi=False)
