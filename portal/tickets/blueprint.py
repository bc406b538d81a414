"""The blueprint of data tickets: the party's pages are in ``views``, the officers' in ``desk_views``."""

from apiflask import APIBlueprint

bp = APIBlueprint("tickets", __name__, url_prefix="/tickets", enable_openapi=False)
