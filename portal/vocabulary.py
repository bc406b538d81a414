"""The words that records and forms share: kinds of records, the sources they make, and the concepts they speak of.

The lists are data (``portal/prefill/kinds.yml``, ``concepts.yml``). A leaf: it imports nothing of ours, so that the
rooms of forms and of prefill both read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "prefill"
# Sources without a kind of their own: filings that were not accepted, and the account of the person who acts.
UNACCEPTED_SOURCE = "unaccepted_filing"
ACCOUNT_SOURCE = "account"
# What a person sent as a file for one draft: offered there, and kept for no other.
FILE_SOURCE = "own_file"

# First part of a concept -> what a value of it is about.
ABOUT_OF = {
    "org": "party",
    "credit": "party",
    "applicant": "party",
    "licence": "licence",
    "product": "product",
    "site": "site",
    "case": "case",
    "handler": "person",
    "assessor": "person",
    "mandate": "party",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """``about`` is what its own values concern; ``label`` is ``{zh, en}``; ``names`` further words for it."""

    source: str
    grade: str
    about: str
    label: Mapping[str, str]
    numbered: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Concept:
    """``zh`` and ``en`` are headings for it, the one people read first; ``private`` needs the strong login."""

    zh: tuple[str, ...]
    en: tuple[str, ...]
    private: bool = False


def _read_kinds() -> dict[str, Kind]:
    data = yaml.safe_load((FOLDER / "kinds.yml").read_text(encoding="utf-8"))
    return {
        name: Kind(
            row.get("source", name),
            row["grade"],
            row["about"],
            {"zh": row["zh"], "en": row["en"]},
            row.get("numbered", True),
            tuple(row.get("names", ())),
        )
        for name, row in data.items()
    }


def _read_concepts() -> dict[str, Concept]:
    data = yaml.safe_load((FOLDER / "concepts.yml").read_text(encoding="utf-8"))
    return {name: Concept(tuple(row["zh"]), tuple(row["en"]), row.get("private", False)) for name, row in data.items()}


KINDS: dict[str, Kind] = _read_kinds()
CONCEPTS: dict[str, Concept] = _read_concepts()
PRIVATE_ENDINGS = ("_id", "_id_number", ".id_number", "_mobile", "_bank_account")
# What people call each source that a form may name.
SOURCE_LABELS: dict[str, Mapping[str, str]] = {kind.source: kind.label for kind in KINDS.values()} | {
    ACCOUNT_SOURCE: {"zh": "您的账号资料", "en": "your account"},
    FILE_SOURCE: {"zh": "您上传的文件", "en": "your own file"},
    UNACCEPTED_SOURCE: {"zh": "以前未受理的申请", "en": "earlier filing that was not accepted"},
}


def is_private(concept: str) -> bool:
    """Whether a value of it (an identity number, a private contact) is only read for somebody who signed in strongly.

    A form's own concepts are judged by their name; a handler's own account is theirs.
    """
    known = CONCEPTS.get(concept)
    if known is not None:
        return known.private
    return concept.endswith(PRIVATE_ENDINGS) and not concept.startswith("handler.")
