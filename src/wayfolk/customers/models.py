"""Tables: customers and how to reach them."""

from collections.abc import Collection
from typing import ClassVar, NamedTuple, Self, cast
from uuid import UUID

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.rules import name_of
from wayfolk.customers.rules.sharing import SHARED_FROM
from wayfolk.kit import prepared, tenancy
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class Kind(models.TextChoices):
    PERSON = "person", "Person"
    COMPANY = "company", "Company"


class Status(models.TextChoices):
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    RESTRICTED = "restricted", "Restricted"
    MERGED = "merged", "Merged"


class Gender(models.TextChoices):
    UNKNOWN = "", "Not given"
    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"


class CustomerQuerySet(TenantQuerySet["Customer"]):
    def present(self) -> Self:
        """Records that exist for users: not deleted, not merged away."""
        return self.filter(deleted_at__isnull=True).exclude(status=Status.MERGED)

    def active(self) -> Self:
        return self.present().filter(status=Status.ACTIVE)

    def with_reach(self) -> Self:
        """Loads `points` and `places`: one query, however many customers."""
        found = self._chain()  # type: ignore[attr-defined]
        found.loads_reach = True
        return cast("Self", found)

    def _clone(self) -> Self:
        copy = super()._clone()  # type: ignore[misc]
        copy.loads_reach = self.loads_reach
        return cast("Self", copy)

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self.loads_reach:
            load_reach(self._result_cache or ())

    loads_reach = False
    _result_cache: "list[Customer] | None"


class Point(NamedTuple):
    """How to reach a customer, as shown; see ContactPoint."""

    set: str
    kind: str
    value: str
    normalised: str


class Place(NamedTuple):
    """Where a customer lives, as shown; see Address."""

    set: str
    lines: str
    postcode: str
    city: str
    country: str


_REACH = """
    SELECT customer_id, 'point', set, kind, value, normalised, ''
    FROM customers_contactpoint WHERE organization_id = %s AND customer_id = ANY (%s)
    UNION ALL
    SELECT customer_id, 'place', set, lines, postcode, city, country
    FROM customers_address WHERE organization_id = %s AND customer_id = ANY (%s)
"""


def load_reach(customers: "Collection[Customer]") -> None:
    """Gives each of these customers its `points` and `places`, in one query.

    Rows rather than models: a model for each would cost more than the query.
    """
    by_id: dict[UUID, list[Customer]] = {}
    for customer in customers:
        customer.points, customer.places = [], []
        by_id.setdefault(customer.id, []).append(customer)
    if not by_id:
        return
    organization_id, ids = tenancy.current_organization_id(), list(by_id)
    for customer_id, what, *values in prepared.rows(_REACH, [organization_id, ids] * 2):
        for customer in by_id[customer_id]:
            if what == "point":
                customer.points.append(Point(*values[:4]))
            else:
                customer.places.append(Place(*values))


class Customer(TenantModel):
    """One person or company. First name is all that a new person needs (decision 10)."""

    # Loaded by CustomerQuerySet.with_reach().
    points: list[Point]
    places: list[Place]

    number = models.BigIntegerField("Customer No")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    title = models.CharField("title", max_length=40, default="", blank=True)
    given_name = models.CharField("first name", max_length=200, default="", blank=True)
    middle_name = models.CharField("middle name", max_length=200, default="", blank=True)
    family_name = models.CharField("last name", max_length=200, default="", blank=True)
    company_name = models.CharField("company", max_length=200, default="", blank=True)
    birth_on = models.DateField("date of birth", null=True, blank=True)
    gender = models.CharField(max_length=10, choices=Gender, default=Gender.UNKNOWN, blank=True)
    language = models.CharField(max_length=12, default="", blank=True)
    nationality = models.CharField(max_length=2, default="", blank=True)
    is_special_guest = models.BooleanField("special guest", default=False)
    # None: nobody has asked. Advertising goes only to those who said yes.
    takes_newsletter = models.BooleanField("newsletter", null=True, blank=True)
    notes = models.TextField(default="", blank=True)
    deleted_at = models.DateTimeField("deleted", null=True, blank=True)
    # Derived by customers.folding, the same on every engine; never edited, never in history.
    sort_key = models.CharField(max_length=200, default="", editable=False)
    folded_given = models.CharField(max_length=200, default="", editable=False)
    folded_family = models.CharField(max_length=200, default="", editable=False)
    folding_version = models.SmallIntegerField(default=0, editable=False)

    change_log_ignored = (
        "version",
        "updated_at",
        "sort_key",
        "folded_given",
        "folded_family",
        "folding_version",
    )

    objects: ClassVar[CustomerQuerySet] = tenant_manager(CustomerQuerySet)

    class Meta:
        verbose_name_plural = "customers"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="customers_customer_number"
            ),
            models.CheckConstraint(
                condition=~models.Q(given_name="")
                | ~models.Q(family_name="")
                | ~models.Q(company_name=""),
                name="customers_customer_has_name",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "sort_key", "id"], name="customers_customer_sort"
            ),
            models.Index(
                fields=["organization_id", "folded_given", "folded_family"],
                name="customers_customer_given",
            ),
            models.Index(
                fields=["organization_id", "folded_family", "folded_given"],
                name="customers_customer_family",
            ),
            # Thousands of namesakes on a list, without reading one of them.
            models.Index(
                fields=["organization_id", "folded_family", "id"],
                condition=models.Q(deleted_at__isnull=True)
                & ~models.Q(status="merged")
                & ~models.Q(family_name=""),
                name="customers_customer_namesakes",
            ),
            models.Index(
                fields=["organization_id", "-updated_at", "-id"], name="customers_customer_recent"
            ),
            # The list of few among many, and how many they are, without reading everybody.
            models.Index(
                fields=["organization_id", "status", "sort_key", "id"],
                name="customers_customer_status",
            ),
            models.Index(
                fields=["organization_id", "sort_key", "id"],
                condition=models.Q(kind=Kind.COMPANY),
                name="customers_customer_company",
            ),
            # Orders and filters of the list that no other index serves.
            models.Index(
                fields=["organization_id", "created_at", "id"], name="customers_customer_created"
            ),
            models.Index(
                fields=["organization_id", "company_name", "id"],
                condition=~models.Q(company_name=""),
                name="customers_customer_employer",
            ),
            models.Index(
                fields=["organization_id", "sort_key", "id"],
                condition=models.Q(is_special_guest=True),
                name="customers_customer_special",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As one would address the record in a list."""
        return name_of(
            self.kind, self.given_name, self.middle_name, self.family_name, self.company_name
        )


class ContactSet(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"


class ContactKind(models.TextChoices):
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    MOBILE = "mobile", "Mobile"
    EVENING_PHONE = "evening_phone", "Evening phone"
    FAX = "fax", "Fax"


class ContactPoint(TenantModel):
    """One way to reach a customer. At most one of a kind in each set."""

    change_log_subject = "customer"
    change_log_ignored = ("version", "updated_at", "normalised")

    customer = TenantForeignKey(Customer, related_name="contact_points")
    set = models.CharField(max_length=10, choices=ContactSet, default=ContactSet.PRIMARY)
    kind = models.CharField(max_length=15, choices=ContactKind)
    value = models.CharField(max_length=254)
    normalised = models.CharField(max_length=254, editable=False)

    class Meta:
        verbose_name_plural = "contact points"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer", "set", "kind"],
                name="customers_contactpoint_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "normalised"], name="customers_contactpoint_norm"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Address(TenantModel):
    """A postal address; one in each set. `folded_city` is text.fold(city)."""

    change_log_subject = "customer"
    change_log_ignored = ("version", "updated_at", "folded_city")

    customer = TenantForeignKey(Customer, related_name="addresses")
    set = models.CharField(max_length=10, choices=ContactSet, default=ContactSet.PRIMARY)
    lines = models.TextField("address", default="", blank=True)
    postcode = models.CharField(max_length=20, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    folded_city = models.CharField(max_length=120, default="", editable=False)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer", "set"], name="customers_address_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "country", "folded_city"],
                include=["customer"],
                name="customers_address_place",
            ),
            models.Index(fields=["organization_id", "folded_city"], name="customers_address_city"),
            # The customers list by city, zip or country of the primary address.
            *(
                models.Index(fields=["organization_id", "set", column, "id"], name=name)
                for column, name in (
                    ("folded_city", "customers_address_by_city"),
                    ("postcode", "customers_address_by_postcode"),
                    ("country", "customers_address_by_country"),
                )
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.lines, self.postcode, self.city) if part)


class ExternalId(TenantModel):
    """The name by which another system knows a customer."""

    change_log_subject = "customer"

    customer = TenantForeignKey(Customer, related_name="external_ids")
    system = models.CharField(max_length=80)
    value = models.CharField(max_length=200)

    class Meta:
        verbose_name = "external id"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "system", "value"], name="customers_externalid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"


class SharingSettings(TenantModel):
    """When the organisation takes an email or phone for shared; one row, none for the defaults.

    `relay_domains`: one on each line, beside rules.sharing.RELAYS.
    """

    shared_from = models.PositiveSmallIntegerField(
        "shared from so many customers", default=SHARED_FROM
    )
    relay_domains = models.TextField("further relay domains", default="", blank=True)

    class Meta:
        verbose_name = "shared contact points"
        verbose_name_plural = "shared contact points"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], name="customers_sharingsettings_once"
            ),
        ]

    def __str__(self) -> str:
        return f"shared from {self.shared_from} customers on"

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(self.relay_domains.split())
