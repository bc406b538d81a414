"""What the writer asks for: refund, compensation, replace, punish, explain, stop; not what the other side offers or refuses."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.wishes import is_done, list_wishes

_REFUSED = re.compile(
    r"(?:不(?:给|肯|指望|图|稀罕|在乎|愿意?|同意|让|能|会|予|可以?|负责|要|用|求|图)?|拒绝|拒不|概不|死活不|硬是不|没有?|未|就是不|说.{0,4}不|坚决不|不支持|不答应|答应(?:给|了)?|只(?:肯|能|愿意?|同意|给)|怎么|该不该|谁来|谁会|听人?说能?|据说能?|没打算(?:要|讨)?|没想要(?:他|她|它)?|别(?:跟我)?提|被|唔|唔(?:要|使|求|想|肯|俾|畀|制)(?:佢|你|你哋)?|莫得|休想|别想|甭|已经|可以|说好(?:给)?|承诺|能不能|可不可以|能否|只(?:退|赔)|让我(?:去|找)|同意(?:给)?|说要?|退不|他们|店家|商家|客服|老板|平台)\s*(?:我)?(?:办理?|给我?|予以|全额|无条件)?$"
)
_OFFERED = re.compile(
    r"(?:店员|店家|商家|老板|客服|他们?|她们?|卖家|对方|人家|店里|药店|平台)(?:们)?(?:却|就|只|竟然)?(?:说|答应|同意|承诺|让|叫|表示|回复|愿意)[^,。;!?]{0,8}$"
)
_WISH = re.compile(
    r"要求?|想|请|帮|求|给我|希望|让他|必须|应该|就是|就想|只|得|把|诉求|申请|望|叫他|不然|否则|要么|或者|总|全额|尽快|马上|立刻|赶紧|依法|麻烦|恳请|三天|限|我也|现"
)
_THREAT = re.compile(r"(?:再不|之?内不|要是不|如果不|若不|不)$")
_PATTERNS: dict[str, re.Pattern[str]] = {
    "refund": re.compile(
        r"退(?:还|返)?(?:给我|回给我|啲|晒)?(?:全部|全款|全额|货款|药[钱费款]|款|货|钱|费|我|回|还|一赔|差价|卡|掉|了我)|全额退|要么全?额?退|退(?=[一二两三四五六七八九十\d])|把.{0,8}(?:钱|货款|款)[^,。;]{0,6}(?:退|要回|追回|还)|(?:追回|要回|讨回|拿回)[^,。;]{0,6}(?:钱|款)|追回来|钱要回来|还我钱|还钱|钱(?:都)?还(?:给)?我|多(?:收|扣)的.{0,6}退|给(?:我)?退(?:了|掉|咯|咗)(?:吧|呗|嘛)?(?=[!,。;\s我]|$)|全退|全额退|钱[^,。;]{0,3}退(?:咯|嘛|哈|撒|噻|了|掉|出来|回来)|(?:要|讨|追|弄|拿)(?:得)?回来(?=吧|[!,。;?\s]|$)|(?:不行|不然|否则|实在不行)就退|想退(?!休|步|出|缩)(?=[!,。;\s货款钱掉了]|$)|退(?:嘛|撒|噻|咯)(?=[!,。;\s]|$)|(?:要|得|给我?|必须|应该)退(?=[!,。;\s]|$)|退(?:给)?我|\brefund\w*|(?:my|our) money back|money back|(?:\d|yuan|RMB|kuai|cent of it|payment|it all|cash|amount|the (?:full )?price) back\b|give it back|reimburse (?:me|us)|give (?:me|us) back|pay (?:me|us) back|return (?:my|our|the) money",
        re.I,
    ),
    "compensation": re.compile(
        r"赔偿|赔(?:我|给|钱|付|礼?一|三|十|一千|[\d一二三四五六七八九十百千]|(?:点|一点|些|个)|(?:医药|医疗|治疗|检查|误工|看病|精神|营养|挂号|交通|药|诊疗|住院)(?:费|钱|损失)?)|[一二三十]倍(?:赔|的赔|价款|退)|赔[^,。]{0,6}倍|假一赔|退一赔|索赔|误工费|医药费(?:要|让|得|也|由|都)|(?:承担|报销|出|付|加|要).{0,6}(?:医药费|医疗费|挂号费|检查费|治疗费|诊疗费|看病)|(?:加|和|还有)?挂号费\d|补偿|损失费|给(?:我)?报(?:了|销)|yuan for (?:the )?(?:doctor|hospital|medical)\b|赔(?=[!,。;\s]|$)|要[^,。]{0,4}赔|\bcompensat\w+|\bdamages\b|pay (?:for )?(?:my|the|our|his|her) (?:medical|doctor|hospital|treatment|clinic|bills?)|(?:two|three|ten|\d+) times (?:the|what|of|compensation|as)|\b(?:treble|triple|tenfold|threefold|punitive)\b|(?:the )?[\d,]+ ?(?:yuan|RMB)? (?:that )?the law (?:gives|says|provides|allows)|plus (?:the )?(?:doctor|medical|hospital|clinic)|退[^,。;]{0,6}加(?:医药|医疗|检查|治疗|挂号|误工)费|(?:clinic|hospital|medical|doctor'?s?) (?:bills?|fees?|costs?|expenses)[^.?!]{0,24}(?:paid|covered|reimbursed|back)|cover (?:my|the|our) (?:medical|doctor|hospital|treatment)",
        re.I,
    ),
    "replace": re.compile(
        r"换(?!了|过)(?:一|个|只|台|新|货|好|支|瓶|副|成新|给我|条|盒|张|套|同)|(?:给我|跟我|帮我|要求|要么|要|得)换(?!药|句|了|过)|更换(?:新|一|同|合格|为|掉)?|换(?:一|两|几)?(?:副|套|把|根|包|提|批|双)新?|(?:重新|再|补|另)(?:给我|免费)?(?:送|发|寄|配|做)(?:我)?(?:一|个|新|副|盒|瓶|支|套|过来|来)|补(?:发|寄|送|货)(?!票|差)|换货|\breplacement\b|(?:\bto|please|must|should|they|and|or) replace\b|\bexchange (?:it|them|the|for)|\bexchange(?:d)? (?:for|it|them|the)|\bswap\b|\breplace (?:it|them|the)|\bre-?send\b|send (?:me |us )?(?:a |another |the )?(?:new|another|correct|right|replacement)|(?:want|like|get|give me) another (?:one|pair|box|bottle|set)|a new (?:one|pair|box|bottle)|a working one",
        re.I,
    ),
    "punish": re.compile(
        r"处罚|惩罚|罚(?:他|她|它|佢|咗佢|款|死|这|店|商家|一罚)|严惩|查处|立案(?!了|没|吗)|抓(?:他|她|人|起来|走)|严查|彻查|查(?:一下|一哈|一下子|哈(?=[!,。;\s嘛]|$)|一查|查|封|清楚|他|她|它|这|那|这家)|(?:必须|请|应该|要|得|也要|好好|去|来)(?:你们)?(?:好好)?(?:严肃)?查(?!询|看|到|了|不|出|证)|严肃处理|(?:要求|请|必须|得)[^,。;]{0,4}处理(?:他|她|它|这|那|商家|店|该)|依法(?:处理|处置|查)|取缔|吊销|关(?:了|掉|停)(?:他|她|这)|把[^,。;]{1,6}(?:查了|端了|封了|关了|抓了|抓起来|端掉|给办了)|该(?:抓|罚|查|封|关|判)(?:的)?(?:就)?(?:抓|罚|查|封|关|判)?(?=[!,。;\s、]|$)|(?:去|来)(?:堵|逮|抓|端|查|看看|检查|抽查|突击)(?:他|她|它|这|那|一|看|查)?|一锅端|端(?:了|掉)(?:他|她|它|这)|封(?:了|掉|店|他|她|它|号|停|杀|禁)|整治|打击|管一管|管一?管(?!价|物)(?:他|她|它|这)?|(?:好好|来|得|去|该)管(?:管|一下)|治治|收拾|\bpunish\w*|\binvestigat\w+|\bfined\b|\bfine (?:them|him|her|it|the|this|that)\b|\binspect\w*|shut (?:them|him|her|the \w+) down|look into (?:it|this|them|the)|go (?:and )?check|check (?:on )?(?:them|this (?:shop|store|place|seller))|hold (?:them|him|her) (?:responsible|accountable)|revoke|crack down|take action|penali[sz]e",
        re.I,
    ),
    "explain": re.compile(
        r"(?:要|讨|给|得给|求|需要)(?:我|俺|大家|一?个|还|他们?|你们|商家|店家)*(?:一)?(?:个)?(?:说法|解释|交代|答复|公道)|解释(?:一下|清楚)|书面(?:说明|解释)|说明(?:原因|情况)|给(?:我|俺)(?:一)?(?:个)?(?:说法|解释|交代|答复)|(?:并|还|要(?:求)?|请|得|必须)(?:给我|向我)?说(?:明|清楚|清)(?!书|一下情况)|讲清楚|问(?:个)?(?:清楚|明白)(?=[!,。;\s]|$)|书面(?:答复|回复|道歉)?解释|告诉我[^,。;]{0,10}(?:到底|为什么|怎么回事|什么|哪)|\ban explanation|(?:tell|let) (?:me|us) (?:know )?(?:why|where|what)|explain (?:why|what|how|to)|(?:want|like|need|wish) to know (?:what|why|how)|to know what",
        re.I,
    ),
    "stop": re.compile(
        r"停播|停(?:止|下|掉)?(?:她|他|它|这种)?(?:卖|销售|售卖|播|宣传|广告|经营|营业|发布)|停止[^,。;!?]{0,4}(?:宣传|销售|广告|直播|经营)|下架|别(?:让|再)[^,。;]{0,6}(?:卖|害人|播|骗)|不(?:许|准|能)(?:再|让)[^,。;]{0,4}(?:卖|播|骗)|让(?:他|她|它|这|那|店|商家|主播|平台|直播间)[^,。;]{0,6}(?:停|下架)|删(?:除|掉)[^,。;]{0,6}(?:广告|视频|链接)|(?:别|不要|莫)(?:让|叫|给|准)?(?:他|她|它|它们|他们|她们|这|这家|这种)?(?:再|接着|继续)(?:播|卖|坑|骗|害|打|做|宣传|吹)|(?:关|停|封)(?:掉|了)(?:这|她|他|那)个?直播|(?:责令|要求|请(?:你们)?(?:让|叫|责令))[^,。;]{0,8}(?:停(?:止|下|了|播|卖|掉|业)|别(?:再)?卖|撤(?:下|掉|柜))|撤(?:柜|下来|掉)|召回|shut (?:it|this) down|make (?:her|him|them|it) stop|\bstop (?:selling|them|him|her|it|this|the)|take (?:it|them|the \w+) (?:down|off)",
        re.I,
    ),
}  # fmt: skip
_QUOTED = re.compile(r"“[^”\n]{1,40}”|「[^」\n]{1,40}」|『[^』\n]{1,40}』|(?<=[\u4e00-\u9fff])\"[^\"\n]{1,40}\"")
_NOT_PUNISH = re.compile(r"物价|价格欺诈|查价格")
# 退钱, 道个歉: an apology beside other wishes is none of the six; alone it is an account that is asked for.
_IN_PASSING = re.compile(
    r".*(?:道[^,。]{0,2}歉|致歉|赔[^,。]{0,2}(?:不是|礼)|认[^,。]{0,2}错书?|谢罪|鞠躬|公道|apolog\w+|say sorry)",
    re.I | re.S,
)
_NEGATED_EN = re.compile(
    r"\b(?:refus\w+|won't|will not|would not|wouldn't|denied?|rejected?|no|not|don'?t (?:want|need)|do not (?:want|need)|said|says|cannot|can't|offered?|promised?|asked for) (?:to |a |any |my |the |me a |give (?:me )?a |any )*(?:full )?$",
    re.I,
)


def read_demands(message: Message) -> dict[str, Span]:
    """Demand -> where it is said, in the order of the message."""
    found: dict[str, Span] = list_wishes(message)
    for name, pattern in _PATTERNS.items():
        spans = [m.span() for m in pattern.finditer(message.plain) if _is_wish(message, name, m)]
        if spans:
            found[name] = min(spans[0], found.get(name, spans[0]))
    if len(found) > 1 and "explain" in found and _IN_PASSING.fullmatch(_words(message, found["explain"])):
        del found["explain"]
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _words(message: Message, span: Span) -> str:
    return message.plain[span[0] : span[1]]


def _is_wish(message: Message, name: str, match: re.Match[str]) -> bool:
    if any(quoted.start() < match.start() < quoted.end() for quoted in _QUOTED.finditer(message.plain)):
        return False  # 无效退全款 in quotes is what they promise
    clause = message.clause_at(match.start())
    before = message.plain[clause[0] : match.start()]
    after = message.plain[match.end() : match.end() + 6]
    if message.english and re.match(r"[A-Za-z]", match.group()):
        return not _NEGATED_EN.search(before)
    if name == "punish" and re.search(r"(?:医生|大夫|护士|医院|让我)[^,。;!?]{0,4}$", before):
        return False  # 医生让我去检查一下
    if name == "punish" and _NOT_PUNISH.search(message.plain[match.start() : match.end() + 6]):
        return False
    if _THREAT.search(before) and re.search(
        r"(?:内|再|要是|如果|若|[、,]\s*)不$|^不$", message.plain[max(0, match.start() - 8) : match.start()]
    ):
        return bool(re.search(r"内不|再不|要是不|如果不|若不", message.plain[max(0, clause[0] - 12) : match.start()]))
    if name in ("refund", "replace", "compensation"):
        if is_done(before[-8:], after):
            return False
        if re.match(
            r"(?:钱|货|款)?(?:不退|不赔|不换)|(?:钱|款)?(?:也|都|就)?(?:没用|无所谓|没意义|算了|不重要|事小|是小事)",
            after,
        ):
            return False
        if re.match(r"不(?!成|了|行|然|说|光|算)|吗|过|是|了(?:又|半|三)", after) and not re.match(r"不退", after):
            return bool(re.match(r"吗", after)) and bool(re.search(r"能帮|可以帮|你们能", before))
        if _REFUSED.search(before[-10:]) and not _strong(before):
            return False
        return not _OFFERED.search(before) or _strong(before)
    if name == "explain":
        return not re.search(r"(?:不给|没给|没有?|没打算|不想|拒绝)$", before)
    return not re.search(r"(?:已经?|已被|谁来|怎么|怎样)$", before)


def _strong(before: str) -> bool:
    """A wish close before: 请他们退钱, 要求商家赔偿, 让他退."""
    return bool(
        re.search(
            r"(?:我要|我?要求|请|帮我?|求|希望|让|叫|必须|诉求|我不要[^,。]{0,5}我要|得)[^,。;]{0,8}$", before[-12:]
        )
    )


def find_refused(message: Message) -> dict[str, Span]:
    """A complaint that only tells what was refused ("不给退") asks for just that."""
    for name in ("refund", "replace", "compensation"):
        if found := _PATTERNS[name].search(message.plain):
            return {name: found.span()}
    return {}
