"""The doors to the index: one function for each SQL function of the migrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from wayfolk.identity.search.asking import ask
from wayfolk.identity.search.numbers import Source, number_in
from wayfolk.identity.search.spelling import KEYS_VERSION
from wayfolk.identity.search.vocabulary import Vocabulary


class Candidate(NamedTuple):
    """A proposed customer. via: which of the sets of keys led here, from 1; 0 none; -1: what was
    sought is of a record that was merged into this one.

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

    @property
    def is_by_former_record(self) -> bool:
        return self.via < 0


@dataclass(frozen=True, slots=True)
class Probes:
    """What to look for; see search_candidates() in migration 0002."""

    pairs: Sequence[int] = ()
    other_pairs: Sequence[int] = ()
    second_pairs: Sequence[int] = ()
    near_pairs: Sequence[int] = ()
    near_second_pairs: Sequence[int] = ()
    sure: int = 0
    page_size: int = 0
    pair_limit: int = 40
    families: Iterable[int] = ()
    family_limit: int = 40
    given_led: Sequence[tuple[str, str]] = ()
    family_led: Sequence[tuple[str, str]] = ()
    beginning_limit: int = 40
    sets: Sequence[Sequence[int]] = ()
    more_sets: Sequence[Sequence[int]] = ()
    begun_sets: Sequence[Sequence[int]] = ()
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


def find_candidates(probes: Probes, statuses: Sequence[str]) -> list[Candidate]:
    values = [
        array(probes.pairs),
        array(probes.other_pairs),
        array(probes.second_pairs),
        array(probes.near_pairs),
        array(probes.near_second_pairs),
        probes.sure,
        probes.page_size,
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
        [array(each) for each in probes.begun_sets],
        array(probes.any_of),
        probes.set_limit,
        probes.enough,
        list(statuses),
    ]
    found = ask(_CANDIDATES, values)
    return [Candidate(*row) for row in found]


_CANDIDATES = (
    "SELECT * FROM search_candidates(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s,"
    " %s, %s, %s::int[], %s, %s::text[], %s::text[], %s::text[], %s::text[], %s, %s::text[],"
    " %s::text[], %s::text[], %s::int[], %s, %s, %s::text[])"
)


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
    found = ask(
        "SELECT * FROM search_contacts(%s::int[], %s::int[], %s::int[], %s::text[], %s::text[],"
        " %s::text[], %s, %s, %s::text[])",
        [
            array(low for low, high in tails if low < high),
            array(high for low, high in tails if low < high),
            array(low for low, high in tails if low == high),
            [low for low, _ in ranges],
            [high for _, high in ranges],
            list(equal),
            limit,
            is_email,
            list(statuses),
        ],
    )
    return [Candidate(*row) for row in found]


def find_phones_inside(digits: str, statuses: Sequence[str], *, limit: int) -> list[Candidate]:
    """Who has a number that holds these digits (five at least); `note` is its normalised value."""
    sql = "SELECT * FROM search_phones_inside(%s, %s, %s::text[])"
    return [Candidate(*row) for row in ask(sql, [digits, limit, list(statuses)])]


def find_numbered(
    typed: str, statuses: Sequence[str], sources: Sequence[Source]
) -> list[tuple[str, Candidate]]:
    """By customer number, by another system's id, by the numbers of `sources`; with the kind.

    `note` is the number or id that was found.
    """
    bare = typed.lstrip("#")
    number = number_in(typed)
    own = number if bare.isdigit() else None
    parts = ["SELECT s.* FROM search_numbered(%s, %s, %s::text[]) s"]
    values: list[Any] = [own, bare, list(statuses)]
    for source in sources:
        parts.append(
            f"SELECT p.*, n.number, '{source.kind}' FROM {source.function}(%s, %s) n"
            " CROSS JOIN LATERAL search_people(ARRAY[n.customer_id], %s::text[]) p"
        )
        values += [typed, number, list(statuses)]
    found = ask(" UNION ALL ".join(parts), values)
    return [(row[-1], Candidate(*row[:11])) for row in found]


def look_up(typed: Sequence[str], texts: Sequence[str], deletions: Iterable[int]) -> Vocabulary:
    ((words, frequencies, is_begun, known, is_behind),) = ask(
        "SELECT * FROM search_vocabulary(%s::text[], %s::text[], %s::int[], %s)",
        [list(typed), list(texts), array(deletions), KEYS_VERSION],
    )
    return Vocabulary(
        dict(zip(words or (), frequencies or (), strict=True)),
        frozenset(word for word, begun in zip(typed, is_begun, strict=True) if begun),
        frozenset(known),
        is_behind,
    )


def find_words(
    *,
    deletions: Iterable[int] = (),
    beginnings: Sequence[str] = (),
    fragments: Sequence[str] = (),
    limit: int = 50,
) -> dict[str, int]:
    """Words of names -> how many bear them, roughly."""
    ((words, frequencies),) = ask(
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
    """By customer; of several addresses the primary one. The last question of a search."""
    details = {customer_id: Details() for customer_id in ids}
    parts = [_POINTS, _PLACES, *(_COUNTS.format(function=each) for each in counting_functions)]
    found = ask(" UNION ALL ".join(parts), [list(ids)] * len(parts), is_last=True)
    for customer_id, kind, *values in found:
        if kind == "trips":
            details[customer_id].trips = max(details[customer_id].trips, int(values[1]))
        else:
            _show(details[customer_id], Point(kind, *values))
    return details


# Read with the reader's own rights, as one plan: functions of SQL are unfolded into it.
_OF_ORGANIZATION = (
    "organization_id = nullif(current_setting('wayfolk.organization_id', true), '')::smallint"
    " AND customer_id = ANY (%s::uuid[])"
)
_POINTS = (
    "SELECT customer_id, kind::text, set::text, value::text, normalised::text"
    f" FROM customers_contactpoint WHERE {_OF_ORGANIZATION}"
)
_PLACES = (
    "SELECT customer_id, 'address', set::text, city::text, country::text"
    f" FROM customers_address WHERE {_OF_ORGANIZATION}"
)
_COUNTS = "SELECT customer_id, 'trips', '', trips::text, '' FROM {function}(%s::uuid[])"


def _show(details: Details, point: Point) -> None:
    if point.kind != "address":
        details.contacts.append(point)
    elif point.set == "primary" or not details.city:
        details.city, details.country = point.value, point.normalised
