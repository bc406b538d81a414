"""What an answer looks like by the type of the field: dates, numbers, codes; names and places; a narrative.

All texts here are as ``signals.plain`` makes them: folded, lower case, without punctuation at the ends.
"""

import re

from bot.components import signals
from bot.components.credit_code import is_credit_code

# Types whose answers have a form that can be told; anything with a digit is taken as an attempt at one.
STRUCTURED = frozenset({"date", "number", "credit_code", "phone", "email", "money", "id_number", "licence_number"})
_SHORTEST_TALE = 20  # characters; a shorter question at a narrative is a question
# Field types of the forms, by the word the gate has for them; others are called as they are.
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
# "没有变化", "无", "有变动": the answer to a yes/no in its own words, or what may stay as it is.
_SAYS_HOW_IT_IS = re.compile(
    r"(?:我们|都|也|一直|目前|暂时|并|还是)*(?:没有?|无|未|有|不变|照旧|保持不变|发生)[一-龥]{0,8}|no changes?(?: at all)?|nothing (?:has )?changed|unchanged|(?:still )?the same(?: as before)?"
)


def kind_of_type(name: str) -> str:
    """The gate's word for a field type of a form ("uscc" → "credit_code"); unknown types count as text."""
    return _TYPES.get(name, name)


def has_shape(text: str, kind: str) -> bool:
    """Whether the whole text has the form of the type; False for types without one."""
    if kind == "credit_code" and is_credit_code(text.replace(" ", "")):
        return True
    shape = _SHAPES.get(kind)
    return bool(shape and shape.fullmatch(text))


def says_how_it_is(text: str) -> bool:
    """没有变化, unchanged: an answer in its own words, whatever the type."""
    return bool(_SAYS_HOW_IT_IS.fullmatch(text))


def is_tale(text: str, kind: str) -> bool:
    """A narrative is an answer even when it complains in questions (怎么能这样呢): it has several clauses, or asks nothing."""
    if kind != "textarea" or len(text) < _SHORTEST_TALE:
        return False
    clauses = [clause for clause in re.split(r"[,，。;；!！.]", text) if len(clause.strip()) > 2]
    return len(clauses) >= 3 or not signals.is_question(text)


def looks_like_name_or_place(text: str, kind: str) -> bool:
    """Whether the text names what the type asks for, or, at a free text, an address or a firm beyond doubt."""
    if kind == "person_name" and (_PERSON_ZH.fullmatch(text) or _PERSON_EN.fullmatch(text)):
        return True
    if kind == "company" and _COMPANY.search(text):
        return True
    if kind == "address" and _ADDRESS.search(text):
        return True
    return kind in ("text", "textarea") and bool(_ADDRESS_STRONG.search(text) or _COMPANY.search(text))
