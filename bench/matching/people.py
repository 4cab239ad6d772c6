"""Customers who were entered more than once, with what happens to records meanwhile.

The customers of bench/generator (households, landlines and mailboxes that families share,
agencies, namesakes); of every eighth there is a second record or a third, by somebody who
mistyped, left out, used another name or did not know of a move.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import cast

from bench.generator import people
from bench.generator.plan import Plan
from bench.searching import vocabulary
from bench.searching.typos import mistyped, wrong_digit
from wayfolk.identity.matching.record import Record

DUPLICATED = 0.125
_NAMES = cast("people.Namebook", vocabulary)
_NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "James": "Jim", "Elizabeth": "Liz", "Thomas": "Tom",
    "Michael": "Mike", "Katherine": "Kate", "Margaret": "Maggie", "Alexander": "Alex",
}  # fmt: skip
_HOSTS = ("gmail.com", "outlook.com", "icloud.com", "web.de")


def entered(count: int, seed: int) -> tuple[list[Record], dict[str, str]]:
    """Records in no order of persons, and record -> person. count: of persons."""
    rng = Random(f"matching/{seed}")
    records: list[Record] = []
    truth: dict[str, str] = {}
    for person in persons(count, seed):
        copies = [person]
        while rng.random() < DUPLICATED:
            copies.append(copied(person, rng))
        for each in copies:
            key = f"r{len(records)}"
            records.append(replace(each, id=key))
            truth[key] = str(person.id)
    rng.shuffle(records)
    return records, truth


def persons(count: int, seed: int) -> Iterator[Record]:
    """One record of each customer, as bench/generator makes them."""
    of = Plan(organization_id=1, seed=seed, customers=count)
    current: dict[str, object] = {}
    for start in range(0, count, 1_000):
        for table, row in people.customers(of, start, min(start + 1_000, count), book=_NAMES):
            if table == "customers_customer":
                if current:
                    yield Record(**current)  # type: ignore[arg-type]
                current = _named(row)
            elif table == "customers_contactpoint":
                many = "emails" if row["kind"] == "email" else "phones"
                current[many] = (*current.get(many, ()), row["normalised"])  # type: ignore[misc]
            else:
                current |= {name: row[name] for name in ("lines", "postcode", "city", "country")}
    if current:
        yield Record(**current)  # type: ignore[arg-type]


_COLUMNS = ("id", "kind", "given_name", "middle_name", "family_name", "company_name", "birth_on")


def _named(row: dict[str, object]) -> dict[str, object]:
    named = {name: row[name] for name in _COLUMNS if name in row}
    return named | {"gender": row.get("gender", ""), "id": str(row["id"])}


def copied(person: Record, rng: Random) -> Record:
    """The same person as somebody else enters them, who asks for less and makes slips."""
    found = _renamed(person, rng)
    if found.birth_on and rng.random() < 0.12:
        found = replace(found, birth_on=_wrong_day(found.birth_on, rng))
    if found.birth_on and rng.random() < 0.2:
        found = replace(found, birth_on=None)
    if rng.random() < 0.3:
        found = replace(found, emails=_other_emails(found.emails, rng))
    if rng.random() < 0.35:
        phones = tuple(wrong_digit(p, rng, first=3) for p in found.phones[:1])
        found = replace(found, phones=phones if rng.random() < 0.4 else found.phones[1:])
    if rng.random() < 0.3:
        lines = mistyped(found.lines, rng) if found.lines and rng.random() < 0.5 else ""
        found = replace(found, lines=lines)
        if not lines:
            found = replace(found, postcode="", city="")
    return replace(found, gender=found.gender if rng.random() < 0.7 else "")


def _renamed(person: Record, rng: Random) -> Record:
    if person.kind == "company":
        name = person.company_name
        return replace(person, company_name=mistyped(name, rng) if rng.random() < 0.4 else name)
    given, family = person.given_name, person.family_name
    chance = rng.random()
    if chance < 0.12 and given:
        given = mistyped(given, rng)
    elif chance < 0.24 and family:
        family = mistyped(family, rng)
    elif chance < 0.27 and family:
        given, family = family, given
    elif chance < 0.35:
        given = _NICKNAMES.get(given, given)
    elif chance < 0.38 and family:
        family = f"{family}-{rng.choice(('Smith', 'Meyer', 'Costa', 'Berg'))}"
    elif chance < 0.40 and given:
        given = given[0]
    middle = person.middle_name if rng.random() < 0.5 else ""
    return replace(person, given_name=given, family_name=family, middle_name=middle)


def _wrong_day(day: date, rng: Random) -> date:
    if rng.random() < 0.4 and day.day <= 12:
        return day.replace(month=day.day, day=day.month)
    if rng.random() < 0.3:
        return date(1900, 1, 1)
    return day + timedelta(days=rng.choice((1, 10, 365, 3650)))


def _other_emails(emails: tuple[str, ...], rng: Random) -> tuple[str, ...]:
    if not emails or rng.random() < 0.6:
        return ()
    local, _, host = emails[0].partition("@")
    if rng.random() < 0.5:
        return (f"{mistyped(local, rng)}@{host}",)
    return (f"{local}@{rng.choice(_HOSTS)}",)
