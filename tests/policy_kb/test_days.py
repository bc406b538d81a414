"""The day whose law a question asks for: what people write, in both languages, and what only looks like it."""

from datetime import date

import pytest

from policy_kb.answering.days import find_days, strip_days
from policy_kb.answering.understanding import clean

TODAY = date(2026, 11, 24)  # a Tuesday


def law_day(text: str) -> str | None:
    day = find_days(clean(text).lower(), TODAY).law_day
    return day.isoformat() if day else None


PAST = [
    # a day, a month, a year written out
    ("2026年3月12日提交的延续申请要几天出结果", "2026-03-12"),
    ("2026年3月提交的申请，当时怎么规定", "2026-03-01"),
    ("二〇二五年九月受理的变更，按当时规定多久", "2025-09-01"),
    ("２０２５年１０月备案的，那时多少天", "2025-10-01"),
    ("2025-08-15 提交的投诉按旧办法处理多久", "2025-08-15"),
    ("2025.3.1递交的注册申请，当时收费怎么定", "2025-03-01"),
    ("2025/11/03受理的案件，调解期限是多少", "2025-11-03"),
    ("2024年的规定是什么", "2024-07-01"),
    ("2024 年的规定里许可证几年有效", "2024-07-01"),
    ("24年3月交的材料，当时要不要公证", "2024-03-01"),
    ("25年底申请的，那会儿要几个工作日", "2025-12-01"),
    ("按22年的规定，零售药店要配几个药师", "2022-07-02"),
    ("2025年第三季度提交的变更适用哪个条例", "2025-08-15"),
    ("2025年上半年申请的许可证，当时几天发证", "2025-04-01"),
    ("2025年下半年受理的投诉按什么规定", "2025-09-30"),
    ("2025年初备案的产品，那时标签怎么要求", "2025-01-01"),
    # told from today
    ("今年三月申请的，多少个工作日出结果", "2026-03-01"),
    ("今年3月申请的延续按哪个条例", "2026-03-01"),
    ("今年五月一号受理的变更要几天", "2026-05-01"),
    ("去年10月办的备案，那时要几天", "2025-10-01"),
    ("去年申请的时候规定是几天", "2025-07-02"),
    ("去年年底提交的申请适用旧条例吗", "2025-12-01"),
    ("前年的规定里要几名执业药师", "2024-07-01"),
    ("大前年受理的案子按什么办法", "2023-07-02"),
    ("我去年（2025年）投诉的，那会儿调解期限多少天", "2025-07-02"),
    ("上个月提交的投诉几天内答复", "2026-10-01"),
    ("上月受理的举报什么时候立案", "2026-10-01"),
    ("上周递交的材料多久受理", "2026-11-16"),
    ("昨天提交的申请几天受理", "2026-11-23"),
    ("三个月前提交的申请，按当时规定多少天", "2026-08-24"),
    ("半年前投诉的，调解期限是多少", "2026-05-24"),
    ("两年前申请的许可，当时的收费标准是什么", "2024-11-24"),
    ("8个月前受理的投诉应当几天内办结", "2026-03-24"),
    ("3月份提交的申请，当时几个工作日决定", "2026-03-01"),
    ("四月一日投诉的，适用哪个办法", "2026-04-01"),
    ("当年2月递交的，按当时规定多久受理", "2026-02-01"),
    ("上半年投诉的，那时调解多久", "2026-04-01"),
    ("年初申请的许可按当时的条例几天", "2026-01-01"),
    # before a day
    ("2026年5月15日之前的旧条例怎么写", "2026-05-14"),
    ("2026年4月15日以前投诉，调解多少天", "2026-04-14"),
    ("2025年以前的规定是几年", "2024-12-31"),
    ("今年五月十五日前申请的按什么规定", "2026-05-14"),
    ("去年5月之前受理的复议按什么规定", "2025-04-30"),
    # the law of a day by its own words
    ("2025年底时有效的条例", "2025-12-01"),
    ("2023年6月适用的监督管理条例里罚款多少", "2023-06-01"),
    ("按2024年10月的条例，备案几天", "2024-10-01"),
    ("2025年1月的时候进口备案要交什么", "2025-01-01"),
    ("2025年12月的投诉需要鉴定，机构怎么定", "2025-12-01"),
    ("企业2025年10月申请变更，原发证机关几天决定", "2025-10-01"),
    ("2025年11月进口药品到岸，凭什么放行", "2025-11-01"),
    ("2024年买的血压计坏了，当时的三包规定是怎样", "2024-07-01"),
    ("2023年领的证，当时的规定有效期几年", "2023-07-02"),
    ("2026年2月被处罚的，按当时的办法罚多少", "2026-02-01"),
    # English
    ("what applied before April 2026", "2026-03-31"),
    ("for a report made in February 2026, what was the time limit then", "2026-02-01"),
    ("when I filed in March 2026, how long could mediation take", "2026-03-01"),
    ("as of 1 May 2025, how long is a device licence valid", "2025-05-01"),
    ("as at 20 January 2025 which regulation covered devices", "2025-01-20"),
    ("I applied on March 3, 2026; how many working days do they have", "2026-03-03"),
    ("I applied on the 3rd of March 2026, what is the time limit", "2026-03-03"),
    ("a complaint submitted in Jan 2026: how long for mediation", "2026-01-01"),
    ("the rules in force in 2024 on renewal", "2024-07-01"),
    ("what were the requirements in 2023 for opening a pharmacy", "2023-07-02"),
    ("under the 2024 rules, how early must we renew", "2024-07-01"),
    ("what did the law say in early 2025 about import", "2025-01-01"),
    ("the regulation applicable in late 2025", "2025-12-01"),
    ("which measures applied in the first half of 2025", "2025-04-01"),
    ("what was the time limit at the end of 2025", "2025-12-01"),
    ("which rules were in force in Q3 2025", "2025-08-15"),
    ("I complained last month, how long can they take", "2026-10-01"),
    ("we filed last year, what was the time limit", "2025-07-02"),
    ("the application was lodged last March; how long did they have", "2026-03-01"),
    ("we applied two years ago, what was the fee then", "2024-11-24"),
    ("my complaint was made 8 months ago, how long for mediation", "2026-03-24"),
    ("a report sent yesterday: when must they answer it", "2026-11-23"),
    ("back in 2024, how long was the licence valid", "2024-07-01"),
    ("prior to May 2026 what did the implementing regulations say", "2026-04-30"),
    ("before 15 May 2026 how long did a change take", "2026-05-14"),
    ("before 2025 what was the rule on device recalls", "2024-12-31"),
    ("2025-09-01: which regulation applied", "2025-09-01"),
    ("I filed in March, what were the time limits then", "2026-03-01"),
    ("if the case was accepted in April 2026, which measures apply", "2026-04-01"),
]

FUTURE = [
    ("明年1月1日起办许可证要什么材料", "2027-01-01"),
    ("2027年3月申请延续按什么规定", "2027-03-01"),
    ("明年要办延续，规定会变吗", "2027-01-01"),
    ("明年3月15日要办延续", "2027-03-15"),
    ("下个月申请备案要几天", "2026-12-01"),
    ("2027年以后还要备案吗", "2027-01-01"),
    ("后年的规定是什么", "2028-01-01"),
    ("from 1 January 2027 what must labels show", "2027-01-01"),
    ("if we apply in March 2027, which rules apply", "2027-03-01"),
    ("next year we will apply for renewal, what is needed", "2027-01-01"),
    ("what applies as of 1 June 2027", "2027-06-01"),
]

NOT_THE_DAY = [
    # the end of a certificate
    "我的证2027年2月28号到期，什么时候换",
    "许可证今年12月31日到期，来得及延续吗",
    "有效期至2027-06-30，什么时候申请延续",
    "有效期到明年三月，提前多久换证",
    "到期日是2027年5月1日",
    "我们的证下个月到期",
    "证还有三个月到期，现在能办延续吗",
    "our licence expires on 30 June 2027, when do we renew",
    "our licence is valid until March 5, 2027",
    "the licence runs out in three months, can we still renew",
    "it expires next month, what now",
    "许可证2026年10月1日过期了还能延续吗",
    # bought, made, founded, held
    "今年七月在药店买的面膜用了过敏",
    "2025年买的血压计坏了怎么办",
    "三年前买的助听器坏了能退吗",
    "去年下单的药一直没到怎么投诉",
    "生产日期2025年3月的药还能卖吗",
    "2025年3月生产的口罩没有合格证怎么举报",
    "公司2019年成立，现在想做二类备案",
    "我2023年办的经营许可证什么时候延续",
    "2022年取得的生产许可证，变更地址要几天",
    "2021年备案的化妆品还要交年报吗",
    "I bought a thermometer in 2024 and it broke, whom do I complain to",
    "our licence was issued in 2023; when must we renew it",
    "we got our filing in March 2025 and now want to change the address",
    "the company was founded in 2018, can it apply for a Class III licence",
    "去年和朋友合伙开了个小公司，想做身体乳要备案吗",
    "用去年的资料再办一次延续可以吗",
    "限用日期到2028年的祛斑霜用了过敏，报给谁",
    "On 15 July I bought contact lenses and the shop won’t refund me",
    "明天再聊",
    # numbers, reports, recurrences, stretches of time
    "国家药监局公告2021年第77号讲什么",
    "国药监械管〔2020〕9号还有效吗",
    "批号2025-03的产品在哪里查",
    "2025年度报告什么时候提交",
    "去年的年度报告今年什么时候交",
    "每年3月要提交年度报告吗",
    "提前6个月申请延续可以吗",
    "届满3个月前没申请怎么办",
    "有效期届满六个月前申请是什么意思",
    "违法行为过了两年还罚吗",
    "5年内不受理是从哪天算",
    "提交10天后还没有回复怎么办",
    "自受理之日起30日后还没结果",
    # no day, or the present
    "许可证有效期几年",
    "现在申请药品经营许可证要几天",
    "今年的规定是什么",
    "今年申请延续要几天",
    "今天申请几天能批",
    "本月提交的申请多久受理",
    "2026年6月以后变更要几天",
    "今年5月15日以后申请的许可证按哪个条例",
    "2025年以来的规定",
    "since May 2026, how long does a change take",
    "after 15 May 2026 which regulation applies",
    "how long is the licence valid",
    "what is the time limit this year",
    "五月花牌口罩算二类器械吗",
    "may I sell masks online",
    "how long may mediation take",
    "2027年3月1日前要完成备案吗",
    "we must file by March 2027, what is needed",
    "新法实施后申请要几天",
]


@pytest.mark.parametrize(("text", "day"), PAST)
def test_a_past_day_on_which_the_question_hangs_is_the_day_of_the_law(text: str, day: str) -> None:
    assert law_day(text) == day


@pytest.mark.parametrize(("text", "day"), FUTURE)
def test_a_coming_day_asks_for_the_law_of_that_day(text: str, day: str) -> None:
    assert law_day(text) == day


@pytest.mark.parametrize("text", NOT_THE_DAY)
def test_what_only_looks_like_a_day_of_the_law_is_left_to_the_law_of_today(text: str) -> None:
    assert law_day(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("我的证2027年2月28号到期", date(2027, 2, 28)),
        ("生产许可证明年3月15日到期", date(2027, 3, 15)),
        ("有效期到明年三月", date(2027, 3, 31)),
        ("有效期至2027-06-30", date(2027, 6, 30)),
        ("证下个月到期", date(2026, 12, 31)),
        ("还有三个月到期", date(2027, 2, 24)),
        ("两个月后到期", date(2027, 1, 24)),
        ("our licence expires on 30 june 2027", date(2027, 6, 30)),
        ("our licence expires next year", date(2027, 12, 31)),
        ("valid until march 5, 2027", date(2027, 3, 5)),
        ("runs out in three months", date(2027, 2, 24)),
        ("许可证2026年10月1日过期了", date(2026, 10, 1)),
    ],
)
def test_the_end_of_the_persons_own_certificate_is_read(text: str, day: date) -> None:
    days = find_days(text, TODAY)
    assert (days.expiry, days.law_day) == (day, None)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019年修订的药品管理法怎么规定追溯", 2019),
        ("2021年版医疗器械监督管理条例第19条", 2021),
        ("2017年办法和条例说法不同", 2017),
        ("2022年公布的《医疗器械经营监督管理办法》第16条", 2022),
        ("what does the 2021 version say on labels", 2021),
        ("the 2019 amendment of the drug law", 2019),
    ],
)
def test_a_year_that_names_a_version_is_no_day_in_it(text: str, year: int) -> None:
    days = find_days(clean(text).lower(), TODAY)
    assert (days.edition, days.law_day) == (year, None)


def test_a_question_may_name_both_the_day_of_the_law_and_an_expiry() -> None:
    days = find_days("2026年3月申请延续的，证2027年6月30日到期，当时要提前多久", TODAY)
    assert (days.law_day, days.expiry) == (date(2026, 3, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2026年3月12日提交的投诉", "提交的投诉"),
        ("三个月前提交的", "提交的"),
        ("filed in march 2026, how", "filed in , how"),
    ],
)
def test_days_are_not_searched_for(text: str, rest: str) -> None:
    assert strip_days(text, TODAY).split() == rest.split()


def test_the_table_is_long_and_says_each_thing_once() -> None:
    texts = [text for text, _ in PAST + FUTURE] + NOT_THE_DAY
    assert len(texts) == len(set(texts))
    assert len(texts) >= 120
