"""How states, steps and origins are called on pages, in documents and in the conversation."""

from flask_babel import gettext as _

from policy_kb import UnknownItem
from portal.applications.models import Case, Draft
from portal.knowledge import policy_base
from portal.language import current_language


def item_title(item_id: str, variant_id: str, language: str = "") -> str:
    """Name of the item and variant; the ids when the catalogue no longer has them."""
    language = language or current_language()
    try:
        item = policy_base().catalogue.get_item(item_id)
    except UnknownItem:
        return f"{item_id} {variant_id}"
    variant = item.find_variant(variant_id)
    between = "·" if language == "zh" else " · "
    return item.name.in_language(language) + (between + variant.name.in_language(language) if variant else "")


def case_title(case: Case) -> str:
    """Item, variant and who applies."""
    return f"{item_title(case.item, case.variant)} · {case.party_name}"


def draft_title(draft: Draft) -> str:
    return item_title(draft.item, draft.variant)


def state_name(state: str) -> str:
    return {
        "open": _("Draft"),
        "abandoned": _("Given up"),
        "submitted": _("Submitted, waiting for acceptance"),
        "accepted": _("Accepted, being examined"),
        "returned": _("Returned for correction"),
        "resubmitted": _("Corrected and sent again"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "completed": _("Filing completed"),
    }[state]


def step_name(action: str) -> str:
    return {
        "submit": _("Submitted"),
        "accept": _("Accepted"),
        "return": _("Returned for correction"),
        "resubmit": _("Corrected and sent again"),
        "approve": _("Approved"),
        "refuse": _("Refused"),
        "withdraw": _("Withdrawn"),
        "complete": _("Filing completed"),
        "revoke": _("Certificate revoked"),
        "stop": _("Time limit stands still"),
        "resume": _("Time limit runs again"),
        "reviewed": _("Technical review done"),
    }[action]


def due_name(due_for: str) -> str:
    return {
        "accept": _("The authority says whether it accepts the application"),
        "review": _("The technical review is done"),
        "decide": _("The authority decides"),
        "applicant": _("You correct what was noted and send it again"),
    }.get(due_for, "")


def origin_name(origin: str, *, staff: bool = False, line: str = "") -> str:
    """How a value came about, told to the applicant or (``staff``) to an officer; ``line`` says which record it is of."""
    told_staff = {
        "manual": _("entered by the applicant"),
        "override": _("changed by the applicant; the record says otherwise"),
        "carried": _("kept by the applicant, who no longer wants the source asked"),
    }
    if staff and origin == "manual" and line:
        return _("chosen by the applicant among records that differ")
    if staff and origin in told_staff:
        return told_staff[origin]
    return {
        "auto": _("filled from a record"),
        "chat_confirmed": _("confirmed in the conversation"),
        "manual": _("entered by you"),
        "override": _("changed by you; the record says otherwise"),
        "computed": _("computed"),
        "carried": _("kept by you when the source was withdrawn"),
        "locked": _("from the register, cannot be changed here"),
    }[origin]
