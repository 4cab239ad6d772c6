"""Finding customers for a reader: permissions, and what is shown of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.utils import OperationalError

from wayfolk.customers.models import Status
from wayfolk.customers.rules import name_of
from wayfolk.identity.search import asking, board, finding, parsing, store, trips
from wayfolk.identity.search.board import Board
from wayfolk.staff.rules import Actor

LIST_MAX = 1_000
_WIDE = 200
STATUSES = (Status.ACTIVE, Status.INACTIVE)
_CANCELLED = "57014"
TOO_SLOW = "This search took too long. Type more letters of fewer words."
_Shown = TypeVar("_Shown")
_PHONE_ORDER = ("mobile", "phone", "evening_phone")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a customer was found. field: "name", "company", "email", "phone", "number", "city",
    "external_id", or what a domain registered ("booking" ...). kind: "exact", "beginning",
    "spelling", "swapped", "nickname", "joined", "inside", "tail", "transliterated";
    "merged": by what a record had that was merged into this one.
    text: the value that matched, for display.
    """

    field: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer with what tells people apart; "" where this reader may not see it."""

    customer_id: UUID
    number: int
    name: str
    kind: str
    status: str
    score: float
    reasons: tuple[Reason, ...]
    email: str
    phone: str
    city: str
    country: str
    trips: int


@dataclass(frozen=True, slots=True)
class Found:
    """message: "" or a sentence about the query for its reader."""

    hits: list[Hit]
    message: str


def find_customers(
    query: str, *, by: Actor, limit: int = 10, statuses: Sequence[str] = STATUSES
) -> Found:
    """The best matches first, inactive ones after all others; a score from 0 to 1.

    Fields that `by` may not see neither match nor show. Raises NotAllowed.
    """
    message, hits = _search(query, by, limit, statuses, _shown)
    return Found(hits, message)


def find_ids(
    query: str, *, by: Actor, limit: int = LIST_MAX, statuses: Sequence[str] = STATUSES
) -> list[UUID]:
    """Ids for the filter of a list, best first; the same matches as find_customers."""
    return _search(query, by, limit, statuses, _ids)[1]


def _search(
    query: str,
    by: Actor,
    limit: int,
    statuses: Sequence[str],
    show: Callable[[list[board.Found], Actor], list[_Shown]],
) -> tuple[str, list[_Shown]]:
    """A message about the query, and what `show` makes of the customers found."""
    by.require("customers.view")
    parsed = parsing.parse(query)
    allowed = [str(each) for each in statuses if each in STATUSES]
    if parsed.is_empty or not allowed:
        return parsed.message, []
    try:
        with asking.asking():
            # Of one status only: the others count until they are left out.
            looked_for = limit if set(allowed) == set(STATUSES) else max(limit, _WIDE)
            asked = Board(parsed, by, allowed, looked_for)
            finding.search(asked)
            return parsed.message, show(asked.ranked()[:limit], by)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _CANCELLED:
            raise
        return TOO_SLOW, []


def _ids(found: list[board.Found], _by: Actor) -> list[UUID]:
    return [each.candidate.customer_id for each in found]


def _shown(found: list[board.Found], by: Actor) -> list[Hit]:
    ids = _ids(found, by)
    details = store.get_details(ids, trips.counting_functions()) if ids else {}
    return [_hit(each, details[each.candidate.customer_id], by) for each in found]


def _hit(found: board.Found, details: store.Details, by: Actor) -> Hit:
    candidate = found.candidate
    points = details.contacts
    sees_place = by.may_see("customer.address")
    return Hit(
        customer_id=candidate.customer_id,
        number=candidate.number,
        name=name_of(candidate.kind, *candidate[4:8]) if by.may_see("customer.name") else "",
        kind=candidate.kind,
        status=candidate.status,
        score=round(found.score, 3),
        reasons=_reasons(found, points, details.city if sees_place else ""),
        email=_first(points, ("email",)) if by.may_see("customer.email") else "",
        phone=_first(points, _PHONE_ORDER) if by.may_see("customer.phone") else "",
        city=details.city if sees_place else "",
        country=details.country if sees_place else "",
        trips=details.trips,
    )


def _first(points: list[store.Point], kinds: Sequence[str]) -> str:
    """The value of the first of these kinds, primary before secondary."""
    ranked = [(kinds.index(p.kind), p.set != "primary", p.value) for p in points if p.kind in kinds]
    return min(ranked)[2] if ranked else ""


def _reasons(found: board.Found, points: list[store.Point], city: str) -> tuple[Reason, ...]:
    field, _, place = found.field.partition("+")
    text = found.text
    if field in {"email", "phone"}:  # as the record writes it
        text = next((p.value for p in points if p.normalised == text), text)
    reasons = (Reason(field, found.kind, text),)
    return (*reasons, Reason("city", "exact", city)) if place else reasons
