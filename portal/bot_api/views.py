"""Pages of bot_api."""

from apiflask import APIBlueprint

bp = APIBlueprint("bot_api", __name__, url_prefix="/api/bot", enable_openapi=False)
