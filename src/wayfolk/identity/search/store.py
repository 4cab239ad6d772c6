"""The doors to the index: one function for each SQL function of the migrations."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from wayfolk.identity.search.numbers import Source, number_in

TIMEOUT_MS = 1_500


class Candidate(NamedTuple):
    """A proposed customer. via: which of the sets of keys led here, from 1; 0 none.

    note: the contact value or external id that was found.
    """

    customer_id: UUID
    number: int
    kind: str
    status: str
    given_name: str
    middle_name: str
    family_name: str
    company_name: str
    recency: int
    via: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """What to look for; see search_candidates() in migration 0002."""

    pairs: Sequence[int] = ()
    other_pairs: Sequence[int] = ()
    second_pairs: Sequence[int] = ()
    pair_limit: int = 40
    families: Iterable[int] = ()
    family_limit: int = 40
    given_led: Sequence[tuple[str, str]] = ()
    family_led: Sequence[tuple[str, str]] = ()
    beginning_limit: int = 40
    sets: Sequence[Sequence[int]] = ()
    more_sets: Sequence[Sequence[int]] = ()
    any_of: Iterable[int] = ()
    set_limit: int = 60
    enough: int = 40


def array(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of numbers: cheaper than adapting each value."""
    return f"{{{','.join(map(str, values))}}}"


def rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def rows_of_each(statements: Sequence[str], values: Sequence[Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of several statements in one round trip; a UNION is planned at every call."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)
        found = [list(cursor.fetchall())]
        while cursor.nextset():
            found.append(list(cursor.fetchall()))
    return found


@contextmanager
def limited_time() -> Iterator[None]:
    """No statement within runs longer than TIMEOUT_MS; if one fails, the transaction goes on.

    Spelled out, because Django's savepoint and the limit apart are twice the round trips.
    """
    _run(f"SAVEPOINT search; SET LOCAL statement_timeout = {TIMEOUT_MS}")
    try:
        yield
    except BaseException:
        _run("ROLLBACK TO SAVEPOINT search; RELEASE SAVEPOINT search")
        raise
    _run("RELEASE SAVEPOINT search; SET LOCAL statement_timeout TO DEFAULT")


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)


def find_candidates(probes: Probes, statuses: Sequence[str]) -> list[Candidate]:
    values = [
        array(probes.pairs),
        array(probes.other_pairs),
        array(probes.second_pairs),
        probes.pair_limit,
        array(probes.families),
        probes.family_limit,
        [first for first, _ in probes.given_led],
        [second for _, second in probes.given_led],
        [first for first, _ in probes.family_led],
        [second for _, second in probes.family_led],
        probes.beginning_limit,
        [array(each) for each in probes.sets],
        [array(each) for each in probes.more_sets],
        array(probes.any_of),
        probes.set_limit,
        probes.enough,
        list(statuses),
    ]
    found = rows(
        "SELECT * FROM search_candidates(%s::int[], %s::int[], %s::int[], %s, %s::int[], %s,"
        " %s::text[], %s::text[], %s::text[], %s::text[], %s, %s::text[], %s::text[], %s::int[],"
        " %s, %s, %s::text[])",
        values,
    )
    return [Candidate(*row) for row in found]


def find_contacts(
    statuses: Sequence[str],
    *,
    is_email: bool,
    tails: Sequence[tuple[int, int]] = (),
    ranges: Sequence[tuple[str, str]] = (),
    equal: Sequence[str] = (),
    limit: int = 40,
) -> list[Candidate]:
    """Who has a contact point in one of these ranges; `note` is its normalised value."""
    found = rows(
        "SELECT * FROM search_contacts(%s::int[], %s::int[], %s::text[], %s::text[], %s::text[],"
        " %s, %s, %s::text[])",
        [
            array(low for low, _ in tails),
            array(high for _, high in tails),
            [low for low, _ in ranges],
            [high for _, high in ranges],
            list(equal),
            limit,
            is_email,
            list(statuses),
        ],
    )
    return [Candidate(*row) for row in found]


def find_numbered(
    typed: str, statuses: Sequence[str], sources: Sequence[Source]
) -> list[tuple[str, Candidate]]:
    """By customer number, by another system's id, by the numbers of `sources`; with the kind.

    `note` is the number or id that was found.
    """
    bare = typed.lstrip("#")
    number = number_in(typed)
    own = number if bare.isdigit() else None
    parts = ["SELECT s.*, s.note_kind FROM search_numbered(%s, %s, %s::text[]) s"]
    values: list[Any] = [own, bare, list(statuses)]
    for source in sources:
        parts.append(
            f"SELECT p.*, n.number, '{source.kind}' FROM {source.function}(%s, %s) n"
            " CROSS JOIN LATERAL search_people(ARRAY[n.customer_id], %s::text[]) p"
        )
        values += [typed, number, list(statuses)]
    found = chain.from_iterable(rows_of_each(parts, values))
    return [(row[-1], Candidate(*row[:11])) for row in found]


def find_words(
    *,
    deletions: Iterable[int] = (),
    beginnings: Sequence[str] = (),
    fragments: Sequence[str] = (),
    limit: int = 50,
) -> dict[str, int]:
    """Words of the vocabulary -> how many bear them, roughly."""
    ((words, frequencies),) = rows(
        "SELECT * FROM search_words(%s::int[], %s::text[], %s::text[], %s)",
        [array(deletions), list(beginnings), list(fragments), limit],
    )
    return dict(zip(words or (), frequencies or (), strict=True))


class Point(NamedTuple):
    """A contact point. set: "primary" or "secondary"."""

    kind: str
    set: str
    value: str
    normalised: str


@dataclass(slots=True)
class Details:
    """What is shown of a customer; trips: the most that one of the domains counts."""

    contacts: list[Point] = field(default_factory=list)
    city: str = ""
    country: str = ""
    trips: int = 0


def get_details(ids: Sequence[UUID], counting_functions: Sequence[str]) -> dict[UUID, Details]:
    """By customer; of several addresses the primary one."""
    listed = list(ids)
    details = {customer_id: Details() for customer_id in listed}
    functions = ["search_details", *counting_functions]
    asked = [f"SELECT * FROM {function}(%s::uuid[])" for function in functions]
    points, *counts = rows_of_each(asked, [listed] * len(functions))
    for row in points:
        _show(details[row[0]], Point(*row[1:]))
    for customer_id, trips in chain.from_iterable(counts):
        details[customer_id].trips = max(details[customer_id].trips, trips)
    return details


def _show(details: Details, point: Point) -> None:
    if point.kind != "address":
        details.contacts.append(point)
    elif point.set == "primary" or not details.city:
        details.city, details.country = point.value, point.normalised
