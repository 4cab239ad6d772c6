"""Which customers are worth comparing with some customers: for all of them in one question.

The same ways as of one record (proposing) and of everybody (batch.blocking): values, and keys of
names, that few have. Work is bounded whatever the values.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
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
    " %s::uuid[], %s::int[], %s::uuid[], %s::text[], %s::date[], %s, %s, %s)"
)


def neighbours_of(
    records: Mapping[UUID, Record], facts: Mapping[UUID, Facts]
) -> dict[UUID, set[UUID]]:
    """Customer -> who may be the same, and whoever was proposed with them before."""
    organization_id = tenancy.current_organization_id()
    pairs = [(key, k) for key, each in records.items() for k in _pair_keys(each, organization_id)]
    words = [(key, k) for key, each in records.items() for k in _word_keys(each, organization_id)]
    locals_ = [(key, local) for key, each in facts.items() for local in each.locals]
    values = [
        list(records),
        [owner for owner, _ in pairs],
        store.array(key for _, key in pairs),
        [owner for owner, _ in words],
        store.array(key for _, key in words),
        [owner for owner, _ in locals_],
        [local for _, local in locals_],
        _NO_BIRTHDAYS,
        SHARED_BY_MOST,
        KEY_OF_MOST,
        WIDE_OF_MOST,
    ]
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for customer_id, neighbour_id in store.rows(_FIND, values):
        found[customer_id].add(neighbour_id)
    return found


_SHARED = """
    SELECT sought.value FROM unnest(%(values)s::text[]) AS sought (value) CROSS JOIN LATERAL (
        SELECT count(*) AS holders FROM (
            SELECT DISTINCT p.customer_id FROM customers_contactpoint p
            WHERE p.organization_id = %(org)s AND p.normalised = sought.value
            LIMIT %(most)s + 1) AS h) AS counted
    WHERE counted.holders > %(most)s
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


def _pair_keys(record: Record, organization_id: int) -> Iterator[int]:
    """The name as it is, and with every other name that bearers of the first one use."""
    given, family = _words(record)
    if record.kind == COMPANY:
        if len(family) > 1:
            yield keys.pair(organization_id, *map(skeleton, family[:2]))
        return
    for last in family[:1] + family[1:][-1:]:
        for first in given[:1]:
            called = (skeleton(first), *nicknames.others(skeleton(first)))
            for name in dict.fromkeys(called):
                yield keys.pair(organization_id, name, skeleton(last))


def _word_keys(record: Record, organization_id: int) -> Iterator[int]:
    """A word of the name with the city; how two words begin; pairs of names of three words."""
    given, family = _words(record)
    both = [*given[:2], *family[:2]]
    city = keys.city_text(spelling.words(record.city))
    first_last = [*given[:1], *family[-1:]]
    if city:
        for word in dict.fromkeys(map(skeleton, both)):
            yield keys.in_city(organization_id, word, city)
    if len(first_last) == 2:
        first, last = map(beginning_form, first_last)
        yield keys.beginnings(organization_id, first, last)
        yield keys.long_beginnings(organization_id, first, last)
        a, b = map(skeleton, first_last)
        yield keys.pair(organization_id, a, b)
        if city:
            yield keys.pair_in_city(organization_id, a, b, city)


def _words(record: Record) -> tuple[list[str], list[str]]:
    """Words of the first name and of the last one, or of a company's name; articles left out."""
    if record.kind == COMPANY:
        return [], _telling(spelling.words(record.company_name))
    return spelling.words(record.given_name), _telling(spelling.words(record.family_name))


def _telling(words: Collection[str]) -> list[str]:
    return [word for word in words if word not in PARTICLES] or list(words)
