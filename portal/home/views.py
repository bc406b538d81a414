"""The home page."""

from apiflask import APIBlueprint
from flask import render_template

bp = APIBlueprint("home", __name__, enable_openapi=False)


@bp.get("/")
def index() -> str:
    """Ask box first."""
    return render_template("home/index.html")


@bp.get("/health")
def health() -> dict[str, str]:
    """For the supervisor and load balancers: the portal answers."""
    return {"status": "ok"}
