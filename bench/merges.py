"""Merging two customers with thousands of bookings each, and taking the merge apart again.

Two customers of the generated company are given bookings of others, once. Then they are merged
and unmerged by turns: looking at the plan, the merge, what unmerging would do, and the unmerge.
Target: the merge within a second at 5,000 bookings each.
"""

from uuid import UUID

from bench import company, ground
from bench.generator import plan

TARGET_MS = 1_000
_FIRST, _SECOND = 11, 12  # places of two customers in the company


def run(
    rows: int = 100_000, seed: int = 1, bookings: int = 5_000, turns: int = 5
) -> ground.Figures:
    """bookings: how many each of the two has."""
    from wayfolk.kit import tenancy

    of = company.prepared(rows, seed)
    organization_id = of.plan.organization_id
    with tenancy.scope(organization_id):
        ids = [plan.row_id("customer", place) for place in (_FIRST, _SECOND)]
        for customer_id in ids:
            _give(customer_id, bookings, besides=ids, organization_id=organization_id)
        clocks = _by_turns(ids[0], ids[1], turns, organization_id)
    return {
        "customers": of.plan.customers,
        "bookings_each": bookings,
        "target": f"the merge within {TARGET_MS} ms",
        "steps": [{"step": step, **each.figures()} for step, each in clocks.items()],
    }


def _by_turns(
    survivor: UUID, absorbed: UUID, turns: int, organization_id: int
) -> dict[str, ground.Clocks]:
    from wayfolk.identity.merging import executing, finding, planning, unmerging
    from wayfolk.organization import actors
    from wayfolk.organization.models import Organization

    by = actors.get_system_actor(Organization.objects.get(id=organization_id), "Benchmark")
    pid = ground.backend_pid()
    steps = ("plan", "merge", "preview of unmerging", "unmerge")
    clocks = {step: ground.Clocks(pid) for step in steps}
    for _ in range(turns):
        clocks["plan"].time(lambda: planning.plan_merge(survivor, [absorbed], by=by))
        shown = planning.plan_merge(survivor, [absorbed], by=by)
        confirmed = [guard.code for guard in shown.guards]
        clocks["merge"].time(
            lambda shown=shown, confirmed=confirmed: executing.merge_customers(
                survivor, [absorbed], fingerprint=shown.fingerprint, confirmed=confirmed, by=by
            )
        )
        merge = finding.merges_of(survivor, by=by)[0]
        clocks["preview of unmerging"].time(
            lambda merge=merge: unmerging.unmerge_preview(merge.id, by=by)
        )
        clocks["unmerge"].time(lambda merge=merge: unmerging.unmerge(merge.id, by=by, choices={}))
    return clocks


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
