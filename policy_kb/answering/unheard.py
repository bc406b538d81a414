"""Whether a question is of what this base knows: of our products and procedure, and of things that exist."""

import re
from collections.abc import Sequence

from policy_kb.answering.candidates import Candidate
from policy_kb.answering.clauses import cover
from policy_kb.answering.frame import SURE_ITEM, Frame
from policy_kb.answering.question import Question
from policy_kb.answering.terms import make_terms
from policy_kb.answering.vocabulary import load_vocabulary

_CERTIFICATE = re.compile(
    r"([^\W\da-z_的了是在有没无办领拿取得到要我你您他她它们这那哪个张把和与凭持用请给]{2,8})(?:许可证|备案凭证|资格证|批准书)"
)

# Devices are of three classes: 《医疗器械监督管理条例》第六条.
_NO_CLASS = re.compile(
    r"(?:第[四五六七八九十]|(?<![一二三])[四五六七八九])类(?:医疗)?器械|\bclass (?:iv|v|vi|[4-9]) (?:medical )?devices?\b"
)

_CITED = 3  # of the candidates, those an answer may cite

_HEARD = 0.5  # share of a name that must be found


def names_unheard_of(question: Question, candidates: Sequence[Candidate]) -> bool:
    """Whether a certificate is asked for by a name of which nothing found says a word (量子纠缠许可证): what is printed of
    other certificates would be given for an answer to it."""
    named = _CERTIFICATE.search(question.text)
    terms = [term for term in make_terms(named[1]) if len(term.word) > 1] if named else []
    return bool(terms) and all(cover(terms, _all_said(each)) < _HEARD for each in candidates[:_CITED])


def _all_said(candidate: Candidate) -> str:
    hit = candidate.ranked.hit if candidate.ranked else None
    entry = candidate.found.entry if candidate.found else None
    return " ".join(
        (
            f"{hit.version.title} {hit.clause.text}" if hit else "",
            f"{entry.text.zh} {' '.join(entry.asks)} {entry.item.name.zh if entry.item else ''}" if entry else "",
        )
    ).lower()


def is_ours(frame: Frame) -> bool:
    """Whether the question speaks of our products, of procedure and supervision, or names a law: else it is not for us."""
    question = frame.question
    if question.domain or question.documents or question.articles:
        return True
    named = bool(frame.items and frame.items[0].score >= SURE_ITEM)
    return (
        named
        or any(word in question.text for word in load_vocabulary().subjects)
        or bool(frame.base.find_documents(question.text))
    )


def names_no_class(question: Question) -> bool:
    """Whether devices of a class are asked for that does not exist."""
    return bool(_NO_CLASS.search(question.text))


__all__ = ["is_ours", "names_no_class", "names_unheard_of"]
