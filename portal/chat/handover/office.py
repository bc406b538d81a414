"""The officers' hours and the time limits of a hand-over, read from data at the start; days are counted in open days."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from policy_kb import clock, workdays

SHIPPED = Path(__file__).with_name("office.yml")


class OfficeError(ValueError):
    """The file of office hours cannot be used; the text names file and entry."""


class Office(BaseModel):
    """One authority's desk (see ``office.yml`` for each entry)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: tuple[tuple[time, time], ...] = Field(min_length=1)
    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    queue_minutes: int = Field(gt=0)
    officer_minutes: int = Field(gt=0)
    person_minutes: int = Field(gt=0)
    ticket_officer_minutes: int = Field(gt=0)
    ticket_person_working_days: int = Field(gt=0)
    promise_working_days: int = Field(gt=0)
    again_working_days: int = Field(gt=0)

    def is_open_day(self, day: date) -> bool:
        return day in self.open or (workdays.is_working_day(day) and day not in self.closed)

    def find_closing(self, moment: datetime) -> datetime | None:
        """When the desk closes that is open at this moment; None when it is closed."""
        at = moment.astimezone(clock.BEIJING)
        if not self.is_open_day(at.date()):
            return None
        ends = [end for start, end in self.hours if start <= at.time() < end]
        return datetime.combine(at.date(), ends[0], clock.BEIJING) if ends else None

    def add_open_days(self, day: date, count: int) -> date:
        """The ``count``-th open day after ``day``."""
        while count:
            day += timedelta(days=1)
            count -= self.is_open_day(day)
        return day

    def end_of(self, day: date) -> datetime:
        """The last closing time of that day."""
        return datetime.combine(day, max(end for _start, end in self.hours), clock.BEIJING)

    def write_hours(self) -> str:
        """09:00–12:00, 13:30–17:00."""
        return ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in self.hours)


def read_office(path: Path) -> Office:
    """The office of a file; OfficeError says what is wrong with it."""
    try:
        return Office.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OfficeError(f"{path.name} is no YAML: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OfficeError(f"{path.name}: {wrong}") from error


def init_office(extensions: dict[str, Any], folder: Path) -> None:
    """Read the authority's own ``office.yml`` in the data folder, else the shipped one; a wrong file stops the start."""
    own = folder / "office.yml"
    extensions["office"] = read_office(own if own.is_file() else SHIPPED)


def the_office() -> Office:
    office = current_app.extensions["office"]
    assert isinstance(office, Office)
    return office
