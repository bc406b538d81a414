"""Numbers that the rules prescribe, given one after another without a gap.

How a number is written stands with its format (``portal/forms/formats.yml``), where the clause that prescribes it is
named; which one a matter gives is said by its form (third word of ``outcome``).
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from policy_kb import clock
from portal.applications import questions
from portal.applications.models import Serial
from portal.errors import Conflict
from portal.extensions import db
from portal.forms.service import Form


def give_number(form: Form, party_code: str, answers: Mapping[str, Any]) -> str:
    """The next number of the form's format in the party's province; "" when its form gives none. The caller commits.

    A person has no province of their own: that of the enterprise they name is taken.
    """
    template = questions.number_template(form)
    if not template:
        return ""
    code = _find_code(form, party_code, answers)
    province = questions.province_of(code)
    if "{province}" in template and not province:
        raise Conflict(
            _("The province cannot be read from the party's code, so no number can be given. Ask the service desk.")
        )
    today = clock.today()
    words = {
        "province": province, "division": code[2:4], "category": _find_category(form, answers), "year": today.year,
        "year2": f"{today:%y}", "month": f"{today:%m}", "day": f"{today:%d}",
    }  # fmt: skip
    return template.format(**words, serial=_next(f"{questions.number_format(form)}:{province}:{today.year}"))


def _find_code(form: Form, party_code: str, answers: Mapping[str, Any]) -> str:
    """The credit code that says the province: the party's, or the one given for the unit a person works in."""
    if questions.province_of(party_code):
        return party_code
    units = [f.id for f in form.list_fields() if f.format == "uscc" and f.id in answers]
    return str(answers[units[0]]) if units else ""


def _find_category(form: Form, answers: Mapping[str, Any]) -> str:
    """The first two digits of the device's classification code; "" when it has none."""
    codes = [f.id for f in form.list_fields() if f.format == "device_class_code" and f.id in answers]
    return str(answers[codes[0]])[:2] if codes else ""


def _next(series: str) -> int:
    """The series counted on in the present transaction, so that two filings never share a number."""
    if db.session.get(Serial, series) is None:
        db.session.add(Serial(series=series, last=0))
        db.session.flush()
    db.session.execute(update(Serial).where(Serial.series == series).values(last=Serial.last + 1))
    row = db.session.get_one(Serial, series)
    db.session.refresh(row)
    return row.last
