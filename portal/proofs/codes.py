"""Verification codes: 100 random bits in Crockford's base 32, typed from paper without mistaking a letter for a digit."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
LENGTH = 20
_GROUP = 5
_READ_AS = str.maketrans("OIL", "011")


def make_code() -> str:
    """Twenty characters without hyphens, as they are stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def write_code(code: str) -> str:
    """The code as people see it: ``ABCDE-FGHJK-MNPQR-STVWX``."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """A typed code as it is stored: case, blanks, hyphens and O for 0, I or L for 1 do not matter; "" when it is none."""
    kept = "".join(sign for sign in typed[:200] if sign.isascii() and sign.isalnum()).upper().translate(_READ_AS)
    return kept if len(kept) == LENGTH and all(sign in ALPHABET for sign in kept) else ""
