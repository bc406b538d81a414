"""Named formats of the field's numbers and codes, each with its source; a definition can use no other.

A format normalises what was typed (full-width, blanks, case) and says whether it is right.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
# First two digits of an administrative division code (GB/T 2260) -> short name of the province.
PROVINCE_OF = dict(
    zip(
        [
            "11",
            "12",
            "13",
            "14",
            "15",
            "21",
            "22",
            "23",
            "31",
            "32",
            "33",
            "34",
            "35",
            "36",
            "37",
            "41",
            "42",
            "43",
            "44",
            "45",
            "46",
            "50",
            "51",
            "52",
            "53",
            "54",
            "61",
            "62",
            "63",
            "64",
            "65",
        ],
        PROVINCES,
        strict=True,
    )
)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
USCC_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))


@dataclass(frozen=True, slots=True)
class Format:
    """``tidy`` makes one spelling, ``holds`` judges it, ``error`` says what is right (a lazy text)."""

    tidy: Callable[[str], str]
    holds: Callable[[str], bool]
    error: object
    max_length: int
    pattern: str
    input_mode: str = ""
    type: str = "text"


def fold_width(text: str) -> str:
    """NFKC without zero-width characters, blanks at both ends removed."""
    return re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", text)).strip()


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", fold_width(text)).upper()


def compute_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015, modulus 31)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """Whether these 18 characters are a unified social credit code with a right check character."""
    return (
        len(code) == 18
        and all(c in USCC_ALPHABET for c in code)
        and code[2:8].isdigit()
        and compute_check_character(code[:17]) == code[17]
    )


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


USCC = r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}"
# Both the present form (药监, since the 2018 reform of the authorities) and the older 食药监 stand on licences.
DEVICE_LICENCE = rf"[{PROVINCES}].{{0,4}}(?:食药监|药监|市监)械经营许\d{{8,10}}号"
COSMETICS_LICENCE = rf"[{PROVINCES}]妆\d{{8}}"  # 化妆品生产经营监督管理办法 art. 65
COSMETICS_FILING = rf"[{PROVINCES}]G妆网备字\d{{10,}}"  # 化妆品注册备案管理办法 art. 62 (3)
MOBILE = r"1[3-9]\d{9}"
PHONE = r"(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?|1[3-9]\d{9}|400-?\d{3}-?\d{4}"
EMAIL = r"[^@\s]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
ASSESSMENT_STANDARD = r"[A-Za-z0-9/().\-\u4e00-\u9fff 《》]{2,100}"

FORMATS: dict[str, Format] = {
    "uscc": Format(
        _compact,
        is_credit_code,
        _l("This is not a unified social credit code: it has 18 characters and the last one checks the others."),
        18,
        USCC,
    ),
    "device_licence": Format(
        _compact,
        _matches(DEVICE_LICENCE),
        _l("A device distribution licence number looks like 粤穗药监械经营许20210123号."),
        40,
        DEVICE_LICENCE,
    ),
    "cosmetics_licence": Format(
        _compact,
        _matches(COSMETICS_LICENCE),
        _l("A cosmetics production licence number looks like 粤妆20210123: province, 妆, year, four digits."),
        12,
        COSMETICS_LICENCE,
    ),
    "cosmetics_filing": Format(
        _compact,
        _matches(COSMETICS_FILING),
        _l("A filing number looks like 粤G妆网备字2026000123."),
        30,
        COSMETICS_FILING,
    ),
    "mobile": Format(
        lambda text: re.sub(r"[\s-]", "", fold_width(text)).removeprefix("+86"),
        _matches(MOBILE),
        _l("Enter a mobile number of 11 digits."),
        11,
        MOBILE,
        "tel",
        "mobile",
    ),
    "phone": Format(
        lambda text: re.sub(r"\s", "", fold_width(text)),
        _matches(PHONE),
        _l("Enter a telephone number, with the area code if it is a landline: 020-00000000."),
        20,
        PHONE,
        "tel",
        "phone",
    ),
    "email": Format(
        fold_width, _matches(EMAIL), _l("Enter an e-mail address like name@example.cn."), 120, EMAIL, "email"
    ),
    "percent": Format(_compact, lambda text: True, "", 12, "", "decimal", "number"),
}
