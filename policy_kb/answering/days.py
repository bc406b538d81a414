"""The day whose law a question asks for, and the day the person's own certificate ends.

A past day is taken as the day of the law only when the question hangs its act or its rules on it; a purchase, a date of
issue or a date of manufacture does not turn the law back. A coming day asks for the law of that day.
"""

import re
from datetime import date, timedelta

from policy_kb.answering.dates import NamedDay, list_named_days
from policy_kb.answering.question import Days

_EXPIRY_AFTER = re.compile(
    r"^[^。,，;；]{0,6}?(到期|过期|届满|失效|截止|就到|有效期满|期满)(?!的)|^\s*(?:后|就|会|要)?(?:到期|过期|失效)"
)
_EXPIRY_BEFORE = re.compile(
    r"((有效期|限用日?期?|保质期|使用期)(限|截?止)?(至|到|为|是)?|到期(日|时间)?(是|为|:)?|截止(日期?)?(是|为|到)?|valid (until|to|till|through)|good until|expir\w+( date)?( on| is| in| by| at the end of)?|runs? out( on| in)?|lapses?( on| in)?|up for renewal( on| in)?)[^。,，;；]{0,8}$"
)
_EXPIRY_AFTER_EN = re.compile(r"^[^.?!]{0,12}(expir|is the expiry|runs out|lapses)")
# Words that say outright that the rules of another time are meant.
_THEN = re.compile(
    r"当时|那时|那会|那阵|当年|彼时|时有效|有效的|旧(?!货|机|址)|原(规定|办法|条例|来的(规定|办法|条例|法))|之前的(规定|办法|条例|法)|以前的(规定|办法|条例|法)|过去的(规定|办法)|适用(?!于|范围|人群|症)|"
    r"\bthen\b|(at|of|from) (the|that) (time|day|period)\b|in those days|back then|applicable|applied|old (rule|regulation|law|measures)|in force|in effect"
)
# Words that only lean that way: enough when an act or the rules are named with the day.
_RULES = re.compile(
    r"按.{0,16}(规定|办法|条例|规章)|(规定|办法|条例|规则)(是|怎么|里|上|如何)|\bwas\b|\bwere\b|\bdid\b|\bhad\b|\bcould\b(?! (you|i|we)\b)"
)
_ACT_AFTER = re.compile(
    r"^.{0,10}?(提交|递交|提出|递件|申请|申报|投诉|举报|受理|备案|注册|变更|进口|到岸|报送|办理|办的|换证|延续|报告|召回|立案|发布|审批|送检|检查|抽检|处罚|被罚|签收|通知|公示|的规定|规定|的时候|的(法|办法|条例|案|要求|标准)|[,，]?(医院|企业|药店|公司|按))"
)
_ACT_AFTER_EN = re.compile(
    r"^.{0,20}(rule|law|regulation|measures|requirement|filing|appl(y|ication)|complaint|report|submission|renew)"
)
_ACT_BEFORE_EN = re.compile(
    r"(filed|submitted|applied|lodged|made|accepted|sent|imported|complain\w*|appl\w*|report\w*|filing|case|as of|as at|as on|law (of|in)|rules? (of|in|for))( it| one| that| them)?( in| on| during| before| back in| from| dated)?\s*$"
)
_THING = re.compile(
    r"^.{0,12}?(买|购|下单|拍的|收到货|收货|生产(?!许可|企业|经营|监督|质量|条件|地址|范围)|出生|开业|开张|成立|毕业|考(?!核)|入职|装修|上市|退休|体检|住院|手术|过敏|合伙|开了|查出|确诊)|^(资料|材料|表格|数据|记录|账|照片|产品|货|批次)"
)
_SOON = timedelta(days=7)  # tomorrow's law is today's
_THING_BEFORE = re.compile(r"(生产日期|出厂日期|购买日期|出生日期|成立日期|生产批号|批次|失效期)[^。,，;；]{0,6}$")
_OWNED_EN = re.compile(
    r"bought|purchased|ordered|manufactured|produced|made in|born|founded|established|opened|graduated|issued|granted|obtained|\bgot\b|received (?:it|our|my|the)|licensed|approved"
)
_OWNED = re.compile(
    r"^[^，,。]{0,12}?(办的|办下来|取得|领的|领取|领到|拿的|拿到|发的|发证|核发|获批|批的|批下来|注册的|备案的|通过的)"
)
_ABOUT_NOW = re.compile(
    r"延续|换证|重新发证|续|变更|补办|迁|到期|还能|还可以|还有效|失效|年报|年度报告|注销|现在|目前|如今|眼下|现行|最新|\bnow\b|currently|today|current|renew|still|expire"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_YEARLY = re.compile(r"^\s*的?(度|年度|年报|财年|财务年|全年|工作总结|统计)|^\s*(annual report|financial year|fiscal)")
_TITLE = r"(?:(?![按依照申提投变受说里要时底的])[一-龥]){0,14}?(?:管理法|条例|办法)"
_EDITION = re.compile(
    rf"^\s*的?(?:新版|那版|版本?)|^\s*(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:第[一二三四]次)?(?:新?修订|修正|修改|公布|颁布|出台|通过|印发|制定|发布|起?施行|实施|生效)的|"
    rf"^\s*的?《|^\s*{_TITLE}(?!的?时)|^\s*(?:version|edition|amendment|revision)\b"
)
_IN_THAT_YEAR = re.compile(
    r"(在|按照?|依照?|根据|照)\s*$|\b(in|of|under)( the)?\s*$"
)  # 在2023年的条例里 is a day, 2017年办法 a name
_EDITION_BEFORE = re.compile(r"(revised|amended|published|promulgated|issued by the \w+|自)\s*(?:in|on)?\s*$")
_BEFORE = re.compile(r"^\s*(之前|以前|前(?!后|往)|以前的)")
_BEFORE_EN = re.compile(r"(before|prior to|earlier than|up to|until)\s+(the\s+)?$|^(before|until|till)\b")
_AFTER = re.compile(r"^\s*(之后|以后|起|后(?![悔来])|至今|开始|以来)")
_AFTER_EN = re.compile(r"(since|after|from|starting|as from|as of now from)\s*$|^(since|after|from)\b")
_DURATION_BEFORE = re.compile(r"(届满|到期|期满|期限|有效期|提前|满|超过|逾期|每|至少|不少于|近|内)(?:的|了)?\s*$")
_BY = re.compile(r"\bby\s*$|^by\b|(最迟|不晚于|截至|赶在)\s*$")
OLD_RULE = re.compile(
    r"旧(的)?[一-龥]{0,16}?(办法|条例|规定|规则|法|版|规)|(原来?|老|以前|之前|过去|修订前|修改前|修订之前|修改之前|废止前)的?(规定|办法|条例|版(?!权)|那版|法规)|(规定|办法|条例|法规?)(修订|修改|修正)(之)?前|"
    r"(新(法|规|办法|条例|规定|规则)|修订|修改|改版)(实施|施行|生效|出台|出来|公布)?(之)?(以)?前|没改(之)?前|"
    r"(old|former|previous|earlier|superseded) (rule|regulation|measure|law|version)|before the (\w+ )?(amendment|revision|change|new)"
)


def find_days(text: str, today: date) -> Days:
    """The days named in a normalised, lower-case question."""
    law_day, expiry = None, None
    edition: NamedDay | None = None
    for named in list_named_days(text, today):
        before, after = text[: named.start], text[named.end :]
        if _is_expiry(named, before, after):
            expiry = expiry or named.last
        elif named.ahead or _is_no_day_of_law(named, before, after, text):
            continue
        elif _names_edition(named, before, after):
            edition = edition or named
        elif law_day is None:
            law_day = _law_day(named, before, after, text, today)
    if law_day or edition is None:
        return Days(law_day, expiry)
    applied = _inside(edition) if _IN_THAT_YEAR.search(text[: edition.start]) else None
    return Days(None, expiry, edition.first.year, applied)


def strip_days(text: str, today: date) -> str:
    """The text without the days it names: they choose the law, they are not looked for in it."""
    for named in reversed(list_named_days(text, today)):
        text = text[: named.start] + " " + text[named.end :]
    return text


def _is_expiry(named: NamedDay, before: str, after: str) -> bool:
    if named.distance and not named.ahead:
        return False
    return bool(_EXPIRY_AFTER.search(after) or _EXPIRY_BEFORE.search(before) or _EXPIRY_AFTER_EN.search(after))


def _is_no_day_of_law(named: NamedDay, before: str, after: str, text: str) -> bool:
    """A yearly report, a stretch of time before an expiry, a purchase, a certificate held and asked about now."""
    if _YEARLY.search(after) or (named.distance and _DURATION_BEFORE.search(before)):
        return True
    if _THEN.search(_around(before, after, text)):
        return False
    if _THING.search(after) or _THING_BEFORE.search(before):
        return True
    near = before[-40:] + after[:30]
    if _HAN.search(text):
        return bool(_OWNED.search(after) and _ABOUT_NOW.search(text))
    return bool(_OWNED_EN.search(near) and not _RULES_ASKED_EN.search(text))


_RULES_ASKED_EN = re.compile(r"what (was|were)|how (long|many \w+) (was|were|did)|did the (law|rules?|measures)")


def _names_edition(named: NamedDay, before: str, after: str) -> bool:
    """2021年版药品管理法, 2019年修订的条例, the 2021 amendment: the year names a version, not a day in it."""
    if named.distance or not named.explicit_year or (_THEN.search(after) and not after.startswith("版")):
        return False
    return bool(_EDITION.search(after) or _EDITION_BEFORE.search(before))


def _law_day(named: NamedDay, before: str, after: str, text: str, today: date) -> date | None:
    at_start = text[named.start : named.end]
    if _BEFORE.search(after) or _BEFORE_EN.search(before) or _BEFORE_EN.match(at_start):
        day = named.first - timedelta(days=1)
        return day if day < today else None  # until a coming day: a deadline
    if named.first > today:
        if _BY.search(before) or _BY.match(at_start):
            return None
        if not named.explicit_year and named.first - today < _SOON:
            return None
        meant = named.explicit_year or _AFTER.search(after) or _hangs(before, after, text)
        return named.first if meant else None
    if _AFTER.search(after) or _AFTER_EN.search(before) or _AFTER_EN.match(at_start):
        return None  # from a past day on: today's law
    day = _inside(named)
    if day >= today or named.last >= today:
        return None if named.last >= today or day >= today else day
    if _hangs(before, after, text) or (named.explicit_year and not before.strip(" ,，。")):
        return day
    return None


def _around(before: str, after: str, text: str) -> str:
    """The whole of a question; of a story only what stands near the day, since it tells of many things."""
    reach = 40 if _HAN.search(text) else 90
    return text if len(text) <= 2 * reach else f"{before[-reach:]} {after[:reach]}"


def _hangs(before: str, after: str, text: str) -> bool:
    """Whether an act or the rules are named with the day, or the rules of another time are asked for outright."""
    near = _around(before, after, text)
    return bool(
        _THEN.search(near)
        or _RULES.search(near)
        or _ACT_AFTER.search(after)
        or _ACT_AFTER_EN.search(after)
        or _ACT_BEFORE_EN.search(before)
    )


def _inside(named: NamedDay) -> date:
    """The day of a period that stands for it: of a month or less its first, of more the last day of its half."""
    if named.whole_day or named.distance or named.last.month == named.first.month:
        return named.first
    return named.first + (named.last - named.first) // 2
