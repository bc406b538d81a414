"""A file of records is taken as a whole or not at all, and every refusal says where and what to do."""

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from openpyxl import Workbook
from sqlalchemy import func, select

from portal.extensions import db
from portal.prefill import demo
from portal.prefill.models import Record
from portal.prefill.service import ImportReport, import_file
from portal.vocabulary import CONCEPTS, KINDS

CODE = demo.KANGRUI.code
OTHER = demo.YUNQIAO.code
NUMBER = "粤穗药监械经营许20220317号"


def make_row(**changes: Any) -> dict[str, Any]:
    row = {
        "party_code": CODE, "party_name": "广州康瑞医疗器械有限公司", "kind": "device_licence", "number": NUMBER,
        "as_of": "2024-03-11", "valid_to": "2027-02-23", "licence.mode": "批发", **changes,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value is not None}


def make_lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def make_csv(*rows: dict[str, Any]) -> bytes:
    heading = list(rows[0])
    return "\n".join([",".join(heading), *(",".join(str(row[h]) for h in heading) for row in rows)]).encode()


def count_records() -> int:
    return db.session.scalar(select(func.count(Record.id))) or 0


@pytest.mark.parametrize("content", [(make_csv, "a.csv"), (make_lines, "a.jsonl")])
def test_a_right_file_is_written_and_written_once(app: APIFlask, content: Any) -> None:
    make, name = content
    assert import_file(make(make_row()), name) == ImportReport(1, added=1)
    assert import_file(make(make_row(status="valid")), name) == ImportReport(1, changed=1)
    record = db.session.scalars(select(Record)).one()
    assert (record.source, record.grade, record.subject) == ("device_licence", "A", f"licence:{NUMBER}")
    assert record.values == {"licence.mode": "批发", "licence.number": NUMBER, "licence.valid_to": "2027-02-23"}


def test_a_byte_order_mark_and_blank_lines_do_no_harm(app: APIFlask) -> None:
    assert import_file(b"\xef\xbb\xbf" + make_csv(make_row()) + b"\n\n", "a.csv").added == 1


def test_a_dry_run_writes_nothing(app: APIFlask) -> None:
    assert import_file(make_lines(make_row()), "a.jsonl", dry_run=True) == ImportReport(1)
    assert count_records() == 0


def test_one_bad_row_and_nothing_of_the_file_is_written(app: APIFlask) -> None:
    report = import_file(make_lines(make_row(), make_row(as_of="2024-13-01"), make_row(kind="passport")), "a.jsonl")
    assert [line for line, _reason in report.errors] == [2, 3]
    assert count_records() == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"party_code": CODE[:-1] + "0"}, f"“{CODE[:-1]}0”不是统一社会信用代码（18位，最后一位是校验位）。"),
        ({"party_code": ""}, "“party_code”是空的，每一行都要填。"),
        ({"kind": "passport"}, "“kind”是“passport”，应当是其中之一："),
        ({"status": "purple"}, "“status”是“purple”，应当是其中之一："),
        ({"as_of": "2024-3"}, "“as_of”是“2024-3”，日期请写成2024-03-11。"),
        ({"as_of": "11/3/2024"}, "“as_of”是“11/3/2024”，日期请写成2024-03-11。"),
        ({"subject": f"party:{OTHER}"}, "“subject”是另一个主体的代码，与“party_code”不同；"),
        ({"as_of": "2024-02-30"}, "“as_of”是“2024-02-30”，日期请写成2024-03-11。"),
        ({"as_of": "2999-01-01"}, "“as_of”晚于今天；它是来源所说的那一天。"),
        ({"taken_on": "2999-01-01"}, "“taken_on”晚于今天；它是取得数据的那一天。"),
        ({"valid_from": "2028-01-01"}, "“valid_to”早于“valid_from”。"),
        ({"number": ""}, "device_licence类记录必须有证号或编号。"),
        ({"number": "<b>1</b>"}, "“number”含有标记代码，请只写文字。"),
        ({"number": "9" * 81}, "“number”超过80个字符。"),
        ({"subject": "康瑞"}, "“subject”应当形如licence:…。"),
        ({"item": "renewal"}, "“item”应当形如A11/renew。"),
        ({"kind": "filing", "status": "accepted", "grade": "A"}, "“grade”是A，但状态为accepted的filing最高只能是B。"),
        ({"kind": "filing", "status": "draft", "grade": "B"}, "“grade”是B，但状态为draft的filing最高只能是C。"),
        ({"org.uscc": OTHER}, "“org.uscc”与“party_code”不是同一个主体；记录不会移到别的主体名下。"),
        ({"colour": "red"}, "没有“colour”这一列，见docs/records-import.md。"),
        ({"licence.colour": "red"}, "没有表单用到“licence.colour”；可用的列见docs/records-import.md。"),
        ({"licence.scope": "[1,"}, "“licence.scope”开头像JSON，但无法读取："),
        ({"number": ["1"]}, "“number”应当是文字。"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_reason(app: APIFlask, changes: dict[str, Any], reason: str) -> None:
    report = import_file(make_lines(make_row(number="前一行"), make_row(**changes)), "a.jsonl")
    assert [line for line, _reason in report.errors] == [2]
    assert report.errors[0][1].startswith(reason)
    assert count_records() == 0


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "“a.csv”是空文件。"),
        (b"  \n ", "a.csv", "“a.csv”是空文件。"),
        (b"PK\x03\x04rest", "a.csv", "“a.csv”是Excel (XLSX) or ZIP文件，请另存为UTF-8编码的CSV或者XLSX再导入。"),
        (b"PK\x03\x04rest", "a.xlsx", "“a.xlsx”不是可以读取的Excel工作簿，"),
        (b"%PDF-1.7", "a.csv", "“a.csv”是PDF文件，"),
        ("party_code\n".encode("utf-16"), "a.csv", "“a.csv”是UTF-16文件，"),
        (b"party_code,kind,as_of\n\xff\xff\xff", "a.csv", "“a.csv”不是UTF-8编码（第2行），"),
        (b"party_code\x00", "a.csv", "“a.csv”含有空字节，"),
        (b"party_code,kind\n1,2", "a.csv", "表头缺少as_of。"),
        (b"kind,kind,party_code,party_name,as_of\n", "a.csv", "表头里“kind”出现了两次。"),
        (b'{"kind": 1}', "a.csv", "内容像是JSON Lines，"),
        (b"anything", "a.doc", "“a.doc”的文件名应当以.csv、.xlsx或.jsonl结尾。"),
        (b'party_code,party_name,kind,as_of\n"open', "a.csv", "CSV在第2行出错："),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_clearly(
    app: APIFlask, content: bytes, name: str, reason: str
) -> None:
    report = import_file(content, name)
    assert [line for line, _reason in report.errors] == [0]
    assert report.errors[0][1].startswith(reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "这一行不是JSON："),
        ("[1]", "这一行应当是一个JSON对象："),
        ('{"values": 3}', "“values”应当是"),
        ("[" * 100000, "这一行不是JSON："),
    ],
)
def test_a_broken_json_line_is_told_with_its_number(app: APIFlask, line: str, reason: str) -> None:
    report = import_file(make_lines(make_row()) + b"\n" + line.encode(), "a.jsonl")
    assert report.errors[0][0] == 2
    assert report.errors[0][1].startswith(reason)


def test_a_csv_row_of_another_width_is_told(app: APIFlask) -> None:
    report = import_file(make_csv(make_row()) + b"\n1,2", "a.csv")
    assert report.errors == ((3, "这一行有2格，表头有7格。"),)


def test_the_same_record_twice_in_a_file_is_told(app: APIFlask) -> None:
    assert import_file(make_lines(make_row(), make_row()), "a.jsonl").errors == ((2, "与第1行是同一条记录。"),)


def test_a_licence_number_of_another_party_is_refused(app: APIFlask) -> None:
    import_file(make_lines(make_row()), "a.jsonl")
    report = import_file(make_lines(make_row(party_code=OTHER, party_name="杭州云桥")), "b.jsonl")
    assert report.errors == ((1, f"证号“{NUMBER}”已经登记在另一个主体名下。"),)
    inside = make_lines(make_row(number="新号"), make_row(number="新号", party_code=OTHER, party_name="杭州云桥"))
    assert import_file(inside, "c.jsonl").errors == ((2, "证号“新号”已经登记在另一个主体名下。"),)


def test_every_kind_and_concept_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/records-import.md").read_text(encoding="utf-8")
    assert [name for name in (*KINDS, *CONCEPTS) if f"`{name}`" not in page] == []


def test_a_name_means_one_kind_and_a_heading_one_concept() -> None:
    names = [name for kind in KINDS.values() for name in {*kind.label.values(), *kind.names}]
    assert [name for name in names if names.count(name) > 1] == []
    headings = [heading for concept in CONCEPTS.values() for heading in (*concept.zh, *concept.en)]
    assert [heading for heading in headings if headings.count(heading) > 1] == []


def write_workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


HEADINGS = [
    "统一社会信用代码",
    "企业名称",
    "证照类型",
    "许可证编号",
    "数据日期",
    "有效期至",
    "状态",
    "经营方式",
    "法定代表人",
]


def get_record() -> Record:
    return db.session.scalars(select(Record)).one()


@pytest.mark.parametrize(
    "as_of", [date(2024, 3, 11), datetime(2024, 3, 11, 8, 30), "2024-3-11", "2024年3月11日", "20240311"]
)
@pytest.mark.parametrize("end", ["2027/2/23", "2027.2.23", date(2027, 2, 23)])
def test_a_workbook_with_chinese_headings_is_read(app: APIFlask, as_of: Any, end: Any) -> None:
    cells = [CODE, "广州康瑞医疗器械有限公司", "第三类医疗器械经营许可证", NUMBER, as_of, end, "有效", "批发", "顾怀川"]
    assert import_file(write_workbook(HEADINGS, cells, [None] * 9), "许可证.xlsx") == ImportReport(1, 1, 0)
    found = get_record()
    assert (found.kind, found.status, found.as_of, found.valid_to) == (
        "device_licence", "valid", date(2024, 3, 11), date(2027, 2, 23),
    )  # fmt: skip
    assert found.values == {
        "licence.mode": "批发", "org.legal_rep": "顾怀川", "licence.number": NUMBER, "licence.valid_to": "2027-02-23",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("正常", "valid"),
        ("已注销", "cancelled"),
        ("吊销", "revoked"),
        ("Canceled", "cancelled"),
        ("已受理", "accepted"),
    ],
)
def test_states_are_understood_in_both_languages(app: APIFlask, word: str, status: str) -> None:
    assert import_file(make_lines(make_row(status=word)), "a.jsonl").errors == ()
    assert get_record().status == status


def test_the_columns_of_a_plain_archive_are_understood(app: APIFlask) -> None:
    """Party, source, grade, as-of, expiry, status, subject and one object of values."""
    row = {
        "party": CODE, "source": "accepted_filing", "grade": "B", "as-of": "2025-3-24", "expiry": "长期",
        "status": "受理", "about": f"许可证：{NUMBER}", "id": "R-7", "values": {"计算机信息管理系统": "进销存 4.2"},
    }  # fmt: skip
    assert import_file(make_lines(row), "a.jsonl").errors == ()
    found = get_record()
    assert (found.kind, found.grade, found.subject, found.ref, found.valid_to) == (
        "filing",
        "B",
        f"licence:{NUMBER}",
        "R-7",
        None,
    )
    assert found.values == {"licence.it_system": "进销存 4.2"}


def test_a_mapping_names_the_headings_words_and_what_the_file_leaves_out(app: APIFlask) -> None:
    table = "单位代码;证;截至;生死;备注\n" + f"{CODE};{NUMBER};2024-03-11;死;x\n"
    mapping = """
columns: {单位代码: party_code, 证: number, 截至: as_of, 生死: status}
defaults: {kind: device_licence}
values: {status: {死: revoked}}
ignore: [备注]
"""
    assert import_file(table.encode("gb18030"), "a.csv", mapping=mapping).errors == ()
    assert (get_record().status, get_record().number) == ("revoked", NUMBER)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ("columns: [", "对应表不是可读的YAML或JSON："),
        ("rows: 3", "对应表只能有columns, defaults, values, ignore这几部分。"),
        ("columns: {证: licence.colour}", "对应表里的“licence.colour”不是这里的列。"),
    ],
)
def test_a_wrong_mapping_is_refused_before_any_row(app: APIFlask, mapping: str, reason: str) -> None:
    report = import_file(make_lines(make_row()), "a.jsonl", mapping=mapping)
    assert report.errors[0][0] == 0
    assert report.errors[0][1].startswith(reason)


def test_a_column_given_twice_with_different_values_is_refused(app: APIFlask) -> None:
    report = import_file(make_lines(make_row(values={"licence.mode": "零售"})), "a.jsonl")
    assert report.errors == ((1, "“licence.mode”在这一行出现了两次，值不同。"),)


def test_two_registers_of_one_day_are_two_records_when_the_file_names_them(app: APIFlask) -> None:
    rows = [{"party_code": CODE, "kind": "营业执照", "as_of": "2024-03-11", "record_id": f"r{n}"} for n in (1, 2)]
    assert import_file(make_lines(*rows), "a.jsonl") == ImportReport(2, 2, 0)
