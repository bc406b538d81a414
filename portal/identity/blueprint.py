"""The blueprint of identity: signing in is in ``views``, staff accounts are in ``staff_views``."""

from apiflask import APIBlueprint

bp = APIBlueprint("identity", __name__, enable_openapi=False)
