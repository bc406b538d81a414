"""Gold questions through ``PolicyBase.answer``, earlier turns of a conversation first."""

import time
from collections.abc import Iterable, Iterator

from policy_kb.base import PolicyBase
from policy_kb.evaluation.gold import GoldQuestion
from policy_kb.evaluation.judging import Verdict, judge
from policy_kb.model import Topic


def ask_all(base: PolicyBase, questions: Iterable[GoldQuestion], preview: str = "") -> Iterator[Verdict]:
    """One verdict a question, in order. ``preview`` is the id of a draft change that is tried."""
    for question in questions:
        topic = topic_before(base, question, preview)
        began = time.perf_counter()
        answer = base.answer(question.question, topic=topic, preview=preview)
        yield judge(question, answer, round(1000 * (time.perf_counter() - began), 1))


def topic_before(base: PolicyBase, question: GoldQuestion, preview: str = "") -> Topic | None:
    """What the conversation is about when the question is asked."""
    topic: Topic | None = None
    for said in question.history:
        topic = base.answer(said, topic=topic, preview=preview).topic
    return topic
