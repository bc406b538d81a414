"""The blueprint of the records' pages, shared by its view modules."""

from apiflask import APIBlueprint

bp = APIBlueprint("prefill", __name__, url_prefix="/records", enable_openapi=False)
