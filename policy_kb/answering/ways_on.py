"""Where a person goes from an answer: the service item beside it, and the next steps under it."""

from policy_kb.catalogue import ServiceItem
from policy_kb.model import NextStep, ServiceRef
from policy_kb.wording import gettext_for


def refer(item: ServiceItem | None, variant_id: str, language: str) -> ServiceRef | None:
    """The item as shown beside an answer, None when there is none."""
    return refer_to(item, variant_id, language) if item else None


def refer_to(item: ServiceItem, variant_id: str, language: str) -> ServiceRef:
    """An item, and one of its variants unless ``variant_id`` is "", by name in one language."""
    variant = item.find_variant(variant_id) if variant_id else None
    return ServiceRef(
        item.id,
        item.name.in_language(language),
        variant.id if variant else "",
        variant.name.in_language(language) if variant else "",
        variant.form if variant else "",
    )


def steps_for(item: ServiceItem | None, variant_id: str, language: str) -> tuple[NextStep, ...]:
    """What to do next about an item: start it online where a form exists, open its page, complain or report."""
    if item is None:
        return ()
    _ = gettext_for(language)
    name = item.name.in_language(language)
    if item.nature == "complaint":
        return (NextStep("complain", _("Start a complaint"), item.id),)
    if item.nature in {"report", "tip"} and item.audience != "enterprise" and item.id.startswith("C"):
        return (*_report(item, language), NextStep("open_item", name, item.id))
    variant = item.find_variant(variant_id) if variant_id else None
    opened = NextStep("open_item", name, item.id)
    if variant and variant.form:
        label = _("Start: %(name)s") % {"name": variant.name.in_language(language)}
        return (NextStep("start_application", label, f"{item.id}:{variant.id}"), opened)
    return (opened,)


def _report(item: ServiceItem, language: str) -> tuple[NextStep, ...]:
    """The way to report within an item: a violation is told, a reaction goes on the form there is for it."""
    _ = gettext_for(language)
    if item.nature == "tip":
        return (NextStep("report", _("Report a violation"), item.id),)
    form = next((variant for variant in item.variants if variant.form), None)
    return (NextStep("start_application", _("Report it"), f"{item.id}:{form.id}"),) if form else ()


def talk(language: str) -> NextStep:
    """The way to a person."""
    return NextStep("talk", gettext_for(language)("Talk to a member of staff"))


__all__ = ["refer", "refer_to", "steps_for", "talk"]
