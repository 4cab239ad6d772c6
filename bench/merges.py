"""Merging two customers with thousands of bookings each, and taking the merge apart again.

Pairs of customers of the generated company are given bookings of others, once. Then each pair is
merged and unmerged: looking at the plan, the merge, what unmerging would do, and the unmerge.
Target: the merge within a second at 5,000 bookings each.
"""

from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from bench import company, ground
from bench.generator import plan

if TYPE_CHECKING:
    from wayfolk.staff.rules import Actor

TARGET_MS = 1_000
_FIRST = 11  # the place of the first customer in the company; the others stand behind


def run(
    rows: int = 100_000, seed: int = 1, bookings: int = 5_000, pairs: int = 5
) -> ground.Figures:
    """bookings: how many each of a pair has."""
    from wayfolk.kit import tenancy

    of = company.prepared(rows, seed)
    organization_id = of.plan.organization_id
    ids = [plan.row_id("customer", place) for place in range(_FIRST, _FIRST + 2 * pairs)]
    with tenancy.scope(organization_id):
        for customer_id in ids:
            _give(customer_id, bookings, besides=ids, organization_id=organization_id)
    # As long after as merges usually come; the server does so by itself within minutes.
    with psycopg.connect(of.owner_url, autocommit=True) as server:
        server.execute("VACUUM ANALYZE bookings_booking")
    with tenancy.scope(organization_id):
        clocks = _by_turns(list(zip(ids[::2], ids[1::2], strict=True)), organization_id)
    return {
        "customers": of.plan.customers,
        "bookings_each": bookings,
        "target": f"the merge within {TARGET_MS} ms",
        "steps": [{"step": step, **each.figures()} for step, each in clocks.items()],
    }


def _by_turns(pairs: list[tuple[UUID, UUID]], organization_id: int) -> dict[str, ground.Clocks]:
    from wayfolk.organization import actors
    from wayfolk.organization.models import Organization

    by = actors.get_system_actor(Organization.objects.get(id=organization_id), "Benchmark")
    pid = ground.backend_pid()
    steps = ("plan", "merge", "preview of unmerging", "unmerge")
    clocks = {step: ground.Clocks(pid) for step in steps}
    for survivor, absorbed in pairs:
        _there_and_back(survivor, absorbed, clocks, by)
    return clocks


def _there_and_back(
    survivor: UUID, absorbed: UUID, clocks: dict[str, ground.Clocks], by: "Actor"
) -> None:
    from wayfolk.identity.merging import executing, finding, planning, unmerging

    shown = clocks["plan"].time(lambda: planning.plan_merge(survivor, [absorbed], by=by))
    clocks["merge"].time(
        lambda: executing.merge_customers(
            survivor,
            [absorbed],
            fingerprint=shown.fingerprint,
            confirmed=[guard.code for guard in shown.guards],
            by=by,
        )
    )
    merge = finding.merges_of(survivor, by=by)[0]
    clocks["preview of unmerging"].time(lambda: unmerging.unmerge_preview(merge.id, by=by))
    clocks["unmerge"].time(lambda: unmerging.unmerge(merge.id, by=by, choices={}))


def _give(customer_id: UUID, bookings: int, *, besides: list[UUID], organization_id: int) -> None:
    """As many bookings as are missing, from customers who are not among `besides`."""
    from wayfolk.audit.change_sets import change_set
    from wayfolk.bookings.models import Booking
    from wayfolk.organization import actors
    from wayfolk.organization.models import Organization

    by = actors.get_system_actor(Organization.objects.get(id=organization_id), "Benchmark")
    missing = bookings - Booking.objects.filter(customer_id=customer_id).count()
    if missing > 0:
        others = Booking.objects.exclude(customer_id__in=besides).order_by("id")
        taken = list(others.values_list("id", flat=True)[:missing])
        with change_set(by=by, operation="bench", summary="Bookings for a merge"):
            Booking.objects.filter(id__in=taken).update(customer_id=customer_id)
