"""The action server: rasa_sdk's own, on the loopback, and only for who knows the token."""

from rasa_sdk.endpoint import create_app
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import is_allowed, read_settings

OPEN_PATHS = frozenset({"/health"})


def create_server(token: str) -> Sanic:
    """rasa_sdk's app with a token check before every route but the health one."""
    app = create_app("bot.actions", cors_origins=[])

    @app.middleware("request")
    async def demand_token(request: Request) -> HTTPResponse | None:
        if request.path in OPEN_PATHS or is_allowed(request.headers.get("Authorization"), token):
            return None
        return response.json({"error": "This door needs the bot's token."}, status=401)

    return app


def main() -> None:
    settings = read_settings()
    create_server(settings.token).run(settings.host, settings.actions_port, access_log=False)
