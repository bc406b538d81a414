"""How records count: their states, and how far a row of a kind can be trusted in a state. The kinds are data (kinds.yml)."""

from portal.vocabulary import ABOUT_OF, ACCOUNT_SOURCE, KINDS, UNACCEPTED_SOURCE, Kind

__all__ = [
    "ABOUT_OF", "ACCEPTED_STATES", "ACCOUNT_SOURCE", "ENDED_STATES", "GRADES", "KINDS", "OPEN_STATES", "SOURCES", "STATES",
    "UNACCEPTED_SOURCE", "Kind", "grade_of", "source_of",
]  # fmt: skip

# A authoritative register, B accepted earlier filing, C unaccepted or draft, D conversation, scan, guess.
GRADES = "ABCD"
# A row in one of these states counts for nothing, whatever its dates say.
ENDED_STATES = ("expired", "revoked", "cancelled", "superseded", "suspended")
# The content of a filing is grade B only once it was accepted.
ACCEPTED_STATES = ("accepted", "approved", "completed", "valid")
OPEN_STATES = ("draft", "submitted", "returned", "refused", "withdrawn")
STATES = (*ACCEPTED_STATES, *OPEN_STATES, *ENDED_STATES)
# Filings whose content was not accepted go under a source of their own, which no field names: they are only offered.
SOURCES = frozenset({kind.source for kind in KINDS.values()} | {UNACCEPTED_SOURCE, ACCOUNT_SOURCE})


def grade_of(kind: str, status: str) -> str:
    """The best grade a row of this kind can have in this state: nothing open is more than C."""
    best = KINDS[kind].grade
    return max(best, "C") if status in OPEN_STATES else best


def source_of(kind: str, status: str) -> str:
    """The source name that the fields of a form speak of."""
    return UNACCEPTED_SOURCE if status in OPEN_STATES and KINDS[kind].grade != "D" else KINDS[kind].source
