"""Wishes by how they are built: who is to act, what is to be paid or done, in words from lists (``words/wishes.yml``).

"手术费由他们负担", "打车钱也要补给我", "这种店早该关门", "重做一副": where ``demands`` knows turns of phrase, this knows how they
are put together. Nothing that is refused, offered, over, or only asked about is a wish.
"""

import re
from functools import lru_cache

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, word_lists

_SUM = r"(?:\d[\d,.]*|[一二两三四五六七八九十几][一二两三四五六七八九十百千万零半几]{0,8})(?:多)?(?:块|元|钱|大洋|万|千)?(?:[\d一二三四五六七八九](?!\d))?"
_FREE = r"(?:(?![不没未拒别勿休])[^,。;!?\n])"  # a sign of the same clause that does not deny
_MUST = r"(?:必须|应该|应当|应|得|要|该|要求|叫|让|请|请求|希望|由|归|责令|也|都|全|算|就)"
# What stands before an act in a wish: asking, naming who is to act, or that it is due.
_ASK = r"(?:请|恳求|求|望|盼|建议|要求|必须|应该|应当|(?:早)?该|麻烦|劳烦|责令|依法|依规|从严|狠狠|你们|贵(?:局|单位|所)|部门|派人|来人|务必|一定要?)"
# 要, 把, 让 ask only where somebody or something else comes at once.
_ASK_OF = r"(?:要|得|把|给|让|叫|使|再)(?:这|那|该|此|其|他|她|它|佢|店|商家|老板|卖家|平台|主播|药房|药店|直播间|链接|广告|视频|东西|整个|有关)"
_SELF = re.compile(
    r"(?:我|俺|自己)(?:们)?[^,。;!?]{0,4}(?:去|做|拿|送|查|停)[^,。;!?]{0,4}$|(?:医生|大夫|医院|护士|诊所)[^,。;!?]{0,6}$|是否$"
)
_ASKED_ONLY = re.compile(
    r"请教|想问|请问|问一下|问问|咨询|打听|听说|听人说|据说|真的假的|怎么(?:赔|退|处罚|投诉)|是不是(?:可以|能)|可以要求|该不该|可不可以|能不能(?!帮|让|把|叫|请|给|管)|谁来|谁会|多少天|多久|论文|如果|要是|(?<![一二两三四五六七八九十几])万一|假如"
)
_TOLD = re.compile(
    r"(?:上次|上回|以前|之前|去年|前年|后来|当初|原来|曾经|本来)[^,。;]{0,10}$|(?:答应|承诺|保证|说好|说是|表示|回复|宣称|号称|写着|贴着|吓唬|宣传|愿意|同意|只肯|只愿|只给|最多)[^,。;]{0,8}$|(?:他|她|店员|老板|老板娘|客服|商家|卖家|店家|人家|平台)(?:们)?(?:就|又|还|却|竟然?)?(?:说|讲|叫我|让我|喊我|要我|劝我)[^,。;]{0,8}$"
)
_DENIED = re.compile(
    r"(?:不|唔|没|别|甭|莫|勿|未|被|拒绝|不是|没想|没打算|不想|不要|不用|不求|不图|不指望|懒得)(?:要|想|让|叫|用|求|跟我|提|打算|再|给|肯|予|能|会|愿意?|同意|支持|准备)?(?:我)?(?:他|她|它|他们|店家|你们)?$"
)
_NOT_AFTER = re.compile(
    r"过(?!来)|吗|不(?!然|了|行|成)|了(?:吗|没|又|两|三)|成功|到账|的(?:是|时候|话|人|地址)|是不是真|真假|(?:也|都|就)?(?:没用|无所谓|没意义|算了|不重要)"
)
# 商家第二天就把钱退给我了, 钱店里也退了: it is done.
_DONE = re.compile(r"也|已|都|昨天|前天|后来|第二天|当天|当场|主动|很快|马上就|最后|终于")


def _of(topic: str) -> str:
    return any_of(word_lists()[topic])


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    party, bears, acts = _of("wish_party"), _of("wish_bears"), _of("wish_acts")
    money, stops, goods = _of("wish_money"), _of("wish_stops"), _of("wish_goods_stopped")
    cost = rf"(?:{_of('wish_costs')}(?:(?:的)?(?:费用?|钱|款|账单?|单子?|损失|那?{_SUM}))+|损失|工资|工钱|(?:花|用|费)(?:了|掉|出去)?的?{_SUM}|(?:这|那|一共|总共)(?:些|个钱|笔钱?|{_SUM}))"
    wished: dict[str, list[str]] = {
        "compensation": [
            rf"{cost}[^。;!?\n]{{0,14}}?{_MUST}{{1,3}}{_FREE}{{0,4}}?{party}?{_FREE}{{0,3}}?{bears}",
            rf"{cost}{_FREE}{{0,8}}?{party}{_MUST}?{bears}(?![了过])",
            rf"(?:由|让|叫|要|要求|责令|请){party}{_FREE}{{0,8}}?{bears}{_FREE}{{0,10}}?{cost}",
            rf"把{_FREE}{{0,8}}?{cost}{_FREE}{{0,4}}?{bears}",
            rf"{cost}{_FREE}{{0,6}}(?:一分|一毛|一样|一个子儿?)[^,。;]{{0,3}}(?:不能|别想|不许|不可)(?:少|落)",
            rf"(?:外加|再加|加上|连同|还有|以及|另加){_FREE}{{0,6}}{_of('wish_costs')}(?:费|钱|的)?{_FREE}{{0,4}}{_SUM}",
            rf"(?:误工|请假|精神损失|医药|营养){_FREE}{{0,14}}(?:[,、]这些)?(?:都要|也要|要算|得算|算在|算进|算上|也得)",
            rf"{party}{_FREE}{{0,4}}(?:得|要|必须|应该|总得|应当)(?:承担)?(?:负责(?:到底)?|负全责|全部责任|负责任|承担(?:全部|一切)?责任)",
            r"该赔(?:的|多少|给)?|赔(?:她|他|老人|孩子|奶奶|爷爷)(?:[\d一二两三四五六七八九几]|钱)|算(?:在)?(?:他|她|店里|商家)(?:头|身|账)上|治好为止|后续[^,。;]{0,6}(?:管|负责)(?:到底)?|(?:退一|假一)(?:罚|赔|偿)[一二三四五六七八九十百]|(?:要|按|求|给|来|赔|[,。;!\s]|^)(?:[一二两三四五六七八九十]|仨|\d+)倍(?:赔|计算|退|价款|货款|(?=[,。;!]|$))",
            r"(?:按|照|依照|根据)[^,。;]{0,10}(?:标准|规定|法律|法规)[^,。;]{0,4}(?:赔|补偿)",
            rf"(?:赔礼|精神损失)[^,。;]{{0,8}}(?:给|补)(?:点|些|我)|(?:得|要|必须)(?:给我)?补偿|{_SUM}[^,。;]{{0,4}}(?:他|她|店里|商家)(?:出|掏|补)(?![了过])",
        ],
        "refund": [
            rf"{money}{_FREE}{{0,6}}?(?:退|还|返还|归还|要回|追回|讨回|拿回|要到手|吐出?来?|打回|打到|掏出来|原路|如数|一分(?:钱)?(?:也|都)?不(?:能|许|可)?少)",
            rf"(?:退还?|返还|归还|吐还)(?:给)?(?:我|俺|老人|消费者|本人){_FREE}{{0,4}}(?:{money}|{_SUM})",
            rf"把{_FREE}{{0,10}}?(?:{money}|{_SUM}|货){_FREE}{{0,4}}?(?:退|还|追|讨|要|吐|拿|打)(?:给我|回|出|还|到|了|来)",
            rf"(?:退|返还|归还)(?:我|回|还)?(?:{money}|{_SUM}(?![天次个回趟盒瓶支片点成]))|{_SUM}(?:块|元)?(?:原样|全额|全部|全)?退(?:给我|我|回|还|了|$|[\s,。;①②③])",
            r"(?:要求|诉求|请求|希望|必须)[^。;!?\n不没]{0,12}?(?:退掉|退了|全退|退货|返还|退还|归还|退回)(?![过])|该退的?|能退就退|(?:原路|全额|全部|无条件|照价)退(?:回|还|款|货)|照价收回|款打回",
            r"(?:不换|换不了|修不好|不行)[,，]?(?:就|给)?退|(?:^|[,。;!\n])退(?=[!,。])|退(?:就)?完了|(?:不退)(?:我|咱)(?:就|跟|天天)|(?:给我|给咱|给人)退(?:了|掉|货|钱|款)|退赔|退(?:或者?|还是)换|(?:还|退)(?:给)?(?:我|俺|老人)(?=[,。;!]|$)",
        ],
        "replace": [
            r"(?:重新?|再)(?:给(?:我|孩子|老人|俺))?(?:做|配|发货?|打|磨|装|送|寄|验光|制作|定做)(?![了过])(?:一|个|副|对|台|份|件|套|新|货|好|过来|来|给我|配镜|或)|(?:^|[,。;!\n])重(?:做|配|发|打|磨|装)(?=[一个副,。;!或给]|$)",
            rf"(?:送|寄|发|拿){_FREE}{{0,2}}[一两]?[个台套瓶盒支件副只][^,。;]{{0,10}}(?:过来|来)(?=[,。;!]|$)|(?<![协空声音烹])调(?:换)?(?:一|个|台|套|没|新|好|成)",
            rf"(?:把|给我){_FREE}{{0,8}}(?:补上|补齐|补发|补寄|换上|换掉|换成|换个|换一|换新)(?!了)|(?:少|漏|缺){_FREE}{{0,6}}(?:补|赶紧补|补发)|^补(?:我|给我)?[一两]|补(?:发|寄)(?!票)",
            r"给我(?:一|个|换)?(?:个|套|台|盒|瓶|支|副|对)?(?:没(?:拆|开|用)过?封?的|新的|好的|合格的|能用的|一模一样的)|(?<!给我)换(?:个|一|成|台|套)?(?:新的?|好的|合格|没)(?!了)|(?:退|修)(?:或者?|还是)换|修不好(?:就|给)?换",
        ],
        "punish": [
            rf"(?:{_ASK}{_FREE}{{0,16}}?|{_ASK_OF}{_FREE}{{0,10}}?){acts}",
            rf"(?:早|早就|真|就|都|也|更)(?:该|应该){_FREE}{{0,6}}{acts}|该(?:罚|抓|吊|判|关|封|查|办|拘)",
            rf"{party}{_FREE}{{0,6}}(?:要|得|必须|应该){_FREE}{{0,3}}{acts}|想要?(?:他|她|它|他们|她们){_FREE}{{0,4}}{acts}",
            r"(?:给|让|叫)(?:他|她|它|这|那)[^,。;!?]{0,6}(?:停业|关门|坐牢|伏法|滚蛋|长记性|长长记性|颜色看看|吃不了)|把[^,。;!?]{0,8}(?:证|照|执照|牌子)[^,。;]{0,3}(?:摘|吊|收|撤)了|(?:人|员工|师傅|店员|药师)给我(?:撤|开除|换)了",
            r"(?:别|不能|不要)(?:再)?让[^,。;!?]{1,10}(?:开下去|开店|开着|营业)|(?:不能|别|不许)(?:再)?让?(?:她|他|它)(?:再)?开(?:了|下去|店|着)(?=[,。;!]|$)|(?:你们|政府|部门)[^,。;!?]{0,4}管管|^严查|^求严查|^请?查处",
        ],
        "explain": [
            r"(?:书面|公开|登报|当面|登门|当众|正式)?[^,。;!?不没]{0,4}(?:道(?:个|一个|声)?歉|致歉|赔(?:个|声)?(?:不是|礼)|认(?:个|声)?错(?!书是)|认错书|谢罪|鞠躬)(?![了过]|态度)",
            r"(?:让|叫|要|要求|请|得|必须|给我|责令|催|麻烦)[^,。;!?不没]{0,10}?(?:解释|说清楚?|说明白|讲清楚?|讲明白|交代清楚|交待|把话说|讲讲清楚|说个明白)(?!书)",
            r"(?:说明|解释|讲讲|说说|告诉我|说清楚?|弄清楚?)[^,。;!?]{0,10}?(?:为啥|为什么|凭什么|怎么回事|怎么就|到底|哪里?来|哪个厂|是什么|什么(?:成分|东西))",
            r"(?:要|给|讨|求)[^,。;!?不没]{0,4}(?:个|句|一个)?(?:准话|痛快话|明白话|实话|说法|交代|交待|答复|明白|真相|解释)|(?:要|想)知道(?:真相|到底|原因|为什么|怎么)|(?:图|求)个明白|把话说清楚|说(?:个)?清楚(?=[,。;!]|$)",
        ],
        "stop": [
            rf"(?:{_ASK}{_FREE}{{0,12}}?|{_ASK_OF}{_FREE}{{0,10}}?){stops}",
            rf"{goods}{_FREE}{{0,5}}?(?:{stops}|封了|关了)(?![过])|{stops}{_FREE}{{0,5}}?{goods}",
            r"(?:别|莫|休想|不要再|不要让)(?:再)?(?:让|叫|给|准|许)?[^,。;!?]{0,6}(?:再)?(?:上架|卖|播|遭殃|吹|挂在)|(?:不许|不准|不得|禁止)[^,。;!?]{0,12}(?:再)?(?:卖|播|用|搞|打着|往|宣传|上架|骗|吹)|别(?:让)?[^,。;!?]{0,3}(?:卖了|播了|开了|吹了)|^(?:下架|封号|停播|停售)",
        ],
    }  # fmt: skip
    return {name: [re.compile(one, re.I) for one in each] for name, each in wished.items()}


_PATTERNS_EN: dict[str, re.Pattern[str]] = {
    "refund": re.compile(
        r"\b(?:want|like|need|expect|demand|give|get|have)\b[^.;!?]{0,24}\b(?:my|our|the|his|her) (?:full )?[\d,.]+(?: ?(?:yuan|rmb|kuai))?(?: back)?(?=[.,;!]|$| back| and)|\bgive (?:me|us|him|her) (?:back )?what (?:I|we|he|she) paid|\b(?:the|my|our|his|her) (?:money|payment|cash) (?:returned|back|refunded)|\btake (?:it|them) back and pay|\brefunded\b",
        re.I,
    ),
    "compensation": re.compile(
        r"\bpay (?:for )?(?:what|the|my|our|his|her)[^.;!?]{0,30}(?:clinic|doctor|hospital|dentist|dermatologist|podiatrist|bill|treatment|ruined|charged)|\b(?:cover|reimburse)\b[^.;!?]{0,24}(?:bill|cost|fee|treatment|visit)|\b(?:bill|treatment|fees?)\b[^.;!?]{0,16}(?:covered|not come out of my)|\bow(?:e|es) me\b|\bmissed work|\blost wages|\b(?:pay|paying) the (?:dermatologist|doctor|dentist|clinic|hospital|bill)|\b(?:two|three|ten|\d+) times\b",
        re.I,
    ),
    "replace": re.compile(
        r"\b(?:want|like|need|give me|send(?: me)?|get)\b[^.;!?]{0,20}\b(?:an? (?:unopened|working|new|proper|correct) (?!refund|explanation|apology|answer)|the (?:right|correct|missing)|one that works)|\bone that works|\b(?:an? )?unopened (?:bottle|box|one)|\bfix it\b",
        re.I,
    ),
    "punish": re.compile(
        r"\b(?:somebody|someone|please|should|must|need to|could you|can you)\b[^.;!?]{0,30}\b(?:inspect|investigate|check(?! what)|close (?:that|this|the|them)|look into|punish|fine)\w*\b|\bsend (?:someone|somebody|inspectors?|an officer)|\bshut (?:that|them) (?:place |shop |store )?down",
        re.I,
    ),
    "explain": re.compile(
        r"\b(?:an?|written|public|honest) (?:\w+ )?(?:apology|explanation)|\bapologi[sz]e|\bsay sorry|\bexplain\b[^.;!?]{0,24}\b(?:why|how|what)|\b(?:want|like|need|have a right) to know\b|\btell (?:me|us) (?:what|why|who|where|how)",
        re.I,
    ),
    "stop": re.compile(
        r"\b(?:take|taken|get|pull|pulled|remove|removed|have)\b[^.;!?]{0,24}\b(?:off (?:the (?:air|market|shelves|shelf|app|site|shops))|down\b|from (?:the )?(?:shops|shelves|sale|market))|\b(?:listing|stream|account|ad|page|product)\b[^.;!?]{0,10}\bremoved\b|\bban (?:this|the|her|him|them|that)\b|\bremove (?:it|the listing|this)|\bmake (?:them|him|her) stop|\bstop (?:them|him|her|it)\b",
        re.I,
    ),
}  # fmt: skip
_DENIED_EN = re.compile(
    r"\b(?:not|no|never|don'?t|didn'?t|won'?t|refus\w+|already|offered|promised|says?|said|entitled|who is|they (?:want|say)|am i|can i)\b[^.;!?]{0,16}$",
    re.I,
)


def list_wishes(message: Message) -> dict[str, Span]:
    """Demand -> where it is first wished for."""
    if message.english:
        return _wishes_en(message)
    found: dict[str, Span] = {}
    for name, patterns in _patterns().items():
        spans = [m.span() for one in patterns for m in one.finditer(message.plain) if _is_wished(message, name, m)]
        if spans:
            found[name] = min(spans)
    return found


def _wishes_en(message: Message) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for name, pattern in _PATTERNS_EN.items():
        for one in pattern.finditer(message.plain):
            sentence = message.sentence_at(one.start())
            asked = message.plain[sentence[1] : sentence[1] + 1] == "?" and not re.match(
                r"could|can", one.group(), re.I
            )
            if not asked and not _DENIED_EN.search(message.plain[sentence[0] : one.start()]):
                found.setdefault(name, one.span())
    return found


def _is_wished(message: Message, name: str, match: re.Match[str]) -> bool:
    plain = message.plain
    clause, sentence = message.clause_at(match.start()), message.sentence_at(match.start())
    before = plain[clause[0] : match.start()]
    if _in_quotes(plain, match.start()) or _DENIED.search(before) or _TOLD.search(before):
        return False
    if _ASKED_ONLY.search(plain[sentence[0] : match.end()]):
        return False
    after = plain[match.end() : match.end() + 6]
    if _NOT_AFTER.match(after) or is_done((before + match.group())[-12:], after):
        return False
    return name not in ("punish", "stop") or not (_SELF.search(before) or _of_goods(match.group(), after))


def is_done(before: str, after: str) -> bool:
    """商家第二天就把钱退给我了, 我已申请退款成功: no wish any more."""
    return bool(re.match(r"成功|到账", after)) or bool(
        re.match(r"(?:给我|回来|还给我)?了", after) and _DONE.search(before)
    )


def _of_goods(words: str, after: str) -> bool:
    """检查费, 物价: an act's word that is part of a cost, or of what another authority looks into."""
    return bool(re.match(r"费|单|报告|结果|书|员|证|物价|价格", after)) or bool(
        re.search(r"价格|物价|售后|问题不", words)
    )


def _in_quotes(plain: str, position: int) -> bool:
    return any(m.start() < position < m.end() for m in re.finditer(r"[“「『][^”」』\n]{1,40}[”」』]", plain))
