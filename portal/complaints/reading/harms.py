"""What harm is told, in the words of the message: the clauses that name a symptom, from the part of the body on."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, pattern_of, word_lists

_PERSON = r"(?:我(?=同事|同学|朋友|室友|闺蜜|邻居|对象)|我|俺|他|她|佢|孩子|小孩|娃|宝宝|老人家?|老头子?|老太太|老伴|老公|老婆|爱人|同事|同学|室友|闺蜜|邻居|朋友|女朋友|男朋友|对象|客人|顾客|大家|一家人|(?:我|俺|他|她)?(?:妈|爸|娘|爹|奶奶|爷爷|婆婆|公公|姐|妹|哥|弟|女儿|儿子|孙子|孙女|媳妇|外婆|外公|姥姥|姥爷|岳母|岳父|阿妈|阿爸|老妈|老爸|妈妈|爸爸|母亲|父亲))"
# Somebody who is neither the writer nor of the house: a harm told of such a person is another one.
_STRANGER = re.compile(r"(?:还有|听说)?(?:我|俺)?(?:们)?(?:同事|同学|室友|闺蜜|邻居|朋友|别人|别的)")
_LEAD = re.compile(
    rf"(?:[\s)”」]|(?:啥|什么|一点|屁|半点)?(?:用|效果)(?:都|也)?没有|没啥(?:用|效果)|{_PERSON}(?:们)?|(?:二|三|大|小|老)?(?:姨|姑|舅|叔|伯|婶|嫂|姨妈|姑妈|舅妈|表[姐妹哥弟]|堂[姐妹哥弟])|当时|当场|[没不]一会儿?|没多久|没几天|过一会儿?|回(?:家|去|来)(?:后|之后)?|只(?:用|抹|吃)了?一次|(?:抹|涂|搽|用|吃)(?:了|完)(?:一次|一晚|一回|两次)?|现在|目前|早上|起来|醒来|一觉|没用|没效果|还|上周|昨天|前天|今天|查出来|刚才|结果|然后|后来|当晚|当天|晚上|第二天|第[一二三四五六七八九十\d]+天(?:就|起|晚上)?|(?:过了|不到|用了|用咗|吃了|食咗|服了|喝了|戴了|涂了|抹了|敷了|贴了|刷了|打了|染了?|使用|服用|用|吃|戴|敷)?(?:不到|大概|约)?[一二两三四五六七八九十半几\d]+(?:个)?(?:天|日|周|礼拜|星期|小时|分钟|次|晚上?|月|片|贴)(?:后|之后|以后|多|左右|就|都)?|(?:戴|穿|抹|涂|贴|喷|滴|吃|食|喝|饮|用|敷|打|刷|擦|搽|洗|做|染)(?:了|咗|上|完|下去|到)?(?:之后|以后|后)?(?:就|便|立刻|马上)?|使用后|服用后|用后|用完|用了(?:之后|以后|它|后)?|吃完|吃了(?:之后|以后|它|后)?|敷完|染完|之后|以后|后|就|今早|今天|今晚|又|都|开始|已经|也|还|竟然|居然|导致|造成|引起|一下子|立刻|马上|出现了?|出现|发生)+"
)
# Harm in turns of phrase: 起了个泡, 拉了五天肚子, 说话都不清楚, 血糖还高了.
_TURNS = re.compile(
    r"(?:起|长|冒|鼓|肿|出|烫|磨|闷|爆|发)(?:了|出|出来|满|起)*(?:一|好|几|两|个|些|片|大|小|多|圈|串|脸|身|点|层|块|排|堆|红|血|水|白|老|成|全是|密密麻麻|的|了){0,6}(?:泡|包|疹|疹子|疙瘩|痘|痘痘|皮|红点|点点|坨坨|颗颗|疮|脓|风团|斑|粉刺|水泡|血泡)|拉了[^,。;!?]{0,5}肚子|肚子[^,。;!?]{0,4}拉|(?:话|说话)[^,。;!?]{0,3}(?:不清|不利索|不利落|含糊|不出来?)|(?:笑|合|闭|咬)(?:都|也)?(?:笑|合|闭|咬)?不(?:拢|上|动)|(?:喊|叫)(?:得|不|都不|也不)(?:醒|应|答应)|(?:一直|老是|总是|不停地?)睡|睡过去|站(?:都)?(?:站)?不(?:住|稳|起来)|(?:血糖|血压|尿酸|转氨酶|心率|体温|眼压|度数|指标)(?:(?![没不])[^,。;!?0-9]){0,8}(?:高|升|飙|涨|低|掉|到)了?[^,。;!?]{0,6}|漏电[^,。;!?]{0,6}(?:电|麻)(?:了|到)|(?:疼|痛|痒|肿|辣|吐|麻|酸|抖|喘|晕)(?:得|到)(?:我|她|他|人|要|直|不|睡|满|死|受|像|跟|厉|很|老|都)[^,。;!?]{0,8}|(?:烂|破|裂|断|掉|脱|蜕)了(?:一|好|几|大|层|块)[^,。;!?]{0,6}(?:皮|肉|块|层|圈|指甲|头发|牙)?|皮(?:都|也)?(?:掉|破|烂|没)了|(?:摔|磕|砸|夹|扎|割|划|电|烫|烧|捅|撞)(?:了)?(?:一下|一跤|个|破|伤|断|出血|一跟头)|缝了?[一二三四五六七八九十几\d]+针|(?:缺|掉|崩|断)了?(?:一|半|两)?[颗块]牙"
)
# A disease named: 毛囊炎, 接触性皮炎 (not the medicine against it).
_ILLNESS = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:炎(?!热|症药)|症(?!状|候|状)|溃疡|病变|感染|中毒|损伤|衰竭|出血|坏死|水肿|休克)"
)
_AFTER_SIGN = re.compile(
    r"^(?:后(?:一直|长期|康复|就吃)|病人|患者|病?史|体质|人群|肌(?!肉)|药|科|门诊|季|期(?!间)|霜|膏|贴|液)"
)
_NOT_HARM = re.compile(
    r"治|根治|专治|缓解|修复|祛痘|去红|宣传|宣称|说能|号称|保证|预防|医生说|皮肤科说|诊断|说像|说是|怕|担心|会不会|有没有|是否|没(?:有)?(?:过敏|疼|痒|肿)|不(?:疼|痒|肿|过敏)|包装|盒子|瓶|(?<!膝)盖|批号|日期|喷码|店员|老板|店主|店家|商家|客服|卖家|主播|导购|药店说|店里说|工地|医院住院|还是(?:听|看)不|戴上(?:还|也)|因为|等着用|所以才|治疗|查出(?!来)|体质|本来就?|我说|进去说|去年|前年|从小|以前|原来|多年|老毛病|病史|一直有|本来|检测|化验|(?:有|得过?了?|患)[^,。]{0,4}(?:症|病|癌)|心疼|头疼的是|气得|恶心死|恶心人|痛快|烂摊|痛恨|痛心|头疼(?:的|死)|名字|“失眠”|说不满意|别再|免得|以免|不管"
)
_SHOP_BEFORE = re.compile(r"(?:的|在)?(?:一家|某|那家|这家)?[^,。]{0,6}(?:店|馆|药房|医院|诊所|超市)(?:里|买的?)?")
# 皮炎平, 湿疹膏: the illness is in the name of a medicine.
_OF_NAME = re.compile(r"(?:平|灵|宁|净|散|康)(?=[,，。、;\s]|$|的|和|一)|[药软乳]?膏|胶囊|颗粒|[喷滴眼]剂|药水|药片")
_HOSPITAL = re.compile(r"(?:住院|送医院|送急诊|抢救|住了?院|挂水|输液)+")
_PLAIN_BODY = "脸嘴眼腿唇"  # single signs that are no part of other words in complaints (到手, 老头, 牙膏)
_WHOLE = re.compile(r"(?:成[只个张条]|整[个张只条]|半[边个张]|两[只条边个]|一[只双]|全部|满)$")
_TAIL = re.compile(
    r"又抢救.*|现在.*|去(?:医院|看).*|到医院.*|医生.*|皮肤科.*|店.*|老板.*|他们.*|人家.*|然后.*|后来.*|商家.*|客服.*|药店.*|大夫.*|找.*|我(?!的).{0,3}(?:去|找|要|就|让|叫|问).*|挂了.*|养了.*|好(?:久|几天)才.*|送(?:去)?医院.*|到现在.*|马上.*|怎么办.*|是不是.*|住了?院.*(?<=院)$"
)
_BODY_EN = r"(?:eyes?|face|skin|scalp|hair|arms?|hands?|legs?|feet|foot|throat|lips?|tongue|gums?|mouth|ears?|head|stomach|heart|chest|back|neck|glucose|blood (?:sugar|pressure)|body|cheeks?|nose|forehead|eyelids?|ankles?|knees?|wrists?|fingers?|toes?|jaw|tooth|teeth|joints?|muscles?|belly|bladder|liver|kidneys?)"
# A part of the body, not of the name of goods (face masks).
BODY_EN = re.compile(
    rf"\b{_BODY_EN}\b(?! (?:masks?|creams?|washe?s?|wipes|packs?|oils?|lotions?|drops|dye|aids?))", re.I
)
_EN_PIECE = re.compile(r"(?:(?! but )[^.,;!?\n])+")
_EN_LEAD = re.compile(
    r"(?:(?:and|then|but|about|only|just) )*(?:\w+ (?:minutes?|hours?|days?|weeks?) (?:later|after),? |the next (?:day|morning),? )",
    re.IGNORECASE,
)
_EN_START = re.compile(
    rf"(?:\b(?:my|his|her|our|the baby's|their) (?:\w+ ){{0,2}}{_BODY_EN}|(?<=['’]s ){_BODY_EN})\b", re.I
)
# got a corneal infiltrate in both eyes: whatever it is, where it is tells that it is harm.
_EN_WHERE = re.compile(
    rf"\b(?:got|had|developed|have|has) (?P<what>(?:an? )?(?:\w+ ){{1,4}}(?:in|on|over|around|under) (?:my|his|her|both|the|one|all over my)(?: \w+)? {_BODY_EN})\b",
    re.I,
)
_EN_VERB = re.compile(
    r"\b(?:got|had|have|has|developed|gave me|gave her|gave him|suffered|broke out in|came out in|felt|feels?|is|are|was|were|started|keeps?|became)\b (?:a |an |some |now |severe(?=$))?",
    re.I,
)
_EN_TAIL = re.compile(
    r" (?:the same|that (?:night|day|evening)|after|within|on \d+|on the|the next|what|how|please|help|when|and (?:the|they|now it)|since|but|so I|because|until|which)\b.*",
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
    pieces: list[Span] = []
    for clause in message.clauses():
        signs = [s for s in _signs_of(message.plain, clause) if not any(t[0] < s[1] and s[0] < t[1] for t in taken)]
        if pieces and not _closely(message.plain, pieces[-1], clause, signs):
            continue
        if signs and (piece := _piece_of(message, clause, signs, taken)):
            pieces.append(piece)
    return pieces


def _closely(plain: str, before: Span, clause: Span, signs: list[Span]) -> bool:
    """Whether a clause may be told beside the one before: that somebody was taken to hospital is no more harm."""
    beside = clause[0] - before[1] <= 2
    return not (beside and signs and _HOSPITAL.fullmatch(plain[signs[0][0] : signs[-1][1]]) is not None)


def _signs_of(plain: str, clause: Span) -> list[Span]:
    """Where the clause names a symptom: by a word, a turn of phrase, an illness, or a weak word behind a part of the body."""
    words = plain[clause[0] : clause[1]]
    found = [m.span() for p in (pattern_of("harm_signs"), _TURNS, _ILLNESS) for m in p.finditer(words)]
    for body in () if found else pattern_of("body_parts").finditer(words):
        if len(body.group()) > 1 or body.group() in _PLAIN_BODY:
            weak = pattern_of("harm_signs_weak").finditer(words, body.end())
            found += [m.span() for m in weak if m.start() - body.end() <= 6]
    spans = sorted((start + clause[0], end + clause[0]) for start, end in found)
    return [
        s
        for s in spans
        if not (_OF_NAME.match(plain, s[1]) or _AFTER_SIGN.match(plain[s[1] : s[1] + 6]) or _in_quotes(plain, s))
    ]


def _in_quotes(plain: str, span: Span) -> bool:
    """随便编了“失眠”两个字: what is only cited."""
    return any(m.start() < span[0] and span[1] < m.end() for m in re.finditer(r"[“「『][^”」』\n]{1,16}[”」』]", plain))


def _piece_of(message: Message, clause: Span, signs: list[Span], taken: list[Span]) -> Span | None:
    plain = message.plain
    start = max([clause[0], *(t[1] for t in taken if clause[0] <= t[0] and t[1] <= signs[0][0])])
    lead = _LEAD.match(plain[start : signs[0][0]])
    begin = start + (lead.end() if lead else 0)
    bodies = [m.start() + begin for m in pattern_of("body_parts").finditer(plain[begin : signs[0][0] + 2])]
    bodies = [one for one in bodies if one <= signs[0][0]]
    begin = bodies[0] if bodies else begin
    if bodies and (whole := _WHOLE.search(plain[max(clause[0], begin - 2) : begin])):
        begin -= len(whole.group())
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


_EDGE = " ,，。;；!！?？、”」』\"'“「『."


def join_told(message: Message, spans: list[Span]) -> list[Span]:
    """Pieces of one telling that only a comma or the time between them parts: …洗不掉, 第二天 嘴角裂口流血."""
    joined: list[Span] = []
    for span in spans:
        between = message.plain[joined[-1][1] : span[0]].strip(_EDGE) if joined else ""
        lead = _LEAD.match(between)
        near = joined and span[0] - joined[-1][1] <= 10 and "\n" not in between and "。" not in between
        if near and (not between or (lead is not None and lead.end() == len(between))):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


# …, 拉去抢救; …, 医生说是过敏: what was done about it is told in a clause of its own.
_AFTERWARDS = re.compile(
    r"[,，。;](?=(?:(?:去|送|拉|抬|到|住|抱)[^,。;]{0,4}(?:医院|急诊|抢救|诊所|院)|医生|大夫|皮肤科|店|老板|客服|商家|卖家|药师|叫什么|打(?:的)?120|老板娘|她说|他说|人家))"
)
_SAME_TIME = re.compile(r" (?:the same|that(?: very)?|the next) (?:night|day|evening|morning)\b", re.I)
_MEASURE = re.compile(r"[碗瓶口盒支次片粒包颗勺](?=[嘴脸眼手脚腿头胃肚心身舌牙耳鼻喉嗓])")


def tidy_harm(message: Message, span: Span) -> Span:
    """Without who and when at its beginning (擦上不到十分钟嘴皮子…), the whole of what is named (两边脸颊), no stop at its end."""
    plain = message.plain
    start, end = span
    if not message.english:
        body = pattern_of("body_parts")
        named = body.match(plain, start) or pattern_of("harm_signs").match(plain, start)
        lead = None if named else _LEAD.match(plain, start, end) or _MEASURE.match(plain, start, end)
        start = lead.end() if lead and end - lead.end() >= 2 else start
        whole = _WHOLE.search(plain[max(0, start - 2) : start])
        start -= len(whole.group()) if whole and body.match(plain, start) else 0
    elif lead := _EN_LEAD.match(plain, start, end):
        start = lead.end()
    if (line := plain.find("\n", start, end)) > start:
        end = line  # told in another message
    if cut := (_SAME_TIME if message.english else _AFTERWARDS).search(plain, start + 2, end):
        end = cut.start()
    while end > start and plain[end - 1] in _EDGE:
        end -= 1
    while start < end and plain[start] in _EDGE:
        start += 1
    return start, end


def _pieces_en(message: Message, taken: list[Span]) -> list[Span]:
    pieces = []
    for clause in _EN_PIECE.finditer(message.plain):
        signs = pattern_of("harm_signs_en").finditer(clause.group())
        sign = next((one for one in signs if not _within(clause.start() + one.start(), taken)), None)
        where = None if sign or _EN_NOT.search(clause.group()) else _EN_WHERE.search(clause.group())
        if where:
            pieces.append((clause.start() + where.start("what"), clause.start() + where.end("what")))
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


def names_harm(message: Message, span: Span) -> bool:
    """Whether a symptom is named in these words of an English message."""
    return bool(pattern_of("harm_signs_en").search(message.plain, *span))


def is_acute(words: str) -> bool:
    return bool(pattern_of("acute").search(words))


def any_harm(words: str) -> bool:
    """Whether the words name a symptom at all (for the kind of the message)."""
    return bool(re.search(any_of([*word_lists()["harm_signs"], *word_lists()["harm_signs_en"]]), words, re.I))
