"""A made-up country of enterprises for the prefill bench: register entries, licences, products and filings by the million.

Written with the drivers' bulk loading into a database that the portal's own migrations made.
"""

import hashlib
import json
import random
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

import psycopg

from bench.measuring import in_chunks
from portal.forms.service import compute_check_character

COLUMNS = (
    "id", "party_code", "kind", "source", "grade", "number", "issuer", "as_of", "valid_from", "valid_to", "status",
    "subject", "item", "values", "taken_at", "ref",
)  # fmt: skip
TODAY = date(2026, 11, 24)
TAKEN = "2026-11-20 01:00:00"
# Share of enterprises -> how many products they have at most: most have a few, one in two hundred has hundreds.
SIZES = ((0.80, 5), (0.95, 30), (0.995, 100), (1.0, 400))


def make_code(number: int) -> str:
    """A credit code with a right check character that belongs to nobody."""
    first17 = f"91440111MAW{number:06d}"
    return first17 + compute_check_character(first17)


def list_parties(records: int, seed: int = 1) -> Iterator[tuple[str, int]]:
    """(code, products) of enterprises that have about so many records together."""
    chance, made, number = random.Random(seed), 0, 0
    while made < records:
        number += 1
        at = chance.random()
        below = 1
        for share, most in SIZES:
            if at <= share:
                products = chance.randint(below, most)
                break
            below = most + 1
        made += 3 + products + (products + 1) // 2
        yield make_code(number), products


def list_records(code: str, products: int) -> Iterator[tuple[Any, ...]]:
    """Business register, two licences, the products, and a filing accepted for every second one."""
    name = f"虚构{code[11:17]}化妆品有限公司"
    party = {"org.name": name, "org.domicile": f"某省某市云岭路{int(code[11:17]) % 999}号", "org.legal_rep": "江若汀"}
    whole = party | {"org.uscc": code, "org.type": "有限责任公司", "org.phone": "020-80000033"}
    yield _row(code, "business_register", "A", "", 40, f"party:{code}", whole)
    for kind, number in (("cosmetics_licence", f"粤妆20{code[11:17]}"), ("device_licence", f"粤械{code[11:17]}")):
        yield _row(code, kind, "A", number, 700, f"licence:{number}", party | {"licence.number": number})
    for place in range(products):
        yield from _list_product(code, place, party)


def find_product(code: str) -> str:
    """The id of the first product's registration: the record that a renewal names."""
    return _make_id(code, "cosmetics_registration", f"国妆特字G{code[11:17]}0000")


def _make_id(code: str, kind: str, number: str) -> str:
    return hashlib.sha256(f"{code}|{kind}|{number}".encode()).hexdigest()[:16]


def _list_product(code: str, place: int, party: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    number = f"国妆特字G{code[11:17]}{place:04d}"
    ends = TODAY + timedelta(days=150 + place % 900)
    values = party | {
        "product.number": number,
        "product.name": f"美妍青桐染发膏{place}号",
        "product.special_kind": ["染发"],
        "product.standard": f"Q/MY {place:03d}-2023",
        "product.approved_on": (ends - timedelta(days=1826)).isoformat(),
        "product.valid_to": ends.isoformat(),
        "product.maker_name": "广州和美日化有限公司",
        "product.maker_licence": "粤妆20230188",
        "product.maker_address": "广州市白云区和美工业园2栋",
    }
    yield _row(code, "cosmetics_registration", "A", number, 900, f"product:{number}", values, ends)
    if place % 2 == 0:
        filed = values | {"org.phone": "020-80000034", "org.safety_head": "唐映雪"}
        yield _row(code, "filing", "B", f"A2C{code[11:17]}{place:04d}", 400, f"product:{number}", filed)


def _row(
    code: str,
    kind: str,
    grade: str,
    number: str,
    days: int,
    subject: str,
    values: dict[str, Any],
    ends: date | None = None,
) -> tuple[Any, ...]:
    as_of = TODAY - timedelta(days=days)
    filing = kind == "filing"
    return (
        _make_id(code, kind, number), code, kind, "accepted_filing" if filing else kind, grade, number, "",
        as_of.isoformat(), None, ends.isoformat() if ends else None, "accepted" if filing else "valid", subject,
        "A2/renew" if filing else "", json.dumps(values, ensure_ascii=False), TAKEN, "",
    )  # fmt: skip


def load_sqlite(path: str, parties: list[tuple[str, int]]) -> int:
    """Into one file, unsynced while loading; the number of records."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
    connection.executemany("INSERT INTO party VALUES (?, 'enterprise', ?)", ((code, code) for code, _count in parties))
    marks = ", ".join("?" for _name in COLUMNS)
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    # in the order of the key: a tree that grows at its end is written once
    for chunk in in_chunks(_list_all(parties), lambda _row: 1, 250_000):
        connection.executemany(f"INSERT INTO record ({names}) VALUES ({marks})", sorted(chunk))
    connection.commit()
    connection.execute("ANALYZE")
    connection.commit()
    count = int(connection.execute("SELECT count(*) FROM record").fetchone()[0])
    connection.close()
    return count


def load_postgres(address: str, parties: list[tuple[str, int]]) -> int:
    """By COPY; the number of records."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY party (code, kind, name) FROM STDIN") as copy:
            _copy(copy, ((code, "enterprise", code) for code, _count in parties))
        with cursor.copy(f"COPY record ({names}) FROM STDIN") as copy:
            _copy(copy, _list_all(parties))
        connection.commit()
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM record")
        found = cursor.fetchone()
    assert found is not None
    return int(found[0])


def _copy(copy: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        copy.write_row(row)


def _list_all(parties: list[tuple[str, int]]) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(list_records(code, products) for code, products in parties)
