"""Guessing a mapping from headers and values: a start that the user corrects. No Django here."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass

from wayfolk.integrations.imports import fields, guessing_rules, shipped
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.kit import contact
from wayfolk.kit.dates import Order
from wayfolk.kit.text import fold

_DATE = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})(?:[ T]\d.*)?")
# Two of these together are in no other file. "Status" and "currency" are in many.
_TRADE_SIGNS = tuple(
    f"partner.{name}"
    for name in (
        "level", "parent", "payment_terms", "payment_days", "id_number", "term_kind", "term_value",
    )
)  # fmt: skip


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
    parts = guessing_rules.find_date_parts(headers, samples)
    kinds = _likely_kinds(headers, set(parts))
    rules = _rules_of_parts(parts, kinds, {fold(header) for header in headers})
    taken = {rule.target for rule in rules}
    used = {column for rule in rules for column in rule.columns}
    for header in headers:
        spec = None
        if header not in used:
            spec = _field_of(header, samples.get(header, ()), kinds, taken)
        if spec is not None:
            taken.add(spec.key)
            rules.append(Rule(spec.key, columns=(header,)))
    rules += _rules_of_nights(headers, samples, kinds, taken)
    orders = {
        rule.columns[0]: date_order(samples.get(rule.columns[0], ())).order
        for rule in rules
        if rule.is_plain
        and rule.spec.shape == "date"
        and date_order(samples.get(rule.columns[0], ())).is_decided
    }
    return Mapping(tuple(rules), orders)


def _likely_kinds(headers: Sequence[str], parts: set[str]) -> list[str]:
    """Customers always; stays and bookings when what identifies them is there.

    `parts`: the dates that come in three columns; "" may be any.
    """
    folded = {fold(header) for header in headers}

    def has(key: str) -> bool:
        return key in parts or bool(folded & set(fields.BY_KEY[key].words))

    if sum(map(has, _TRADE_SIGNS)) >= 2:
        return ["partner"]
    kinds = ["customer"]
    if (has("stay.arrival_on") or "" in parts) and has("stay.reservation_number"):
        kinds.append("stay")
    if has("booking.reference") or (has("booking.product") and has("booking.total")):
        kinds.append("booking")
    return kinds


def _rules_of_parts(
    parts: Dictionary[str, guessing_rules.Trio], kinds: list[str], folded: set[str]
) -> list[Rule]:
    """Dates of three columns, unless one column holds the same date whole.

    A trio that is called nothing is the first date of what the file is about that is missing.
    """
    missing = [
        key
        for key in ("stay.arrival_on", "booking.booked_on", "customer.birth_on")
        if key not in parts and not folded & set(fields.BY_KEY[key].words)
    ]
    wanted = kinds[1:] or kinds  # a file of stays or bookings seldom tells birthdays
    unnamed = next((key for key in missing if fields.BY_KEY[key].kind in wanted), "")
    named = {key or unnamed: trio for key, trio in parts.items()}
    return [
        Rule(key, "date_parts", trio)
        for key, trio in named.items()
        if key and fields.BY_KEY[key].kind in kinds and not folded & set(fields.BY_KEY[key].words)
    ]


def _rules_of_nights(
    headers: Sequence[str],
    samples: Dictionary[str, Sequence[str]],
    kinds: list[str],
    taken: set[str],
) -> list[Rule]:
    """Departure and price, where the file has nights instead."""
    wanted = [("stay", "stay.departure_on"), ("booking", "booking.total")]
    found = (
        guessing_rules.find_rule(key, headers, samples)
        for kind, key in wanted
        if kind in kinds and key not in taken
    )
    return [rule for rule in found if rule is not None and (not rule.base or rule.base in taken)]


def _field_of(
    header: str, values: Sequence[str], kinds: list[str], taken: set[str]
) -> fields.Field | None:
    folded = fold(header)
    free = [f for f in fields.ALL_FIELDS if f.kind in kinds and f.key not in taken]
    for spec in free:
        if folded in spec.words:
            return spec if _fits(spec, values) else None
    for spec in free:  # "Customer first name", "guest_email"
        if folded.removeprefix("guest ").removeprefix("customer ").removeprefix(
            f"{spec.kind} "
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
