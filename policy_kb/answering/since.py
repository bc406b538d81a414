"""What an answer by the law of another day adds: that it is, and what has changed since, both values side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy_kb.answering.citing import MOST, make_citation
from policy_kb.answering.question import Question
from policy_kb.answering.windows import write_date
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.errors import UnknownDocument
from policy_kb.model import Answer, Block, Citation, Clause, Version
from policy_kb.text import grams
from policy_kb.timeline import ClauseChange, compare_versions, find_successor
from policy_kb.wording import gettext_for

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

_UNIT = re.compile(r"[^。；\n]+[。；]?")
_SHOWN = 90  # characters of each side
_ALIKE = 0.35  # share of grams from which two sentences say the same of another value


@dataclass(frozen=True, slots=True)
class _Since:
    """What became of a cited clause: the text in force today, its clause (None when there is none), how it changed."""

    version: Version
    clause: Clause | None = None
    before: str = ""
    after: str = ""


def tell_since(base: "PolicyBase", question: Question, answer: Answer) -> Answer:
    """The answer with a notice of its day; one by today's law comes back as it is."""
    if answer.status != "answered" or question.as_of == question.today:
        return answer
    if question.as_of > question.today:
        return _with_notice(answer, _coming(question, answer), (), ())
    ended = [place for place, cited in enumerate(answer.citations) if _has_ended(cited, question)]
    if not ended:
        if not _anything_changed(base, question):
            return answer
        return _with_notice(answer, _unchanged(base, question, answer), _loaded(answer), ())
    return _changed(base, question, answer, ended[0])


def _anything_changed(base: "PolicyBase", question: Question) -> bool:
    """Whether any law changed between the day and today; of last week nobody needs to be told that it is the same."""
    return bool(base.list_begun(question.as_of, question.today))


def _has_ended(cited: Citation, question: Question) -> bool:
    return cited.clause_id is not None and cited.in_force_to is not None and cited.in_force_to <= question.today


def _loaded(answer: Answer) -> tuple[int, ...]:
    return tuple(place for place, cited in enumerate(answer.citations) if cited.clause_id)


def _coming(question: Question, answer: Answer) -> str:
    """Only worth saying when the cited text is not in force yet."""
    if not any(cited.in_force_from and cited.in_force_from > question.today for cited in answer.citations):
        return ""
    day = write_date(question.as_of, question.language)
    return gettext_for(question.language)("This is the law as it will apply on %(day)s, as published so far.") % {
        "day": day
    }


def _unchanged(base: "PolicyBase", question: Question, answer: Answer) -> str:
    _ = gettext_for(question.language)
    day = write_date(question.as_of, question.language)
    if not _loaded(answer):
        return ""
    undated = next((cited for cited in answer.citations if cited.clause_id and cited.in_force_from is None), None)
    if undated:
        return _("From when 《%(title)s》 applies is not stated; see whether it did on %(day)s.") % {
            "title": undated.title,
            "day": day,
        }
    for cited in answer.citations:
        amended = _amended_since(base, cited, question)
        if amended:
            return _(
                "Of %(day)s only the later wording of 《%(title)s》 is loaded, as amended on %(amended)s; single clauses may have read differently then."
            ) % {"day": day, "title": cited.title, "amended": amended}
    return _("By the law in force on %(day)s; the clauses cited still read so today.") % {"day": day}


def _amended_since(base: "PolicyBase", cited: Citation, question: Question) -> str:
    """The day of an amendment after the day asked for, when the wording before it is not loaded."""
    if cited.version_id is None:
        return ""
    version = base.find_head(cited.version_id)
    if version is None or version.amended is None or version.amended <= question.as_of:
        return ""
    return write_date(version.amended, question.language)


def _changed(base: "PolicyBase", question: Question, answer: Answer, place: int) -> Answer:
    cited = answer.citations[place]
    since = _find_since(base, cited, question)
    text = _describe(since, cited, question)
    if _told_already(answer, cited, question):
        return answer
    if since is None or since.clause is None:
        return _with_notice(answer, text, (place,), ())
    fresh = make_citation(since.clause, since.version, question, question.today)
    return _with_notice(answer, text, (place,), (replace(fresh, quote=since.after or fresh.quote),))


def _find_since(base: "PolicyBase", cited: Citation, question: Question) -> _Since | None:
    """None when nothing has taken the place of the cited text, or what has is not loaded."""
    try:
        old = base.get_version(str(cited.version_id))
    except UnknownDocument:
        return None
    heir = find_successor(base, old, question.today)
    if heir is None:
        return None
    change = compare_versions(old, base.get_version(heir.id)).find_by_old(str(cited.clause_id))
    if change is None or not change.new:
        return _Since(heir)
    before, after, clause = _side_by_side(change, cited)
    return _Since(heir, clause, before, after)


def _side_by_side(change: ClauseChange, cited: Citation) -> tuple[str, str, Clause]:
    """The quoted sentence that changed and what it reads now, with its clause; both "" when the quoted words stayed."""
    pairs = []
    for unit in _units(cited.quote):
        best, clause = max(
            ((other, clause) for clause in change.new for other in _units(clause.text)),
            key=lambda pair: _likeness(unit, pair[0]),
        )
        likeness = _likeness(unit, best)
        if likeness >= _ALIKE and _plain(unit) != _plain(best):
            other_number = list_quantities(unit) != list_quantities(best)
            pairs.append((other_number, likeness, unit, best, clause))
    if not pairs:
        return "", "", change.new[0]
    _, _, unit, best, clause = max(pairs, key=lambda pair: pair[:2])
    return unit, best, clause


def _units(text: str) -> list[str]:
    return [unit.strip() for unit in _UNIT.findall(text.replace("…", "\n")) if len(unit.strip()) > 3] or [text]


def _plain(text: str) -> str:
    return re.sub(r"^[（(][一二三四五六七八九十\d]+[)）]|[\s\W]", "", text)


def _likeness(text: str, other: str) -> float:
    ours, theirs = set(grams(_plain(text))), set(grams(_plain(other)))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 0.0


def _describe(since: _Since | None, cited: Citation, question: Question) -> str:
    _ = gettext_for(question.language)
    assert cited.in_force_to is not None  # asked only of citations that ended
    told: dict[str, str] = {
        "then": write_date(question.as_of, question.language),
        "day": write_date(cited.in_force_to, question.language),
    }
    if since is None:
        return _("By the law in force on %(then)s. It ceased to apply on %(day)s.") % told
    told |= {"title": since.version.title, "label": since.clause.label if since.clause else ""}
    if since.clause is None:
        return (
            _(
                "By the law in force on %(then)s. Since %(day)s 《%(title)s》 applies, which has no such clause any more."
            )
            % told
        )
    if not since.after:
        return (
            _(
                "By the law in force on %(then)s. Since %(day)s see 《%(title)s》 %(label)s; the words quoted are the same."
            )
            % told
        )
    told |= {"before": _cut(since.before), "after": _cut(since.after)}
    return (
        _(
            "By the law in force on %(then)s. Changed since %(day)s, now 《%(title)s》 %(label)s. Then: “%(before)s”. Now: “%(after)s”."
        )
        % told
    )


def _cut(text: str) -> str:
    plain = re.sub(r"^[（(][一二三四五六七八九十\d]+[)）]", "", text).rstrip("；;，,。")
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1].rstrip("，、；") + "…"


def _told_already(answer: Answer, cited: Citation, question: Question) -> bool:
    """A catalogue text about the change names its day itself."""
    if cited.in_force_to is None:
        return False
    day = cited.in_force_to
    written = (f"{day.month}月{day.day}日", f"{day.day} {day:%B}")
    return any(
        each in block.text for block in answer.blocks if block.kind not in {"notice", "more"} for each in written
    ) and bool(answer.facts)


def _with_notice(answer: Answer, text: str, places: Sequence[int], fresh: Sequence[Citation]) -> Answer:
    """The notice after what is shown, citing ``places`` and ``fresh``, for which the last citation makes room."""
    if not text:
        return answer
    citations, blocks = list(answer.citations), list(answer.blocks)
    if fresh and len(citations) >= MOST and not _is_needed(blocks, MOST - 1):
        citations = citations[: MOST - 1]
        blocks = [block for block in blocks if MOST - 1 not in block.citations]
    if fresh and len(citations) < MOST:
        places = (*places, len(citations))
        citations.extend(fresh[:1])
    after = next((n for n, block in enumerate(blocks) if block.kind == "more"), len(blocks))
    blocks.insert(after, Block("notice", text, tuple(places)))
    return replace(answer, blocks=tuple(blocks), citations=tuple(citations))


def _is_needed(blocks: Sequence[Block], place: int) -> bool:
    """Whether a shown block rests on the citation at ``place``."""
    return any(place in block.citations for block in blocks if block.kind != "more")


__all__ = ["tell_since"]
