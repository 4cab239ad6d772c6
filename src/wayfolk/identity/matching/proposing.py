"""Which customers are worth comparing with a record: bounded in work, whatever its values."""

from collections.abc import Sequence
from uuid import UUID

from django.db.utils import OperationalError

from wayfolk.identity.matching import reading
from wayfolk.identity.matching.reading import STATUSES
from wayfolk.identity.matching.record import PHONE_DIGITS_LEAST, SHARED_BY_MOST, Facts, Record
from wayfolk.identity.search import asking, by_name, parsing, slips, store
from wayfolk.identity.search.board import Board
from wayfolk.kit import text
from wayfolk.staff.rules import Actor

NAMED_MOST = 40
OTHERS = 2  # who bear a name as well and are not entered yet: of a rare one few are
BORN_MOST = 60
AT_PLACE_MOST = 60
COMMON = 200  # no name counts as commoner than one in so many: counting further takes longer
_EMAIL_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_CANCELLED = "57014"


def shared_among(record: Record) -> frozenset[str]:
    """Those of its emails and phones that more than SHARED_BY_MOST customers have."""
    values = [*record.emails, *record.phones]
    with asking.asking():
        return frozenset(value for value in values if len(_holders(value)) > SHARED_BY_MOST)


def frequencies_for(record: Record, facts: Facts, size: int) -> dict[str, dict[str, float]]:
    """Which share of customers bear these names, spelled as here; at most one in COMMON."""
    return frequencies_among([(record, facts)], size)


def frequencies_among(
    people: Sequence[tuple[Record, Facts]], size: int
) -> dict[str, dict[str, float]]:
    """The same of the names of several, asked for at once."""
    given = {text.fold(record.given_name): facts.given for record, facts in people}
    family = {text.fold(record.family_name): facts.family for record, facts in people}
    counted = reading.bearers(given.keys() - {""}, family.keys() - {""}, most=size // COMMON)
    found: dict[str, dict[str, float]] = {"given": {}, "family": {}}
    for comparison, known, counts in (
        ("given", given, counted.given),
        ("family", family, counted.family),
    ):
        for folded, count in counts.items():
            name, share = known[folded], (count + OTHERS) / size
            found[comparison][name] = max(share, found[comparison].get(name, 0.0))
    return found


def ids_for(record: Record, facts: Facts, *, by: Actor) -> set[UUID]:
    """Customers who may be the same as `record`, by what the actor may see of it."""
    found: set[UUID] = set()
    with asking.asking():
        for value in facts.emails:
            found.update(_holders(value))
        found.update(_phones(record, facts))
        if facts.birth and record.birth_on:
            found.update(reading.born_on(record.birth_on, limit=BORN_MOST))
        if facts.lines and facts.postcode:
            found.update(reading.at_postcode(record.postcode, limit=AT_PLACE_MOST))
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
