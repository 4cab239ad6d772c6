"""Tables: partners, their business ids, contacts and commission terms."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Lower

from wayfolk.audit.tenant import BOOKKEEPING, TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import Days, TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class Level(models.TextChoices):
    CONSORTIUM = "consortium", "Consortium"
    AGENCY = "agency", "Agency"
    AGENT = "agent", "Agent"


class PartnerStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"


class PartnerQuerySet(TenantQuerySet["Partner"]):
    def with_names(self) -> Self:
        """With the customer, and the partners above (two at most) with theirs."""
        return self.select_related("customer", "parent__customer", "parent__parent__customer")


class Partner(TenantModel):
    """What makes a customer a trade partner. Its names and addresses are the customer's.

    The parent stands on a higher level (WF010 in the database), so there is no cycle.
    `sort_key` is the customer's, kept true by a trigger, because lists are ordered by it.
    """

    change_log_related = "customer"
    change_log_ignored = (*BOOKKEEPING, "sort_key")

    customer = TenantForeignKey(Customer, related_name="partners")
    level = models.CharField(max_length=12, choices=Level)
    parent = TenantForeignKey("self", null=True, blank=True, related_name="members")
    status = models.CharField(max_length=10, choices=PartnerStatus, default=PartnerStatus.ACTIVE)
    currency = models.CharField("default currency", max_length=3, default="", blank=True)
    payment_days = models.PositiveSmallIntegerField("days to pay", null=True, blank=True)
    payment_terms = models.CharField("payment terms", max_length=500, default="", blank=True)
    tier = models.CharField("commission tier", max_length=60, default="", blank=True)
    sort_key = models.CharField(max_length=200, default="", editable=False)

    objects: ClassVar[PartnerQuerySet] = tenant_manager(PartnerQuerySet)

    class Meta:
        verbose_name = "trade partner"
        verbose_name_plural = "trade partners"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer"], name="partners_partner_once"
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="partners_partner_level"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "sort_key", "id"], name="partners_partner_sort"
            ),
            models.Index(
                fields=["organization_id", "level", "sort_key", "id"],
                name="partners_partner_by_level",
            ),
            models.Index(
                fields=["organization_id", "parent", "sort_key", "id"],
                name="partners_partner_members",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.customer.name)

    @property
    def number(self) -> int:
        """Pages and the API name a partner by its Customer No."""
        return int(self.customer.number)

    @property
    def chain(self) -> "tuple[Partner, ...]":
        """The partner and those above it, nearest first; see PartnerQuerySet.with_names."""
        found, above = [self], self.parent
        while above is not None:
            found.append(above)
            above = above.parent
        return tuple(found)


class BusinessId(TenantModel):
    """The number under which a register or tax office knows a partner.

    `normalised` is what makes it the only one in the organisation; `number` as it is written.
    """

    change_log_subject = "partner"

    partner = TenantForeignKey(Partner, related_name="business_ids")
    country = models.CharField(max_length=2)
    scheme = models.CharField(max_length=20)
    number = models.CharField(max_length=60)
    normalised = models.CharField(max_length=60, editable=False)

    class Meta:
        verbose_name = "business id"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "country", "scheme", "normalised"],
                name="partners_businessid_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.upper()} {self.number}"


class ContactRole(models.TextChoices):
    SALES = "sales", "Sales"
    RESERVATIONS = "reservations", "Reservations"
    ACCOUNTING = "accounting", "Accounting"
    MANAGEMENT = "management", "Management"
    OTHER = "other", "Other"


class PartnerContactQuerySet(TenantQuerySet["PartnerContact"]):
    """Contacts, each from `from_on` until the day before `to_on` (null: open)."""

    def on(self, day: date) -> Self:
        """Those who speak for their partner on that day."""
        begun = models.Q(from_on__isnull=True) | models.Q(from_on__lte=day)
        return self.filter(begun, models.Q(to_on__isnull=True) | models.Q(to_on__gt=day))


class PartnerContact(TenantModel):
    """A person who speaks for a partner, from a day on and until one (null: open).

    The person stays one record: contact of several partners and private customer at once.
    """

    change_log_subject = "partner"
    change_log_related = "person"

    partner = TenantForeignKey(Partner, related_name="contacts")
    person = TenantForeignKey(Customer, related_name="partner_contacts")
    role = models.CharField(max_length=20, choices=ContactRole, default=ContactRole.OTHER)
    from_on = models.DateField("from", null=True, blank=True)
    to_on = models.DateField("until", null=True, blank=True)

    objects: ClassVar[PartnerContactQuerySet] = tenant_manager(PartnerContactQuerySet)

    class Meta:
        verbose_name = "contact"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on__isnull=True)
                | models.Q(to_on__isnull=True)
                | models.Q(to_on__gt=models.F("from_on")),
                name="partners_contact_dates_in_order",
            ),
            ExclusionConstraint(
                name="partners_contact_once",
                expressions=[
                    ("organization_id", RangeOperators.EQUAL),
                    ("partner", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display().lower()})"


class TermKind(models.TextChoices):
    PERCENTAGE = "percentage", "Percentage of the price"
    PER_BOOKING = "per_booking", "Amount per booking"
    PER_PASSENGER = "per_passenger", "Amount per passenger"
    TIERED = "tiered", "Percentage by turnover of the year"


class CommissionTerm(TenantModel):
    """What a partner, and whoever is below it without a term of its own, earns on a booking.

    `product`: words that the product's name must have, "" for every product. Valid from the
    first day until the day before `valid_to`. `rate` is in percent. `tiers`: [[turnover from,
    in minor units of the organisation's currency, percent as text], ...], lowest first.
    """

    change_log_subject = "partner"

    partner = TenantForeignKey(Partner, related_name="terms")
    kind = models.CharField(max_length=15, choices=TermKind)
    product = models.CharField("product", max_length=120, default="", blank=True)
    valid_from = models.DateField("valid from")
    valid_to = models.DateField("valid until", null=True, blank=True)
    rate = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    amount_minor = models.BigIntegerField("amount", null=True, blank=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    tiers = models.JSONField(default=list, blank=True)
    remark = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        verbose_name = "commission term"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="partners_term_dates_in_order",
            ),
            # A comparison with NULL is no violation: that a value is there is said by itself.
            models.CheckConstraint(
                condition=models.Q(
                    kind="percentage",
                    rate__isnull=False,
                    rate__range=(0, 100),
                    amount_minor=None,
                    currency="",
                    tiers=[],
                )
                | models.Q(
                    kind__in=("per_booking", "per_passenger"),
                    rate=None,
                    amount_minor__isnull=False,
                    amount_minor__gte=0,
                    tiers=[],
                )
                & ~models.Q(currency="")
                | (
                    models.Q(kind="tiered", rate=None, amount_minor=None, currency="")
                    & ~models.Q(tiers=[])
                ),
                name="partners_term_values_of_its_kind",
            ),
            ExclusionConstraint(
                name="partners_term_periods_apart",
                expressions=[
                    ("organization_id", RangeOperators.EQUAL),
                    ("partner", RangeOperators.EQUAL),
                    (Lower("product"), RangeOperators.EQUAL),
                    (Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "partner", "valid_from", "id"], name="partners_term_of"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} for {self.product or 'all products'}"
