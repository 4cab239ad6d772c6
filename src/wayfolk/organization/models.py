"""Tables: the organisation, its modules and its number ranges."""

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit import clock


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
