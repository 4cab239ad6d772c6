"""Tables: the ledger of bonus points with its balances, packages, extras, and the lists behind."""

from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.loyalty.rules import POINTS_MAX
from wayfolk.staff.models import Membership


class EntryKind(models.TextChoices):
    EARNED = "earned", "Earned"
    GRANTED = "granted", "Granted"
    REDEEMED = "redeemed", "Redeemed"
    EXPIRED = "expired", "Expired"
    CORRECTED = "corrected", "Corrected"
    TRANSFERRED = "transferred", "Transferred"


class EntryQuerySet(TenantQuerySet["PointsEntry"]):
    def with_names(self) -> Self:
        return self.select_related("booking", "author")


class PointsEntry(TenantModel):
    """A line of a customer's ledger. Lines are added, never edited (WF071 in the database).

    `basis`: what the points of a booking were computed from, see rules.Worth. `expires_on` is
    the last day on which gained points can be used.
    """

    change_log_subject = "customer"

    customer = TenantForeignKey(Customer, related_name="points_entries")
    points = models.IntegerField()
    kind = models.CharField(max_length=12, choices=EntryKind)
    reason = models.CharField(max_length=200, default="", blank=True)
    booking = TenantForeignKey(Booking, null=True, blank=True, related_name="points_entries")
    basis = models.CharField(max_length=80, default="", blank=True, editable=False)
    entered_on = models.DateField("entered on")
    expires_on = models.DateField("expires on", null=True, blank=True)
    author = TenantForeignKey(Membership, null=True, blank=True)

    objects: ClassVar[EntryQuerySet] = tenant_manager(EntryQuerySet)

    class Meta:
        verbose_name = "points entry"
        verbose_name_plural = "points entries"
        constraints = [
            # One line for each booking; what changes afterwards is corrected by further lines.
            models.UniqueConstraint(
                fields=["organization_id", "booking"],
                condition=models.Q(kind="earned"),
                name="loyalty_entry_earned_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("earned", "granted"), points__gt=0)
                | models.Q(kind__in=("redeemed", "expired"), points__lt=0)
                | models.Q(kind__in=("corrected", "transferred")) & ~models.Q(points=0),
                name="loyalty_entry_sign_of_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(points__range=(-POINTS_MAX, POINTS_MAX)),
                name="loyalty_entry_within_range",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(points__gt=0, expires_on__gte=models.F("entered_on")),
                name="loyalty_entry_expires_after",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "customer", "entered_on", "id"],
                name="loyalty_entry_of_customer",
            ),
            models.Index(
                fields=["organization_id", "expires_on", "customer"],
                name="loyalty_entry_expires",
                condition=models.Q(expires_on__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "booking", "id"],
                name="loyalty_entry_of_booking",
                condition=models.Q(booking__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points:+,} points"


class Balance(TenantModel):
    """The sums of a customer's ledger, kept by the database; its id is the customer's.

    Customers without lines have none. `earned`: earned and granted; `redeemed` and `expired`
    are positive.
    """

    is_change_logged = False
    is_derived = True

    customer = TenantForeignKey(Customer)
    balance = models.BigIntegerField()
    earned = models.BigIntegerField()
    redeemed = models.BigIntegerField()
    expired = models.BigIntegerField()
    lines = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "points balances"
        indexes = [
            models.Index(
                fields=["organization_id", "-balance", "-id"], name="loyalty_balance_order"
            ),
        ]

    def __str__(self) -> str:
        return f"Points of customer {self.customer_id}"


class EarningRule(TenantModel):
    """How bookings that were travelled earn points; one for an organisation, none: nothing earns.

    `points_per_amount` for each full `amount_minor` of turnover, in the organisation's currency.
    """

    is_on = models.BooleanField("points are earned", default=True)
    from_on = models.DateField("for bookings that return from")
    amount_minor = models.BigIntegerField("for each")
    points_per_amount = models.PositiveIntegerField("points per amount", default=0)
    points_per_night = models.PositiveIntegerField("points per night", default=0)
    points_per_trip = models.PositiveIntegerField("points per trip", default=0)
    months_valid = models.PositiveSmallIntegerField("months valid", null=True, blank=True)

    class Meta:
        verbose_name = "earning rule"
        constraints = [
            models.UniqueConstraint(fields=["organization_id"], name="loyalty_rule_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="loyalty_rule_amount"
            ),
        ]

    def __str__(self) -> str:
        return "earning rule"


class ListEntry(TenantModel):
    """A word of a list that administrators keep; closed ones stay where they were used."""

    label = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    is_closed = models.BooleanField("closed", default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class Programme(ListEntry):
    """The name of a bonus programme."""

    class Meta:
        verbose_name = "bonus programme"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "label"], name="loyalty_programme_once"
            )
        ]


class ExtraKind(ListEntry):
    """What kinds of extras there are: lounge, upgrade, late check-out."""

    class Meta:
        verbose_name = "kind of extra"
        verbose_name_plural = "kinds of extras"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "label"], name="loyalty_kind_once")
        ]


class PackageStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    USED = "used", "Used"
    ENDED = "ended", "Ended"


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
        name=name,
    )


def _by_validity(name: str, condition: models.Q) -> models.Index:
    """For lists of what ends soon: whatever is still to be used, by its last day."""
    return models.Index(
        fields=["organization_id", "valid_to", "id"],
        name=name,
        condition=models.Q(valid_to__isnull=False) & condition,
    )


class BonusPackage(TenantModel):
    """Points or a benefit of a programme that a customer may use from a day on, until a day.

    `valid_to` is the last day, None for no end. Using one with points adds them to the ledger.
    """

    change_log_subject = "customer"

    customer = TenantForeignKey(Customer, related_name="bonus_packages")
    programme = TenantForeignKey(Programme, related_name="packages")
    points = models.PositiveIntegerField(null=True, blank=True)
    benefit = models.CharField(max_length=300, default="", blank=True)
    valid_from = models.DateField("valid from")
    valid_to = models.DateField("valid until", null=True, blank=True)
    status = models.CharField(max_length=6, choices=PackageStatus, default=PackageStatus.ACTIVE)
    closed_on = models.DateField("used or ended on", null=True, blank=True)
    notes = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        verbose_name = "bonus package"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(points__isnull=False, points__range=(1, POINTS_MAX))
                | models.Q(points__isnull=True) & ~models.Q(benefit=""),
                name="loyalty_package_gives",
            ),
            models.CheckConstraint(
                condition=models.Q(status="active", closed_on__isnull=True)
                | models.Q(status__in=("used", "ended"), closed_on__isnull=False),
                name="loyalty_package_status",
            ),
            _in_order("loyalty_package_dates"),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "customer", "valid_from", "id"],
                name="loyalty_package_of",
            ),
            _by_validity("loyalty_package_ends", models.Q(status="active")),
        ]

    def __str__(self) -> str:
        return str(self.programme)


class CustomerExtra(TenantModel):
    """A benefit beside the points: lounge access, an upgrade, late check-out (TQ-20).

    `valid_to` is the last day, None for no end. `used` of `quantity` are gone.
    """

    change_log_subject = "customer"

    customer = TenantForeignKey(Customer, related_name="extras")
    kind = TenantForeignKey(ExtraKind, related_name="extras")
    description = models.CharField(max_length=300, default="", blank=True)
    valid_from = models.DateField("valid from")
    valid_to = models.DateField("valid until", null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    used_on = models.DateField("used on", null=True, blank=True)
    notes = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        verbose_name = "customer extra"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, used__gte=0, used__lte=models.F("quantity")),
                name="loyalty_extra_used_within",
            ),
            models.CheckConstraint(
                condition=models.Q(used=0, used_on__isnull=True)
                | models.Q(used__gt=0, used_on__isnull=False),
                name="loyalty_extra_used_on",
            ),
            _in_order("loyalty_extra_dates"),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "customer", "valid_from", "id"], name="loyalty_extra_of"
            ),
            _by_validity("loyalty_extra_ends", models.Q(used__lt=models.F("quantity"))),
        ]

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def left(self) -> int:
        return self.quantity - self.used
