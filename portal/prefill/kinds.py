"""The kinds of historical records: which source each comes from, what it is about and how far it can be trusted."""

from dataclasses import dataclass

# A authoritative register, B accepted earlier filing, C unaccepted or draft, D conversation, scan, guess.
GRADES = "ABCD"
# A row in one of these states counts for nothing, whatever its dates say.
ENDED_STATES = ("expired", "revoked", "cancelled", "superseded", "suspended")
# The content of a filing is grade B only once it was accepted.
ACCEPTED_STATES = ("accepted", "approved", "completed", "valid")
OPEN_STATES = ("draft", "submitted", "returned", "refused", "withdrawn")
STATES = (*ACCEPTED_STATES, *OPEN_STATES, *ENDED_STATES)


@dataclass(frozen=True, slots=True)
class Kind:
    """``label`` is a msgid; ``about`` is what its own values concern: party, licence, product."""

    source: str
    grade: str
    about: str
    label: str
    numbered: bool = True


KINDS: dict[str, Kind] = {
    "business_register": Kind("business_register", "A", "party", "business register", numbered=False),
    "device_licence": Kind("device_licence", "A", "licence", "device distribution licence"),
    "device_filing": Kind("device_filing", "A", "licence", "Class II device distribution filing"),
    "drug_licence": Kind("drug_licence", "A", "licence", "drug distribution licence"),
    "cosmetics_licence": Kind("cosmetics_licence", "A", "licence", "cosmetics production licence"),
    "production_relation": Kind("production_relation", "A", "product", "confirmed contract manufacture"),
    "filing": Kind("accepted_filing", "B", "case", "earlier filing"),
    "conversation": Kind("conversation", "D", "case", "what was said in a conversation", numbered=False),
    "upload": Kind("upload", "D", "case", "uploaded document", numbered=False),
}
# Filings whose content was not accepted go under a source of their own, which no field names: they are only offered.
UNACCEPTED_SOURCE = "unaccepted_filing"
ACCOUNT_SOURCE = "account"
SOURCES = frozenset({kind.source for kind in KINDS.values()} | {UNACCEPTED_SOURCE, ACCOUNT_SOURCE})

# First part of a concept -> what a value of it is about.
ABOUT_OF = {
    "org": "party",
    "licence": "licence",
    "product": "product",
    "site": "site",
    "handler": "person",
    "assessor": "person",
    "record": "record",
}


def grade_of(kind: str, status: str) -> str:
    """The best grade a row of this kind can have in this state."""
    if kind == "filing" and status not in (*ACCEPTED_STATES, *ENDED_STATES):
        return "C"
    return KINDS[kind].grade


def source_of(kind: str, status: str) -> str:
    """The source name that the fields of a form speak of."""
    return UNACCEPTED_SOURCE if grade_of(kind, status) == "C" else KINDS[kind].source
