"""The portal: the only door of Wenban. ``create_app`` is its table of contents."""

from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.settings import Settings, read_settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """Build the application from the settings (those of the environment when none are given)."""
    settings = settings or read_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    app = APIFlask(
        __name__, title="Wenban", version="1", json_errors=False, docs_path=None, spec_path="/api/openapi.json"
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]

    from portal import celery_app, errors, knowledge, language, pages, security

    app.config.from_mapping(security.flask_config(settings))
    security.init_security(app)
    language.init_language(app)
    knowledge.init_knowledge(app)
    celery_app.init_celery(app)
    errors.init_errors(app)
    pages.init_pages(app)
    _register_rooms(app)
    return app


def _register_rooms(app: APIFlask) -> None:
    """Every room's pages, API and commands. A room's ``views`` module holds ``bp`` (and ``api`` where it has one)."""
    from portal import cli
    from portal.applications import views as applications
    from portal.bot_api import views as bot_api
    from portal.chat import views as chat
    from portal.complaints import views as complaints
    from portal.curation import views as curation
    from portal.forms import views as forms
    from portal.guide import views as guide
    from portal.home import views as home
    from portal.identity import views as identity
    from portal.looks import views as looks
    from portal.notices import views as notices
    from portal.open_api import views as open_api
    from portal.policies import views as policies
    from portal.prefill import views as prefill
    from portal.proofs import views as proofs
    from portal.services import views as services
    from portal.staff import views as staff
    from portal.tickets import views as tickets

    for room in (
        home,
        identity,
        services,
        guide,
        policies,
        chat,
        bot_api,
        forms,
        prefill,
        looks,
        applications,
        complaints,
        notices,
        proofs,
        open_api,
        staff,
        curation,
        tickets,
    ):
        app.register_blueprint(room.bp)
        if hasattr(room, "api"):
            app.register_blueprint(room.api)
    cli.init_cli(app)
