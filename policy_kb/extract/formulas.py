"""The formulas of Chinese law: which words carry them, and a spaCy ruler's patterns for those of several words.

Words are told apart once, by ``tag_of``; the ruler then matches tags and exact texts only, which is quick.
"""

import re
from functools import lru_cache
from typing import Any

# 可以 and 有权 give a right and no duty.
_WORDS = {
    "MUST": ("应当", "应", "必须", "须", "务必"),
    "MUST_NOT": ("不得", "禁止", "严禁", "不应", "不应当", "不准", "不能", "不许"),
    "IN": ("内", "以内", "之内", "期限内"),
    "AHEAD": ("前", "以前", "之前"),
    "PAST": ("后", "以后", "之后"),
    "AT_LEAST": ("少于", "低于", "短于", "至少", "不少于", "不低于", "满"),
    "AT_MOST": ("超过", "最长", "不超过", "逾"),
    "EACH": ("每年", "每月", "每季度", "每半年", "每周", "每日", "每天"),
    "PERIOD": ("年", "月", "季度", "半年", "周", "日", "天"),
    "EXPIRY": ("届满", "期满"),
    "MEANS": ("是指", "系指"),
    "TAKES_EFFECT": ("施行", "实施", "生效", "执行"),
}
_TAGS = {word: tag for tag, words in _WORDS.items() for word in words}
# What a person or body is called, at the end of a word.
_ACTOR = re.compile(
    r"(?:部门|机关|机构|单位|企业|公司|组织|人员|个人|公民|法人|协会|中心|平台|主体|政府|国务院|委员会|总局|药监局|法院"
    r"|检察院|(?<!或)者|人|商|医师|药师|院|厂|药店|双方|一方|受托方|委托方|员)$"
)
_NO_ACTOR = {
    "他人",
    "本人",
    "成员",
    "动员",
    "复原",
    "病人",
    "每人",
    "法定代表",
    "前者",
    "后者",
    "经商",
    "全员",
    "工商",
    "医院感染",
}
_ACTS = r"(?:法|条例|办法|规定|细则|规范|规则|解释|决定|通知|公告|制度|准则|程序|指南)"
_THIS = re.compile(rf"本{_ACTS}$")


@lru_cache(maxsize=20_000)
def tag_of(word: str) -> str:
    """What a single word is to the law: the name of its group above, ACTOR, THIS, REPEALS, or WORD."""
    known = _TAGS.get(word)
    if known:
        return known
    if _THIS.match(word):
        return "THIS"
    if word.endswith("废止"):
        return "REPEALS"
    return "ACTOR" if _ACTOR.search(word) and word not in _NO_ACTOR else "WORD"


def _pattern(label: str, *tokens: str) -> dict[str, Any]:
    """Capitals are tags, everything else is the word itself."""
    return {"label": label, "pattern": [{"TAG": each} if each.isupper() else {"TEXT": each} for each in tokens]}


PATTERNS: list[dict[str, Any]] = [
    _pattern("MUST", "MUST"),
    _pattern("MUST_NOT", "MUST_NOT"),
    *(_pattern("MUST_NOT", "不", word) for word in ("得", "应", "应当")),
    _pattern("ACTOR", "ACTOR"),
    _pattern("WITHIN", "SPAN", "IN"),
    _pattern("WITHIN", "SPAN", "的", "期限", "IN"),
    _pattern("WITHIN", "AT_MOST", "SPAN"),
    _pattern("BEFORE", "SPAN", "AHEAD"),
    _pattern("BEFORE", "提前", "SPAN"),
    _pattern("BEFORE", "EXPIRY", "AHEAD", "SPAN"),
    _pattern("BEFORE", "AHEAD", "SPAN"),
    _pattern("AFTER", "SPAN", "PAST"),
    _pattern("FOR", "AT_LEAST", "SPAN"),
    _pattern("FOR", "PAST", "SPAN"),  # 保存至有效期后2年
    _pattern("EVERY", "每", "SPAN"),
    _pattern("EVERY", "每隔", "SPAN"),
    _pattern("EVERY", "EACH"),
    _pattern("EVERY", "每", "PERIOD"),
    _pattern("MEANS", "MEANS"),
    _pattern("MEANS", "是", "指"),
    _pattern("MEANS", "系", "指"),
    _pattern("CALLED", "所称"),
    _pattern("CALLED", "所", "称"),
    *(_pattern("SHORT", "以下", word) for word in ("简称", "统称", "合称")),
    *(_pattern("SHORT", f"以下{word}") for word in ("简称", "统称", "合称")),
    _pattern("IN_FORCE", "TAKES_EFFECT"),
    _pattern("REPEALS", "REPEALS"),
    _pattern("REPEALS", "停止", "执行"),
    _pattern("THIS", "THIS"),
    *(
        _pattern("THIS", "本", word)
        for word in ("法", "条例", "办法", "规定", "细则", "规范", "规则", "解释", "决定", "通知", "公告", "程序")
    ),
]
