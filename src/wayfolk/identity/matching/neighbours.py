"""Which customers are worth comparing with some customers: for all of them in one question.

The same ways as of one record (proposing) and of everybody (batch.blocking): values, and keys of
names, that few have. Work is bounded whatever the values.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.identity.matching.record import (
    COMPANY,
    PLACEHOLDER_BIRTHS,
    SHARED_BY_MOST,
    Facts,
    Record,
)
from wayfolk.identity.search import keys, nicknames, spelling, store
from wayfolk.identity.search.spelling import PARTICLES, beginning_form, skeleton
from wayfolk.kit import tenancy

KEY_OF_MOST = 50  # customers of one key of names; more are no evidence
WIDE_OF_MOST = 200  # looked at of those who share a birthday or a postcode
_NO_BIRTHDAYS = [date(year, month, day) for day, month, year in PLACEHOLDER_BIRTHS]
_FIND = (
    "SELECT customer_id, neighbour_id FROM matching_neighbours(%s::uuid[], %s::uuid[], %s::int[],"
    " %s::uuid[], %s::int[], %s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::date[], %s, %s,"
    " %s)"
)


def neighbours_of(
    records: Mapping[UUID, Record], facts: Mapping[UUID, Facts]
) -> dict[UUID, set[UUID]]:
    """Customer -> who may be the same, and whoever was proposed with them before."""
    values: list[Any] = [list(records)]
    for keys_of in (_pair_keys, _family_keys, _word_keys):
        owned = [(owner, key) for owner, each in records.items() for key in keys_of(each)]
        values += [[owner for owner, _ in owned], store.array(key for _, key in owned)]
    owned_locals = [(owner, local) for owner, each in facts.items() for local in each.locals]
    values += [[owner for owner, _ in owned_locals], [local for _, local in owned_locals]]
    values += [_NO_BIRTHDAYS, SHARED_BY_MOST, KEY_OF_MOST, WIDE_OF_MOST]
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for customer_id, neighbour_id in store.rows(_FIND, values):
        found[customer_id].add(neighbour_id)
    return found


# Most values are one customer's: who it is matters only where many contact points have it.
_HELD = """
    SELECT {what} FROM customers_contactpoint p
    WHERE p.organization_id = %(org)s AND p.normalised = sought.value
"""
_SHARED = f"""
    SELECT sought.value FROM unnest(%(values)s::text[]) AS sought (value)
    WHERE (SELECT count(*) FROM ({_HELD.format(what="1")} LIMIT %(most)s + 1) AS h) > %(most)s
        AND (SELECT count(DISTINCT h.customer_id)
             FROM ({_HELD.format(what="p.customer_id")}) AS h) > %(most)s
"""


def shared_among(records: Iterable[Record]) -> frozenset[str]:
    """Those of their emails and phones that more than SHARED_BY_MOST customers have."""
    values = {value for each in records for value in (*each.emails, *each.phones)}
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARED,
            {
                "values": list(values),
                "org": tenancy.current_organization_id(),
                "most": SHARED_BY_MOST,
            },
        )
        return frozenset(row[0] for row in cursor.fetchall())


def _pair_keys(record: Record) -> Iterator[int]:
    """The name as it is, and with every other name that bearers of the first one use."""
    organization_id = tenancy.current_organization_id()
    given, family = _words(record)
    if record.kind == COMPANY:
        if len(family) > 1:
            yield keys.pair(organization_id, skeleton(family[0]), skeleton(family[1]))
        return
    for last in dict.fromkeys([*family[:1], *family[-1:]]):
        for first in given[:1]:
            called = (skeleton(first), *nicknames.others(skeleton(first)))
            for name in dict.fromkeys(called):
                yield keys.pair(organization_id, name, skeleton(last))


def _family_keys(record: Record) -> Iterator[int]:
    """The last name, or the first word of a company's, where few have it."""
    for word in _words(record)[1][:1]:
        yield keys.family(tenancy.current_organization_id(), skeleton(word))


def _word_keys(record: Record) -> Iterator[int]:
    """The last name, or both names, with the city; how both names begin."""
    organization_id = tenancy.current_organization_id()
    given, family = _words(record)
    city = keys.city_text(spelling.words(record.city))
    if city:
        for word in family[-1:]:
            yield keys.in_city(organization_id, skeleton(word), city)
    for first, last in zip(given[:1], family[-1:], strict=False):
        begun = beginning_form(first), beginning_form(last)
        yield keys.beginnings(organization_id, *begun)
        yield keys.long_beginnings(organization_id, *begun)
        if city:
            names = skeleton(first), skeleton(last)
            yield keys.pair_in_city(organization_id, *names, city)


def _words(record: Record) -> tuple[list[str], list[str]]:
    """Words of the first name and of the last one, or of a company's name; articles left out."""
    if record.kind == COMPANY:
        return [], _telling(spelling.words(record.company_name))
    return spelling.words(record.given_name), _telling(spelling.words(record.family_name))


def _telling(words: Collection[str]) -> list[str]:
    return [word for word in words if word not in PARTICLES] or list(words)
