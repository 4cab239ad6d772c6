"""Tables: itineraries, their stages, and the customers linked to them."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.staff.models import Membership


class Stage(TenantModel):
    """A step in an itinerary's life; each organisation has its own list (TP-43).

    A closed one is no longer offered; itineraries that are in it stay in it.
    """

    code = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    is_closed = models.BooleanField("closed", default=False)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "stages"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "code"], name="itineraries_stage_code"
            )
        ]

    def __str__(self) -> str:
        return self.label


class ItineraryQuerySet(TenantQuerySet["Itinerary"]):
    def over(self, at: datetime) -> Self:
        """Trips that had ended by then."""
        return self.filter(departure_at__lt=at)


class Itinerary(TenantModel):
    """A planned journey. An empty customer list is valid (TP-01)."""

    number = models.BigIntegerField("Trip ID")
    name = models.CharField("trip name", max_length=200)
    stage = TenantForeignKey(Stage)
    arrival_at = models.DateTimeField("arrival", null=True, blank=True)
    departure_at = models.DateTimeField("departure", null=True, blank=True)
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    infants = models.PositiveSmallIntegerField(default=0)
    assignee = TenantForeignKey(Membership, null=True, blank=True)
    notes = models.TextField(default="", blank=True)
    folded_name = models.CharField(max_length=200, default="", editable=False)

    change_log_ignored = ("version", "updated_at", "folded_name")

    objects: ClassVar[ItineraryQuerySet] = tenant_manager(ItineraryQuerySet)

    class Meta:
        verbose_name_plural = "itineraries"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="itineraries_itinerary_number"
            ),
            models.CheckConstraint(
                condition=models.Q(arrival_at__isnull=True)
                | models.Q(departure_at__isnull=True)
                | models.Q(departure_at__gte=models.F("arrival_at")),
                name="itineraries_itinerary_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "created_at", "id"], name="itineraries_recent"),
            models.Index(
                fields=["organization_id", "arrival_at", "id"], name="itineraries_arrival"
            ),
            models.Index(fields=["organization_id", "folded_name", "id"], name="itineraries_name"),
            models.Index(
                fields=["organization_id", "stage", "created_at", "id"], name="itineraries_by_stage"
            ),
            models.Index(
                fields=["organization_id", "assignee", "created_at", "id"],
                name="itineraries_by_assignee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.name}"

    @property
    def trip_id(self) -> str:
        return f"T-{self.number:05d}"


class ItineraryCustomer(TenantModel):
    """A customer on an itinerary. Travels, is point of contact, is leader: three facts.

    A deferred constraint trigger keeps TP-02: customers linked => at least one point of
    contact (migration 0002).
    """

    change_log_subject = "itinerary"
    change_log_related = "customer"

    itinerary = TenantForeignKey(Itinerary, related_name="links")
    customer = TenantForeignKey(Customer, related_name="itinerary_links")
    position = models.PositiveIntegerField()
    is_poc = models.BooleanField("point of contact", default=False)
    is_travelling = models.BooleanField("travelling", default=True)
    is_leader = models.BooleanField("trip leader", default=False)

    class Meta:
        verbose_name = "linked customer"
        verbose_name_plural = "linked customers"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "itinerary", "customer"],
                name="itineraries_customer_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.itinerary_id}"
