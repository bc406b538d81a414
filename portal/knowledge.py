"""The portal's one handle on the policy base."""

from apiflask import APIFlask
from flask import current_app

from policy_kb import PolicyBase, open_policy_base
from portal.forms.loading import list_newest
from portal.settings import Settings


def init_knowledge(app: APIFlask) -> None:
    """The base is opened at first use, once a process."""
    app.extensions["policy_base"] = None


def policy_base() -> PolicyBase:
    """The opened policy base of this process."""
    base: PolicyBase | None = current_app.extensions["policy_base"]
    if base is None:
        settings: Settings = current_app.config["SETTINGS"]
        base = open_policy_base(
            settings.data / "kb",
            store=settings.store,
            elasticsearch_url=settings.elasticsearch_url,
            elasticsearch_index=settings.elasticsearch_index,
            elasticsearch_login={
                "api_key": settings.elasticsearch_api_key,
                "user": settings.elasticsearch_user,
                "password": settings.elasticsearch_password,
                "ca": settings.elasticsearch_ca,
            },
        )
        base.offer_forms({f"{form.item}/{form.variant}": form.id for form in list_newest()})
        current_app.extensions["policy_base"] = base
    return base
