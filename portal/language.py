"""The language of a page: ``?lang=`` once, then the cookie, then the browser's wish, Chinese first."""

from functools import lru_cache

from apiflask import APIFlask
from babel import Locale
from flask import Response, g, has_request_context, request
from flask_babel import get_locale

from policy_kb import wording
from portal.extensions import babel

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "lang"


def current_language() -> str:
    """``"zh"`` or ``"en"``."""
    if not has_request_context():
        return "zh"
    if "language" not in g:
        kept = "" if request.path.startswith("/api/v1/") else request.cookies.get(COOKIE)
        wished = request.args.get("lang") or kept or ""
        g.language = (
            wished
            if wished in LANGUAGES
            else ("en" if request.accept_languages.best_match(["zh", "zh-CN", "zh-TW", "en"], "zh") == "en" else "zh")
        )
    return str(g.language)


def set_language(language: str) -> None:
    """Speak this language for the rest of the request (the bot's calls, mails)."""
    from flask_babel import refresh

    g.language = language if language in LANGUAGES else "zh"
    refresh()


def select_locale() -> Locale:
    return _locale_of(current_language())


@lru_cache(maxsize=len(LANGUAGES))
def _locale_of(language: str) -> Locale:
    """Kept, as reading one from its name looks through all locales of the world: a millisecond of every request."""
    return Locale.parse(wording.LOCALE_OF[language])


def init_language(app: APIFlask) -> None:
    """Bind gettext to the shared catalogues and keep the choice."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_DEFAULT_LOCALE"] = "zh_CN"
    babel.init_app(
        app,
        default_translation_directories=str(wording.LOCALES),
        default_domain="wenban",
        locale_selector=select_locale,
    )

    @app.after_request
    def keep_choice(response: Response) -> Response:
        wished = request.args.get("lang")
        if wished in LANGUAGES and not request.path.startswith("/api/v1/"):
            response.set_cookie(
                COOKIE,
                wished,
                max_age=31536000,
                httponly=True,
                samesite="Lax",
                secure=app.config["SESSION_COOKIE_SECURE"],
            )
        if response.mimetype == "text/html":
            response.headers["Content-Language"] = str(get_locale() or "zh").replace("_", "-")
            response.vary.add("Cookie")
            response.vary.add("Accept-Language")
        return response
