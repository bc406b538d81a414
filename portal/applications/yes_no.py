"""A yes or a no in people's own words: what is denied or granted (不卖, 没有变化, we don't have any), and who does a thing
(我们自己配送) where that is what the field asks. Whatever is read here is read back before it counts."""

import re

from portal.forms.service import Field

LONGEST = 10  # characters of what is denied or granted; a longer sentence says more than yes or no
WHAT = 3  # characters of what may be denied without a word of the question in it: 不卖, 没做过
_LEAD = r"(?:我们?|咱们?|俺们?|本(?:店|公司|企业|单位)|我(?:店|司|公司)|店里|公司|这里|这边|都|也|从来|从|目前|现在|暂时|一直|并|还|根本|确实|当然|反正)*"
_DENIED = re.compile(
    rf"^{_LEAD}(?:没有?(?:在)?|没得|冇|不(?:会|在|需要|用|曾)?|无|未|非|从不|别)(?P<what>[^,，。;；?？!！]{{0,{LONGEST}}})$"
)
_DENIED_EN = re.compile(
    r"^(?:no,? |nope,? )?(?:(?:we|i|they|it|our \w+|there) )?(?:(?:do|does|did|have|has|is|are|was|were|will|would)(?: ?n[o']t|n't)|can ?not|can't|won't|never)\b(?P<what>[^,.;?!]{0,40})$"
    r"|^(?:no(?:ne|thing)?|not|never|without)\b(?P<rest>[^,.;?!]{0,40})$",
    re.IGNORECASE,
)
_GRANTED = re.compile(
    rf"^{_LEAD}(?:是|会)*有(?P<what>[^,，。;；?？!！]{{0,{LONGEST}}})$|^{_LEAD}发生(?P<happened>[^,，。;；?？!！]{{0,{LONGEST}}})$"
)
_GRANTED_EN = re.compile(
    r"^(?:yes,? )?(?:there (?:is|are|were|has been|have been)|we (?:do|have|did|are|were)|i (?:do|have|did)|it (?:is|does|was|has))\b(?P<what>[^,.;?!]{0,40})$",
    re.IGNORECASE,
)
# A no that denies nothing: not knowing, no fault found, a second no behind the first, a condition, a measure.
_NO_DENIAL = re.compile(
    r"^.{0,6}(?:不(?:知道|清楚|确定|晓得|懂|明白|记得|好说|一定|太|大|错|同意|想|愿意?|能|可以|让|敢|如|只|止|过|管|论|光|行|是很|要问|填)|没有?(?:任何|什么|啥)?(?:错|问题|关系|毛病|意见|意思)|没(?:事|懂|听|看|想|弄|搞|准|完|填|写))"
    r"|[不没无未非].*[不没无未非]|有时|有(?:点|些|可能|的是|待)|\b(?:not sure|no idea|not know|don't know|no problem|not all|not yet|maybe|sometimes|partly)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"任何|什么|这个|这种|这些|那个|这回|一类|事情?|情况|业务|东西|发生|过|的|了|啊|呢|吧|哦|呀|\b(?:any|anything|has|have|been|at all|some|a few|a|the|such|of|them|these|it|that|this|thing|things|like)\b|[\s,，。.!！]",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"不|没有|无|未|\b(?:no[tn]?|un\w+)\b", re.IGNORECASE)
_SPOKEN = (
    (re.compile(r"(?<![买专热])卖(?![点家])|售卖|出售"), "销售"),
    (re.compile(r"网上|线上|网店|在网"), "网络"),
    (re.compile(r"送货|派送|(?<!配)送"), "配送"),
    (re.compile(r"变动|变更|改动|改变|(?<!变)变(?!化)"), "变化"),
    (re.compile(r"外包|包给|交给别人|找(?:别人|人|第三方)|代工"), "委托"),
)
# Who does it: oneself, or somebody who is paid for it.
_SELF = re.compile(
    r"自己|自家|自个儿?|亲自|自行|自有|自营|自建|\b(?:our own|ourselves|myself|my own|in-house)\b", re.IGNORECASE
)
_OTHER = re.compile(
    r"委托|外包|第三方|代理|别人|别家|快递|代工|\b(?:contract\w*|entrust\w*|third part\w+|agent|outsourc\w+|courier)\b",
    re.IGNORECASE,
)
_SELF_LABEL = re.compile(r"^(?:自|本人)|自行|\b(?:own|myself|ourselves|we make)\b", re.IGNORECASE)
_OTHER_LABEL = re.compile(r"委托|代理|外包|\b(?:contract\w*|agent|entrust\w*)\b", re.IGNORECASE)
_NONE_LABEL = re.compile(r"^(?:都?没有|无|都不属于|都不是|不涉及)$|^(?:none(?: of these)?|no)$", re.IGNORECASE)
_AGREES = re.compile(
    r"^(?:我们?)?(?:都|全部)?(?:同意|声明|承诺|保证|确认|认可|愿意)(?:声明|承诺)?(?:的|了|以上)?(?:内容|声明)?$|^(?:i |we )?(?:do )?(?:agree|declare|confirm|accept|promise)(?: (?:this|that|it|to (?:this|that|it)))?$",
    re.IGNORECASE,
)


def read_yes_no(field: Field, text: str) -> str | None:
    """ "yes" or "no" for an answer in one's own words; None for any other words, and where the field's own no leaves open
    what a no to it would mean ("没有" to "产品是否没有变化")."""
    said = text.strip().rstrip("。.!！")
    if field.type == "declaration":
        return "yes" if _AGREES.match(said) else None
    if field.type != "yes_no":
        return None
    negative = any(_NEGATIVE.search(label) for label in field.label.values())
    denied, granted = _find_denied(said), _find_granted(said)
    if negative:
        named = denied if denied is not None else granted
        if not named or not _repeats(named, field):
            return None
        return "yes" if denied is not None else "no"
    if denied is not None and (len(denied) <= WHAT or list_words(_as_written(said)) & _list_asked(field)):
        return "no"
    if granted is not None and _repeats(granted, field):
        return "yes"
    return _read_doer(said, field) or _read_echo(said, field)


def denies_all(text: str) -> bool:
    """Whether nothing is named in a denial: 没有这个, 都没有, none of them."""
    denied = _find_denied(text.strip().rstrip("。.!！"))
    return denied == ""


def find_none_of_them(field: Field, text: str) -> str | None:
    """The code of the one option that says none, for a denial that names nothing."""
    if not denies_all(text):
        return None
    found = [o.code for o in field.options if any(_NONE_LABEL.match(label) for label in o.label.values())]
    return found[0] if len(found) == 1 else None


def find_doer(field: Field, text: str) -> str | None:
    """The code of the one option by which one does it oneself, or has it done, where the words say which."""
    own, other = bool(_SELF.search(text)), bool(_OTHER.search(text))
    if own == other or _NEGATIVE.search(text):
        return None
    wanted = _SELF_LABEL if own else _OTHER_LABEL
    found = [o.code for o in field.options if any(wanted.search(label) for label in o.label.values())]
    return found[0] if len(found) == 1 else None


def _find_denied(said: str) -> str | None:
    """What is denied, in the form's words ("" for nothing in particular); None when nothing is."""
    found = None if _NO_DENIAL.search(said) else _DENIED.match(said) or _DENIED_EN.match(said)
    return _bare(next(filter(None, found.groups()), "")) if found else None


def _find_granted(said: str) -> str | None:
    found = None if _NO_DENIAL.search(said) else _GRANTED.match(said) or _GRANTED_EN.match(said)
    return _bare(next(filter(None, found.groups()), "")) if found else None


def _bare(what: str) -> str:
    return _EMPTY.sub("", _as_written(what)).lower()


def _as_written(text: str) -> str:
    for pattern, written in _SPOKEN:
        text = pattern.sub(written, text)
    return text


def _repeats(what: str, field: Field) -> bool:
    """Whether what is denied or granted is what the field asks; nothing at all is."""
    asked = [label.lower() for label in field.label.values()]
    return not what or any(what in label or (what.isascii() and what[:5] in label) for label in asked)


def _read_doer(said: str, field: Field) -> str | None:
    """我们自己做 to “is it made by a contractor?” is a no."""
    own, other = bool(_SELF.search(said)), bool(_OTHER.search(said))
    asked = any(_OTHER_LABEL.search(label) for label in field.label.values())
    if own == other or not asked or _NEGATIVE.search(said):
        return None
    return "yes" if other else "no"


def _read_echo(said: str, field: Field) -> str | None:
    """A yes that says the question's own words back: 网上也卖 to “是否网络销售”."""
    own = list_words(_as_written(said))
    if len(said) > 2 * LONGEST or _NEGATIVE.search(said) or _NO_DENIAL.search(said) or "?" in said or "？" in said:
        return None
    return "yes" if own and 2 * len(own & _list_asked(field)) >= len(own) else None


def _list_asked(field: Field) -> set[str]:
    return set().union(*(list_words(label) for label in field.label.values()))


_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_EMPTY_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "our",
        "my",
        "your",
        "its",
        "is",
        "are",
        "it",
        "we",
        "i",
        "of",
        "on",
        "in",
        "by",
        "for",
        "with",
        "to",
        "this",
        "that",
        "one",
        "please",
        "want",
    ]
)


def list_words(text: str) -> set[str]:
    """English words (Roman numbers as digits, plurals as singulars) and pairs of Chinese characters."""
    low = text.casefold()
    english = {_ROMAN.get(word, word) for word in re.findall(r"[a-z0-9]+", low)} - _EMPTY_WORDS
    runs = re.findall(r"[\u3400-\u9fff]+", low)
    pairs = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    return {word.rstrip("s") if len(word) > 3 else word for word in english} | pairs
