"""Which customers are worth comparing with a record: bounded in work, whatever its values."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.utils import OperationalError

from wayfolk.identity.matching import reading
from wayfolk.identity.matching.reading import STATUSES
from wayfolk.identity.matching.record import PHONE_DIGITS_LEAST, SHARED_BY_MOST, Facts, Record
from wayfolk.identity.search import asking, by_name, deletions, parsing, slips, spelling, store
from wayfolk.identity.search.board import Board
from wayfolk.identity.search.spelling import skeleton
from wayfolk.kit import tenancy, text
from wayfolk.staff.rules import Actor

NAMED_MOST = 40
BORN_MOST = 60
_EMAIL_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_CANCELLED = "57014"


def shared_among(record: Record) -> frozenset[str]:
    """Those of its emails and phones that more than SHARED_BY_MOST customers have."""
    values = [*record.emails, *record.phones]
    with asking.asking():
        return frozenset(value for value in values if len(_holders(value)) > SHARED_BY_MOST)


def frequencies_for(record: Record, facts: Facts, size: int) -> dict[str, dict[str, float]]:
    """Which share of customers bear these names, as the vocabulary of search counts them."""
    return frequencies_among([(record, facts)], size)


def frequencies_among(
    people: Sequence[tuple[Record, Facts]], size: int
) -> dict[str, dict[str, float]]:
    """The same of the names of several, asked for at once."""
    written = {word for record, _ in people for word in _written(record)}
    organization_id = tenancy.current_organization_id()
    sought = {key for word in written for key in deletions.sought(organization_id, word, 1)}
    if not sought:
        return {}
    with asking.asking():
        known = store.look_up([], [], sought).words
    counts: Counter[str] = Counter()
    for word, count in known.items():
        counts[skeleton(word)] += count
    names = {
        "given": {facts.given for _, facts in people},
        "family": {facts.family for _, facts in people},
    }
    return {
        comparison: {name: counts[name] / size for name in found if counts[name]}
        for comparison, found in names.items()
    }


def _written(record: Record) -> list[str]:
    return spelling.words(f"{record.given_name} {record.family_name}")[:6]


def ids_for(record: Record, facts: Facts, *, by: Actor) -> set[UUID]:
    """Customers who may be the same as `record`, by what the actor may see of it."""
    found: set[UUID] = set()
    with asking.asking():
        for value in facts.emails:
            found.update(_holders(value))
        found.update(_phones(record, facts))
        if facts.birth and record.birth_on:
            found.update(reading.born_on(record.birth_on, limit=BORN_MOST))
    return found | _named(record, by)


def _holders(value: str) -> list[UUID]:
    found = store.find_contacts(
        STATUSES, is_email="@" in value, equal=[value], limit=SHARED_BY_MOST + 1
    )
    return list(dict.fromkeys(each.customer_id for each in found))


def _phones(record: Record, facts: Facts) -> list[UUID]:
    """By the ends of numbers: with or without the country."""
    tails = []
    for value in record.phones:
        digits = text.digits(value)
        if len(digits) >= PHONE_DIGITS_LEAST and any(digits.endswith(end) for end in facts.phones):
            tails.append(slips.tail_range(digits))
    if not tails:
        return []
    found = store.find_contacts(STATUSES, is_email=False, tails=tails, limit=SHARED_BY_MOST + 1)
    return [each.customer_id for each in found]


def _named(record: Record, by: Actor) -> set[UUID]:
    if record.kind == "company":
        name = record.company_name
    else:
        name = f"{record.given_name} {record.family_name}"
    query = parsing.parse(name)
    if not query.words or (record.kind != "company" and len(query.words) < 2):
        return set()
    board = Board(query, by, list(STATUSES), NAMED_MOST)
    try:
        with asking.asking():
            by_name.find_by_name(board)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _CANCELLED:
            raise
    return {each.candidate.customer_id for each in board.ranked()}
