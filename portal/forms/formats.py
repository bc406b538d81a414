"""Named formats of the field's numbers and codes, read from ``formats.yml``; a definition can use no other.

A format normalises what was typed (full-width, blanks, case) and says whether it is right. The browser has a small
twin of this module, ``static/formats.js``; ``tests/contracts/form_values.json`` holds what both must answer.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "formats.yml"
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
# First two digits of an administrative division code (GB/T 2260), in the order of PROVINCES.
DIVISIONS = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65"
PROVINCE_OF = dict(zip(DIVISIONS.split(), PROVINCES, strict=True))
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
USCC_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
ID_CARD_WEIGHTS = tuple(pow(2, 17 - n, 11) for n in range(17))  # GB 11643-1999, ISO 7064 MOD 11-2


def fold_width(text: str) -> str:
    """NFKC without zero-width characters, blanks at both ends removed."""
    return re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", text)).strip()


def fold_letters(text: str) -> str:
    """Full-width letters, figures and blanks as plain ones, no zero-width characters; the punctuation of a name or a sentence
    stays as it was typed."""
    seen = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", text)
    plain = re.sub(
        r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]", lambda one: unicodedata.normalize("NFKC", one[0]), seen
    )
    return unicodedata.normalize("NFC", plain).strip()


def _nospace(text: str) -> str:
    return re.sub(r"\s+", "", fold_width(text))


def compute_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015, modulus 31)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """Whether these 18 characters are a unified social credit code with a right check character."""
    return FORMATS["uscc"].holds(code)


def _has_credit_check(code: str) -> bool:
    return compute_check_character(code[:17]) == code[17]


def _has_identity_check(code: str) -> bool:
    total = sum(int(c) * w for c, w in zip(code[:17], ID_CARD_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == code[17]


TIDY: Mapping[str, Callable[[str], str]] = {
    "plain": fold_width,
    "nospace": _nospace,
    "compact": lambda text: _nospace(text).upper(),
    "lower": lambda text: _nospace(text).lower(),
    "digits": lambda text: _nospace(text).replace("-", "").removeprefix("+86"),
}
CHECKS: Mapping[str, Callable[[str], bool]] = {"uscc": _has_credit_check, "id_card": _has_identity_check}


@dataclass(frozen=True, slots=True)
class Format:
    """``error`` says what is right, in both languages; ``asks`` is the kind of value a conversation expects; ``number``
    is the template of a new number of this kind, "" when the portal gives none; ``cites`` name the clauses."""

    name: str
    tidy_name: str
    pattern: str
    error: Mapping[str, str]
    max_length: int
    example: str
    check: str = ""
    input_mode: str = "text"
    type: str = "text"
    number: str = ""
    known: str = "text"
    cites: tuple[tuple[str, int], ...] = ()

    def tidy(self, text: str) -> str:
        """The one spelling of what was typed."""
        return TIDY[self.tidy_name](text)

    def holds(self, text: str) -> bool:
        """Whether a tidied text is right."""
        if self.pattern and not re.fullmatch(self.pattern, text):
            return False
        return not self.check or CHECKS[self.check](text)


def _read(name: str, data: dict[str, Any]) -> Format:
    return Format(
        name=name,
        tidy_name=data["tidy"],
        pattern=data["pattern"].replace("{province}", f"[{PROVINCES}]"),
        error=data["error"],
        max_length=data["longest"],
        example=data["example"],
        check=data.get("check", ""),
        input_mode=data.get("input", "text"),
        type=data.get("asks", "text"),
        number=data.get("number", ""),
        known=data.get("known", "text"),
        cites=tuple((cite["title"], cite["article"]) for cite in data.get("cite", [])),
    )


FORMATS: dict[str, Format] = {
    name: _read(name, data) for name, data in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()
}
