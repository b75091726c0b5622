"""Cron expressions in words, where a few words say the same; else there are none, and the expression has to speak for itself."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_NAMES: Final = {name[:3].upper(): number for number, name in enumerate(DAYS)}
_ALIASES: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
_STEP: Final = re.compile(r"\*/([0-9]{1,2})\Z")
_NUMBER: Final = re.compile(r"[0-9]{1,2}\Z")
_MOST_TIMES: Final = 4
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


@lru_cache(maxsize=1024)
def words(expression: str) -> str | None:
    """Say when an expression fires, such as `weekdays at 09:00`; none where that would take many words."""
    fields = _ALIASES.get(expression.lower(), expression).split()
    if len(fields) != 5 or fields[3] != "*":  # noqa: PLR2004 - the fields of cron
        return None
    minute, hour, day, _, weekday = fields
    times, days = _times(minute, hour), _days(day, weekday)
    if times is None or days is None:
        return None
    if times.startswith("at "):
        return f"{days or 'every day'} {times}"
    return f"{times}, {days}" if days else times


def _times(minute: str, hour: str) -> str | None:
    hours, minutes = _numbers(hour, 24), _numbers(minute, 60)
    if minutes is not None and hours is not None:
        all_ = [f"{h:02d}:{m:02d}" for h in hours for m in minutes]
        return f"at {_listed(all_)}" if len(all_) <= _MOST_TIMES else None
    if hour == "*":
        return _within_hours(minute, minutes)
    step = _step(hour, 24)
    if step and minutes is not None and len(minutes) == 1:
        return f"every {step} hours at {minutes[0]} minutes past" if minutes[0] else f"every {step} hours"
    return None


def _within_hours(minute: str, minutes: list[int] | None) -> str | None:
    if minute == "*":
        return "every minute"
    step = _step(minute, 60)
    if step:
        return f"every {step} minutes"
    if minutes is None or len(minutes) > _MOST_TIMES:
        return None
    return "every hour" if minutes == [0] else f"every hour at {_listed([f':{m:02d}' for m in minutes])}"


def _step(field: str, whole: int) -> int | None:
    found = _STEP.match(field)
    step = int(found[1]) if found else 0
    # An uneven step is not one: it begins anew at every full hour or day.
    return step if step > 1 and whole % step == 0 else None


def _numbers(field: str, below: int) -> list[int] | None:
    parts = field.split(",")
    if not all(_NUMBER.match(part) for part in parts):
        return None
    numbers = sorted({int(part) for part in parts})
    return numbers if numbers[-1] < below else None


def _days(day: str, weekday: str) -> str | None:
    """Return on which days; nothing for all of them, none where it takes many words."""
    if day == "*":
        return "" if weekday == "*" else _weekdays(weekday)
    if weekday != "*" or not _NUMBER.match(day) or not 1 <= int(day) <= 31:  # noqa: PLR2004
        return None
    return f"on the {int(day)}{_ORDINALS.get(int(day), 'th')} of each month"


def _weekdays(field: str) -> str | None:
    found: set[int] = set()
    for part in field.upper().split(","):
        span = list(_span(part))
        if not span:
            return None
        found.update(span)
    if found == set(range(5)):
        return "weekdays"
    if found == set(range(7)):
        return ""
    return _listed([f"{DAYS[number]}s" for number in sorted(found)])


def _span(part: str) -> Iterator[int]:
    """Yield weekdays from Monday on; cron counts from Sunday on, which is both 0 and 7."""
    first, dash, last = part.partition("-")
    begin, end = _weekday(first), _weekday(last if dash else first)
    if begin is not None and end is not None and begin <= end:
        yield from ((number - 1) % 7 for number in range(begin, end + 1))


def _weekday(name: str) -> int | None:
    if name in _NAMES:
        return (_NAMES[name] + 1) % 7
    return int(name) if _NUMBER.match(name) and int(name) <= 7 else None  # noqa: PLR2004


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
