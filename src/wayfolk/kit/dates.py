"""Dates as people and files write them."""

import re
from datetime import date
from typing import Literal

from wayfolk.kit.errors import InvalidValue

Order = Literal["ymd", "dmy", "mdy"]
_PARTS = re.compile(r"(\d{1,4})[-./\s](\d{1,2}|[A-Za-zÀ-ÿ]{3,9})\.?[-./,\s]+(\d{1,4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
EARLIEST, LATEST = date(1850, 1, 1), date(2200, 12, 31)


def month_number(name: str) -> int | None:
    """1-12 for an English month name or its first three letters, else None."""
    folded = name.strip().lower()
    if folded.isdigit():
        number = int(folded)
        return number if 1 <= number <= 12 else None
    matches = [
        i for i, month in enumerate(_MONTHS, 1) if len(folded) >= 3 and month.startswith(folded)
    ]
    return matches[0] if len(matches) == 1 else None


def parse_date(value: str, *, order: Order = "ymd", field: str = "date") -> date:
    """A calendar date; ISO dates are understood whatever the `order`.

    Raises InvalidValue that names the value and the expected order.
    """
    text = value.strip()
    parts = _split(text, order)
    if parts:
        try:
            found = date(*parts)
        except ValueError:
            found = None
        if found and EARLIEST <= found <= LATEST:
            return found
    shape = {"ymd": "2026-01-31", "dmy": "31-01-2026", "mdy": "01-31-2026"}[order]
    raise InvalidValue(f"“{value[:60]}” is not a date. Write it like {shape}.", field=field)


def _split(text: str, order: Order) -> tuple[int, int, int] | None:
    compact = _COMPACT.fullmatch(text)
    if compact:
        return int(compact[1]), int(compact[2]), int(compact[3])
    match = _PARTS.fullmatch(text.split("T", maxsplit=1)[0] if "T" in text[8:12] else text)
    if not match:
        return None
    first, middle, last = match.groups()
    if len(first) == 4:
        year, month, day = first, middle, last
    elif order == "mdy" and middle.isdigit():
        month, day, year = first, middle, last
    else:
        day, month, year = first, middle, last
    month_found = month_number(month)
    if month_found is None:
        return None
    return _full_year(year), month_found, int(day)


def _full_year(year: str) -> int:
    """Two digits mean 1950-2049."""
    number = int(year)
    if len(year) > 2:
        return number
    return number + (1900 if number >= 50 else 2000)
