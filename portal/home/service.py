"""What the home page shows: examples for who is looking, frequent errands, and what came into force lately."""

from datetime import timedelta

from flask_babel import gettext as _

from policy_kb import Version, catalogue, clock
from portal.applications import service as applications
from portal.identity.service import Identity
from portal.knowledge import policy_base

FREQUENT = ("A11", "A1", "A12", "A10", "A2", "A6")
NEWS_DAYS = 400
PERSONAL, COMPLAINTS = "中华人民共和国个人信息保护法", "市场监督管理投诉举报处理办法"
PRIVACY_CLAUSES = {
    "complaint": (catalogue.Cite(COMPLAINTS, 10),),
    "secret": (catalogue.Cite(COMPLAINTS, 37),),
    "withdraw": (catalogue.Cite(PERSONAL, 15),),
}


def list_examples(identity: Identity) -> list[str]:
    """Three questions that fit the person's kind; the first differs by the day so that the page does not go stale."""
    enterprise = [
        _("When may I renew a Class III device distribution licence?"),
        _("Does a sunscreen need registration or filing?"),
        _("How long does a change of premises take for a drug distribution licence?"),
    ]
    citizen = [
        _("The cream I bought online gave me a rash and the shop will not refund me. What can I do?"),
        _("How long until my complaint is accepted?"),
        _("What may I claim for a fake medicine?"),
    ]
    chosen = {"enterprise": enterprise, "citizen": citizen}.get(
        identity.kind, [enterprise[0], citizen[1], enterprise[1]]
    )
    turn = clock.today().toordinal() % len(chosen)
    return chosen[turn:] + chosen[:turn]


def list_frequent_items() -> list[catalogue.ServiceItem]:
    """The items people ask for most, as far as the catalogue has them."""
    items = policy_base().catalogue.items
    return [items[item_id] for item_id in FREQUENT if item_id in items]


def list_news(limit: int = 6) -> list[Version]:
    """Published versions that came into force lately or will soon, newest first."""
    since = clock.today() - timedelta(days=NEWS_DAYS)
    recent = [
        version
        for version in policy_base().list_versions()
        if version.release == "published" and version.in_force_from and version.in_force_from >= since
    ]
    return sorted(recent, key=lambda version: version.in_force_from or since, reverse=True)[:limit]


def list_matters(identity: Identity, limit: int = 6) -> list[dict[str, str]]:
    """What waits for the signed-in person, then what waits for the authority: ``title``, ``url`` and ``state`` each."""
    return [
        {"title": matter.title, "url": matter.url, "state": matter.state_name}
        for matter in applications.list_matters(identity)[:limit]
    ]


def warm_up() -> str:
    """Answer one question of the catalogue, so that the first person does not wait for dictionaries; its status."""
    item = next(iter(policy_base().catalogue.items.values()))
    return policy_base().answer(item.facts[0].label.zh + item.name.zh).status
