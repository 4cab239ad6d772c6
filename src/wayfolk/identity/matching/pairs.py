"""Pairs of records that may be one person: stored as matching finds them, judged by people.

What was found is derived and can be found again at any time; verdicts are people's, stand in the
change log and can be taken back. The database itself keeps which pairs are open.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import Customer
from wayfolk.identity.matching.model import AGAINST
from wayfolk.identity.models import DuplicatePair, PairVerdict, Verdict
from wayfolk.kit import batching, ids, tenancy
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

BATCH = 2_000
_UNLIKE = frozenset({"", "different", "different_together", "initial"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair that matching found; `low` < `high`. weight: bits above even odds.

    levels: comparison -> level of agreement (matching.levels).
    """

    low: UUID
    high: UUID
    weight: float
    levels: Mapping[str, str]

    @property
    def evidence_key(self) -> str:
        """Of the records alone: a further journey does not question what was decided."""
        records = {name: level for name, level in self.levels.items() if name not in AGAINST}
        said = json.dumps(records, sort_keys=True)
        return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()

    @property
    def has_similar_name(self) -> bool:
        return all(self.levels.get(name, "") not in _UNLIKE for name in ("given", "family"))


def store_all(found: Iterable[Proposal]) -> int:
    """Make these the pairs of the organisation; returns how many there are.

    Pairs that were not found again go; verdicts stay and hold wherever the evidence is the same.
    """
    stored: set[UUID] = set()
    with transaction.atomic():
        for some in batching.batches(found, BATCH):
            stored |= _store(some)
        present = set(DuplicatePair.objects.values_list("id", flat=True))
        for some_ids in batching.batches(sorted(present - stored), BATCH):
            DuplicatePair.objects.filter(id__in=some_ids).delete()
    return len(stored)


def store_near(
    customer_ids: Collection[UUID], seen: Collection[UUID], found: Sequence[Proposal]
) -> int:
    """Make these the pairs of these customers with whoever was `seen`; returns how many.

    Several may do so at once: rows are locked in the order of ids.
    """
    with transaction.atomic():
        stored = _store(found)
        mine = Q(low_id__in=customer_ids) | Q(high_id__in=customer_ids)
        known = DuplicatePair.objects.filter(mine).values_list("id", "low_id", "high_id")
        within = set(seen)
        gone = sorted(
            id_
            for id_, low, high in known
            if id_ not in stored and low in within and high in within
        )
        if gone:
            DuplicatePair.objects.filter(id__in=gone).delete()
    return len(stored)


def reject_pairs(customer_ids: Collection[UUID], *, by: Actor) -> int:
    """None of these records is the same as another of them; returns how many pairs that says.

    Remembered for each pair with its evidence of today: a pair is proposed again only when that
    has changed (TQ-41, decision 8). Raises NotAllowed, NotFound.
    """
    return _judge(customer_ids, Verdict.NOT_SAME, by)


def postpone_pairs(customer_ids: Collection[UUID], *, by: Actor) -> int:
    """Decide later: the pairs among these records go to the end of the queue."""
    return _judge(customer_ids, Verdict.LATER, by)


def _judge(customer_ids: Collection[UUID], verdict: Verdict, by: Actor) -> int:
    by.require("customers.merge")
    words = {Verdict.NOT_SAME: "are not the same", Verdict.LATER: "are looked at later"}
    with change_set(by=by, operation=f"customers.{verdict.value}", summary="") as current:
        names = _names(customer_ids)
        current.summary = f"{names} {words[verdict]}"
        among = DuplicatePair.objects.filter(low_id__in=customer_ids, high_id__in=customer_ids)
        pairs = list(among.order_by("id"))
        if not pairs:
            raise NotFound("These records are no longer proposed as duplicates.")
        store_verdicts(verdict, {(p.low_id, p.high_id): p.evidence_key for p in pairs})
    return len(pairs)


def _names(customer_ids: Collection[UUID]) -> str:
    customers = list(Customer.objects.present().filter(id__in=customer_ids).order_by("number"))
    if len(customers) < 2:
        raise NotFound("One of these customers does not exist any more.")
    if len(customers) > 2:
        return f"{len(customers)} customers like {customers[0].name}"
    return " and ".join(f"{each.name} ({each.number})" for each in customers)


def store_verdicts(verdict: Verdict, keys: Mapping[tuple[UUID, UUID], str]) -> None:
    """(low, high) -> the evidence it is about; earlier verdicts on these pairs give way.

    Within a change set of the caller.
    """
    former = PairVerdict.objects.filter(low_id__in={low for low, _ in keys})
    gone = [each.id for each in former if (each.low_id, each.high_id) in keys]
    PairVerdict.objects.filter(id__in=gone).delete()
    PairVerdict.objects.bulk_create(
        PairVerdict(low_id=low, high_id=high, verdict=verdict, evidence_key=key)
        for (low, high), key in keys.items()
    )


_SHARES = """
    EXISTS (SELECT 1 FROM customers_contactpoint a JOIN customers_contactpoint b
        ON b.organization_id = a.organization_id AND b.customer_id = f.high
            AND b.normalised = a.normalised AND b.kind = ANY (%({kinds})s)
        WHERE a.organization_id = %(org)s AND a.customer_id = f.low AND a.kind = ANY (%({kinds})s))
"""
_LIVES = """
    EXISTS (SELECT 1 FROM customers_address a JOIN customers_address b
        ON b.organization_id = a.organization_id AND b.customer_id = f.high
            AND b.postcode = a.postcode AND lower(b.lines) = lower(a.lines)
        WHERE a.organization_id = %(org)s AND a.customer_id = f.low
            AND a.postcode <> '' AND a.lines <> '')
"""
_STORE = f"""
    INSERT INTO identity_duplicatepair AS kept (
        id, organization_id, version, created_at, updated_at, low_id, high_id, weight, levels,
        evidence_key, same_email, same_phone, same_address, similar_name, state)
    SELECT f.id, %(org)s, 1, now(), now(), f.low, f.high, f.weight, f.levels::jsonb,
        f.evidence_key, {_SHARES.format(kinds="emails")}, {_SHARES.format(kinds="phones")},
        {_LIVES}, f.similar_name,
        identity_pair_state(%(org)s::smallint, f.low, f.high, f.evidence_key)
    FROM unnest(%(ids)s::uuid[], %(low)s::uuid[], %(high)s::uuid[], %(weight)s::float8[],
        %(levels)s::text[], %(evidence_key)s::varchar[], %(similar_name)s::boolean[])
        AS f (id, low, high, weight, levels, evidence_key, similar_name)
    ORDER BY f.low, f.high
    ON CONFLICT (organization_id, low_id, high_id) DO UPDATE SET
        weight = excluded.weight, levels = excluded.levels, evidence_key = excluded.evidence_key,
        same_email = excluded.same_email, same_phone = excluded.same_phone,
        same_address = excluded.same_address, similar_name = excluded.similar_name,
        state = excluded.state, version = kept.version + 1, updated_at = now()
    RETURNING kept.id
"""


def _store(found: Sequence[Proposal]) -> set[UUID]:
    if not found:
        return set()
    values: dict[str, Any] = {
        "org": tenancy.current_organization_id(),
        "emails": ["email"],
        "phones": sorted(PHONE_KINDS),
        "ids": [ids.new_id() for _ in found],
        "low": [each.low for each in found],
        "high": [each.high for each in found],
        "weight": [each.weight for each in found],
        "levels": [json.dumps(dict(each.levels)) for each in found],
        "evidence_key": [each.evidence_key for each in found],
        "similar_name": [each.has_similar_name for each in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        return {row[0] for row in cursor.fetchall()}
