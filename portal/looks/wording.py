"""How the actions of the audit and the people behind them are called to a party."""

from collections.abc import Iterable

from flask_babel import gettext as _

KINDS = ("read", "change", "fetch", "refused")
READS = (
    "ticket_read",
    "read",
    "read_file",
    "records_listed",
    "record_read",
    "log_read",
    "verify",
    "dry_run",
    "compare_records",
)


def kind_of(action: str) -> str:
    """read, change, fetch (a source was asked) or refused (somebody tried and was not let)."""
    if "refused" in action and not action.startswith("consent"):
        return "refused"
    if action.startswith("prefill"):
        return "fetch"
    return "read" if action in READS or action.startswith("download") else "change"


def kind_name(kind: str) -> str:
    return {
        "read": _("reading"),
        "change": _("changing"),
        "fetch": _("source asked"),
        "refused": _("refused attempt"),
    }[kind]


def tell_action(action: str) -> str:
    """The action in words; one that has none yet is shown by its own name, rather than left out."""
    return {
        "read": _("looked at it"),
        "read_file": _("opened a file"),
        "records_listed": _("looked at the list of records"),
        "record_read": _("looked at a record"),
        "compare_records": _("compared the application with the registers"),
        "log_read": _("looked at this log"),
        "dry_run": _("tried what a form would show"),
        "verify": _("checked a receipt"),
        "download_docx": _("downloaded the application"),
        "download_pdf": _("downloaded the application"),
        "prefill_fetched": _("a source was asked"),
        "prefill_failed": _("a source was not asked or did not answer"),
        "consent_given": _("agreed that a source is asked"),
        "consent_refused": _("did not agree that a source is asked"),
        "consent_withdrawn": _("withdrew a source"),
        "records_refused": _("tried to see the records"),
        "records_imported": _("records came in"),
        "record_corrected": _("corrected a record"),
        "ticket_raise": _("doubted a record"),
        "ticket_add": _("doubted a record once more"),
        "ticket_read": _("looked at a doubted record"),
        "ticket_ask": _("asked the source of a doubted record"),
        "ticket_correct": _("corrected a doubted record"),
        "ticket_keep": _("kept a doubted record"),
        "ticket_object": _("did not agree that a record is kept"),
        "ticket_withdraw": _("took a doubt back"),
        "ticket_close": _("closed a doubted record"),
        "refused_read": _("tried to look at it"),
        "refused_start": _("tried to begin an application"),
        "refused_save": _("tried to change what is locked or hidden"),
        "start": _("began a draft"),
        "save": _("saved answers"),
        "upgrade": _("went over to a new version of the form"),
        "abandon": _("gave a draft up"),
        "token_made": _("made a token for a program"),
        "token_revoked": _("revoked a token"),
        "refused_token": _("tried to use a token that does not reach so far"),
        "act_for": _("began to act for the party"),
        "submit": _("sent the application"),
        "resubmit": _("sent the application again"),
        "accept": _("accepted the application"),
        "return": _("returned it for correction"),
        "approve": _("approved"),
        "refuse": _("refused the application"),
        "withdraw": _("took the application back"),
        "complete": _("the filing was completed"),
        "revoke": _("revoked the certificate"),
        "stop_clock": _("stopped the time limit"),
        "resume_clock": _("let the time limit run again"),
        "reviewed": _("ended the technical review"),
        "paper_read": _("had a file read for the draft"),
        "remind": _("reminded of a renewal"),
    }.get(action, action)


def tell_role(roles: Iterable[str], number: str) -> str:
    """An officer by role and number; others by what they are."""
    names = {"officer": _("officer"), "curator": _("knowledge editor"), "administrator": _("administrator")}
    role = next((names[one] for one in ("officer", "administrator", "curator") if one in roles), "")
    if role:
        return _("%(role)s no. %(number)s", role=role, number=number)
    return {"system": _("this system"), "anonymous": _("somebody not signed in")}.get(number, number)


def list_headings() -> list[str]:
    """The columns of the file."""
    return [
        _("When"),
        _("Who"),
        _("Kind"),
        _("What was done"),
        _("Number"),
        _("For which matter or purpose"),
        _("Detail"),
    ]
