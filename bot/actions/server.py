"""The action server: rasa_sdk's own, on the loopback, and only for who knows the token."""

from rasa_sdk.endpoint import create_app
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.actions.portal_client import close_line, open_line
from bot.settings import is_allowed, read_settings

OPEN_PATHS = frozenset({"/health"})


def create_server(token: str) -> Sanic:
    """rasa_sdk's app with a token check before every route but the health one."""
    app = create_app("bot.actions", cors_origins=[])
    app.register_listener(open_line, "before_server_start")
    app.register_listener(close_line, "after_server_stop")

    @app.middleware("request")
    async def demand_token(request: Request) -> HTTPResponse | None:
        if request.path in OPEN_PATHS or is_allowed(request.headers.get("Authorization"), token):
            return None
        return response.json({"error": "This door needs the bot's token."}, status=401)

    return app


def main() -> None:
    settings = read_settings()
    create_server(settings.token).run(settings.host, settings.actions_port, access_log=False)
