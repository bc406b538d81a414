"""The running clock of a case: begun at acceptance, stopped and let run again for a reason the law knows, told each time.

The day a clock stops still counts, the days after it until it runs again do not. ``Case.due`` is worked out anew at each
step, and is None while the clock stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from policy_kb import catalogue as kb
from policy_kb import clock
from portal.applications import clocks, pauses, stops
from portal.applications.models import Case, CaseEvent, ClockStop
from portal.applications.stops import StopRule
from portal.errors import Conflict, Invalid
from portal.pages import write_clause, write_date


def begin(case: Case, stage: str, day: date) -> None:
    """A clock of the authority begins after that day."""
    case.clock_stage, case.clock_from, case.clock_more = stage, day, 0
    refresh(case)


def refresh(case: Case) -> None:
    """Work the last day out anew; None while the clock stands, or where the law states no period."""
    case.due_for, case.due = case.clock_stage, None
    found = clocks.find_clock(case.form_id, case.form_version, case.clock_stage)
    if found is None or case.clock_from is None or find_open(case):
        return
    case.due = pauses.find_end(case.clock_from, found.count + case.clock_more, found.unit, _list_pauses(case))


def _list_pauses(case: Case) -> list[pauses.Pause]:
    return [(one.began, one.ended) for one in case.stops if one.stage == case.clock_stage and one.ended]


def find_open(case: Case) -> ClockStop | None:
    """The stop that lasts."""
    return next((one for one in case.stops if one.ended is None), None)


def count_left(case: Case) -> int | None:
    """Working days that are left of a limit that stands; None where it is not counted in working days."""
    found, standing = clocks.find_clock(case.form_id, case.form_version, case.clock_stage), find_open(case)
    if found is None or standing is None or case.clock_from is None or found.unit != "working_day":
        return None
    used = pauses.count_used(case.clock_from, standing.began, _list_pauses(case))
    return max(found.count + case.clock_more - used, 0)


def list_reasons(case: Case) -> list[StopRule]:
    """Why the clock may be stopped now; [] when none runs or it stands already."""
    if case.state != "accepted" or case.due is None:
        return []
    return stops.list_rules(case.item, case.variant, case.clock_stage)


def rule_of(case: Case, one: ClockStop) -> StopRule | None:
    """The rule behind a stop, for its label and clause."""
    return stops.find_rule(case.item, case.variant, one.stage, one.reason)


def stop(case: Case, actor: str, reason: str, expected: date | None, note: str = "") -> ClockStop:
    """Let the clock stand from today on. Invalid when the law gives no such reason, or wants a day told and none is."""
    rule = next((one for one in list_reasons(case) if one.reason == reason), None)
    if rule is None:
        if find_open(case):
            raise Conflict(_("The clock stands already. Let it run again first."))
        text = _("Choose one of the reasons the law gives for this item.")
        raise Invalid(text, fields={"reason": text})
    if rule.tells and expected is None:
        text = _("The law wants the time needed told in writing: give the day until which it will last.")
        raise Invalid(text, fields={"expected": text})
    if expected is not None and expected <= clock.today():
        text = _("Give a day after today.")
        raise Invalid(text, fields={"expected": text})
    return _put(case, actor, reason, expected, note)


def _put(case: Case, actor: str, reason: str, expected: date | None, note: str) -> ClockStop:
    made = ClockStop(
        stage=case.clock_stage,
        reason=reason,
        began=clock.today(),
        expected=expected,
        note=note.strip()[:1000],
        actor=actor,
    )
    case.stops.append(made)
    case.events.append(CaseEvent(at=clock.now(), actor=actor, action="stop", note=_write_note(case, made, note)))
    refresh(case)
    return made


def _write_note(case: Case, one: ClockStop, note: str) -> str:
    """The reason in the language the application was made in, and what the officer wrote."""
    rule = rule_of(case, one)
    label = rule.label["en" if case.language == "en" else "zh"] if rule else one.reason
    return "\n".join(filter(None, (label, note.strip())))


def resume(case: Case, actor: str, *, refreshing: bool = True) -> ClockStop:
    """Let the clock run again from tomorrow on; where the law says so the limit begins anew or is longer."""
    standing = find_open(case)
    if standing is None:
        raise Conflict(_("The clock is running already."))
    standing.ended = clock.today()
    rule = rule_of(case, standing)
    found = clocks.find_clock(case.form_id, case.form_version, case.clock_stage)
    if rule and rule.then == "restart":
        case.clock_from, case.clock_more = clock.today(), 0
    elif rule and rule.then == "third" and found:
        case.clock_more += -(-found.count // 3)
    case.events.append(CaseEvent(at=clock.now(), actor=actor, action="resume", note=""))
    if refreshing:
        refresh(case)
    return standing


def stop_for_return(case: Case, actor: str) -> None:
    """An accepted application goes back to its applicant: where the law does not count that time, the clock stands."""
    if case.clock_stage and stops.find_rule(case.item, case.variant, case.clock_stage, "supplement"):
        _put(case, actor, "supplement", None, "")


def end(case: Case) -> None:
    """Nothing runs any more: the case is closed."""
    standing = find_open(case)
    if standing is not None:
        standing.ended = clock.today()
    case.clock_stage = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock that stands. ``expected`` is the last day told in advance; ``then``: restart, third or "" (the rest goes on);
    ``left`` the working days that are left, None where the limit is not counted in them."""

    since: date
    expected: date | None
    reason: str
    label: Mapping[str, str]
    cites: tuple[kb.Cite, ...]
    then: str
    left: int | None


def find_standing(case: Case) -> Standing | None:
    """How the clock of a case stands, and why; None while it runs or where none does."""
    one = find_open(case)
    if one is None:
        return None
    rule = rule_of(case, one)
    label = rule.label if rule else {"zh": one.reason, "en": one.reason}
    cites = (rule.cite,) if rule else ()
    return Standing(one.began, one.expected, one.reason, label, cites, rule.then if rule else "", count_left(case))


def write_state(case: Case, language: str) -> str:
    """That the clock stands, since when and why; "" when it does not."""
    standing = find_standing(case)
    if standing is None:
        return ""
    return _(
        "The time limit stands still since %(day)s (%(reason)s).",
        day=write_date(standing.since, language),
        reason=standing.label[language],
    )


def tell_reason(case: Case, one: ClockStop) -> dict[str, str]:
    """The reason with its clause in both languages, for a notice."""
    rule = rule_of(case, one)
    if rule is None:
        return {"zh": one.reason, "en": one.reason}
    cite = rule.cite
    return {
        "zh": f"{rule.label['zh']}（{write_clause(cite.title, cite.article, cite.paragraph, language='zh')}）",
        "en": f"{rule.label['en']} ({write_clause(cite.title, cite.article, cite.paragraph, language='en')})",
    }
