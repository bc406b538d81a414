"""Judging one fact for one field: may it count, does it read, what is it about.

``standing``: ``fills`` (may be filled in), ``offered`` (only shown as a suggestion), ``rejected`` (listed with a reason).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Field, Form, Rule
from portal.prefill.facts import Fact
from portal.prefill.kinds import ACCOUNT_SOURCE
from portal.prefill.matters import Matter, is_there_before, reason_of
from portal.vocabulary import is_private

# A value read for a field: standing, value, reason, detail.
Reading = tuple[str, Any, str, str]
# Rules on one field that judge the value itself; a window or an expiry judges the matter, not the value.
VALUE_CHECKS = ("sum_is", "unique", "at_least", "at_most", "before_today")


@dataclass(frozen=True, slots=True)
class Candidate:
    """``value`` as the form would store it; ``reason`` is a code of ``origins.reason_line``, ``detail`` its why."""

    fact: Fact
    standing: str
    value: Any
    reason: str = ""
    detail: str = ""


def is_fillable(field: Field) -> bool:
    """Whether anything may ever be put into this field for the person."""
    return field.reuse and field.type not in ("declaration", "file") and bool(field.concept)


def can_be_filled(form: Form, field: Field, named: str = "") -> bool:
    """Whether some record may fill this field of a draft, and not only be offered; ``named`` is the subject of the record
    that the task names, if it names one."""
    if not field.sources or not is_fillable(field):
        return False
    return is_there_before(form, field) or (field.about != "person" and named.partition(":")[0] == field.about)


def is_stale(field: Field, fact: Fact, today: date) -> bool:
    """Whether our copy is older than the field allows."""
    if field.ttl_days is None:
        return False
    return fact.fetched_at.astimezone(clock.BEIJING).date() + timedelta(days=field.ttl_days) < today


def list_candidates(form: Form, field: Field, facts: Iterable[Fact], matter: Matter, language: str) -> list[Candidate]:
    """Every fact that has something to say to a field, judged. Another party's facts are not even mentioned."""
    if not is_fillable(field):
        return []
    read = partial(_read, form, field, matter.today, language)
    read_text = cache(read)  # the same name and address stand on every record of a party
    return [
        _judge(field, fact, matter, read_text if isinstance(fact.value, str) else read)
        for fact in facts
        if fact.party_code == matter.party_code
        and (fact.concept == field.concept or fact.concept in field.offered)
        and not (fact.source == ACCOUNT_SOURCE and matter.actor and fact.subject != f"person:{matter.actor}")
    ]


def _judge(field: Field, fact: Fact, matter: Matter, read: Callable[[Any], Reading]) -> Candidate:
    """One fact for one field."""
    reason = _find_bar(field, fact, matter)
    if reason:
        return Candidate(fact, "rejected", None if reason == "login_low" else fact.value, reason)
    standing, value, reason, detail = read(fact.value)
    if standing != "fills":
        return Candidate(fact, standing, value, reason, detail)
    offered = find_reason_offered(field, fact, matter)
    return Candidate(fact, "offered" if offered else "fills", value, offered)


def _read(form: Form, field: Field, today: date, language: str, raw: Any) -> Reading:
    """What a value is worth by itself, whoever says it of what."""
    try:
        value = forms.read_value(field, raw)
    except forms.Unreadable as error:
        if is_correctable(field, raw):
            return "offered", raw, "needs_correction", str(error)
        return "rejected", raw, "failed_check", str(error)
    if value is None:
        return "rejected", raw, "failed_check", ""
    broken = find_broken_rule(form, field, value, today)
    return ("rejected", raw, "failed_check", broken.label[language]) if broken else ("fills", value, "", "")


def _find_bar(field: Field, fact: Fact, matter: Matter) -> str:
    """The reason why this fact does not count at all today; "" when it does."""
    withheld = not matter.strong or fact.value is None
    if is_private(fact.concept) and withheld and fact.source != ACCOUNT_SOURCE:
        return "login_low"
    ended = reason_of(fact, matter.today)
    if ended:
        return ended
    if f"party:{matter.party_code}" in matter.ended and fact.source != ACCOUNT_SOURCE:
        return "ended_party"
    gone = matter.ended and {fact.subject, fact.stand.subject} & matter.ended
    if gone:
        return "ended_product" if next(iter(gone)).startswith("product:") else "ended_licence"
    if fact.as_of > matter.today and fact.source != ACCOUNT_SOURCE:
        return "future"
    return "stale" if is_stale(field, fact, matter.today) else ""


def find_reason_offered(field: Field, fact: Fact, matter: Matter) -> str:
    """Why a fact that counts is only offered: the code of a reason; "" when it may fill the field.

    It must say the same concept, come from a source the form names, be grade A or B, and be about the very thing the
    field asks about.
    """
    if fact.concept != field.concept:
        return "other_concept"
    if fact.grade == "C":
        return "not_accepted"
    if fact.grade == "D":
        return "not_confirmed"
    if not is_about(field, fact, matter):
        return "other_subject"
    return "" if fact.source in field.sources else "other_source"


def is_about(field: Field, fact: Fact, matter: Matter) -> bool:
    """Whether the fact is about what the field asks about. What nobody named is about nothing."""
    if field.about == "party":
        return fact.subject == f"party:{matter.party_code}"
    if field.about == "person":
        return fact.source == ACCOUNT_SOURCE and fact.subject == f"person:{matter.actor}"
    wanted = matter.find_subject(field)
    return bool(wanted) and fact.subject == wanted and wanted.partition(":")[0] == field.about


def is_correctable(field: Field, raw: Any) -> bool:
    """Whether a refused text is only too long or holds markup: then it is shown for correction, and never cut."""
    if isinstance(raw, list):
        return any(
            isinstance(row, dict) and any(isinstance(v, str) and forms.MARKUP.search(v) for v in row.values())
            for row in raw
        )
    if not isinstance(raw, str) or field.type not in ("text", "long_text"):
        return False
    return bool(forms.MARKUP.search(raw)) or (not field.format and field.high is not None and len(raw) > field.high)


def find_broken_rule(form: Form, field: Field, value: Any, today: date) -> Rule | None:
    """A rule on this field alone that the value breaks: a table then falls as a whole."""
    own = tuple(
        rule
        for rule in form.rules
        if rule.fields == (field.id,) and rule.when is None and rule.check.operator in VALUE_CHECKS
    )
    return next(iter(forms.list_broken(replace(form, rules=own), {field.id: value}, today)), None) if own else None
