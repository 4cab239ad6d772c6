"""Tables: households, who lives in them when, guardians, and people connected with them."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import Days, TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class Channel(models.TextChoices):
    NONE = "", "Not given"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    TEXT = "text", "Text message"
    POST = "post", "Post"


class MemberRole(models.TextChoices):
    HEAD = "head", "Head"
    PARTNER = "partner", "Partner"
    CHILD = "child", "Child"
    PARENT = "parent", "Parent"
    RELATIVE = "relative", "Other relative"
    ADULT = "adult", "Other adult"


class ConnectionKind(models.TextChoices):
    EMERGENCY = "emergency", "Emergency contact"
    PAYER = "payer", "Outside payer"
    OTHER = "other", "Other"


def _once(name: str, *columns: str) -> ExclusionConstraint:
    """The same `columns` never twice on one day. Checked at the end of the change set."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in ("organization_id", *columns)),
            (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
        ],
        deferrable=models.Deferrable.DEFERRED,
    )


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(to_on__isnull=True) | models.Q(to_on__gt=models.F("from_on")), name=name
    )


class PeriodQuerySet(TenantQuerySet["Period"]):
    """Rows that hold from `from_on` until the day before `to_on`."""

    def on(self, day: date) -> Self:
        return self.filter(models.Q(to_on__isnull=True) | models.Q(to_on__gt=day), from_on__lte=day)

    def after(self, day: date) -> Self:
        """Those that hold on some day from `day` on."""
        return self.filter(models.Q(to_on__isnull=True) | models.Q(to_on__gt=day))


class Period(TenantModel):
    """A fact that holds from `from_on` until the day before `to_on`; null: until further notice."""

    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True)

    objects: ClassVar[Any] = tenant_manager(PeriodQuerySet)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


class HouseholdQuerySet(TenantQuerySet["Household"]):
    def living(self) -> Self:
        return self.filter(ended_on__isnull=True)


class Household(TenantModel):
    """People with one address and one set of preferences; `merged_into` says where it went."""

    number = models.BigIntegerField("Household No")
    name = models.CharField(max_length=200)
    lines = models.TextField("address", default="", blank=True)
    postcode = models.CharField("zip code", max_length=20, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    language = models.CharField(max_length=12, default="", blank=True)
    channel = models.CharField(
        "preferred channel", max_length=10, choices=Channel, default=Channel.NONE, blank=True
    )
    newsletter_by_email = models.BooleanField("newsletter by email", default=False)
    newsletter_by_post = models.BooleanField("newsletter by post", default=False)
    notes = models.TextField(default="", blank=True)
    ended_on = models.DateField("ended", null=True, blank=True)
    merged_into = TenantForeignKey("self", null=True, blank=True)
    # Derived by text.fold; never edited, never in history.
    folded_name = models.CharField(max_length=200, default="", editable=False)
    folded_city = models.CharField(max_length=120, default="", editable=False)

    change_log_ignored = ("version", "updated_at", "folded_name", "folded_city")

    objects: ClassVar[HouseholdQuerySet] = tenant_manager(HouseholdQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="households_household_number"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(ended_on__isnull=False),
                name="households_merged_has_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "folded_name", "id"], name="households_name"),
            models.Index(fields=["organization_id", "folded_city", "id"], name="households_city"),
            models.Index(fields=["organization_id", "merged_into"], name="households_merged_into"),
            # The list of few among many, without reading those that live.
            models.Index(
                fields=["organization_id", "folded_name", "id"],
                name="households_ended",
                condition=models.Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (H-{self.number})"

    @property
    def household_no(self) -> str:
        return f"H-{self.number}"


class HouseholdMember(Period):
    """Somebody's time in a household.

    Where `uses_household_preferences` is off, the channel and newsletters here are the
    member's own; where `uses_household_address` is off, the customer's address counts.
    """

    change_log_subject = "household"
    change_log_related = "customer"

    household = TenantForeignKey(Household, related_name="members")
    customer = TenantForeignKey(Customer, related_name="household_memberships")
    role = models.CharField(max_length=10, choices=MemberRole)
    uses_household_address = models.BooleanField("household's address", default=True)
    uses_household_preferences = models.BooleanField("household's preferences", default=True)
    channel = models.CharField(
        "own preferred channel", max_length=10, choices=Channel, default=Channel.NONE, blank=True
    )
    newsletter_by_email = models.BooleanField("own newsletter by email", default=False)
    newsletter_by_post = models.BooleanField("own newsletter by post", default=False)

    class Meta:
        verbose_name = "household member"
        verbose_name_plural = "household members"
        constraints = [
            _in_order("households_member_dates_in_order"),
            _once("households_member_once", "household", "customer"),
            _once("households_member_one_role", "customer", "role"),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "household", "from_on"], name="households_member_of"
            ),
            models.Index(
                fields=["organization_id", "customer", "from_on"], name="households_member_who"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} in {self.household}"


class Guardian(Period):
    """An adult who answers for a minor. No circles: see the trigger in migration 0002."""

    change_log_subject = "child"
    change_log_related = "guardian"

    child = TenantForeignKey(Customer, related_name="guardians")
    guardian = TenantForeignKey(Customer, related_name="wards")

    class Meta:
        constraints = [
            _in_order("households_guardian_dates_in_order"),
            _once("households_guardian_once", "child", "guardian"),
            models.CheckConstraint(
                condition=~models.Q(child=models.F("guardian")),
                name="households_guardian_not_oneself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} for {self.child}"


class Connection(Period):
    """Somebody who matters to a household without living in it."""

    change_log_subject = "household"
    change_log_related = "customer"

    household = TenantForeignKey(Household, related_name="connections")
    customer = TenantForeignKey(Customer, related_name="household_connections")
    kind = models.CharField(max_length=10, choices=ConnectionKind)
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            _in_order("households_connection_dates_in_order"),
            _once("households_connection_once", "household", "customer", "kind"),
        ]

    def __str__(self) -> str:
        return f"{self.customer}, {self.get_kind_display().lower()} of {self.household}"


class DismissedPair(TenantModel):
    """Two people who were suggested as one household, and are none. `first` has the lower id."""

    change_log_subject = "first"
    change_log_related = "second"

    first = TenantForeignKey(Customer)
    second = TenantForeignKey(Customer)

    class Meta:
        verbose_name = "dismissed suggestion"
        verbose_name_plural = "dismissed suggestions"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "first", "second"], name="households_dismissed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="households_dismissed_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"
