"""The unified social credit code of an organisation and its check character (GB 32100-2015)."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_character(body: str) -> str:
    """The 18th character for the first 17; ValueError when one of them is not in the alphabet."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=False))
    return ALPHABET[(31 - total % 31) % 31]


def is_credit_code(text: str) -> bool:
    """True for 18 characters of the alphabet whose last one checks."""
    code = text.upper()
    return len(code) == 18 and all(c in ALPHABET for c in code) and check_character(code[:17]) == code[17]
