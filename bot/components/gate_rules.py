"""Is this message the answer to what is being asked? Decided without Rasa, as a plain function.

The order is what made forty-turn scripts pass (design/rasa_notes.md): danger, the
option that was offered, stop, hand-over, then by kind of step: yes/no at a
confirmation; at a field why/skip, the shape of the type, addresses and names, control
intents, questions as asides, anything with a digit for a structured type (the
validator words the error), confident asides, and otherwise: it is the answer.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.components import signals
from bot.components.credit_code import is_credit_code
from bot.components.folding import fold

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
CATCH_ALL = "ask_policy"
CONTROLS = frozenset({"talk_to_person"})
STRUCTURED = frozenset({"date", "number", "credit_code", "phone", "email", "money", "id_number", "licence_number"})
_TYPES = {
    "uscc": "credit_code",
    "mobile": "phone",
    "tel": "phone",
    "integer": "number",
    "decimal": "number",
    "year": "number",
    "percent": "number",
    "amount": "money",
    "price": "money",
    "licence_no": "licence_number",
    "registration_number": "licence_number",
    "select": "choice",
    "radio": "choice",
    "enum": "choice",
    "code": "choice",
    "checkbox": "boolean",
    "bool": "boolean",
    "yesno": "boolean",
    "longtext": "textarea",
    "narrative": "textarea",
    "multiline": "textarea",
    "name": "person_name",
    "person": "person_name",
    "organisation": "company",
    "company_name": "company",
    "org_name": "company",
}
_CN = "0-9〇零一二两三四五六七八九十百"
_SHAPES = {
    "date": re.compile(
        rf"(?:[{_CN}]{{2,4}}\s*[年./-]\s*[{_CN}]{{1,3}}(?:\s*[月./-]\s*[{_CN}]{{1,3}}\s*[日号]?|\s*月)?|20\d{{6}}|今天|昨天|前天|明天|今年.{{1,8}}|去年.{{1,8}}|明年.{{1,8}}|(?:上|这|下|本)个?(?:月|周|星期).{{0,6}}|today|yesterday|tomorrow|長期|长期(?:有效)?|.*\d{{1,2}}.*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d.*)"
    ),
    "number": re.compile(
        rf"(?:大?约|共|一共|about |around )?-?[{_CN}][{_CN},.万千百]*\s*(?:%|平方米|平米|㎡|m2|个|人|名|台|件|盒|瓶|支|年|月|天|克|毫升|g|ml|kg|人民币|元|square met\w+|people|years?|days?)?"
    ),
    "money": re.compile(
        rf"(?:大?约|共|一共|about |around )?[¥¥$]?\s*[{_CN}][{_CN},.万千百]*\s*(?:元|块|块钱|万元|人民币|rmb|yuan|cny)?(?:[{_CN}]毛?)?"
    ),
    "phone": re.compile(r"(?:\+?86[- ]?)?[\d][\d\- ()]{5,18}(?:转\d+)?"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "id_number": re.compile(r"\d{15}|\d{17}[\dx]"),
    "credit_code": re.compile(r"[0-9a-z]{15,20}"),
    "licence_number": re.compile(r"[一-龥()a-z0-9\- ]{0,20}\d{5,}[一-龥a-z0-9\- ]{0,6}"),
}
_ADDRESS = re.compile(
    r"(?:省|市|区|县|旗|镇|乡|街道|路|街|巷|弄|大道|胡同|村|号|栋|幢|单元|室|层|楼|road|street|avenue|district|building|floor|room|no\.)"
)
_ADDRESS_STRONG = re.compile(
    r"(?:省|市|区|县).{1,20}(?:路|街|巷|大道|镇|村|号)|(?:路|街|巷|大道|弄)\s*\d+|\d+\s*(?:号|栋|幢|室|层|楼|单元)|\d+ .{2,30}(?:road|street|avenue|lane)"
)
_COMPANY = re.compile(
    r"(?:有限(?:责任)?公司|股份公司|集团|公司|药房|药店|大药房|医院|诊所|门诊部|卫生院|旗舰店|专营店|专卖店|超市|商行|经营部|美容院|美容店|厂|店|中心|co\.? ?,? ?ltd\.?|limited|inc\.?|pharmacy|hospital|clinic|store|shop)$"
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应宗丁宣邓郁单洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲家封芮储靳邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂牛寿通边扈燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
_PERSON_ZH = re.compile(
    rf"(?:[{_SURNAMES}]|欧阳|司马|上官|诸葛|东方|尉迟|皇甫|慕容|令狐|司徒)[一-龥]{{1,2}}(?:·[一-龥]{{1,6}})?|[一-龥]{{2,8}}·[一-龥]{{2,8}}"
)
_PERSON_EN = re.compile(r"(?:mr|ms|mrs|dr)?\.? ?[a-z][a-z'-]+(?: [a-z][a-z'.-]*){1,3}")
_CHITCHAT = re.compile(
    r"^(?:你好|您好|hello|hi|hey|在吗|谢谢.{0,6}|多谢.{0,4}|辛苦了|thanks?(?: you)?.{0,12}|哈哈+|呵呵+|嘿嘿+|lol|早上好|下午好|晚上好|good (?:morning|afternoon|evening)|再见|拜拜|bye|今天天气.{0,8}|天气.{0,6}|你是谁.{0,3}|who are you)$"
)
_CORRECTION = re.compile(
    r"^(?:应该是|应该填|应为|应当是|改成|改为|换成|更正|更正为|正确的是|it should be|should be|change (?:it )?to|make it)"
)
# "没有变化", "无", "有变动": the answer to a yes/no in its own words, or what may stay as it is.
_SAYS_HOW_IT_IS = re.compile(
    r"(?:我们|都|也|一直|目前|暂时|并|还是)*(?:没有?|无|未|有|不变|照旧|保持不变|发生)[一-龥]{0,8}|no changes?(?: at all)?|nothing (?:has )?changed|unchanged|(?:still )?the same(?: as before)?"
)
_ORDINAL = re.compile(
    r"^(?:选|我选|就选)?(?:第)?([1-9一二三四五六七八九]|10|十)(?:个|项|种|号)?$|^(?:选|我选)?([a-j])$|^(?:the )?(first|second|third|fourth|fifth)(?: one)?$|^(?:option|number|no\.?) ?([1-9])$"
)
_ORDINAL_WORDS = {w: i for i, w in enumerate("一二三四五六七八九十", start=1)} | {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}
_LETTERS = re.compile(r"[^\W\d_]")
_FOLLOW_UP = re.compile(
    r"查|进度|状态|结果|办到|到哪|怎么样|处理|受理|回复|status|check|progress|where|track|news|result|happen|look up|stage|decided"
)
_YES_VALUES = frozenset({"yes", "true", "y", "1", "confirm", "submit", "affirm"})
_NO_VALUES = frozenset({"no", "false", "n", "0", "edit", "change", "deny", "back"})


@dataclass(frozen=True)
class Floors:
    """Least probability (0–1) by the classifier; chosen on sentences it had not seen (docs/evaluation.md).

    ``emergency`` when nothing is asked, at whatever rank, ``emergency_hint`` beside words of harm; ``emergency_asked`` while a step is pending, where names
    and addresses look like nothing it knows. ``outside``: out_of_scope is taken before the catch-all.
    ``greeting``: what ends like a question is greeted, thanked or bid goodbye only from here.
    """

    fallback: float = 0.40
    action: float = 0.45
    guess: float = 0.25
    greeting: float = 0.90
    emergency: float = 0.20
    emergency_hint: float = 0.05
    emergency_asked: float = 0.50
    outside: float = 0.20
    control: float = 0.45
    aside_structured: float = 0.50
    aside_text: float = 0.75


@dataclass(frozen=True)
class Decision:
    """``intent`` the rules will see; ``option`` the value of an option that was named; ``reason`` which line decided.

    ``guess``: something to do that was perhaps meant; the portal offers it beside the answer.
    """

    intent: str
    confidence: float
    reason: str
    option: str | None = None
    guess: str | None = None


@dataclass
class Heard:
    """One message as the gate sees it. ``ranking``: [(intent, confidence)], best first."""

    text: str
    ranking: list[tuple[str, float]]
    entities: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plain = signals.plain(fold(self.text).text)

    @property
    def top(self) -> tuple[str, float]:
        return self.ranking[0] if self.ranking else ("ask_policy", 0.0)

    def confidence_of(self, intent: str) -> float:
        return next((confidence for name, confidence in self.ranking if name == intent), 0.0)


def kind_of_type(name: str) -> str:
    """The gate's word for a field type of a form ("uscc" → "credit_code"); unknown types count as text."""
    return _TYPES.get(name, name)


def decide(heard: Heard, pending: dict[str, Any] | None, floors: Floors = Floors()) -> Decision:
    """What the rules shall see for this message at this step (``pending`` as in the contract, None when nothing is asked)."""
    if _is_emergency(heard, floors, asked=bool(pending)):
        return Decision("emergency", 1.0, "emergency")
    if signals.is_trick(heard.plain):
        return Decision("out_of_scope", 1.0, "trick")
    options = (pending or {}).get("options") or []
    named = _find_option(heard.plain, options, ordinals=bool(pending) and pending.get("kind") == "choice")
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


def _find_option(text: str, options: list[dict[str, Any]], ordinals: bool) -> str | None:
    bare = re.sub(r"[\s\"'“”‘’?]", "", text)
    for option in options:
        names = {str(option.get("label", "")), str(option.get("value", ""))}
        if bare and bare in {re.sub(r"[\s\"'“”‘’]", "", signals.plain(fold(name).text)) for name in names if name}:
            return str(option["value"])
    found = _ORDINAL.match(text) if ordinals else None
    number = _read_ordinal(next(filter(None, found.groups()))) if found else 0
    return str(options[number - 1]["value"]) if 0 < number <= len(options) else None


def _is_part_of_option(text: str, options: list[dict[str, Any]]) -> bool:
    """Whether the words stand in what an option is called (电子 for 电子证书); which one is meant, the portal says."""
    return len(text) > 1 and any(text in signals.plain(fold(str(option.get("label", ""))).text) for option in options)


def _read_ordinal(word: str) -> int:
    if word.isdigit():
        return int(word)
    return _ORDINAL_WORDS.get(word) or ord(word) - ord("a") + 1


def _decide_early(heard: Heard, pending: dict[str, Any] | None) -> Decision | None:
    if signals.is_stop(heard.plain):
        return Decision("stop" if pending else "nothing_pending", 1.0, "stop")
    if len(heard.plain) <= 40 and signals.find_language(heard.plain):
        return Decision("change_language", 1.0, "language")
    if len(heard.plain) <= 60 and signals.asks_for_people(heard.plain):
        return Decision("talk_to_person", 1.0, "people")
    return None


def _decide_about_form(heard: Heard, pending: dict[str, Any] | None) -> Decision | None:
    """In an application: what is left, why a field is asked, or another answer for an earlier question (the portal finds which)."""
    if not pending or pending.get("flow") != "application":
        return None
    if signals.asks_what_is_left(heard.plain):
        return Decision("left", 1.0, "left")
    if signals.asks_why_of_field(heard.plain):
        return Decision("why", 1.0, "why of a field")
    tells = kind_of_type(str(pending.get("type") or "text")) == "textarea"
    if pending.get("kind") != "confirm" and signals.corrects(heard.plain, named_wrong_only=tells):
        return Decision("correct", 1.0, "correction")
    return None


def _decide_free(heard: Heard, floors: Floors) -> Decision:
    if any(check(heard.plain) for check in (signals.is_yes, signals.is_no, signals.is_skip)):
        return Decision("nothing_pending", 1.0, "reply to nothing")
    if not _LETTERS.search(heard.plain):
        return Decision("ask_policy", 0.0, "no words")
    if _follows_a_case(heard):
        return Decision("check_status", 1.0, "case number")
    intent, confidence = next(((i, c) for i, c in heard.ranking if i not in REPLIES and i != "emergency"), heard.top)
    if intent == CATCH_ALL and heard.confidence_of("out_of_scope") >= floors.outside:
        return Decision("out_of_scope", heard.confidence_of("out_of_scope"), "outside")
    if intent in _WEIGHTY and confidence < floors.action:
        guess = intent if confidence >= floors.guess and intent != "abuse" else None
        return Decision("ask_policy", confidence, "action floor", guess=guess)
    if intent in REPLIES or confidence < floors.fallback:
        return Decision("ask_policy", confidence, "floor")
    if _hides_question(heard, intent, confidence, floors):
        return Decision("ask_policy", confidence, "a question, not small talk")
    return Decision(intent, confidence, "classifier")


def _hides_question(heard: Heard, intent: str, confidence: float, floors: Floors) -> bool:
    """Whether the fixed sentence for small talk would be given to somebody who asks something (在哪办 is no 在吗)."""
    if intent not in _SMALLTALK or not signals.is_question(heard.plain) or _CHITCHAT.match(heard.plain):
        return False
    return confidence < (floors.greeting if intent in ("greet", "thanks", "bye") else floors.aside_text)


def _follows_a_case(heard: Heard) -> bool:
    """A case number alone, or with a word of following it up; in a longer story the classifier decides."""
    numbers = [entity for entity in heard.entities if entity["entity"] == "case_number"]
    if not numbers:
        return False
    rest = len(heard.text) - (numbers[0]["end"] - numbers[0]["start"])
    return rest <= 4 or (rest <= 40 and bool(_FOLLOW_UP.search(heard.plain)))


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
    return Decision(intent if intent in ASIDES and confidence >= 0.45 else "ask_policy", confidence, reason)


def _decide_field(heard: Heard, pending: dict[str, Any], floors: Floors) -> Decision:
    kind = kind_of_type(str(pending.get("type") or "text"))
    if signals.is_why(heard.plain):
        return Decision("why", 1.0, "why")
    if signals.is_skip(heard.plain):
        return Decision("skip", 1.0, "skip")
    if kind == "boolean" and (signals.is_yes(heard.plain) or signals.is_no(heard.plain)):
        return Decision("answer_field", 1.0, "boolean", "true" if signals.is_yes(heard.plain) else "false")
    if _has_shape(heard.plain, kind) or (
        _SAYS_HOW_IT_IS.fullmatch(heard.plain) and not signals.is_question(heard.plain)
    ):
        return Decision("answer_field", 1.0, "shape")
    if _CHITCHAT.match(heard.plain):
        return _aside(heard, "chit-chat")
    if kind == "choice" and _is_part_of_option(heard.plain, pending.get("options") or []):
        return Decision("answer_field", 1.0, "part of an option")
    if _is_tale(heard.plain, kind):
        return Decision("answer_field", 1.0, "tale")
    if _looks_like_name_or_place(heard.plain, kind) and not signals.is_question(heard.plain):
        return Decision("answer_field", 1.0, "name or place")
    return _decide_loose(heard, kind, floors)


def _decide_loose(heard: Heard, kind: str, floors: Floors) -> Decision:
    intent, confidence = heard.top
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


def _has_shape(text: str, kind: str) -> bool:
    if kind == "credit_code" and is_credit_code(text.replace(" ", "")):
        return True
    shape = _SHAPES.get(kind)
    return bool(shape and shape.fullmatch(text))


def _is_tale(text: str, kind: str) -> bool:
    """A narrative is an answer even when it complains in questions (怎么能这样呢): it has several clauses, or asks nothing."""
    if kind != "textarea" or len(text) < 20:
        return False
    clauses = [clause for clause in re.split(r"[,，。;；!！.]", text) if len(clause.strip()) > 2]
    return len(clauses) >= 3 or not signals.is_question(text)


def _looks_like_name_or_place(text: str, kind: str) -> bool:
    if kind == "person_name" and (_PERSON_ZH.fullmatch(text) or _PERSON_EN.fullmatch(text)):
        return not _CHITCHAT.match(text)
    if kind == "company" and _COMPANY.search(text):
        return True
    if kind == "address" and _ADDRESS.search(text):
        return True
    return kind in ("text", "textarea") and bool(_ADDRESS_STRONG.search(text) or _COMPANY.search(text))
