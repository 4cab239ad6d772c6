"""Tables: the ages at which passengers become children and adults."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.fields import Days
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.passengers import rules


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
