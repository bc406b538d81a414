"""Everything the ingest can say of a file is known to the translator."""

import ast
from pathlib import Path

import pytest

from policy_kb import describe_remark
from policy_kb.ingest.formats.kinds import _ADVICE, _NAMES, _OTHERS

ROOT = Path(__file__).resolve().parents[2] / "policy_kb"
SOURCES = [*sorted((ROOT / "ingest").rglob("*.py")), ROOT / "intake.py"]


def list_errors() -> list[str]:
    """Every sentence of an UnreadableText, with 7 for what is filled in."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UnreadableText":
                found.append(write(node.args[0]))
    return found


def write(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    readable = {"_READABLE": "Markdown, text, HTML, DOCX, PDF or XLSX", "told": "文.md: "}
    return "".join(
        str(part.value)
        if isinstance(part, ast.Constant)
        else readable.get(getattr(getattr(part, "value", None), "id", ""), "7")
        for part in node.values
    )


def test_there_are_errors_to_be_told() -> None:
    assert len(list_errors()) > 20


@pytest.mark.parametrize("error", list_errors())
def test_every_error_is_told_in_chinese(error: str) -> None:
    assert describe_remark(error, "en") == error
    assert describe_remark(error, "zh") != error


@pytest.mark.parametrize("words", sorted({*_NAMES.values(), *(name for _, name in _OTHERS)}))
def test_every_kind_of_file_has_a_chinese_name(words: str) -> None:
    told = describe_remark(f"文.md: this is {words}, not plain text; {_ADVICE['pdf']} and try again", "zh")
    assert told.isascii() is False
    assert "this is" not in told
    assert words not in told


@pytest.mark.parametrize(
    ("remark", "chinese"),
    [
        ("articles not found: 3, 4", "缺少的条：3, 4"),
        ("no day of commencement is stated", "文中没有写明施行日期"),
        (
            "publication: the text has 2007-05-29, the manifest 2007-05-23",
            "公布日期：文中是2007-05-29，清单中是2007-05-23",
        ),
        (
            "the same version (2026-01-05) is also in law/a.md; stored and 4 clauses, the official source is kept",
            "同一版本（2026-01-05）在law/a.md中也有，条数为库中和4，保留官方来源的一份",
        ),
        (
            "坏.pdf: this PDF is damaged (data); make it anew from the source",
            "坏.pdf：这个PDF已损坏（data），请从原文件重新生成",
        ),
        ("something nobody knows", "something nobody knows"),
    ],
)
def test_remarks_are_told_with_what_they_are_about(remark: str, chinese: str) -> None:
    assert describe_remark(remark, "zh") == chinese
