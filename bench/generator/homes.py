"""Generated households: 350,000 for a million customers, neighbours in the list living together.

One in eight people moved in from the household before, so that there is a past to ask for.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bench.generator import names, plan
from bench.generator.plan import Plan
from wayfolk.kit import text

_FIRST = date(2012, 1, 1)
_ROLES = ("head", "partner", "child", "child")
MOVED = 8  # every so many people lived in another household before

Row = tuple[str, dict[str, Any]]


def households(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """Households with their members, and a connection for every tenth."""
    rng = of.rng("household", start)
    for place in range(start, stop):
        locale = names.LOCALES[rng.randrange(10)]
        name = names.family_name(rng, locale)
        household_id = plan.row_id("household", place)
        city = f"{name} City"[:120]
        yield (
            "households_household",
            {
                "id": household_id,
                "number": plan.household_number(place),
                "name": name,
                "lines": f"Street {rng.randrange(400)}",
                "postcode": f"{rng.randrange(10_000):05d}",
                "city": city,
                "channel": "email",
                "folded_name": text.fold(name),
                "folded_city": text.fold(city),
            },
        )
        yield from _members(of, place)
        acquainted = (_first(of, place) + 500) % of.customers
        if place % 10 == 0 and not plan.is_company(acquainted):
            yield (
                "households_connection",
                {
                    "id": plan.row_id("household", place, 1),
                    "household_id": household_id,
                    "customer_id": plan.row_id("customer", acquainted),
                    "kind": "emergency",
                    "from_on": _FIRST,
                },
            )


def _first(of: Plan, place: int) -> int:
    """The first customer who lives in the household."""
    return place * of.customers // of.households


def _members(of: Plan, place: int) -> Iterator[Row]:
    first, after = _first(of, place), _first(of, place + 1)
    for customer in (each for each in range(first, after) if not plan.is_company(each)):
        moved_on = _FIRST + timedelta(days=365 + customer % 3_000)
        has_moved = customer % MOVED == 0 and place > 0
        yield _member(place, customer, customer - first, moved_on if has_moved else _FIRST, None)
    for customer in range(after, min(_first(of, place + 2), of.customers)):
        if customer % MOVED == 0 and not plan.is_company(
            customer
        ):  # lived here before they moved on to the next household
            moved_on = _FIRST + timedelta(days=365 + customer % 3_000)
            yield _member(place, customer, 3, _FIRST, moved_on)


def _member(place: int, customer: int, rank: int, from_on: date, to_on: date | None) -> Row:
    return "households_householdmember", {
        "id": plan.row_id("member", customer, place & 0xFFFF),
        "household_id": plan.row_id("household", place),
        "customer_id": plan.row_id("customer", customer),
        "role": _ROLES[min(rank, len(_ROLES) - 1)],
        "from_on": from_on,
        "to_on": to_on,
    }
