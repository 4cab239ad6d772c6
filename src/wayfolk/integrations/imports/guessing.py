"""Guessing a mapping from headers and values: a start that the user corrects. No Django here."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass

from wayfolk.integrations.imports import fields, shipped
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.kit import contact
from wayfolk.kit.dates import Order
from wayfolk.kit.text import fold

_DATE = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})(?:[ T]\d.*)?")
_STAY_HINTS = ("customer", "stay", "booking")


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What a column's dates show. Undecided when no day in it is above 12."""

    order: Order
    is_decided: bool


def guess_mapping(headers: Sequence[str], samples: Dictionary[str, Sequence[str]]) -> Mapping:
    """One field for each column that is understood; a known file gets its shipped mapping."""
    known = set(headers)
    for mapping in shipped.SHIPPED.values():
        if mapping.columns() <= known:
            return mapping
    taken: set[str] = set()
    rules: list[Rule] = []
    kinds = _likely_kinds(headers)
    for header in headers:
        spec = _field_of(header, samples.get(header, ()), kinds, taken)
        if spec is not None:
            taken.add(spec.key)
            rules.append(Rule(spec.key, columns=(header,)))
    orders = {
        rule.columns[0]: date_order(samples.get(rule.columns[0], ())).order
        for rule in rules
        if fields.BY_KEY[rule.target].shape == "date"
        and date_order(samples.get(rule.columns[0], ())).is_decided
    }
    return Mapping(tuple(rules), orders)


def _likely_kinds(headers: Sequence[str]) -> list[str]:
    """Customers always; stays and bookings when what identifies them is there."""
    folded = {fold(header) for header in headers}

    def has(key: str) -> bool:
        return bool(folded & set(fields.BY_KEY[key].words))

    kinds = ["customer"]
    if has("stay.arrival_on") and has("stay.reservation_number"):
        kinds.append("stay")
    if has("booking.reference") or (has("booking.product") and has("booking.total")):
        kinds.append("booking")
    return kinds


def _field_of(
    header: str, values: Sequence[str], kinds: list[str], taken: set[str]
) -> fields.Field | None:
    folded = fold(header)
    free = [f for f in fields.FIELDS if f.kind in kinds and f.key not in taken]
    for spec in free:
        if folded in spec.words:
            return spec if _fits(spec, values) else None
    for spec in free:  # "Customer first name", "guest_email"
        if folded.removeprefix("guest ").removeprefix("customer ").removeprefix(
            "booking " if spec.kind == "booking" else "stay "
        ) in spec.words and _fits(spec, values):
            return spec
    return _field_by_values(values, free)


def _fits(spec: fields.Field, values: Sequence[str]) -> bool:
    """A column called "email" that holds no email is something else."""
    filled = [value for value in values if value.strip()]
    if not filled or spec.shape not in {"email", "date"}:
        return True
    looks = contact.is_email if spec.shape == "email" else _looks_like_date
    return 2 * sum(bool(looks(value.strip())) for value in filled) >= len(filled)


def _field_by_values(values: Sequence[str], free: list[fields.Field]) -> fields.Field | None:
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return None
    share = sum(map(contact.is_email, filled)) / len(filled)
    if share > 0.8:
        return next((f for f in free if f.key == "customer.primary_email"), None)
    phones = sum(v.startswith(("+", "00")) and contact.is_phone(v) for v in filled) / len(filled)
    if phones > 0.8:
        return next((f for f in free if f.key == "customer.primary_phone"), None)
    return None


def _looks_like_date(value: str) -> bool:
    return (
        _DATE.fullmatch(value) is not None
        or re.fullmatch(r"\d{8}|\d{1,2}[-. /][A-Za-z]{3,9}[-. /,]+\d{2,4}", value) is not None
    )


def date_order(values: Sequence[str], *, default: Order = "dmy") -> DateOrder:
    """Day first or month first: decided by any number above 12 in one of the two places."""
    firsts, seconds, years_first = [], [], 0
    for value in values:
        match = _DATE.fullmatch(value.strip())
        if match is None:
            continue
        if len(match[1]) == 4:
            years_first += 1
        else:
            firsts.append(int(match[1]))
            seconds.append(int(match[2]))
    if not firsts:
        return DateOrder("ymd" if years_first else default, is_decided=True)
    day_first, month_first = max(firsts) > 12, max(seconds) > 12
    if day_first == month_first:  # nothing shows it, or the column mixes both
        return DateOrder(default, is_decided=False)
    return DateOrder("dmy" if day_first else "mdy", is_decided=True)
