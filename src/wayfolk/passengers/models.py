"""Tables: the ages at which passengers become children and adults, and what people prefer."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import Days, TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.passengers import rules
from wayfolk.passengers.preferences import rules as preference_rules


class AgeBandQuerySet(TenantQuerySet["AgeBand"]):
    pass


class PassengerType(models.TextChoices):
    ADULT = "adult", "Adult"
    CHILD = "child", "Child"
    INFANT = "infant", "Infant"


class AgeBand(TenantModel):
    """Infant below one age, child below another; for products with certain words, or for all.

    `product`: words that the product's name must have, "" for every product; `scope`: the same
    words folded and in order, so that nothing is scoped twice. Holds for days of travel from
    `from_on` until the day before `to_on`.
    """

    product = models.CharField("product", max_length=rules.PRODUCT_MAX, default="", blank=True)
    scope = models.CharField(max_length=240, default="", editable=False)
    infant_below = models.PositiveSmallIntegerField("infant below")
    child_below = models.PositiveSmallIntegerField("child below")
    from_on = models.DateField("from", null=True, blank=True)
    to_on = models.DateField("until", null=True, blank=True)

    objects: ClassVar[AgeBandQuerySet] = tenant_manager(AgeBandQuerySet)

    class Meta:
        verbose_name = "passenger ages"
        verbose_name_plural = "passenger ages"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    infant_below__gte=0,
                    child_below__gt=models.F("infant_below"),
                    child_below__lte=rules.AGE_MAX,
                ),
                name="passengers_ages_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(from_on__isnull=True)
                | models.Q(to_on__isnull=True)
                | models.Q(to_on__gt=models.F("from_on")),
                name="passengers_ages_dates_in_order",
            ),
            ExclusionConstraint(
                name="passengers_ages_once",
                expressions=[
                    ("organization_id", RangeOperators.EQUAL),
                    ("scope", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.product or "all products"


class PreferenceQuerySet(TenantQuerySet["Preference"]):
    pass


class PreferenceKind(models.TextChoices):
    ALLERGY = "allergy", "Allergy"
    DIET = "diet", "Diet"
    ACCESSIBILITY = "accessibility", "Accessibility"
    ROOM = "room", "Room"
    COMMUNICATION_STYLE = "communication_style", "Communication style"
    SPECIAL_REQUEST = "special_request", "Special request"


class Severity(models.TextChoices):
    UNKNOWN = "", "Not known"
    MILD = "mild", "Mild"
    SEVERE = "severe", "Severe"
    LIFE_THREATENING = "life-threatening", "Life-threatening"


class Source(models.TextChoices):
    SAID = "said", "Said by the customer"
    NOTICED = "noticed", "Noticed by us"


class Preference(TenantModel):
    """What a person eats, cannot bear, needs or likes, on every journey (KP-38).

    `severity` is of allergies alone. `folded` is the value as it is compared: the same thing is
    noted once for each kind.
    """

    change_log_subject = "customer"

    customer = TenantForeignKey(Customer, related_name="preferences")
    kind = models.CharField(max_length=20, choices=PreferenceKind)
    value = models.CharField(max_length=preference_rules.VALUE_MAX)
    folded = models.CharField(max_length=preference_rules.FOLDED_MAX, editable=False)
    severity = models.CharField(max_length=16, choices=Severity, default="", blank=True)
    source = models.CharField(max_length=8, choices=Source, default=Source.SAID)
    note = models.CharField(max_length=preference_rules.NOTE_MAX, default="", blank=True)

    objects: ClassVar[PreferenceQuerySet] = tenant_manager(PreferenceQuerySet)

    class Meta:
        verbose_name = "preference"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer", "kind", "folded"],
                name="passengers_preference_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=preference_rules.KINDS) & ~models.Q(value=""),
                name="passengers_preference_says",
            ),
            models.CheckConstraint(
                condition=models.Q(severity="")
                | models.Q(kind="allergy", severity__in=preference_rules.SEVERITIES),
                name="passengers_preference_severity",
            ),
        ]

    def __str__(self) -> str:
        return preference_rules.in_words(self.get_kind_display(), self.value, self.severity)
