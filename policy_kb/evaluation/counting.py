"""Verdicts counted: rates with their counts, by kind of question and together, and the shape of the answers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from policy_kb.evaluation.judging import Verdict

_REFUSING = {"refuse", "route", "emergency", "clarify"}
Figures = dict[str, object]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """One object with ``total``, ``kinds``, ``languages``, ``groups``, ``shape`` and ``milliseconds``."""
    kinds, languages = defaultdict(list), defaultdict(list)
    for verdict in verdicts:
        kinds[verdict.question.kind].append(verdict)
        languages[verdict.question.language].append(verdict)
    return {
        "questions": len(verdicts),
        "total": rates(verdicts),
        "kinds": {kind: rates(each) for kind, each in sorted(kinds.items())},
        "languages": {language: rates(each) for language, each in sorted(languages.items())},
        "groups": _groups(verdicts),
        "shape": shape(verdicts),
        "milliseconds": _quantiles([verdict.milliseconds for verdict in verdicts], ("p50", 0.5), ("p95", 0.95)),
    }


def rates(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    """Each measure as ``{"right", "of", "rate"}``; a measure no question asks for is left out."""
    answerable = [each for each in verdicts if each.question.answerable]
    refusable = [each for each in verdicts if each.question.statuses[0] in _REFUSING]
    urgent = [each for each in verdicts if each.question.statuses[0] == "emergency"]
    measures = {
        "status": _rate(verdicts, lambda each: each.status_right),
        "first": _rate([each for each in verdicts if each.first is not None], lambda each: bool(each.first)),
        "among_three": _rate(
            [each for each in verdicts if each.among_three is not None], lambda each: bool(each.among_three)
        ),
        "facts": _share(sum(each.facts_found for each in verdicts), sum(each.facts_required for each in verdicts)),
        "service": _rate(
            [each for each in verdicts if each.service_right is not None], lambda e: bool(e.service_right)
        ),
        "false_refusals": _rate(answerable, lambda each: not each.status_right and each.status != "answer"),
        "false_answers": _rate(refusable, lambda each: each.status == "answer" and not each.status_right),
        "emergencies": _rate(urgent, lambda each: each.status == "emergency"),
        "passed": _rate(verdicts, lambda each: each.passed),
    }
    return {name: rate for name, rate in measures.items() if rate["of"]}


def _rate(verdicts: Sequence[Verdict], holds: Callable[[Verdict], bool]) -> dict[str, float]:
    return _share(sum(holds(each) for each in verdicts), len(verdicts))


def _share(right: int, of: int) -> dict[str, float]:
    return {"right": right, "of": of, "rate": round(right / of, 4) if of else 0.0}


def _groups(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """Groups of paraphrases all of whose members pass."""
    members = defaultdict(list)
    for verdict in verdicts:
        if verdict.question.group:
            members[verdict.question.group].append(verdict.passed)
    return _share(sum(all(passed) for passed in members.values()), len(members))


def shape(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Characters of what answers show (half and nine tenths are at most …), and the most citations of one."""
    answered = [each for each in verdicts if each.status == "answer"]
    chinese = [float(each.length) for each in answered if each.question.language == "zh"]
    return {
        **_quantiles(chinese, ("half", 0.5), ("nine_tenths", 0.9)),
        "most_citations": max((each.citations for each in answered), default=0),
    }


def _quantiles(values: Sequence[float], *wanted: tuple[str, float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0 for name, share in wanted
    }
