"""Sums of money: what was paid for the goods in dispute, among fees, deposits, list prices and wishes.

Spoken sums are read as spoken: 二百六十八, 五百六 (560), 一千二 (1200), 三十八块五 (38.5), 1.2万.
"""

import re
from dataclasses import dataclass

from portal.complaints.reading.message import Message, Span

_DIGITS = (
    {sign: value for value, sign in enumerate("零一二三四五六七八九")}
    | {"〇": 0, "两": 2, "俩": 2}
    | {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖") if value}
)
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CN = "[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d+(?:\.\d{{1,2}})?\s?[万千百]\s?\d?|\d+(?:\.\d{{1,2}})?|{_CN}+)"
_UNIT = r"(?:\s?(?:多|来|几)?(?:元钱|元整|元|块钱|块|蚊|圆|人民币|大洋|RMB|CNY|yuan|kuai|r(?![A-Za-z])|rmb))"
_MARKED = re.compile(
    rf"(?:[¥¥$]|RMB|CNY)\s?(?P<a>{_NUMBER})|(?P<b>{_NUMBER})(?P<unit>{_UNIT})(?P<rest>[一二两三四五六七八九\d](?:毛|角)?(?:[一二三四五六七八九\d]分?)?(?![\d年月日号天次个盒瓶片支袋两小罐套副斤针贴晚人位]))?",
    re.I,
)
# three hundred yuan, a hundred and twenty kuai
_ONES_EN = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_EN = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_WORDS_EN = {word: n for n, word in enumerate(_ONES_EN.split("|"))}
_WORDS_EN |= {word: n * 10 for n, word in enumerate(_TENS_EN.split("|"), 2)}
_TIMES_EN = {"hundred": 100, "thousand": 1000}
_SPELT_EN = re.compile(
    rf"\b(?P<b>(?:(?:a|and|{'|'.join([*_WORDS_EN, *_TIMES_EN])})[ -])+)(?P<unit>yuan|kuai|RMB|CNY)\b", re.I
)
_PAID = (
    r"花了?|花费了?|花掉了?|付了?|付款|实付|实收|支付了?|收了?我?|收费|收取|交了?|转了?账?|转给\S{0,3}|打给\S{0,3}|总共|一共|共计|合计|总计|统共|拢共|共|总价|门票|药钱|价格是?|价钱是?|价|卖我|卖给我|售价|才|充了?|扣了?|刷了?|掏了?|用了|要了?我|货款|"
    r"paid|spent|cost(?: me)?|charged(?: me)?|price(?: was| is)?|total(?: of)?|for"
)
_BARE = re.compile(
    rf"(?:{_PAID})(?:我|了|他|她|大概|差不多|是|金额|为|共|近|约|[:：,]|\s)*(?P<a>\d+(?:\.\d{{1,2}})?(?:\s?[万千百]\d?)?|{_CN}{{2,}})(?!\.\d|[\d%年月日号天次个盒瓶片支袋条台度斤克毫升粒单分点]|\s?(?:mg|ml|g\b|%|pm|am|days?|weeks?|hours?|times?|months?|years?|tablets?|pills?|boxes|bottles))",
    re.I,
)
_LONE_ZH = re.compile(
    rf"(?<![\d第{_CN[1:-1]}])(?P<a>{_CN}+[百千万]{_CN}*|{_CN}*[百千万]{_CN}+)(?![{_CN[1:-1]}年月日天号个次盒瓶片支袋条台度斤克米里人位字多余来名岁倍分]|元|块)"
)
_LONE_ZH_EACH = re.compile(
    rf"(?P<a>{_CN}*[百千]{_CN}*?|(?<![\d.])\d{{2,5}}(?:\.\d{{1,2}})?)(?=(?:一|每)(?:盒|瓶|支|贴|片|袋|包|罐|条|副|个|套|台|件|疗程))"
)
_ALONE = re.compile(
    r"(?:^|[,，。;!\s])(?P<a>\d{2,5}(?:\.\d{1,2})?)(?=[,，。;!\s](?!\d)|$)|(?<![\d.])(?P<b>\d{1,5}\.\d{1,2})(?=(?:一|两|三|\d)(?:支|盒|瓶|片|袋|包|罐|条|副|个|套|台|件))|退(?:给|还)?我?(?P<c>\d{2,6}(?:\.\d{1,2})?)(?![\d天月年])"
)
_LONE = re.compile(
    r"(?<![\dA-Za-z.#-])(?P<a>\d{2,5}(?:\.\d{1,2})?)(?=\s*[,，。;]\s*(?:要求|要|给我|求|退|换|想|打|开了|用))"
)
_LONE_UNIT = re.compile(
    r"(?:一|每|1)(?:盒|瓶|支|贴|片|袋|包|罐|条|副|个|套|台|件|管)(?:是|要|才)?\s?(?P<a>\d{1,6}(?:\.\d{1,2})?)(?![\d%年月日号天次片粒克]|\s?(?:mg|ml|g\b))|(?P<b>\d{2,6}(?:\.\d{1,2})?)(?= (?:together|altogether|in total|in all)\b)",
    re.I,
)
# 两盒九十六, 三盒2940: what several came to.
_COUNTED = re.compile(
    rf"[一两俩二三四五六七八九十几\d](?:盒|瓶|支|贴|袋|包|罐|副|套|台|件|管|桶|提|箱|双|对|疗程)(?:一共|总共|共|是|才|要|要了|收|收了|花了|就)?\s?(?P<a>\d{{2,6}}(?:\.\d{{1,2}})?|{_CN}*[十百千万]{_CN}*(?<=..))(?=[,，。;!?\s、]|$|元|块|多|的|退|我)"
)
# 699两瓶, 280一罐, 900 a pen.
_FOR_SEVERAL = re.compile(
    r"(?<![\d.#-])(?P<a>\d{2,6}(?:\.\d{1,2})?)(?=(?:[一两三四五六七八九十])(?:盒|瓶|支|袋|包|罐|副|套|台|件|管|桶|提|箱|双|对)(?![\u4e00-\u9fff]*味))|(?<![\d.#-])(?P<b>\d{1,6}(?:\.\d{1,2})?)(?= (?:a|per|each) (?:pen|box|bottle|pack|packet|tube|piece|jar|pair|strip|tin|bag|vial|set|month)\b)"
)
# 三百多, 四百来块: said without a unit at the end of a clause.
_ABOUT = re.compile(
    rf"(?<![{_CN[1:-1]}第\d])(?P<a>[\d一二两三四五六七八九]{{1,2}}[百千万]|\d{{2,5}})(?:多|来)(?=[,，。;!\s]|$|块|元)"
)
# A spoken sum that is a clause by itself.
_ALONE_ZH = re.compile(rf"(?:^|[,，。;!\s])(?P<a>{_CN}*[十百千万]{_CN}*(?<=..))(?=[,，。;!]|\s(?!\d)|$)")
# 1万2, 3千5 as they are written without a unit.
_ROUND = re.compile(r"(?<![\d.])(?P<a>\d+(?:\.\d)?[万千]\d?)(?=[的买,，。;!\s多左]|$)")
_PER_UNIT = re.compile(r"(?:一|每|1)(?:盒|瓶|支|贴|片|袋|包|罐|条|副|个|套|台|件|管)\s?(?:是|要|卖|才)?$")

_GOOD = re.compile(rf"(?:{_PAID})(?:我|了|他|她|近|约|大概|差不多|金额|为|是|共|[::\s])*$", re.I)
_TOTAL = re.compile(
    r"(?:一共|总共|共计|合计|总计|统共|拢共|实付|共|total(?: of)?|altogether|together|in all)(?:花了?|付了?|支付|是|了|\s|:)*$|^\s?(?:together|in total|altogether)",
    re.I,
)
_BAD_BEFORE = re.compile(
    r"原价|标价|市价|市场价|海报|宣传|吊牌价?|定价|报价|原来|本来|别家|别的店|官网|定金|订金|押金|运费|邮费|快递费|手工费|挂号费?|诊费|诊疗费|医疗费|医药费|检查费|治疗费|药费|就诊|看病|住院费?|门诊|误工费?|车费|交通费|打车|鉴定费|检测费|服务费|差价|退了我?|退我|退还|退给|只退|赔偿?(?:我|了)?|索赔|补偿|补我|奖励|罚款?|违约金|合同|再(?:掏|交|付|加|花|补)|多(?:收|扣|付|刷|划|交|要)了?我?(?:的)?|"
    r"少(?:收|退|找)|优惠|满减?|减|补贴|剩下的?|剩余|余额|工资|月薪|让我(?:再)?(?:掏|出)|省了?|赚|service fee|deposit|fee of|postage|shipping|original(?:ly)?(?: price)?|list price|usually|refund(?:ed)?(?: of| me)?(?: only)?|compensat\w+(?: of)?|fine of|hospital bill|doctor(?:'s)? (?:bill|fee)",
    re.I,
)
_BAD_AFTER = re.compile(
    r"^\s*(?:的)?(?:差价|定金|押金|运费|邮费|接种费|手术费|治疗费|床位费|诊疗费|挂号费|医药费|诊费|检查费|服务费|优惠|红包|补贴|奖励|罚款|小事|赔偿金|违约金|'?service fee|deposit|postage|consultation)",
    re.I,
)
# What was paid to a doctor just before is no price of the goods.
_DOCTOR = re.compile(
    r"皮肤科|眼科|急诊|开药|看(?:了)?(?:医生|眼科|皮肤科|病)|去(?:了)?医院|检查|挂号|做CT|doctor|hospital|clinic", re.I
)
_READING = re.compile(
    r"量(?:出来)?|血压|血糖|体温|心率|高压|低压|度|显示|测(?:出)?|读数|温度|刷了(?:\S天|[一二三四五六七八九]天)"
)


@dataclass(frozen=True, slots=True)
class Sum:
    value: float
    span: Span
    score: float


def read_number(words: str) -> float | None:
    """The value of 5,880, 1.2万, 一万二千八, 五百六, 三十八; None when it is no number."""
    if re.search("[a-z]", words, re.I):
        return _read_english(words)
    words = words.replace(",", "").replace(" ", "")
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([万千百])(\d?)", words):
        unit = {"万": 10000, "千": 1000, "百": 100}[found[2]]
        return round(float(found[1]) * unit + (int(found[3]) * unit / 10 if found[3] else 0), 2)
    if re.fullmatch(r"\d+(?:\.\d+)?", words):
        return float(words)
    return _read_chinese(words)


def _read_english(words: str) -> float | None:
    total, section = 0, 0
    for word in re.split(r"[ -]+", words.strip().lower()):
        if word in _TIMES_EN:
            section = (section or 1) * _TIMES_EN[word]
            total, section = (total + section, 0) if word == "thousand" else (total, section)
        elif word in _WORDS_EN:
            section += _WORDS_EN[word]
        elif word not in ("a", "and"):
            return None
    return float(total + section) or None


def _read_chinese(words: str) -> float | None:
    if not words or not re.fullmatch(f"{_CN}+", words):
        return None
    if all(sign in _DIGITS for sign in words):
        return float("".join(str(_DIGITS[sign]) for sign in words))
    total, section, digit, last_unit = 0, 0, 0, 0
    for sign in words:
        if sign == "万":
            total, section, digit, last_unit = (total + section + digit) * 10000, 0, 0, 10000
        elif sign in _UNITS:
            last_unit = _UNITS[sign]
            section += (digit or 1) * last_unit
            digit = 0
        else:
            digit, last_unit = _DIGITS[sign], last_unit if _DIGITS[sign] else 0
    spoken = digit * last_unit // 10 if digit and last_unit >= 100 else digit  # 五百六: the six are tens
    return float(total + section + spoken)


def list_sums(message: Message, taken: list[Span]) -> list[Sum]:
    """Every sum of the message with how likely it is the price (higher is likelier, below 0 it is not one)."""
    found: dict[Span, Sum] = {}
    lone = (
        () if message.english else (_COUNTED, _ABOUT, _ALONE, _ALONE_ZH)
    )  # in English a number between spaces is any number
    for pattern in (_MARKED, _SPELT_EN, _BARE, _LONE_ZH_EACH, _LONE_ZH, _ROUND, _LONE, _LONE_UNIT, _FOR_SEVERAL, *lone):
        for match in pattern.finditer(message.plain):
            one = _sum_of(message, match)
            if one and not any(s[0] < one.span[1] and one.span[0] < s[1] for s in [*found, *taken]):
                found[one.span] = one
    return sorted(found.values(), key=lambda one: one.span)


def _sum_of(message: Message, match: re.Match[str]) -> Sum | None:
    groups = match.groupdict()
    name = next(key for key in "abc" if groups.get(key))
    value = read_number(groups[name] or "")
    if value is None or value <= 0 or value > 9_999_999:
        return None
    start, end = match.start(name), match.end()
    if rest := groups.get("rest"):
        value = round(value + _tenths(rest), 2)
    if name == "c":  # 退我399: what is asked back is what was paid, when nothing else is said
        return Sum(value, (start, end), 0.5)
    marked = match.re in (_MARKED, _SPELT_EN, _LONE_UNIT, _LONE_ZH_EACH, _COUNTED, _FOR_SEVERAL)
    return Sum(value, (start, end), _score(message, start, end, marked=marked))


def _tenths(rest: str) -> float:
    digits = [_DIGITS.get(sign, int(sign) if sign.isdigit() else -1) for sign in rest]
    return sum(digit / 10 ** (n + 1) for n, digit in enumerate(d for d in digits if d >= 0))


def _score(message: Message, start: int, end: int, *, marked: bool) -> float:
    clause = message.clause_at(start)
    near = message.plain[max(clause[0], start - 14) : start]
    after = message.plain[end : min(clause[1], end + 16)]
    score = 2.0 if marked else 1.0
    score += 2 if _GOOD.search(near) else 0
    score += 3 if _TOTAL.search(message.plain[max(0, start - 10) : start]) or _TOTAL.search(after) else 0
    score += (
        1 if re.search(r"买|购|拿|下单|配|bought|ordered|purchase", message.plain[clause[0] : clause[1]], re.I) else 0
    )
    score -= 1 if _PER_UNIT.search(near) or re.match(r"\s?(?:一|每|/|each|apiece)", after) else 0
    if _DOCTOR.search(message.plain[max(0, start - 16) : start]) and not re.search(r"买|购|bought", near):
        score -= 5
    bad = [m.end() for m in _BAD_BEFORE.finditer(near)]
    good = [m.start() for m in re.finditer(r"实际|实付|结果|扣了|付了|花了|收了我|paid", near)]
    if bad and not (good and good[-1] >= bad[-1]):
        score -= 6
    if _BAD_AFTER.search(after):
        score -= 6
    if not marked and _READING.search(near):
        score -= 6
    return score


def _is_sum_of(one: Sum, others: list[Sum]) -> bool:
    """15.6 each, two of them, 31.2: the whole number of times another sum that stands just before it."""
    before = [
        other for other in others if other.span[1] <= one.span[0] <= other.span[1] + 16 and other.value < one.value
    ]
    return any(2 <= (times := one.value / other.value) <= 100 and abs(times - round(times)) < 1e-6 for other in before)


def read_price(message: Message, taken: list[Span]) -> tuple[float, Span] | None:
    """What was paid for the goods in dispute, in yuan; None when no sum is said to be that. ``taken``: phones, numbers,
    days."""
    likely = [one for one in list_sums(message, taken) if one.score > 0]
    if not likely:
        return None
    best = max(likely, key=lambda one: (one.score + 3 * _is_sum_of(one, likely), -one.span[0]))
    return best.value, best.span
