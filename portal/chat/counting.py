"""What was asked and how it was answered, by day: figures for the head of the hall. Counts only, nobody's words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import Select, func, select

from policy_kb import clock
from portal.chat.models import Conversation, Feedback, Message, TalkRequest, UnansweredQuestion
from portal.extensions import db

ANSWERED = ("answered", "emergency", "routed", "greeting", "handoff")
DAYS = 14


@dataclass(frozen=True, slots=True)
class Counted:
    """A span of days. ``asked`` are messages of people; of the replies that are answers, ``answered`` said what was asked
    or where to go, ``clarify`` asked back and ``refused`` had nothing. ``helpful`` and ``unhelpful`` are ratings; ``persons``
    wished for a person."""

    day: date | None
    conversations: int
    asked: int
    answered: int
    clarify: int
    refused: int
    helpful: int
    unhelpful: int
    persons: int

    @property
    def share(self) -> float | None:
        """Of the answers, those that answered; None when there were none."""
        whole = self.answered + self.clarify + self.refused
        return self.answered / whole if whole else None


@dataclass(frozen=True, slots=True)
class Handled:
    """Requests for a person in a span: ``minutes`` is the median until the first reply of an officer, None when none was
    given; ``broken`` had a promised day that was not kept."""

    asked: int
    closed: int
    waiting: int
    broken: int
    minutes: float | None


def count_days(today: date, days: int = DAYS) -> list[Counted]:
    """Each day, the newest first."""
    return [_count(day, _start(day), _start(day + timedelta(days=1))) for day in _days(today, days)]


def _days(today: date, days: int) -> list[date]:
    return [today - timedelta(days=back) for back in range(days)]


def sum_up(counted: list[Counted]) -> Counted:
    """All together."""
    names = ("conversations", "asked", "answered", "clarify", "refused", "helpful", "unhelpful", "persons")
    return Counted(None, **{name: sum(getattr(one, name) for one in counted) for name in names})


def _start(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.BEIJING)


def _count(day: date, since: datetime, before: datetime) -> Counted:
    status = Message.payload["answer"]["status"].as_string()
    by_status: dict[str, int] = {
        name: count
        for name, count in db.session.execute(
            select(status, func.count(Message.id))
            .where(Message.at >= since, Message.at < before, Message.role == "assistant")
            .group_by(status)
        )
        if name
    }
    rating = select(Feedback.helpful, func.count(Feedback.id)).where(Feedback.at >= since, Feedback.at < before)
    rated: dict[bool, int] = {row[0]: row[1] for row in db.session.execute(rating.group_by(Feedback.helpful))}
    return Counted(
        day,
        _number(select(func.count(Conversation.id)).where(Conversation.created_at >= since, Conversation.created_at < before)),
        _number(select(func.count(Message.id)).where(Message.at >= since, Message.at < before, Message.role == "user")),
        sum(by_status.get(name, 0) for name in ANSWERED),
        by_status.get("clarify", 0),
        by_status.get("refused", 0),
        rated.get(True, 0),
        rated.get(False, 0),
        _number(
            select(func.count(TalkRequest.id)).where(TalkRequest.created_at >= since, TalkRequest.created_at < before)
        ),
    )  # fmt: skip


def _number(query: Select[tuple[int]]) -> int:
    return int(db.session.scalar(query) or 0)


def count_handled(today: date, days: int = DAYS) -> Handled:
    """The requests for a person that were made in the last days."""
    found = db.session.scalars(
        select(TalkRequest).where(TalkRequest.created_at >= _start(_days(today, days)[-1]))
    ).all()
    waits = [(one.answered_at - one.created_at).total_seconds() / 60 for one in found if one.answered_at]
    return Handled(
        len(found),
        sum(one.state == "closed" for one in found),
        sum(one.state in ("requested", "queued", "ticket") for one in found),
        sum(bool(one.broken) for one in found),
        round(median(waits), 1) if waits else None,
    )


def list_reasons(today: date, days: int = DAYS) -> list[tuple[str, int]]:
    """Why questions stand without a good answer: reason codes of those asked in the last days and still open, the most first."""
    query = (
        select(UnansweredQuestion.reason_code, func.count(UnansweredQuestion.id))
        .where(UnansweredQuestion.last_asked_at >= _start(_days(today, days)[-1]), UnansweredQuestion.status == "open")
        .group_by(UnansweredQuestion.reason_code)
        .order_by(func.count(UnansweredQuestion.id).desc())
    )
    return [(code, int(count)) for code, count in db.session.execute(query)]
