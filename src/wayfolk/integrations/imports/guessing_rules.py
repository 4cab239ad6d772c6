"""Guessing which columns make one field together: parts of a date, nights. No Django here."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary

from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.fields import Field
from wayfolk.integrations.imports.rule import Rule
from wayfolk.kit import dates
from wayfolk.kit.text import fold

Samples = Dictionary[str, Sequence[str]]
Trio = tuple[str, str, str]

_YEARS = frozenset("year yyyy yr jahr annee ano".split())
_MONTHS = frozenset("month mm mon monat mois mes".split())
_DAYS = frozenset("day dd tag jour dia".split())
_IDLE = frozenset("of the date on number no name".split())
_OWNERS = frozenset("guest customer stay booking".split())
_NIGHTS = frozenset({"nights", "number of nights", "no of nights", "length of stay", "los"})
_PRICES = frozenset(
    {"price per night", "rate per night", "nightly rate", "room rate", "adr", "average daily rate"}
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def find_date_parts(headers: Sequence[str], samples: Samples) -> dict[str, Trio]:
    """The key of a date field -> its columns of year, month and day, told by their names.

    Under "" stands a trio that says of no field which it is: Year, Month, Day alone.
    """
    groups: dict[frozenset[str], dict[str, str]] = {}
    for header in headers:
        part, stem = _part_of(header)
        if part and _holds(part, samples.get(header, ())):
            groups.setdefault(stem, {}).setdefault(part, header)
    found: dict[str, Trio] = {}
    for stem, parts in groups.items():
        spec = _date_called(stem)
        if len(parts) == 3 and (spec or not stem):
            found.setdefault(spec.key if spec else "", (parts["y"], parts["m"], parts["d"]))
    return found


def find_rule(target: str, headers: Sequence[str], samples: Samples) -> Rule | None:
    """A rule that these columns suggest for one field."""
    trio = find_date_parts(headers, samples).get(target)
    if trio is not None:
        return Rule(target, "date_parts", trio)
    nights = _nights_in(headers)
    if nights and target == "stay.departure_on":
        return Rule(target, "plus_days", nights, base="stay.arrival_on")
    price = next((header for header in headers if _words_of(header) in _PRICES), None)
    if nights and price and target == "booking.total":
        return Rule(target, "times_nights", (price, *nights))
    return None


def _part_of(header: str) -> tuple[str, frozenset[str]]:
    """y, m or d with the other words of the name; "day of month" is a day."""
    words = frozenset(_words_of(header).split())
    for part, names in (("d", _DAYS), ("y", _YEARS), ("m", _MONTHS)):
        if words & names and "week" not in words:
            return part, words - _DAYS - _YEARS - _MONTHS - _IDLE - _OWNERS
    return "", frozenset()


def _words_of(header: str) -> str:
    return fold(_CAMEL.sub(" ", header.replace("_", " ")))


def _holds(part: str, values: Sequence[str]) -> bool:
    """At least half of the values can be this part of a date; nothing speaks against none."""
    filled = [value.strip() for value in values if value.strip()]
    return 2 * sum(map(_FITS[part], filled)) >= len(filled)


def _is_year(value: str) -> bool:
    return value.isdecimal() and dates.EARLIEST.year <= int(value) <= dates.LATEST.year


def _is_month(value: str) -> bool:
    return dates.month_number(value) is not None


def _is_day(value: str) -> bool:
    return value.isdecimal() and 1 <= int(value) <= 31


_FITS: Dictionary[str, Callable[[str], bool]] = {"y": _is_year, "m": _is_month, "d": _is_day}


def _date_called(stem: frozenset[str]) -> Field | None:
    """The date field that is called so: "arrival" of "arrival date"."""
    for spec in fields.ALL_FIELDS:
        if spec.shape == "date" and stem in {frozenset(w.split()) - _IDLE for w in spec.words}:
            return spec
    return None


def _nights_in(headers: Sequence[str]) -> tuple[str, ...]:
    """The column of nights; else those that divide them, as weekend nights and week nights."""
    whole = [header for header in headers if _words_of(header) in _NIGHTS]
    return tuple(whole[:1] or [h for h in headers if _words_of(h).endswith(" nights")])
