"""Is this message the answer to what is being asked? Decided without Rasa, as a plain function.

The order is what made scripted visits of forty turns pass (tests/dialogue): danger, the
option that was offered, stop, hand-over, then by kind of step: yes/no at a
confirmation; at a field why/skip, the shape of the type, addresses and names, control
intents, questions as asides, anything with a digit for a structured type (the
validator words the error), confident asides, and otherwise: it is the answer.
"""

import re
from typing import Any

from bot.components import signals
from bot.components.heard import CATCH_ALL, FLOORS, Decision, Floors, Heard
from bot.components.offered import find_option, is_part_of_option
from bot.components.shapes import STRUCTURED, has_shape, is_tale, kind_of_type, looks_like_name_or_place, says_how_it_is

__all__ = ["ASIDES", "CATCH_ALL", "REPLIES", "Decision", "Floors", "Heard", "decide"]

# Intents that only make sense as a reply to a step; words alone decide them.
REPLIES = frozenset({"affirm", "deny", "skip", "why", "stop"})
# Asides: what people do in the middle of a step without answering it.
ASIDES = frozenset(
    [
        "greet",
        "thanks",
        "bye",
        "help",
        "ask_policy",
        "find_service",
        "start_application",
        "continue_application",
        "check_status",
        "make_complaint",
        "make_report",
        "talk_to_person",
        "change_language",
        "out_of_scope",
        "abuse",
        "ask_identity",
    ]
)
# Fixed sentences that would hide a question.
_SMALLTALK = frozenset({"greet", "thanks", "bye", "help", "ask_identity", "abuse"})
# What starts something, or answers with a fixed sentence that would hide a question: the classifier must be surer.
_WEIGHTY = frozenset(
    [
        "start_application",
        "make_complaint",
        "make_report",
        "continue_application",
        "check_status",
        "talk_to_person",
        "abuse",
    ]
)
# Wishes that are heard at a field even in the form of a question.
CONTROLS = frozenset({"talk_to_person"})
# Characters; in a longer message a language or a person is only spoken of.
_LONGEST_LANGUAGE_WISH, _LONGEST_PEOPLE_WISH = 40, 60
_LONGEST_HELP, _EN_FOR_ZH = 18, 3  # the same for who only asks for help; an English message is three times as long
# Beside the number of a case: a full stop or a blank, or the words that ask how it stands.
_NUMBER_ALONE, _NUMBER_WITH_WORDS = 4, 40
_ASIDE_AT_A_QUESTION = 0.45  # of the classifier, as Floors.action; below it a question goes to the catch-all
_CHITCHAT = re.compile(
    r"^(?:你好|您好|hello|hi|hey|在吗|谢谢.{0,6}|多谢.{0,4}|辛苦了|thanks?(?: you)?.{0,12}|哈哈+|呵呵+|嘿嘿+|lol|早上好|下午好|晚上好|good (?:morning|afternoon|evening)|再见|拜拜|bye|今天天气.{0,8}|天气.{0,6}|你是谁.{0,3}|who are you)$"
)
_CORRECTION = re.compile(
    r"^(?:应该是|应该填|应为|应当是|改成|改为|换成|更正|更正为|正确的是|it should be|should be|change (?:it )?to|make it)"
)
_LETTERS = re.compile(r"[^\W\d_]")
_FOLLOW_UP = re.compile(
    r"查|进度|状态|结果|办到|到哪|怎么样|处理|受理|回复|status|check|progress|where|track|news|result|happen|look up|stage|decided"
)
_YES_VALUES = frozenset({"yes", "true", "y", "1", "confirm", "submit", "affirm"})
_NO_VALUES = frozenset({"no", "false", "n", "0", "edit", "change", "deny", "back"})


def decide(heard: Heard, pending: dict[str, Any] | None, floors: Floors = FLOORS) -> Decision:
    """What the rules shall see for this message at this step (``pending`` as in the contract, None when nothing is asked)."""
    if _is_emergency(heard, floors, asked=bool(pending)):
        return Decision("emergency", 1.0, "emergency")
    if signals.is_trick(heard.plain):
        return Decision("out_of_scope", 1.0, "trick")
    options = (pending or {}).get("options") or []
    named = find_option(heard.plain, options, ordinals=bool(pending) and pending.get("kind") == "choice")
    if pending and named is not None:
        return _decide_option(pending, named)
    early = _decide_early(heard, pending) or _decide_about_form(heard, pending)
    if early:
        return early
    if not pending:
        return _decide_free(heard, floors)
    return (
        _decide_confirmation(heard, floors)
        if pending.get("kind") == "confirm"
        else _decide_field(heard, pending, floors)
    )


def _is_emergency(heard: Heard, floors: Floors, asked: bool) -> bool:
    """By words, or by the classifier; a weak suspicion needs words of harm as a second key."""
    if signals.is_emergency(heard.plain):
        return True
    sure = heard.confidence_of("emergency")
    if asked:
        return sure >= floors.emergency_asked
    return sure >= floors.emergency or (sure >= floors.emergency_hint and signals.may_be_emergency(heard.plain))


def _decide_option(pending: dict[str, Any], value: str) -> Decision:
    if pending.get("kind") == "confirm" and value.lower() in _YES_VALUES:
        return Decision("affirm", 1.0, "option")
    if pending.get("kind") == "confirm" and value.lower() in _NO_VALUES:
        return Decision("deny", 1.0, "option")
    return Decision("answer_field", 1.0, "option", value)


def _decide_early(heard: Heard, pending: dict[str, Any] | None) -> Decision | None:
    if signals.is_stop(heard.plain):
        return Decision("stop" if pending else "nothing_pending", 1.0, "stop")
    if len(heard.plain) <= _LONGEST_LANGUAGE_WISH and signals.find_language(heard.plain):
        return Decision("change_language", 1.0, "language")
    if len(heard.plain) <= _LONGEST_PEOPLE_WISH and signals.asks_for_people(heard.plain):
        return Decision("talk_to_person", 1.0, "people")
    return None


def _decide_about_form(heard: Heard, pending: dict[str, Any] | None) -> Decision | None:
    """Whether what is asked may be left out; in an application: what is left, why a field is asked, or another answer for an earlier question (the portal finds which)."""
    if pending and signals.asks_whether_to_skip(heard.plain):
        return Decision("why", 1.0, "whether to skip")
    if not pending or pending.get("flow") != "application":
        return None
    if signals.asks_what_is_left(heard.plain):
        return Decision("left", 1.0, "left")
    if signals.asks_why_of_field(heard.plain):
        return Decision("why", 1.0, "why of a field")
    tells = kind_of_type(str(pending.get("type") or "text")) == "textarea"
    if not signals.corrects(heard.plain, named_wrong_only=tells):
        return None
    if pending.get("kind") != "confirm":
        return Decision("correct", 1.0, "correction")
    if signals.is_question(heard.plain):
        return None
    if pending.get("field_id") not in ("sources", "newer"):
        return Decision("deny", 1.0, "correction instead of a yes")
    # there is no answer yet to be changed, and it refuses nothing
    return (
        Decision("unclear", 1.0, "nothing to correct yet")
        if signals.corrects(heard.plain, named_wrong_only=True)
        else None
    )


def _decide_free(heard: Heard, floors: Floors) -> Decision:
    if any(check(heard.plain) for check in (signals.is_yes, signals.is_no, signals.is_skip)):
        return Decision("nothing_pending", 1.0, "reply to nothing")
    if not _LETTERS.search(heard.plain):
        return Decision(CATCH_ALL, 0.0, "no words")
    if _follows_a_case(heard):
        return Decision("check_status", 1.0, "case number")
    intent, confidence = next(((i, c) for i, c in heard.ranking if i not in REPLIES and i != "emergency"), heard.top)
    if intent == CATCH_ALL and heard.confidence_of("out_of_scope") >= floors.outside:
        return Decision("out_of_scope", heard.confidence_of("out_of_scope"), "outside")
    if intent in _WEIGHTY and confidence < floors.action:
        guess = intent if confidence >= floors.guess and intent != "abuse" else None
        return Decision(CATCH_ALL, confidence, "action floor", guess=guess)
    if intent in REPLIES or confidence < floors.fallback:
        return Decision(CATCH_ALL, confidence, "floor")
    if _hides_question(heard, intent, confidence, floors) or _tells_matter(heard, intent):
        return Decision(CATCH_ALL, confidence, "a question, not small talk")
    if intent == "help" and signals.asks_what_now(heard.plain):
        return Decision(CATCH_ALL, confidence, "what to do about what was told")
    if intent == "greet" and signals.goes_on_behind_a_greeting(heard.plain):
        return Decision(CATCH_ALL, confidence, "more than a greeting")
    return Decision(intent, confidence, "classifier")


def _hides_question(heard: Heard, intent: str, confidence: float, floors: Floors) -> bool:
    """Whether the fixed sentence for small talk would be given to somebody who asks something (在哪办 is no 在吗)."""
    if intent not in _SMALLTALK or not signals.is_question(heard.plain) or _CHITCHAT.match(heard.plain):
        return False
    return confidence < (floors.greeting if intent in ("greet", "thanks", "bye") else floors.aside_text)


def _tells_matter(heard: Heard, intent: str) -> bool:
    """Whether who does not know where to begin has said with what ("我们想从法国进口护肤品，不知道从哪开始")."""
    length = len(heard.plain) / (_EN_FOR_ZH if heard.plain.isascii() else 1)
    return intent == "help" and length > _LONGEST_HELP


def _follows_a_case(heard: Heard) -> bool:
    """A case number alone, or with a word of following it up; in a longer story the classifier decides."""
    numbers = [entity for entity in heard.entities if entity["entity"] == "case_number"]
    if not numbers:
        return False
    rest = len(heard.text) - (numbers[0]["end"] - numbers[0]["start"])
    return rest <= _NUMBER_ALONE or (rest <= _NUMBER_WITH_WORDS and bool(_FOLLOW_UP.search(heard.plain)))


def _decide_confirmation(heard: Heard, floors: Floors) -> Decision:
    if signals.is_why(heard.plain):
        return Decision("why", 1.0, "why")
    if signals.is_no(heard.plain) or _CORRECTION.search(heard.plain):
        return Decision("deny", 1.0, "no")
    if signals.is_yes(heard.plain):
        return Decision("affirm", 1.0, "yes")
    if signals.is_skip(heard.plain):
        return Decision("skip", 1.0, "skip")
    if _CHITCHAT.match(heard.plain) or signals.is_question(heard.plain):
        return _aside(heard, "question at a confirmation")
    intent, confidence = heard.top
    if intent in ASIDES and confidence >= floors.aside_text:
        return Decision(intent, confidence, "aside at a confirmation")
    return Decision("unclear", 1.0, "neither yes nor no")


def _aside(heard: Heard, reason: str) -> Decision:
    intent, confidence = heard.top
    return Decision(
        intent if intent in ASIDES and confidence >= _ASIDE_AT_A_QUESTION else CATCH_ALL, confidence, reason
    )


def _decide_field(heard: Heard, pending: dict[str, Any], floors: Floors) -> Decision:
    kind = kind_of_type(str(pending.get("type") or "text"))
    if signals.is_why(heard.plain):
        return Decision("why", 1.0, "why")
    if signals.is_skip(heard.plain):
        return Decision("skip", 1.0, "skip")
    if kind == "boolean" and (signals.is_yes(heard.plain) or signals.is_no(heard.plain)):
        return Decision("answer_field", 1.0, "boolean", "true" if signals.is_yes(heard.plain) else "false")
    if has_shape(heard.plain, kind) or (says_how_it_is(heard.plain) and not signals.is_question(heard.plain)):
        return Decision("answer_field", 1.0, "shape")
    if _CHITCHAT.match(heard.plain):
        return _aside(heard, "chit-chat")
    if kind == "choice" and is_part_of_option(heard.plain, pending.get("options") or []):
        return Decision("answer_field", 1.0, "part of an option")
    if is_tale(heard.plain, kind):
        return Decision("answer_field", 1.0, "tale")
    if looks_like_name_or_place(heard.plain, kind) and not signals.is_question(heard.plain):
        return Decision("answer_field", 1.0, "name or place")
    return _decide_loose(heard, kind, floors)


def _decide_loose(heard: Heard, kind: str, floors: Floors) -> Decision:
    intent, confidence = heard.top
    if intent in CONTROLS and not signals.names_people(heard.plain):
        intent, confidence = CATCH_ALL, 0.0  # who buys or signs is an answer, and hands nobody over
    if intent in CONTROLS and confidence >= floors.control:
        return Decision(intent, confidence, "control")
    if signals.is_question(heard.plain):
        return _aside(heard, "question")
    if kind in STRUCTURED and re.search(r"\d", heard.plain):
        return Decision("answer_field", 1.0, "digits for a structured type")
    floor = floors.aside_structured if kind in STRUCTURED or kind in ("choice", "boolean") else floors.aside_text
    if intent in ASIDES and confidence >= floor and kind != "textarea":
        return Decision(intent, confidence, "confident aside")
    return Decision("answer_field", 1.0, "nothing else")
