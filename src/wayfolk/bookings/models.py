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
from wayfolk.organization.models import Brand
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
    as they are until somebody asks for them anew (see operations.commission). `brand` None: the
    organisation's first one; it stays, for the number is of its range.
    """

    number = models.BigIntegerField("BKG. No")
    brand = TenantForeignKey(Brand, null=True, blank=True)
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
    # CHM and RHM: means of this booking's answers, kept by wayfolk.service.
    customer_mark = models.DecimalField(
        "CHM", max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )
    representative_mark = models.DecimalField(
        "RHM", max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )

    change_log_ignored = (
        *("version", "updated_at", "folded_product"),
        *("customer_mark", "representative_mark"),
    )

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
            # The customers list by what its customers booked; a customer's latest departure.
            models.Index(
                fields=["organization_id", "customer", "departs_on", "id"],
                name="bookings_customer_leaves",
            ),
            models.Index(
                fields=["organization_id", "transport", "departs_on"],
                name="bookings_transport",
                condition=~models.Q(transport=""),
            ),
            models.Index(
                fields=["organization_id", "hotel", "departs_on"],
                name="bookings_hotel",
                condition=~models.Q(hotel=""),
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
            # The list of a further brand; organisations that have none keep it empty.
            models.Index(
                fields=["organization_id", "brand", "booked_on", "id"],
                name="bookings_brand_booked",
                condition=models.Q(brand__isnull=False),
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


class LineKind(models.TextChoices):
    """What a line of a booking's price is: the parts into which a turnover is split (TQ-24)."""

    BASIC = "basic", "Basic"
    INSURANCE = "insurance", "Insurance"
    TRANSFER = "transfer", "Transfers"
    FEE = "fee", "Fees"
    DISCOUNT = "discount", "Discounts"
    SUPPLEMENT = "supplement", "Supplements"
    PICKUP = "pickup", "Pickup points"
    OTHER = "other", "Others"


class LineCategory(TenantModel):
    """A category of booking lines in the organisation's own words; its kind never changes.

    `code` is the kind for those that every organisation starts with, "" for its own. A retired
    one is not offered any more; the lines that have it keep it.
    """

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=LineKind)
    code = models.CharField(max_length=10, default="", blank=True)
    position = models.PositiveIntegerField()
    is_retired = models.BooleanField("retired", default=False)

    class Meta:
        verbose_name = "category of booking lines"
        verbose_name_plural = "categories of booking lines"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "name"], name="bookings_category_name"
            ),
            # What lines refer to: (organization_id, category_id, kind), see migration 0013.
            models.UniqueConstraint(
                fields=["organization_id", "id", "kind"], name="bookings_category_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LineKind.values), name="bookings_category_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PickupPoint(TenantModel):
    """Where guests are picked up, when, and what it costs them and us (TQ-55).

    Until `choice_days` before departure the guest may take another one of its `route`; None:
    never.
    """

    code = models.CharField(max_length=20)
    description = models.CharField(max_length=200)
    meets_at = models.TimeField("meeting hour", null=True, blank=True)
    price_minor = models.BigIntegerField("price", default=0)
    cost_minor = models.BigIntegerField("cost", null=True, blank=True)
    currency = models.CharField(max_length=3)
    price_tag = models.CharField(max_length=60, default="", blank=True)
    route = models.CharField("bus route", max_length=60, default="", blank=True)
    choice_days = models.PositiveSmallIntegerField(
        "guests choose until days before", null=True, blank=True
    )
    is_retired = models.BooleanField("retired", default=False)

    class Meta:
        verbose_name = "pickup point"
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "code"], name="bookings_pickup_code"
            ),
            models.CheckConstraint(
                condition=models.Q(price_minor__gte=0), name="bookings_pickup_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)

    def amounts_for(self, pax: int | None) -> dict[str, int]:
        """Price and, where it is known, cost of a line for so many people (one if not said)."""
        found = {"amount_minor": self.price_minor * (pax or 1)}
        if self.cost_minor is not None:
            found["cost_minor"] = self.cost_minor * (pax or 1)
        return found


class PriceAdjustment(TenantModel):
    """A discount or supplement of the catalogue (TQ-56): what a line is made of.

    `rate` is percent of the booking's basic price, `amount_minor` a sum, for each passenger or for
    the booking. `product`: "" for a general one, else what it is specific to, or begins with.
    A permanent one is proposed wherever it fits, a manual one is chosen; with a `bonus_code` it is
    drawn by that code alone. `beside`: only on bookings that have a line of this category.
    """

    code = models.CharField(max_length=20)
    description = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=10, choices=[("discount", "Discount"), ("supplement", "Supplement")]
    )
    rate = models.DecimalField("percentage", max_digits=5, decimal_places=2, null=True, blank=True)
    amount_minor = models.BigIntegerField("amount", null=True, blank=True)
    currency = models.CharField(max_length=3)
    is_per_passenger = models.BooleanField("for each passenger", default=False)
    product = models.CharField(max_length=200, default="", blank=True)
    is_permanent = models.BooleanField("permanent", default=False)
    bonus_code = models.CharField("bonus code", max_length=40, default="", blank=True)
    beside = TenantForeignKey(LineCategory, null=True, blank=True)
    is_retired = models.BooleanField("retired", default=False)

    class Meta:
        verbose_name = "discount or supplement"
        verbose_name_plural = "discounts and supplements"
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "code"], name="bookings_adjustment_code"
            ),
            models.UniqueConstraint(
                fields=["organization_id", "bonus_code"],
                name="bookings_adjustment_bonus_code",
                condition=~models.Q(bonus_code=""),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["discount", "supplement"]),
                name="bookings_adjustment_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__isnull=True, amount_minor__gt=0)
                | models.Q(rate__gt=0, rate__lte=100, amount_minor__isnull=True),
                name="bookings_adjustment_rate_or_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)


class BookingLine(TenantModel):
    """A part of a booking's price and cost, in the booking's currency.

    A booking without lines is all Basic. As soon as it has some, triggers (migration 0013) keep
    its price and cost their sums. `kind` is the category's, `currency` the booking's: copied, so
    that the database holds a line to both.
    """

    change_log_subject = "booking"

    booking = TenantForeignKey(Booking, related_name="lines")
    position = models.PositiveIntegerField()
    category = TenantForeignKey(LineCategory)
    kind = models.CharField(max_length=10, choices=LineKind)
    pickup_point = TenantForeignKey(PickupPoint, null=True, blank=True)
    adjustment = TenantForeignKey(PriceAdjustment, null=True, blank=True)
    description = models.CharField(max_length=200, default="", blank=True)
    pax = models.PositiveSmallIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField("price")
    cost_minor = models.BigIntegerField("cost", null=True, blank=True)

    class Meta:
        verbose_name = "line"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="discount", amount_minor__lte=0)
                | (~models.Q(kind="discount") & models.Q(amount_minor__gte=0)),
                name="bookings_line_discounts_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(pickup_point__isnull=True) | models.Q(kind="pickup"),
                name="bookings_line_pickup_point",
            ),
            models.CheckConstraint(
                condition=models.Q(adjustment__isnull=True)
                | models.Q(kind__in=["discount", "supplement"]),
                name="bookings_line_adjustment_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "booking", "position"], name="bookings_line"),
            models.Index(
                fields=["organization_id", "pickup_point"],
                name="bookings_line_pickup",
                condition=models.Q(pickup_point__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "adjustment"],
                name="bookings_line_adjustment",
                condition=models.Q(adjustment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.description or f"line {self.position}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)


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
    organisation's currency, and the eight parts add up to the turnover; see rules.Totals and
    docs/algorithms/totals.md. `last_departure_on`: of any confirmed booking, past or to come.
    """

    is_change_logged = False
    is_derived = True

    customer = TenantForeignKey(Customer)
    turnover_minor = models.BigIntegerField()
    basic_minor = models.BigIntegerField()
    insurance_minor = models.BigIntegerField()
    transfers_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    discounts_minor = models.BigIntegerField()
    supplements_minor = models.BigIntegerField()
    pickup_minor = models.BigIntegerField()
    others_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    pax = models.BigIntegerField()
    infants = models.BigIntegerField()
    confirmed = models.IntegerField()
    waitlisted = models.IntegerField()
    cancelled = models.IntegerField()
    without_cost = models.IntegerField()
    last_departure_on = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "customer totals"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    turnover_minor=models.F("basic_minor")
                    + models.F("insurance_minor")
                    + models.F("transfers_minor")
                    + models.F("fees_minor")
                    + models.F("discounts_minor")
                    + models.F("supplements_minor")
                    + models.F("pickup_minor")
                    + models.F("others_minor")
                ),
                name="bookings_totals_parts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "-turnover_minor", "-id"],
                name="bookings_totals_turnover",
            ),
            models.Index(
                fields=["organization_id", "-confirmed", "-id"], name="bookings_totals_confirmed"
            ),
            models.Index(fields=["organization_id", "-pax", "-id"], name="bookings_totals_pax"),
            # Whoever never departed is in no list in this order, as with bookings.
            models.Index(
                fields=["organization_id", "-last_departure_on", "-id"],
                name="bookings_totals_last",
                condition=models.Q(last_departure_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Totals of customer {self.customer_id}"


class CustomerYear(TenantModel):
    """A customer's confirmed bookings of one year of departure (without one: of booking).

    Kept like CustomerTotals; a year whose bookings are gone stays with zeros.
    """

    is_change_logged = False
    is_derived = True

    customer = TenantForeignKey(Customer)
    year = models.SmallIntegerField()
    turnover_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    bookings = models.IntegerField()
    pax = models.BigIntegerField()
    without_cost = models.IntegerField()

    class Meta:
        verbose_name = "year of a customer"
        verbose_name_plural = "years of customers"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer", "year"], name="bookings_year_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} of customer {self.customer_id}"
