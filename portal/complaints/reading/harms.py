"""What harm is told, in the words of the message: the clauses that name a symptom, from the part of the body on."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, pattern_of, word_lists

_PERSON = r"(?:我(?=同事|同学|朋友|室友|闺蜜|邻居|对象)|我|俺|他|她|佢|孩子|小孩|娃|宝宝|老人家?|老头子?|老太太|老伴|老公|老婆|爱人|同事|同学|室友|闺蜜|邻居|朋友|女朋友|男朋友|对象|客人|顾客|大家|一家人|(?:我|俺|他|她)?(?:妈|爸|娘|爹|奶奶|爷爷|婆婆|公公|姐|妹|哥|弟|女儿|儿子|孙子|孙女|媳妇|外婆|外公|姥姥|姥爷|岳母|岳父|阿妈|阿爸|老妈|老爸|妈妈|爸爸|母亲|父亲))"
# Somebody who is neither the writer nor of the house: a harm told of such a person is another one.
_STRANGER = re.compile(r"(?:还有|听说)?(?:我|俺)?(?:们)?(?:同事|同学|室友|闺蜜|邻居|朋友|别人|别的)")
_LEAD = re.compile(
    rf"^(?:[\s)”」]|{_PERSON}(?:们)?|现在|目前|早上|起来|醒来|一觉|没用|没效果|还|上周|昨天|前天|今天|查出来|刚才|结果|然后|后来|当晚|当天|晚上|第二天|第[一二三四五六七八九十\d]+天(?:就|起|晚上)?|(?:过了|不到|用了|用咗|吃了|食咗|服了|喝了|戴了|涂了|抹了|敷了|贴了|刷了|打了|染了?|使用|服用|用|吃|戴|敷)?(?:不到|大概|约)?[一二两三四五六七八九十半几\d]+(?:个)?(?:天|日|周|礼拜|星期|小时|分钟|次|晚上?|月|片|贴)(?:后|之后|以后|多|左右|就|都)?|(?:戴|穿|抹|涂|贴|喷|滴|吃|食|喝|饮|用|敷|打|刷|擦|搽|洗|做|染)(?:了|咗|上|完|下去|到)?(?:之后|以后|后)?(?:就|便|立刻|马上)?|使用后|服用后|用后|用完|用了(?:之后|以后|它|后)?|吃完|吃了(?:之后|以后|它|后)?|敷完|染完|之后|以后|后|就|今早|今天|今晚|又|都|开始|已经|也|还|竟然|居然|导致|造成|引起|一下子|立刻|马上|出现了?|出现|发生)+"
)
_NOT_HARM = re.compile(
    r"治|根治|专治|缓解|修复|祛痘|去红|宣传|宣称|说能|号称|保证|预防|医生说|皮肤科说|诊断|说像|说是|怕|担心|会不会|有没有|是否|没(?:有)?(?:过敏|疼|痒|肿)|不(?:疼|痒|肿|过敏)|包装|盒子|瓶|盖|店员|老板|店主|因为|等着用|所以才|治疗|查出(?!来)|体质|本来就?|我说|进去说|去年|前年|从小|以前|原来|多年|老毛病|病史|一直有|本来|检测|化验|心疼|头疼的是|气得|恶心死|恶心人|痛快|烂摊|恶心人|痛恨|痛心"
)
_SHOP_BEFORE = re.compile(r"(?:的|在)?(?:一家|某|那家|这家)?[^,。]{0,6}(?:店|馆|药房|医院|诊所|超市)(?:里|买的?)?")
# 皮炎平, 湿疹膏: the illness is in the name of a medicine.
_OF_NAME = re.compile(r"(?:平|灵|宁|净|散|康)(?=[,，。、;\s]|$|的|和|一)|[药软乳]?膏|胶囊|颗粒|[喷滴眼]剂|药水|药片")
_TAIL = re.compile(
    r"又抢救.*|现在.*|去(?:医院|看).*|到医院.*|医生.*|皮肤科.*|店.*|老板.*|他们.*|人家.*|然后.*|后来.*|找.*|我(?!的).{0,3}(?:去|找|要|就).*|马上.*|怎么办.*|是不是.*|住了?院.*(?<=院)$"
)
_BODY_EN = r"(?:eyes?|face|skin|scalp|hair|arms?|hands?|legs?|feet|foot|throat|lips?|tongue|gums?|mouth|ears?|head|stomach|heart|chest|back|neck|glucose|blood (?:sugar|pressure)|body|cheeks?|nose|forehead|eyelids?|ankles?|knees?|wrists?|fingers?|toes?|jaw|tooth|teeth|joints?|muscles?|belly|bladder|liver|kidneys?)"
_EN_PIECE = re.compile(r"[^.,;!?\n]+")
_EN_START = re.compile(rf"\b(?:my|his|her|our|the baby's|their)(?: \w+['’]s)? (?:\w+ ){{0,2}}{_BODY_EN}\b", re.I)
_EN_VERB = re.compile(
    r"\b(?:got|had|have|has|developed|gave me|gave her|gave him|suffered|broke out in|came out in|felt|feels?|is|are|was|were|started|keeps?|became)\b (?:a |an |some |now |severe(?=$))?",
    re.I,
)
_EN_TAIL = re.compile(
    r" (?:the same|that (?:night|day|evening)|after|within|for (?:two|three|four|five|ten|a|several|about|over|\d+)|on \d+|on the|the next|what|how|please|help|when|and (?:the|they|now it)|since|but|so I|because|until|which)\b.*",
    re.I,
)
_EN_NOT = re.compile(
    r"\bstopped (?:working|turning|responding|charging|answering|replying)|\b(?:seller|shop|store|supervisor|test|they|no longer|claims?|cure|treats?|not (?:itchy|red)|away|fine|okay|recovered|refus\w+)\b",
    re.I,
)


def read_harm(message: Message, taken: list[Span]) -> Span | None:
    """The words that tell the harm; ``taken`` are product and shop, whose names may hold such words (祛痘霜)."""
    pieces = _pieces_en(message, taken) if message.english else _pieces_zh(message, taken)
    groups = _groups(message.plain, pieces)
    if not groups:
        return None
    return max(groups, key=lambda group: (_weight(message, group), -group[0]))


def _weight(message: Message, span: Span) -> int:
    words = message.plain[span[0] : span[1]]
    signs = "harm_signs_en" if message.english else "harm_signs"
    return len(pattern_of(signs).findall(words)) + 3 * bool(pattern_of("acute").search(words))


def _groups(plain: str, pieces: list[Span]) -> list[Span]:
    """Neighbouring clauses of harm are one telling."""
    groups: list[Span] = []
    for piece in pieces:
        if groups and piece[0] - groups[-1][1] <= 2 and not _STRANGER.match(plain, piece[0]):
            groups[-1] = (groups[-1][0], piece[1])
        else:
            groups.append(piece)
    return groups


def _pieces_zh(message: Message, taken: list[Span]) -> list[Span]:
    pieces = []
    for clause in message.clauses():
        signs = [
            (m.start() + clause[0], m.end() + clause[0])
            for m in pattern_of("harm_signs").finditer(message.plain[clause[0] : clause[1]])
        ]
        signs = [s for s in signs if not any(t[0] < s[1] and s[0] < t[1] for t in taken)]
        signs = [s for s in signs if not _OF_NAME.match(message.plain, s[1])]
        if signs and (piece := _piece_of(message, clause, signs, taken)):
            pieces.append(piece)
    return pieces


def _piece_of(message: Message, clause: Span, signs: list[Span], taken: list[Span]) -> Span | None:
    plain = message.plain
    start = max([clause[0], *(t[1] for t in taken if clause[0] <= t[0] and t[1] <= signs[0][0])])
    lead = _LEAD.match(plain[start : signs[0][0]])
    begin = start + (lead.end() if lead else 0)
    bodies = [m.start() + begin for m in pattern_of("body_parts").finditer(plain[begin : signs[0][0] + 1])]
    begin = bodies[0] if bodies else begin
    if not bodies and (named := _SHOP_BEFORE.match(plain[begin : signs[0][0]])):
        begin += named.end()
    if signs[0][0] - begin > 14:
        begin = max(begin, signs[0][0] - 2)
    if re.search(r"等着(?:用|吃)|急用|急等", plain[clause[0] : clause[1]]):
        return None  # an illness the product was bought for
    if _NOT_HARM.search(plain[max(clause[0], begin - 8) : signs[0][1]]):
        return None
    end = clause[1]
    for tail in _TAIL.finditer(plain[signs[0][1] : end]):
        end = signs[0][1] + tail.start()
        break
    last = max(s[1] for s in signs if s[0] < end) if any(s[0] < end for s in signs) else signs[0][1]
    end = min(end, last + 14)
    return begin, end


def _pieces_en(message: Message, taken: list[Span]) -> list[Span]:
    pieces = []
    for clause in _EN_PIECE.finditer(message.plain):
        signs = pattern_of("harm_signs_en").finditer(clause.group())
        sign = next((one for one in signs if not _within(clause.start() + one.start(), taken)), None)
        if not sign or _EN_NOT.search(clause.group()):
            continue
        body = _EN_START.search(clause.group())
        verbs = [m for m in _EN_VERB.finditer(clause.group()) if m.end() <= sign.start()]
        start = sign.start()
        if body and body.start() <= sign.start():
            start = body.start()
        elif verbs:
            start = verbs[0].end()
        tail = _EN_TAIL.search(clause.group(), sign.end())
        end = tail.start() if tail else len(clause.group().rstrip())
        pieces.append((clause.start() + start, clause.start() + end))
    return pieces


def _within(position: int, taken: list[Span]) -> bool:
    return any(span[0] <= position < span[1] for span in taken)


def is_acute(words: str) -> bool:
    return bool(pattern_of("acute").search(words))


def any_harm(words: str) -> bool:
    """Whether the words name a symptom at all (for the kind of the message)."""
    return bool(re.search(any_of([*word_lists()["harm_signs"], *word_lists()["harm_signs_en"]]), words, re.I))
