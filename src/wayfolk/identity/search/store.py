"""The doors to the index: one function for each SQL function of the migrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

    pairs: Iterable[int] = ()
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


def limit_time() -> None:
    """No statement of this search runs longer than TIMEOUT_MS; ended by unlimit_time()."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT_MS}")


def unlimit_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


def find_candidates(probes: Probes, statuses: Sequence[str]) -> list[Candidate]:
    values = [
        array(probes.pairs),
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
        "SELECT * FROM search_candidates(%s::int[], %s, %s::int[], %s, %s::text[], %s::text[],"
        " %s::text[], %s::text[], %s, %s::text[], %s::text[], %s::int[], %s, %s, %s::text[])",
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
    parts = ["SELECT s.note_kind, s.* FROM search_numbered(%s, %s, %s::text[]) s"]
    values: list[Any] = [own, bare, list(statuses)]
    for source in sources:
        parts.append(
            f"SELECT '{source.kind}', p.*, n.number, '' FROM {source.function}(%s, %s) n"
            " CROSS JOIN LATERAL search_people(ARRAY[n.customer_id], %s::text[]) p"
        )
        values += [typed, number, list(statuses)]
    found = rows(" UNION ALL ".join(parts), values)
    return [(row[0], Candidate(*row[1:12])) for row in found]


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


class Details(NamedTuple):
    """contacts: 'kind|set|value|normalised', with the unit separator between."""

    contacts: list[str]
    city: str
    country: str
    trips: int


def get_details(ids: Sequence[UUID], counting_functions: Sequence[str]) -> dict[UUID, Details]:
    """What is shown of customers; trips: the most that one of the functions counts."""
    listed = list(ids)
    parts = ["SELECT customer_id, contacts, city, country, 0::bigint FROM search_details(%s)"]
    parts += [
        f"SELECT customer_id, NULL, '', '', trips FROM {function}(%s)"
        for function in counting_functions
    ]
    found = rows(" UNION ALL ".join(parts), [listed] * len(parts))
    trips: dict[UUID, int] = {}
    for row in found:
        trips[row[0]] = max(trips.get(row[0], 0), row[4])
    return {row[0]: Details(*row[1:4], trips[row[0]]) for row in found if row[1] is not None}
