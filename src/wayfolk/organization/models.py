"""Tables: the organisation, its modules, its brands and their number ranges."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit import clock
from wayfolk.kit.fields import TenantForeignKey


class DateOrder(models.TextChoices):
    DAY_FIRST = "dmy", "Day, month, year"
    MONTH_FIRST = "mdy", "Month, day, year"
    YEAR_FIRST = "ymd", "Year, month, day"


class Organization(models.Model):
    """A travel company. Global: found before any scope is open."""

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166; region of phones without prefix")
    currency = models.CharField(max_length=3, help_text="ISO 4217; totals are given in it")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="IANA name")
    date_order = models.CharField(max_length=3, choices=DateOrder, default=DateOrder.DAY_FIRST)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class ModuleCode(models.TextChoices):
    HOUSEHOLDS = "households", "Households"
    PARTNERS = "partners", "Trade partners"
    ITINERARIES = "itineraries", "Itineraries"
    STAYS = "stays", "Stays"
    BOOKINGS = "bookings", "Bookings"
    PAYMENTS = "payments", "Payments"
    OFFERS = "offers", "Offers"
    CATALOGS = "catalogs", "Catalog orders"
    SERVICE = "service", "Service cases"
    QUESTIONNAIRES = "questionnaires", "Questionnaires"
    LOYALTY = "loyalty", "Bonus and customer extras"
    COMMUNICATIONS = "communications", "Communications"
    IMPORTS = "imports", "Imports"


class Module(TenantModel):
    """A part of the product that the vendor switches on or off for one organisation (TA-06)."""

    code = models.CharField(max_length=40, choices=ModuleCode)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "code"], name="organization_module_once"
            )
        ]

    def __str__(self) -> str:
        return self.code


class NumberKind(models.TextChoices):
    CUSTOMER = "customer", "Customer No"
    ITINERARY = "itinerary", "Trip ID"
    BOOKING = "booking", "BKG. No"
    HOUSEHOLD = "household", "Household No"
    OFFER = "offer", "Offer No"
    SERVICE_CASE = "service_case", "Case No"
    CATALOG_ORDER = "catalog_order", "Order No"


class Numbering(TenantModel):
    """The next number of a range. Not in the change log: an undo never gives a number again."""

    is_change_logged = False

    kind = models.CharField(max_length=40, choices=NumberKind)
    next_value = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "kind"], name="organization_numbering_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Brand(TenantModel):
    """A sales identity; bookings and offers belong to one.

    The first one, which every organisation has without a row, is the default: records of it refer
    to no brand (NULL), so that the millions that were there before need no change. Its row is
    written together with the second brand, and never becomes another one's.
    """

    name = models.CharField(max_length=80)
    code = models.CharField("short code", max_length=8)
    is_default = models.BooleanField("first brand", default=False, editable=False)
    is_active = models.BooleanField("in use", default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "code"], name="organization_brand_code"
            ),
            models.UniqueConstraint(
                fields=["organization_id"],
                condition=models.Q(is_default=True),
                name="organization_brand_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="organization_brand_default_in_use",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RangedKind(models.TextChoices):
    """The kinds of numbers that run in ranges of brands; each is a NumberKind too."""

    BOOKING = NumberKind.BOOKING.value, "BKG. No"
    OFFER = NumberKind.OFFER.value, "Offer No"


class NumberSpan(models.Func):
    """int8range(first, last, '[]'): both ends belong to it."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()


class NumberRange(TenantModel):
    """Numbers of one kind that are given to records of one brand alone (TQ-53).

    `brand` None: the default one. `next_value` is `last` + 1 once it is used up; an undo never
    gives a number again. The database keeps ranges apart, lets none begin among numbers that were
    given, and keeps one of which a number was given (migration 0004).
    """

    change_log_ignored = ("version", "updated_at", "next_value")

    brand = TenantForeignKey(Brand, null=True, blank=True)
    kind = models.CharField(max_length=40, choices=RangedKind)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    next_value = models.BigIntegerField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1, last__gte=models.F("first")),
                name="organization_range_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    next_value__gte=models.F("first"), next_value__lte=models.F("last") + 1
                ),
                name="organization_range_next_inside",
            ),
            ExclusionConstraint(
                name="organization_ranges_apart",
                expressions=[
                    ("organization_id", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (NumberSpan("first", "last", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

    @property
    def left(self) -> int:
        """How many of its numbers were not given yet."""
        return self.last + 1 - self.next_value
