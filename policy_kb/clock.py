"""The one clock of the system, in Beijing time.

Deadlines, "in force on" and expiry all hang on the day, so every process asks
this module. A development or test run may set ``WENBAN_NOW`` (ISO 8601, e.g.
``2026-11-24`` or ``2026-11-24T09:30``) and the clock then starts there and goes
on ticking; in production the variable is refused.
"""

import os
import time
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class ClockError(ValueError):
    """WENBAN_NOW cannot be read, or is set where it must not be."""


@lru_cache(maxsize=8)
def _start(setting: str) -> tuple[datetime, float]:
    try:
        moment = datetime.fromisoformat(setting)
    except ValueError as error:
        raise ClockError(f"WENBAN_NOW={setting!r} is not a date like 2026-11-24 or 2026-11-24T09:30") from error
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING), time.monotonic()


def now() -> datetime:
    """The present moment with the Beijing time zone."""
    setting = os.environ.get("WENBAN_NOW", "").strip()
    if not setting:
        return datetime.now(BEIJING)
    if os.environ.get("WENBAN_ENV", "development") == "production":
        raise ClockError("WENBAN_NOW is for development and tests; unset it in production")
    moment, began = _start(setting)
    return moment + timedelta(seconds=time.monotonic() - began)


def today() -> date:
    """The present day in Beijing."""
    return now().date()
