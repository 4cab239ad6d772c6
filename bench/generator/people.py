"""Customers with their contact points and addresses: households, agencies, loners."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Protocol, cast

from bench.generator import names, plan
from bench.generator.names import Locale
from bench.generator.plan import Plan, is_company, row_id
from wayfolk.customers.folding import fold_customer
from wayfolk.kit import text

Row = tuple[str, dict[str, Any]]

_HOUSEHOLD_SIZES = (1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 5)
_MAIL_HOSTS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "web.de", "free.fr")
_NO_BIRTHDAY_SHARE = 0.4
_AGENCY_DESKS = 60
# How long a number is after its country's prefix; 9 where nothing is said.
_PHONE_DIGITS = {"GB": 10, "DE": 10, "IT": 10, "DK": 8, "TR": 10, "GR": 10, "RU": 10, "CN": 11}


class Namebook(Protocol):
    """Where names come from; the module `names` unless a benchmark needs more of them."""

    LOCALES: tuple[Locale, ...]
    WEIGHTS: tuple[int, ...]

    def given_name(self, rng: Random, locale: Locale) -> str: ...
    def family_name(self, rng: Random, locale: Locale) -> str: ...
    def company_name(self, rng: Random, locale: Locale) -> str: ...


_COMPANY_NAMES = cast("Namebook", names)


def customers(of: Plan, start: int, stop: int, *, book: Namebook = _COMPANY_NAMES) -> Iterator[Row]:
    """(table, values) of the customers in these places, and of what belongs to them."""
    rng = of.rng("customer", start)
    place = start
    while place < stop:
        locale = rng.choices(book.LOCALES, book.WEIGHTS)[0]
        if is_company(place):
            size = 1
            yield from _company(rng, locale, place, book)
        else:
            wished = min(rng.choice(_HOUSEHOLD_SIZES), stop - place)
            size = next((n for n in range(1, wished) if is_company(place + n)), wished)
            yield from _household(rng, locale, place, size, book)
        place += size


def _household(rng: Random, locale: Locale, first: int, size: int, book: Namebook) -> Iterator[Row]:
    family = book.family_name(rng, locale)
    home = _home(rng, locale)
    landline = _phone(rng, locale)
    shares_email = size > 1 and rng.random() < 0.3
    desk = rng.randrange(_AGENCY_DESKS) if rng.random() < 0.03 else None
    shared = _email(rng, book.given_name(rng, locale), family, first)
    for place in range(first, first + size):
        given = book.given_name(rng, locale)
        email = shared if shares_email else _email(rng, given, family, place)
        if desk is not None:
            email = f"desk{desk}@agency{desk}.example"
        contacts = [("email", email)] if rng.random() < 0.85 else []
        if rng.random() < 0.4:
            contacts.append(("phone", landline))
        if rng.random() < 0.6:
            contacts.append(("mobile", _phone(rng, locale)))
        values = {
            "kind": "person",
            "given_name": given,
            "middle_name": book.given_name(rng, locale) if rng.random() < 0.08 else "",
            "family_name": family if rng.random() < 0.98 else "",
            "birth_on": _birthday(rng),
            "gender": rng.choice(("", "female", "male")),
            "language": locale.code,
            "nationality": locale.country,
        }
        yield from _rows(rng, place, values, contacts, home)


def _company(rng: Random, locale: Locale, place: int, book: Namebook) -> Iterator[Row]:
    name = book.company_name(rng, locale)
    contacts = [("email", f"office@company{place}.example"), ("phone", _phone(rng, locale))]
    values = {"kind": "company", "company_name": name, "language": locale.code}
    yield from _rows(rng, place, values, contacts, _home(rng, locale))


def _rows(
    rng: Random,
    place: int,
    values: dict[str, Any],
    contacts: list[tuple[str, str]],
    home: dict[str, str],
) -> Iterator[Row]:
    customer_id = row_id("customer", place)
    points = [(kind, value, _normalised(kind, value)) for kind, value in contacts]
    name_parts = {
        part: values.get(part, "")
        for part in ("given_name", "middle_name", "family_name", "company_name")
    }
    folded = fold_customer(**name_parts)
    yield (
        "customers_customer",
        {
            **values,
            "id": customer_id,
            "number": plan.customer_number(place),
            "status": "inactive" if rng.random() < 0.05 else "active",
            "is_special_guest": rng.random() < 0.01,
            "sort_key": folded.sort_key,
            "folded_given": folded.folded_given,
            "folded_family": folded.folded_family,
            "folding_version": folded.folding_version,
        },
    )
    for part, (kind, value, normalised) in enumerate(points):
        yield (
            "customers_contactpoint",
            {
                "id": row_id("contact", place, part),
                "customer_id": customer_id,
                "kind": kind,
                "value": value,
                "normalised": normalised,
            },
        )
    if rng.random() < 0.7:
        yield (
            "customers_address",
            {"id": row_id("address", place), "customer_id": customer_id, **home},
        )


def _normalised(kind: str, value: str) -> str:
    """As the product does it: phones here are always typed with their international prefix."""
    return value.casefold() if kind == "email" else f"+{text.digits(value)}"


def _email(rng: Random, given: str, family: str, place: int) -> str:
    first, last = text.fold(given).replace(" ", ""), text.fold(family).replace(" ", "")
    local = rng.choice((f"{first}.{last}", f"{first[:1]}{last}", f"{last}{place % 1000}"))
    return f"{local}{place % 97 or ''}@{names.skewed(rng, _MAIL_HOSTS)}"


def _phone(rng: Random, locale: Locale) -> str:
    length = _PHONE_DIGITS.get(locale.country, 9)
    number = f"{rng.randrange(2 * 10 ** (length - 1), 10**length)}"
    return f"{locale.phone_prefix} {number[:3]} {number[3:6]} {number[6:]}"


def _home(rng: Random, locale: Locale) -> dict[str, str]:
    return {
        "lines": names.street(rng, locale),
        "postcode": f"{rng.randrange(10_000, 99_999)}",
        "city": names.skewed(rng, locale.cities),
        "country": locale.country,
    }


def _birthday(rng: Random) -> date | None:
    if rng.random() < _NO_BIRTHDAY_SHARE:
        return None
    return date(1935, 1, 1) + timedelta(days=rng.randrange(88 * 365))
