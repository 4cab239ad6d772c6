"""Points, packages and extras. Every function returns only what this actor may see.

The points themselves are shown to whoever may see the field customer.bonus.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from wayfolk.bookings.models import Booking
from wayfolk.kit import clock
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.loyalty import rules
from wayfolk.loyalty.models import (
    Balance,
    BonusPackage,
    CustomerExtra,
    EarningRule,
    EntryQuerySet,
    ExtraKind,
    PackageStatus,
    PointsEntry,
    Programme,
)
from wayfolk.staff.rules import Actor

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Points:
    """A customer's points; all 0 without lines. `soon`: of them over within SOON_DAYS."""

    balance: int = 0
    earned: int = 0
    redeemed: int = 0
    expired: int = 0


def may_see(by: Actor) -> bool:
    """Whether loyalty exists for this actor at all: permission and module."""
    return by.may("loyalty.view") and by.has_module("loyalty")


def may_see_points(by: Actor) -> bool:
    return may_see(by) and by.may_see("customer.bonus")


def require_sight(by: Actor) -> None:
    by.require_module("loyalty")
    by.require("loyalty.view")


def require_points(by: Actor) -> None:
    """Raises NotAllowed in words where the field is hidden."""
    require_sight(by)
    if not by.may_see("customer.bonus"):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see bonus points."
            " An administrator can change that under Settings, Roles.",
            details={"field": "customer.bonus"},
        )


def points_of(customer_id: UUID, *, by: Actor) -> Points:
    """The kept sums of a customer's ledger (TQ-09): one query."""
    require_points(by)
    kept = Balance.objects.filter(id=customer_id).first()
    if kept is None:
        return Points()
    return Points(kept.balance, kept.earned, kept.redeemed, kept.expired)


def balances_of(customer_ids: Collection[UUID], *, by: Actor) -> dict[UUID, int]:
    """Customer -> points, of those who have lines. For columns of lists."""
    require_points(by)
    rows = Balance.objects.filter(id__in=customer_ids)
    return dict(rows.values_list("id", "balance"))


def list_balances(*, by: Actor) -> TenantQuerySet[Balance]:
    """The balances with their customers, in no order: by "-balance" they follow an index."""
    require_points(by)
    rows: TenantQuerySet[Balance] = Balance.objects.select_related("customer")
    return rows.filter(customer__deleted_at__isnull=True)


def list_entries(customer_id: UUID, *, by: Actor) -> EntryQuerySet:
    """The ledger of a customer, in no order: see `kit.paging`."""
    require_points(by)
    return PointsEntry.objects.with_names().filter(customer_id=customer_id)


def list_packages(customer_id: UUID, *, by: Actor) -> Sequence[BonusPackage]:
    """A customer's packages, the latest first, SHOWN at most."""
    require_sight(by)
    rows = BonusPackage.objects.filter(customer_id=customer_id).select_related("programme")
    return list(rows.order_by("-valid_from", "-id")[:SHOWN])


def get_package(package_id: UUID, *, by: Actor) -> BonusPackage:
    require_sight(by)
    rows = BonusPackage.objects.select_related("programme", "customer")
    found: BonusPackage | None = rows.filter(id=package_id).first()
    if found is None:
        raise NotFound("There is no such bonus package. It may have been taken back meanwhile.")
    return found


def list_extras(customer_id: UUID, *, by: Actor) -> Sequence[CustomerExtra]:
    """A customer's extras, the latest first, SHOWN at most."""
    require_sight(by)
    rows = CustomerExtra.objects.filter(customer_id=customer_id).select_related("kind")
    return list(rows.order_by("-valid_from", "-id")[:SHOWN])


def get_extra(extra_id: UUID, *, by: Actor) -> CustomerExtra:
    require_sight(by)
    rows = CustomerExtra.objects.select_related("kind", "customer")
    found: CustomerExtra | None = rows.filter(id=extra_id).first()
    if found is None:
        raise NotFound("There is no such extra. It may have been removed meanwhile.")
    return found


def extras_for_booking(booking: Booking, *, by: Actor) -> Sequence[CustomerExtra]:
    """What whoever booked or travels can still use today or on the day of departure."""
    require_sight(by)
    today = clock.today(by.time_zone)
    usable = _valid_on(today)
    if booking.departs_on and booking.departs_on > today:
        usable |= _valid_on(booking.departs_on)
    travellers = booking.passengers.values_list("customer_id", flat=True)
    people = {booking.customer_id, *travellers}
    rows = CustomerExtra.objects.filter(usable, customer_id__in=people, used__lt=F("quantity"))
    return list(rows.select_related("kind", "customer").order_by("customer_id", "valid_from", "id"))


def _valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def list_ending_packages(*, by: Actor, days: int = rules.SOON_DAYS) -> TenantQuerySet[Any]:
    """Active packages that end within so many days, in no order."""
    require_sight(by)
    rows = BonusPackage.objects.select_related("programme", "customer")
    ending: TenantQuerySet[Any] = rows.filter(_ending(by, days), status=PackageStatus.ACTIVE)
    return ending


def list_ending_extras(*, by: Actor, days: int = rules.SOON_DAYS) -> TenantQuerySet[Any]:
    """Extras with something left that end within so many days, in no order."""
    require_sight(by)
    rows = CustomerExtra.objects.select_related("kind", "customer")
    ending: TenantQuerySet[Any] = rows.filter(_ending(by, days), used__lt=F("quantity"))
    return ending


def _ending(by: Actor, days: int) -> Q:
    today = clock.today(by.time_zone)
    is_there = Q(customer__deleted_at__isnull=True)
    return is_there & Q(
        valid_to__isnull=False, valid_to__gte=today, valid_to__lte=today + timedelta(days=days)
    )


def list_programmes(*, by: Actor) -> Sequence[Programme]:
    require_sight(by)
    return list(Programme.objects.order_by("position", "id"))


def list_kinds(*, by: Actor) -> Sequence[ExtraKind]:
    require_sight(by)
    return list(ExtraKind.objects.order_by("position", "id"))


def find_rule(*, by: Actor) -> EarningRule | None:
    """The organisation's earning rule, None where none was set."""
    require_sight(by)
    found: EarningRule | None = EarningRule.objects.first()
    return found
