"""The queue of possible duplicates: which records to look at next, and why they may be one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from wayfolk.customers.models import Customer
from wayfolk.customers.queries.sharing import load_settings
from wayfolk.identity.matching import against, proposing, reading, settings
from wayfolk.identity.matching.checking import with_names_of
from wayfolk.identity.matching.record import facts_of, without
from wayfolk.identity.matching.scoring import Score, score
from wayfolk.identity.models import DuplicatePair, PairState
from wayfolk.kit import paging
from wayfolk.kit.errors import NotAllowed
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.rules import CONTROLLED_FIELDS, Actor

GROUP_MAX = 10
# Tabs of the queue, by the column that says so; "" is all of them (TQ-36).
REASONS: Mapping[str, str] = {
    "": "All",
    "same_email": "Same email",
    "same_phone": "Same phone",
    "same_address": "Same address",
    "similar_name": "Similar name",
}
# A tab is only for who may see what its records share.
SEEN_WITH: Mapping[str, str] = {
    "same_email": "customer.email",
    "same_phone": "customer.phone",
    "same_address": "customer.address",
    "similar_name": "customer.name",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records of a group and what speaks for and against their being one."""

    low: UUID
    high: UUID
    score: Score


@dataclass(frozen=True, slots=True)
class Group:
    """Records to be looked at together, the likeliest pair first; `pairs`: those proposed."""

    customers: Sequence[Customer]
    pairs: Sequence[Compared]
    more: int = 0


def open_pairs(reason: str = "", *, by: Actor) -> TenantQuerySet[DuplicatePair]:
    """Those that wait, undecided before postponed, the likeliest first."""
    by.require("customers.merge")
    rows: TenantQuerySet[DuplicatePair] = DuplicatePair.objects.filter(
        state__lt=PairState.CLOSED
    ).order_by("state", "-weight", "id")
    if reason:
        _require_seen(reason, by)
        rows = rows.filter(**{reason: True})
    return rows


def _require_seen(reason: str, by: Actor) -> None:
    if not by.may_see(SEEN_WITH[reason]):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see what “{REASONS[reason]}” is about."
        )


def remaining(*, by: Actor) -> dict[str, int]:
    """Reason -> pairs that wait, counted up to paging.COUNT_CAP; without tabs the reader lacks."""
    return {
        reason: paging.count_up_to(open_pairs(reason, by=by))
        for reason in REASONS
        if not reason or by.may_see(SEEN_WITH[reason])
    }


def next_group(reason: str = "", *, by: Actor, beside: Collection[UUID] = ()) -> Group | None:
    """The records to look at next: the likeliest pair, and whoever is paired with one of it.

    beside: customers who are looked at already. None when nothing waits.
    """
    rows = open_pairs(reason, by=by)
    if beside:
        rows = rows.exclude(Q(low_id__in=beside) | Q(high_id__in=beside))
    first = rows.first()
    return None if first is None else _group_around([first.low_id, first.high_id], rows, by)


def group_of(customer_id: UUID, *, by: Actor) -> Group | None:
    """Everybody whom this customer may be, as the queue knows it."""
    if not open_pairs_of(customer_id, by=by).exists():
        return None
    return _group_around([customer_id], open_pairs(by=by), by)


def open_pairs_of(customer_id: UUID, *, by: Actor) -> TenantQuerySet[DuplicatePair]:
    return open_pairs(by=by).filter(Q(low_id=customer_id) | Q(high_id=customer_id))


def _group_around(start: list[UUID], rows: TenantQuerySet[DuplicatePair], by: Actor) -> Group:
    """By ever further pairs, likeliest first, up to GROUP_MAX records."""
    ids, edge, more = list(start), list(start), set[UUID]()
    pairs: dict[UUID, DuplicatePair] = {}
    while edge:
        near = list(rows.filter(Q(low_id__in=edge) | Q(high_id__in=edge))[: GROUP_MAX * GROUP_MAX])
        pairs |= {pair.id: pair for pair in near}
        found = dict.fromkeys(each for pair in near for each in (pair.low_id, pair.high_id))
        fresh = [each for each in found if each not in ids]
        more |= set(fresh[GROUP_MAX - len(ids) :])
        edge = fresh[: GROUP_MAX - len(ids)]
        ids += edge
    among = [pair for pair in pairs.values() if pair.low_id in ids and pair.high_id in ids]
    among.sort(key=lambda pair: (pair.state, -pair.weight, pair.id))
    known = {each.id: each for each in Customer.objects.filter(id__in=ids).with_reach()}
    return Group(
        customers=[known[each] for each in ids if each in known],
        pairs=compare([(pair.low_id, pair.high_id) for pair in among], by=by),
        more=len(more - set(ids)),
    )


def compare(pairs: Sequence[tuple[UUID, UUID]], *, by: Actor) -> list[Compared]:
    """What speaks for and against each pair, of what the actor may see, as the records are now."""
    hidden = [code for code in CONTROLLED_FIELDS if not by.may_see(code)]
    relays = load_settings().domains
    found = reading.records_of({each for pair in pairs for each in pair})
    records = {each: without(record, hidden) for each, record in found.items()}
    shared = {each: proposing.shared_among(record) for each, record in records.items()}
    model = settings.load_model(settings.load_settings())
    apart = against.known_of(pairs, by=by, model=model)
    compared = []
    for low, high in pairs:
        if low not in records or high not in records:
            continue
        both = shared[low] | shared[high]
        a, b = (facts_of(records[each], shared=both, relays=relays) for each in (low, high))
        named = with_names_of(records[low], a, model)
        told = apart.get((min(low, high), max(low, high)))
        compared.append(Compared(low, high, against.counted(score(a, b, named), told, named)))
    return compared
