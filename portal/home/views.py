"""The home page: the ask box first."""

from apiflask import APIBlueprint
from flask import render_template

from portal.chat import service as chat
from portal.extensions import limiter, talisman
from portal.home import service
from portal.identity.service import current_identity
from portal.services.service import show_cites

bp = APIBlueprint("home", __name__, enable_openapi=False)


@bp.get("/")
def index() -> str:
    identity = current_identity()
    return render_template(
        "home/index.html",
        examples=service.list_examples(identity),
        items=service.list_frequent_items(),
        news=service.list_news(),
        matters=service.list_matters(identity),
    )


@bp.get("/privacy")
def privacy() -> str:
    """What is kept of what people tell the portal, and for how long."""
    return render_template(
        "home/privacy.html",
        days=chat.retention.count_days(),
        clauses=service.PRIVACY_CLAUSES,
        show_cites=show_cites,
    )


@bp.get("/accessibility")
def accessibility() -> str:
    """What helps people who cannot see, hear, point or read as others do, and what is not done yet."""
    return render_template("home/accessibility.html")


@bp.get("/ready")
@limiter.limit("30 per minute")
def ready() -> dict[str, str]:
    """Answers once the policy base has answered a question in this process (it loads dictionaries at the first)."""
    return {"status": service.warm_up()}


@bp.get("/health")
@talisman(force_https=False)
def health() -> dict[str, str]:
    """For the supervisor and load balancers: the portal answers."""
    return {"status": "ok"}
