"""Numbers that the rules prescribe, given one after another without a gap.

Filing number of a domestic general cosmetic: short name of the province + G妆网备字 + four digits of the year + serial
(化妆品注册备案管理办法 art. 62); we write the serial with six digits.
"""

from flask_babel import gettext as _
from sqlalchemy import update

from policy_kb import clock
from portal.applications import questions
from portal.applications.models import Serial
from portal.errors import Conflict
from portal.extensions import db


def give_filing_number(party_code: str) -> str:
    """The next filing number of the party's province. The caller commits."""
    province = questions.province_of(party_code)
    if not province:
        raise Conflict(
            _(
                "The province cannot be read from the party's code, so no filing number can be given. Ask the service desk."
            )
        )
    year = clock.today().year
    return f"{province}G妆网备字{year}{_next(f'filing:{province}:{year}'):06d}"


def _next(series: str) -> int:
    """The series counted on in the present transaction, so that two filings never share a number."""
    if db.session.get(Serial, series) is None:
        db.session.add(Serial(series=series, last=0))
        db.session.flush()
    db.session.execute(update(Serial).where(Serial.series == series).values(last=Serial.last + 1))
    row = db.session.get_one(Serial, series)
    db.session.refresh(row)
    return row.last
