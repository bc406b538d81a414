"""Whose data stand in a message: the writer's name, phone, e-mail and address, and other people's, which are masked.

An identity is read strictly (市场监督管理投诉举报处理办法 art. 10): a surname alone is given in part.
"""

import re
from dataclasses import dataclass, field

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.pinyin import SOME
from portal.complaints.reading.places import Place
from portal.complaints.reading.words import any_of, word_lists

_PHONE = re.compile(
    r"(?<![\dA-Za-z(])(?:\+?86[- ]?)?1[3-9](?:[ -]?\d){9}(?!\d)|(?<![\d-])0\d{2,3}[- ]?\d{3,4}[ -]?\d{4}(?!\d)|[一幺][三四五六七八九][零〇一幺二三四五六七八九]{9}"
)
# A number the chat has starred already: no phone any more, but it still shows where the writer signs.
_STARRED = re.compile(r"(?<!\d)1\d{2}\*{4}\d{4}(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CHAT_ID = re.compile(
    r"(?<![A-Za-z])(?:vx|v信|微信号?|薇信|加v|wx|qq号?|wechat(?: ?id)?)(?:是|号)?\s?[:：]?\s?(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19}|(?<=[qQ号:：])\d{6,11})(?![\dA-Za-z])",
    re.I,
)
_IDENTITY_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_OTHER = re.compile(
    r"店主|老板娘?|经理|店长|店员|客服|商家|卖家|主播|业务员|销售员?|导购|厂家|医生|护士|药师|师傅|对方|快递员|房东|物业|邻居|同事|朋友|(?:他|她|他们|店里|公司|老板|经理|店家)的?(?:电话|手机|号码|微信)|电话打给|打(?:给|他|她|店)|拨打|热线|his phone|her phone|shop'?s? (?:phone|number)|owner|manager|their (?:phone|number)|seller'?s",
    re.I,
)
_OWN = re.compile(
    r"(?:我|本人|俺)(?:的)?(?:电话|手机|号码|联系方式|微信)?|联系(?:电话|方式|我|人|手机)|投诉人|举报人|反映人|来电人|实名|本人|(?<!他的)(?<!她的)(?<!老板)(?<!店里)电话|手机号?|my (?:phone|number|mobile|name)|call me|phone|reach me|contact me|tel",
    re.I,
)
_HAN_NAME = rf"(?:{any_of(word_lists()['compound_surnames'])}[\u4e00-\u9fff]{{1,2}}|[{word_lists()['surnames']}][\u4e00-\u9fff某]{{1,2}}(?:·[\u4e00-\u9fff]+)?)"
_NAME_END = r"(?=[,，。;；、!\s:()\d]|电话|手机|联系|住|家住|地址|身份证|通讯|我|在|今年|女|男|$)"
_NAMED = re.compile(
    rf"(?:我(?:的名字)?叫|我名字(?:叫|是)|我是(?!说|想|在|要|从|不|个|一|他|她|去|来)|姓名(?:是|为)?|投诉人|举报人|反映人|申请人|联系人|消费者|家长|当事人|家属|本人(?:姓名|叫|是)?|实名(?:举报)?(?:人)?|俺叫|署名|落款)[::,，是为\s]*(?P<name>{_HAN_NAME}|{SOME}{{2,3}}){_NAME_END}"
)
# 许伯衡谨上: how a letter is signed.
_SIGNED = re.compile(
    rf"(?:^|[,，。;；!?\n\s])(?P<name>{_HAN_NAME})(?:谨上|敬上|拜上|谨启|敬启|拜启|呈上|谨呈|叩上|叩谢|上\s*$|上(?=[,，。\s\n]))"
)
_CALLED_ME = re.compile(
    r"(?:我叫|俺叫|姓名[:：]|本人叫)(?P<name>(?:(?![的了在是])[\u4e00-\u9fff·]){2,10})(?=[,，。;；、\s]|电话|手机|$)"
)
_SURNAME = re.compile(
    rf"(?:我|俺|本人)?(?:免贵)?姓(?P<name>[老小]?[{word_lists()['surnames']}])(?![\u4e00-\u9fff]?名)(?=[,，。;\s电手联住家的我你打是]|$)"
)
_TITLE = r"(?:女士|先生|小姐|阿姨|大爷|大妈|大姐|大哥|大婶|大叔|师傅|老师|医生|同学|同志|太太|奶奶|爷爷|某某?|姐|哥|嫂|婶|叔|姨)"
_TITLED = re.compile(
    rf"(?:我是|叫我|称呼我?)(?P<name>[{word_lists()['surnames']}]{_TITLE})|(?P<title>[{word_lists()['surnames']}]{_TITLE})(?=[,，。;\s:]*(?:电话|手机|联系|1[3-9]\d))"
)
_BESIDE = re.compile(
    rf"(?:^|[,，。;；、!?\s:)])(?P<name>{_HAN_NAME})[,，。;；、\s:(]*(?:女士|先生)?[,，\s]*(?:(?:联系)?(?:电话|手机)(?:号码?)?(?:是|为)?[::]?\s*)?$"
)
_BESIDE_AFTER = re.compile(rf"^[,，。;；、\s()]*(?P<name>{_HAN_NAME})(?=[,，。;；、!\s)]|$)")
# A word alone between a stop and the number: a name of a people whose names no list of surnames holds.
_ALONE = re.compile(r"(?:^|[,，。;；!\n])\s*(?P<name>[\u4e00-\u9fff·]{2,8})[,，\s]+$")
_EN_NAME = r"[A-Z](?:[\'’][A-Z])?[a-zà-ÿ'’-]+(?: (?:[A-Z](?:['’][A-Z])?[a-zà-ÿ'’-]+|[A-Z]\.|van|de|von|bin)){1,3}"
_EN_NAMED = re.compile(
    rf"(?:[Mm]y name is|(?:his|her|their) (?:daughter|son|wife|husband|sister|brother)|[Nn]ame:|I am|I'm|[Tt]his is|[Ss]igned,?|[Rr]egards,?|[Ss]incerely,?|[Yy]ours,?|[Tt]hanks,?|[Ff]rom:|[Cc]ontact(?: person)?:(?: (?:Ms|Mr|Mrs|Dr)\.?)?)\s+(?P<name>{_EN_NAME})"
)
_EN_BESIDE = re.compile(
    rf"(?:^|[.,;:!?\n)] ?)(?P<name>{_EN_NAME})(?:,| -|:|;|\.|\s|\(|phone|tel|mobile|and|[Cc]all me|on|at)*$"
)
_EN_JOINT = re.compile(rf"(?P<name>{_EN_NAME})(?P<rest>(?:, {_EN_NAME})*(?:,? and {_EN_NAME}))")
_HOME = re.compile(
    r"(?:我|俺|本人)?(?:现|家|就|暂)?住(?:址|在|处|所)?(?:是|为)?|寓所?|居所?|宿舍(?:在|是)?|(?:通讯|联系|家庭|收货|邮寄|我的|本人)?地址(?:是|为|在)?|邮寄到|寄到|收件|home address|address(?: is)?|(?:I )?liv(?:e|ing) (?:at|in)|we are in|I am in|I'm in|(?:student|work|living|resident|tourist|based) in",
    re.I,
)
_HOUSE = re.compile(
    r"(?:[\u4e00-\u9fffA-Za-z\d-]{0,14}?(?:\d+(?:-\d+)*(?:号楼?院?|栋|幢|座|单元|室|层|楼|弄)?|号院|驿站|小区|[一二三四五六七八九十]+号)|[^,，。;；!\s\d]{0,3}?\d+(?:-\d+)+)+"
)
_RELATIVE = r"(?:(?:我|俺|替)(?:的)?(?:妈妈?|爸爸?|娘|爹|母亲|父亲|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳父|岳母|老公|老婆|爱人|丈夫|妻子|女儿|儿子|姐姐?|妹妹?|哥哥?|弟弟?|朋友|同事|邻居)|店主|老板娘?|经理|店长|店员|客服|业务员|医生|护士|药师|主播|导购)"
_OTHERS_NAME = re.compile(
    rf"{_RELATIVE}(?:叫|是|姓)?(?P<name>[{word_lists()['surnames']}](?:某[某\u4e00-\u9fff]?|[\u4e00-\u9fff]{{1,2}}))(?=[,，。;；、(\s在的她他把被]|电话|手机|身份证|$)"
)
_HEALTH = re.compile(
    r"(?:前妻|前夫|他|她|老婆|老公|儿子|女儿|妈|爸|家人|媳妇)(?:[^,，。;)]{0,4}(?:有|得了|得过|患有?|查出))(?P<name>[\u4e00-\u9fff]{0,4}(?:症|病|癌|艾滋|乙肝|梅毒|癫痫|瘫痪|精神分裂))"
)


@dataclass(frozen=True, slots=True)
class People:
    """The writer's own data and, in ``others``, the spans of other people's (name, phone, idno, address, health)."""

    name: Span | None = None
    name_partial: bool = False
    phone: Span | None = None
    email: Span | None = None
    address: Span | None = None
    address_partial: bool = False
    others: list[tuple[str, Span]] = field(default_factory=list)
    phones: list[Span] = field(default_factory=list)

    @property
    def contact(self) -> Span | None:
        return self.phone or self.email


def read_people(message: Message, places: list[Place], numbers: list[Span]) -> People:
    """``numbers`` are identifiers that are no phone numbers."""
    phones = [
        m.span()
        for m in _PHONE.finditer(message.plain)
        if not any(n[0] < m.end() and m.start() < n[1] for n in numbers)
    ]
    own = [span for span in phones if not _is_others(message, span)]
    phone = own[-1] if own else None
    email = next((m.span() for m in _EMAIL.finditer(message.plain)), None)
    email = email or next(
        (m.span("id") for m in _CHAT_ID.finditer(message.plain) if not _is_others(message, m.span())), None
    )
    contacts = [*own, *([email] if email else []), *(m.span() for m in _STARRED.finditer(message.plain))]
    name, partial = _find_name(message, contacts)
    home, home_partial = _find_home(message, places, phone or (contacts[-1] if contacts else None))
    others = [("phone", span) for span in phones if span != phone and span not in own]
    return People(
        name, partial, phone, email, home, home_partial, others + _others(message, places, name, home), phones
    )


def _is_others(message: Message, span: Span) -> bool:
    before = message.plain[max(0, span[0] - 60) : span[0]]
    opened = before.rfind("(")
    inside = opened > before.rfind(")")
    lead = before
    if not inside:
        pieces = [
            piece for piece in re.split(r"[,，、]", re.split(r"[。;；!?\n]|\.(?=\s)", before)[-1]) if piece.strip()
        ]
        # spoken messages have no stops; a sentence before says nothing of whose number this is
        lead = ",".join(pieces[-2:])[-14:] if pieces and len(pieces[-1]) < 4 else (pieces or [""])[-1][-24:]
    others = [m.end() for m in _OTHER.finditer(lead)]
    owns = [
        m.end()
        for m in re.finditer(
            r"我(?:的)?(?:电话|手机|叫|姓)|俺(?:叫|姓)|本人|联系(?:电话|我)|投诉人|举报人|my phone|call me", lead, re.I
        )
    ]
    return bool(others) and not (owns and owns[-1] > others[-1])


def _find_name(message: Message, contacts: list[Span]) -> tuple[Span | None, bool]:
    plain = message.plain
    if message.english:
        return _find_english_name(message, contacts[-1] if contacts else None), False
    if found := _NAMED.search(plain):
        return found.span("name"), "某" in found["name"]
    if (found := _SIGNED.search(plain)) and not _no_person(found["name"]):
        return found.span("name"), False
    if found := _CALLED_ME.search(plain):
        return found.span("name"), False
    for contact in contacts:
        base = max(0, contact[0] - 20)
        if (found := _BESIDE.search(plain[base : contact[0]])) and not _no_person(found["name"]):
            return (base + found.start("name"), base + found.end("name")), _is_part(found["name"])
        if (found := _BESIDE_AFTER.match(plain[contact[1] :])) and not _no_person(found["name"]):
            return (contact[1] + found.start("name"), contact[1] + found.end("name")), _is_part(found["name"])
    for contact in contacts:
        base = max(0, contact[0] - 12)
        if (found := _ALONE.search(plain[base : contact[0]])) and not _no_person(found["name"]):
            return (base + found.start("name"), base + found.end("name")), _is_part(found["name"])
    for pattern in (_SURNAME, _TITLED):
        if found := pattern.search(plain):
            group = next(name for name, value in found.groupdict().items() if value)
            return found.span(group), True
    return None, False


def _is_part(name: str) -> bool:
    """老陈, 佟大爷: a surname with a title is not the whole name."""
    return bool(
        re.fullmatch(
            r"[老小阿][\u4e00-\u9fff]|[\u4e00-\u9fff](?:女士|先生|小姐|大爷|大妈|大姐|大哥|大婶|大叔|大嫂|大伯|阿姨|奶奶|爷爷|师傅|老师|医生|同学|同志|太太|工|总|姐|哥|嫂|婶|叔|伯|姨|某某?)",
            name,
        )
    )


def _no_person(name: str) -> bool:
    return bool(
        re.search(
            r"电话|手机|联系|要求|谢谢|路$|街$|店|药|订单|单号|号|退|请|希望|安全|和我|马上|都|高兴|明天|今天|时间|于是|全部|包括|成分|方便|时候|应该|任何|我|你|他|联系|如下|本人|顾客|用户|市民|匿名|附近|情况|以上|地址|证据|小票|照片|录音|可以|在|了$|的$|吗$|市$|区$|县$|省$",
            name,
        )
    )


def _find_english_name(message: Message, contact: Span | None) -> Span | None:
    if (found := _EN_NAMED.search(message.plain)) and not re.match(r"Reporting|Not|Writing", found["name"]):
        return found.span("name")
    if joint := _EN_JOINT.search(message.plain):
        return joint.span("name")
    if contact:
        base = max(0, contact[0] - 60)
        if found := _EN_BESIDE.search(message.plain[base : contact[0]]):
            return base + found.start("name"), base + found.end("name")
    return None


def _find_home(message: Message, places: list[Place], phone: Span | None) -> tuple[Span | None, bool]:
    for place in places:
        if is_home(message, place, phone):
            house = _HOUSE.match(message.plain, place.span[1])
            end = house.end() if house else place.span[1]
            if not (house or place.below or place.region.county):
                continue  # "in Kunming" is no address
            return (place.span[0], end), not (place.below or house)
    named = re.search(
        r"(?:住址?|地址|家住|住在)(?:是|为|:|：|\s)*(?P<home>[\u4e00-\u9fff\dA-Za-z-]{4,40}(?:号|室|栋|单元|楼|村|组|院)[\d\u4e00-\u9fff-]{0,8})",
        message.plain,
    )
    if named and not _is_others(message, named.span("home")):
        return named.span("home"), False
    room = re.search(
        r"(?:[Ll]iving at|[Aa]ddress(?: is|:)|I live (?:at|in)) (?P<home>(?:[^.;\n]|\.(?= ?\d))+)", message.plain
    )
    if message.english and room:
        return room.span("home"), False
    return None, False


def is_home(message: Message, place: Place, phone: Span | None) -> bool:
    """The writer's own address: said so, or it stands behind name and phone at the end."""
    before = message.plain[max(0, place.span[0] - 26) : place.span[0]]
    if _is_respondents(message, place):
        return False
    if _HOME.search(before[-10:] if not message.english else before) and not _is_others(message, place.span):
        return bool(re.search(rf"(?:{_HOME.pattern})[:：,，\s]*(?:Room \d+, )?$", before, re.I))
    return _behind_name(message, place) or bool(
        phone and phone[1] <= place.span[0] and _behind_phone(message, phone, place)
    )


def _is_respondents(message: Message, place: Place) -> bool:
    """被投诉人：某药房，地址…: the address of the other side, whose name stands before it in the same sentence."""
    sentence = message.plain[message.sentence_at(place.span[0])[0] : place.span[0]]
    named = [
        m.end()
        for m in re.finditer(
            r"被(?:投诉|举报|反映)|(?:商家|店铺|药店|店家|对方|该店|公司|门店)(?:的)?(?:经营)?地址|店址", sentence
        )
    ]
    own = [m.end() for m in re.finditer(r"(?<!被)(?<!被投诉)(?:投诉人|举报人|本人|我|联系人)", sentence)]
    return bool(named) and not (own and own[-1] > named[-1])


def _behind_phone(message: Message, phone: Span, place: Place) -> bool:
    between = message.plain[phone[1] : place.span[0]]
    if message.english:
        room = r"(?:(?:Room|Apt\.?|Flat|Unit|Tower|Block|Building|Dormitory|Dorm|Floor|No\.?) ?[A-Z]?\d*,? ?|(?:[A-Z][\w'’-]+ ){1,3}(?:Inn|Hotel|Hostel|Apartments?|Dormitory|Building|Residence|Garden|Court|University)s?,? ?|\d+F?,? ?)*"
        return bool(re.fullmatch(rf"[.,;:()\s]*(?:(?:{_EN_NAME})[.,;\s]*)?{room}", between))
    return bool(
        re.fullmatch(
            rf"[,，。;；、\s:()]*(?:(?:我叫|俺叫|我是|本人|姓名)?[:：]?{_HAN_NAME})?[,，。;；、\s:()]*", between
        )
    )


def _behind_name(message: Message, place: Place) -> bool:
    """俺叫李大山，洛阳市…9号 at the end of the message, the phone told before."""
    before = message.plain[max(0, place.span[0] - 14) : place.span[0]]
    return bool(re.search(rf"(?:我|俺|本人)叫{_HAN_NAME}[,，、\s]+$", before)) and place.below


def is_others_home(message: Message, place: Place) -> bool:
    before = message.plain[max(0, place.span[0] - 10) : place.span[0]]
    return bool(_HOME.search(before)) and _is_others(message, place.span)


def _others(message: Message, places: list[Place], name: Span | None, home: Span | None) -> list[tuple[str, Span]]:
    plain = message.plain
    found = [
        ("name", m.span("name"))
        for m in _OTHERS_NAME.finditer(plain)
        if m.span("name") != name and not _no_person(m["name"])
    ]
    found += [("idno", m.span()) for m in _IDENTITY_CARD.finditer(plain)]
    found += [("health", m.span("name")) for m in _HEALTH.finditer(plain)]
    found += [("address", p.span) for p in places if p.span != home and is_others_home(message, p)]
    if message.english and (joint := _EN_JOINT.search(plain)):
        base = joint.start("rest")
        found += [("name", (base + m.start(), base + m.end())) for m in re.finditer(_EN_NAME, joint["rest"])]
    return found
