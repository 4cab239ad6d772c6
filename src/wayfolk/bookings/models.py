"""Tables: bookings."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.bookings.payments.models import BookingBalance, Payment, PaymentDue  # noqa: F401
from wayfolk.customers.models import Customer
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.money import Money
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.passengers.models import PassengerType
from wayfolk.staff.models import Membership
from wayfolk.stays.models import Stay


class BookingStatus(models.TextChoices):
    CONFIRMED = "confirmed", "OK"
    WAITLISTED = "waitlisted", "WL"
    PLACE_FOUND = "place_found", "WLOK"
    CANCELLED = "cancelled", "Cancelled"


class BookingSource(models.TextChoices):
    UNKNOWN = "", "Not given"
    WEB = "web", "Web"
    PHONE = "phone", "Phone"
    EMAIL = "email", "Email"
    TRADE = "trade", "Trade"


class BookingQuerySet(TenantQuerySet["Booking"]):
    def in_lines(self) -> Self:
        """With what a line of a list names, and no more: PostgreSQL plans each join anew."""
        lines = self.select_related(None)
        return lines.select_related("customer", "assignee", "stay__hotel", "itinerary")


class Booking(TenantModel):
    """Something a customer booked. Connected to one stay, or to one itinerary, or to none.

    Money is in minor units of `currency`; `exchange_rate` is units of the organisation's
    base currency per unit of it, as of the booking's day. `commission_minor` is what the partner
    earns as it was computed (None: not computed), `commission_basis` says by what; both stay
    as they are until somebody asks for them anew (see operations.commission).
    """

    number = models.BigIntegerField("BKG. No")
    customer = TenantForeignKey(Customer, related_name="bookings")
    stay = TenantForeignKey(Stay, null=True, blank=True, related_name="bookings")
    itinerary = TenantForeignKey(Itinerary, null=True, blank=True, related_name="bookings")
    status = models.CharField(max_length=12, choices=BookingStatus, default=BookingStatus.CONFIRMED)
    product = models.CharField("product name", max_length=200)
    transport = models.CharField(max_length=80, default="", blank=True)
    resort = models.CharField(max_length=120, default="", blank=True)
    hotel = models.CharField(max_length=120, default="", blank=True)
    booked_on = models.DateField("booking date")
    departs_on = models.DateField("departure date", null=True, blank=True)
    returns_on = models.DateField("return date", null=True, blank=True)
    assignee = TenantForeignKey(Membership, null=True, blank=True)
    contact_phone = models.CharField("phone", max_length=60, default="", blank=True)
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    infants = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    total_minor = models.BigIntegerField("price", default=0)
    cost_minor = models.BigIntegerField("cost", null=True, blank=True)
    source = models.CharField(
        max_length=10, choices=BookingSource, default=BookingSource.UNKNOWN, blank=True
    )
    agency = models.CharField(max_length=120, default="", blank=True)
    partner = TenantForeignKey(
        Partner, null=True, blank=True, related_name="bookings", verbose_name="sold through"
    )
    commission_minor = models.BigIntegerField("commission", null=True, blank=True)
    commission_term = TenantForeignKey(CommissionTerm, null=True, blank=True)
    # The database knows the default too: imports write the columns of their files alone.
    commission_basis = models.CharField(
        "commission by", max_length=300, default="", db_default="", blank=True
    )
    reference = models.CharField("external reference", max_length=120, default="", blank=True)
    notes = models.TextField(default="", blank=True)
    folded_product = models.CharField(max_length=200, default="", editable=False)

    change_log_ignored = ("version", "updated_at", "folded_product")

    objects: ClassVar[BookingQuerySet] = tenant_manager(BookingQuerySet)

    class Meta:
        verbose_name_plural = "bookings"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="bookings_booking_number"
            ),
            models.UniqueConstraint(
                fields=["organization_id", "reference"],
                condition=~models.Q(reference=""),
                name="bookings_booking_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(stay__isnull=True) | models.Q(itinerary__isnull=True),
                name="bookings_booking_one_connection",
            ),
            models.CheckConstraint(
                condition=models.Q(departs_on__isnull=True)
                | models.Q(returns_on__isnull=True)
                | models.Q(returns_on__gte=models.F("departs_on")),
                name="bookings_booking_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(exchange_rate__gt=0), name="bookings_booking_rate_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(partner__isnull=False)
                | models.Q(
                    commission_minor__isnull=True,
                    commission_term__isnull=True,
                    commission_basis="",
                ),
                name="bookings_booking_commission_of_partner",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "booked_on", "id"], name="bookings_booked"),
            models.Index(fields=["organization_id", "departs_on", "id"], name="bookings_departs"),
            models.Index(
                fields=["organization_id", "status", "booked_on", "id"], name="bookings_status"
            ),
            models.Index(
                fields=["organization_id", "customer", "booked_on", "id"], name="bookings_customer"
            ),
            models.Index(
                fields=["organization_id", "booked_on", "id"],
                name="bookings_unlinked",
                condition=models.Q(stay__isnull=True, itinerary__isnull=True),
            ),
            # Statements and turnovers of partners; most bookings have none.
            models.Index(
                fields=["organization_id", "partner", "booked_on", "id"],
                name="bookings_partner_booked",
                condition=models.Q(partner__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "partner", "departs_on", "id"],
                name="bookings_partner_departs",
                condition=models.Q(partner__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "commission_term"],
                name="bookings_commission_term",
                condition=models.Q(commission_term__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.product}"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)

    @property
    def commission(self) -> Money | None:
        if self.commission_minor is None:
            return None
        return Money(self.commission_minor, self.currency)

    @property
    def pax(self) -> int:
        """Passengers without infants (decision 7)."""
        return self.adults + self.children

    @property
    def is_connected(self) -> bool:
        return self.stay_id is not None or self.itinerary_id is not None


class BookingPassenger(TenantModel):
    """Somebody who travels on a booking; the record is the customer's and stays the one (KP-10).

    A deferred constraint trigger keeps exactly one lead where there are passengers (migration
    0006). `given_type` is what somebody said by hand; "" leaves it to the age on the day of
    travel (wayfolk.passengers). `issued_name` is the name that documents were issued with: it
    stays when the customer's changes.
    """

    change_log_subject = "booking"
    change_log_related = "customer"

    booking = TenantForeignKey(Booking, related_name="passengers")
    customer = TenantForeignKey(Customer, related_name="travels")
    position = models.PositiveIntegerField()
    is_lead = models.BooleanField("lead passenger", default=False)
    given_type = models.CharField(
        "passenger type", max_length=10, choices=PassengerType, default="", blank=True
    )
    issued_name = models.CharField("name as issued", max_length=600)

    class Meta:
        verbose_name = "passenger"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "booking", "customer"], name="bookings_passenger_once"
            ),
            models.CheckConstraint(
                condition=models.Q(given_type__in=["", *PassengerType.values]),
                name="bookings_passenger_type",
            ),
        ]

    def __str__(self) -> str:
        return self.issued_name


class CustomerTotals(TenantModel):
    """What a customer's bookings add up to, kept by the database as they change.

    Its id is the customer's; every customer has one. Amounts are in minor units of the
    organisation's currency; see rules.Totals and docs/algorithms/totals.md.
    """

    is_change_logged = False
    is_derived = True

    customer = TenantForeignKey(Customer)
    turnover_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    pax = models.BigIntegerField()
    infants = models.BigIntegerField()
    confirmed = models.IntegerField()
    waitlisted = models.IntegerField()
    cancelled = models.IntegerField()
    without_cost = models.IntegerField()

    class Meta:
        verbose_name_plural = "customer totals"
        indexes = [
            models.Index(
                fields=["organization_id", "-turnover_minor", "-id"],
                name="bookings_totals_turnover",
            ),
        ]

    def __str__(self) -> str:
        return f"Totals of customer {self.customer_id}"
