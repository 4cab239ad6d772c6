"""Tables: properties and stays."""

from typing import ClassVar

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class Property(TenantModel):
    """A hotel or other place with rooms."""

    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, editable=False)

    change_log_ignored = ("version", "updated_at", "folded_name")

    class Meta:
        verbose_name_plural = "properties"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "folded_name"], name="stays_property_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StayStatus(models.TextChoices):
    EXPECTED = "expected", "Expected"
    IN_HOUSE = "in_house", "In house"
    DEPARTED = "departed", "Departed"
    NO_SHOW = "no_show", "No-show"
    CANCELLED = "cancelled", "Cancelled"


class StayQuerySet(TenantQuerySet["Stay"]):
    pass


class Stay(TenantModel):
    """A guest's reservation of a room for some nights; zero nights is a day visit."""

    reservation_number = models.CharField("reservation ID", max_length=60)
    hotel = TenantForeignKey(Property)
    guest = TenantForeignKey(Customer, related_name="stays")
    itinerary = TenantForeignKey(Itinerary, null=True, blank=True, related_name="stays")
    status = models.CharField(max_length=10, choices=StayStatus, default=StayStatus.EXPECTED)
    arrival_on = models.DateField("arrival")
    departure_on = models.DateField("departure")
    room_type = models.CharField(max_length=60, default="", blank=True)
    room = models.CharField(max_length=40, default="", blank=True)
    meal_plan = models.CharField(max_length=40, default="", blank=True)
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    infants = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=80, default="", blank=True)
    notes = models.TextField(default="", blank=True)
    folded_reservation = models.CharField(max_length=60, editable=False)

    change_log_ignored = ("version", "updated_at", "folded_reservation")

    objects: ClassVar[StayQuerySet] = tenant_manager(StayQuerySet)

    class Meta:
        verbose_name_plural = "stays"
        constraints = [
            # The reservation comes first, because it is looked up without its hotel, too.
            models.UniqueConstraint(
                fields=["organization_id", "folded_reservation", "hotel"],
                name="stays_stay_reservation",
            ),
            models.CheckConstraint(
                condition=models.Q(departure_on__gte=models.F("arrival_on")),
                name="stays_stay_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "arrival_on", "id"], name="stays_arrival"),
            models.Index(
                fields=["organization_id", "hotel", "arrival_on", "id"], name="stays_hotel"
            ),
            models.Index(
                fields=["organization_id", "status", "arrival_on", "id"], name="stays_status"
            ),
            models.Index(
                fields=["organization_id", "guest", "arrival_on", "id"], name="stays_guest"
            ),
        ]

    def __str__(self) -> str:
        return self.reservation_number

    @property
    def pax(self) -> int:
        """Guests without infants (decision 7)."""
        return self.adults + self.children

    @property
    def nights(self) -> int:
        return (self.departure_on - self.arrival_on).days
