"""Tables: offers with their reminders, catalog orders, and the lists both choose from."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.money import Money
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.organization.models import Brand
from wayfolk.sales.rules import lists, offers, reminders
from wayfolk.staff.models import Membership


class OfferStatus(models.TextChoices):
    UNSENT = "unsent", "Unsent"
    AVAILABLE = "available", "Available"
    EXPIRED = "expired", "Expired"
    SOLD = "sold", "Sold"
    CLOSED = "closed", "Closed"


class OfferKind(models.TextChoices):
    REQUEST = "request", "Customer request"
    PROPOSAL = "proposal", "Proposal"


class CustomerType(models.TextChoices):
    UNKNOWN = "", "Not given"
    INDIVIDUAL = "individual", "Individual"
    COUPLE = "couple", "Couple"
    FAMILY = "family", "Family"
    GROUP = "group", "Group"
    COMPANY = "company", "Company"
    TRADE = "trade", "Trade"


class ReminderState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Cancelled"
    SKIPPED = "skipped", "Skipped"


class OrderStatus(models.TextChoices):
    ORDERED = "ordered", "Ordered"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Cancelled"


class OrderChannel(models.TextChoices):
    UNKNOWN = "", "Not given"
    PHONE = "phone", "Phone"
    EMAIL = "email", "Email"
    WEB = "web", "Web"
    LETTER = "letter", "Letter"
    SHOP = "shop", "Shop"
    FAIR = "fair", "Fair"


class ReminderChannel(models.TextChoices):
    EMAIL = "email", "Email"
    SMS = "sms", "SMS"


class ListEntry(TenantModel):
    """An entry of a list that administrators keep; a closed one is no longer offered."""

    label = models.CharField("name", max_length=lists.LABEL_MAX)
    position = models.PositiveIntegerField()
    is_closed = models.BooleanField("closed", default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class CloseReason(ListEntry):
    """Why an offer came to nothing."""

    class Meta:
        verbose_name = "close reason"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "label"], name="sales_close_reason_once"
            )
        ]


class Catalogue(ListEntry):
    """Something printed that customers can order."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "label"], name="sales_catalogue_once"
            )
        ]


class OfferSettings(TenantModel):
    """How offers are sent and remind; at most one row, without it the defaults hold."""

    reminder_days = models.CharField(
        "reminders after days", max_length=80, default=reminders.DEFAULT_DAYS, blank=True
    )
    reminder_channel = models.CharField(
        "reminders by", max_length=5, choices=ReminderChannel, default=ReminderChannel.EMAIL
    )
    offer_subject = models.CharField(
        "subject of an offer", max_length=250, default=reminders.OFFER_SUBJECT
    )
    offer_body = models.TextField("text of an offer", default=reminders.OFFER_BODY)
    reminder_subject = models.CharField(
        "subject of a reminder", max_length=250, default=reminders.REMINDER_SUBJECT
    )
    reminder_body = models.TextField("text of a reminder", default=reminders.REMINDER_BODY)

    class Meta:
        verbose_name = "settings of offers"
        verbose_name_plural = "settings of offers"
        constraints = [
            models.UniqueConstraint(fields=["organization_id"], name="sales_settings_once"),
            models.CheckConstraint(
                condition=models.Q(reminder_channel__in=reminders.CHANNELS),
                name="sales_settings_channel",
            ),
        ]

    def __str__(self) -> str:
        return "settings of offers"


class BrandReminders(TenantModel):
    """The days on which offers of one brand remind, instead of the organisation's (TQ-51)."""

    brand = TenantForeignKey(Brand)
    days = models.CharField("reminders after days", max_length=80, default="", blank=True)

    class Meta:
        verbose_name = "reminder days of a brand"
        verbose_name_plural = "reminder days of brands"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "brand"], name="sales_brand_reminders_once"
            )
        ]

    def __str__(self) -> str:
        return self.days


class OfferQuerySet(TenantQuerySet["Offer"]):
    def in_lines(self) -> Self:
        """With what a line of a list names."""
        return self.select_related("customer", "assignee", "close_reason")


class Offer(TenantModel):
    """What is proposed to a customer, or to an offeree who is not one yet (TQ-50).

    Never a part of any money total (decision 7). `price_minor` is in minor units of `currency`,
    None while there is no price; `exchange_rate` is units of the organisation's currency per unit.
    `sent_on`: the day of the latest sending, in the organisation's time zone. `brand` None: the
    organisation's first one; it stays, for the number is of its range.
    """

    change_log_related = "customer"
    change_log_ignored = ("version", "updated_at", "folded_text", "updated_by_id")

    number = models.BigIntegerField("Offer No")
    brand = TenantForeignKey(Brand, null=True, blank=True)
    kind = models.CharField("type", max_length=10, choices=OfferKind, default=OfferKind.REQUEST)
    status = models.CharField(max_length=10, choices=OfferStatus, default=OfferStatus.UNSENT)
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="offers")
    offeree_name = models.CharField("offeree", max_length=200, default="", blank=True)
    offeree_email = models.CharField("email", max_length=254, default="", blank=True)
    offeree_phone = models.CharField("phone", max_length=60, default="", blank=True)
    title = models.CharField(max_length=200)
    departs_on = models.DateField("proposed departure", null=True, blank=True)
    returns_on = models.DateField("proposed return", null=True, blank=True)
    transport = models.CharField(max_length=80, default="", blank=True)
    resort = models.CharField(max_length=120, default="", blank=True)
    hotel = models.CharField(max_length=120, default="", blank=True)
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    infants = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    price_minor = models.BigIntegerField("price", null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    follow_up_on = models.DateField("follow-up date", null=True, blank=True)
    assignee = TenantForeignKey(Membership, null=True, blank=True)
    customer_type = models.CharField(
        max_length=10, choices=CustomerType, default=CustomerType.UNKNOWN, blank=True
    )
    is_reminding = models.BooleanField("reminders", default=True)
    notes = models.TextField(default="", blank=True)
    sent_on = models.DateField(null=True, blank=True)
    close_reason = TenantForeignKey(CloseReason, null=True, blank=True)
    booking = TenantForeignKey(Booking, null=True, blank=True, related_name="offers")
    created_by = TenantForeignKey(Membership, null=True, blank=True)
    updated_by = TenantForeignKey(Membership, null=True, blank=True)
    folded_text = models.CharField(max_length=400, default="", editable=False)

    objects: ClassVar[OfferQuerySet] = tenant_manager(OfferQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="sales_offer_number"
            ),
            models.UniqueConstraint(
                fields=["organization_id", "booking"],
                condition=models.Q(booking__isnull=False),
                name="sales_offer_booking_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=offers.STATUSES), name="sales_offer_status"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=offers.KINDS), name="sales_offer_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False) | ~models.Q(offeree_name=""),
                name="sales_offer_for_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(departs_on__isnull=True)
                | models.Q(returns_on__isnull=True)
                | models.Q(returns_on__gte=models.F("departs_on")),
                name="sales_offer_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(price_minor__isnull=True) | models.Q(price_minor__gte=0),
                name="sales_offer_price_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(exchange_rate__gt=0), name="sales_offer_rate_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(status="sold", booking__isnull=False)
                | (~models.Q(status="sold") & models.Q(booking__isnull=True)),
                name="sales_offer_sold_is_booked",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", close_reason__isnull=False)
                | (~models.Q(status="closed") & models.Q(close_reason__isnull=True)),
                name="sales_offer_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="unsent") | models.Q(sent_on__isnull=True),
                name="sales_offer_unsent_was_not_sent",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["available", "expired"])
                | models.Q(sent_on__isnull=False),
                name="sales_offer_available_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "number", "id"], name="sales_offer_newest"),
            models.Index(
                fields=["organization_id", "status", "number", "id"], name="sales_offer_by_status"
            ),
            models.Index(
                fields=["organization_id", "assignee", "number", "id"],
                name="sales_offer_by_assignee",
            ),
            models.Index(
                fields=["organization_id", "customer", "number", "id"],
                name="sales_offer_by_customer",
            ),
            models.Index(
                fields=["organization_id", "brand", "number", "id"],
                name="sales_offer_by_brand",
                condition=models.Q(brand__isnull=False),
            ),
            models.Index(
                fields=["organization_id", "departs_on", "id"], name="sales_offer_departs"
            ),
            models.Index(fields=["organization_id", "valid_until", "id"], name="sales_offer_valid"),
            models.Index(
                fields=["organization_id", "follow_up_on", "id"],
                condition=models.Q(status__in=offers.OPEN),
                name="sales_offer_follow_up",
            ),
            models.Index(
                fields=["organization_id", "assignee", "follow_up_on", "id"],
                condition=models.Q(status__in=offers.OPEN),
                name="sales_offer_my_follow_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def price(self) -> Money | None:
        return None if self.price_minor is None else Money(self.price_minor, self.currency)

    @property
    def pax(self) -> int:
        """Passengers without infants (decision 7)."""
        return self.adults + self.children

    @property
    def addressee(self) -> str:
        """Whom it is for."""
        return self.customer.name if self.customer else self.offeree_name

    @property
    def is_open(self) -> bool:
        return self.status in offers.OPEN


class OfferReminder(TenantModel):
    """A reminder of a sent offer on one day; `reason` says why it was skipped or cancelled."""

    change_log_subject = "offer"

    offer = TenantForeignKey(Offer, related_name="reminders")
    day = models.PositiveSmallIntegerField("days after sending")
    due_on = models.DateField("due")
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.PLANNED)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        verbose_name = "reminder"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "offer", "due_on"],
                condition=models.Q(state="planned"),
                name="sales_reminder_once_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ReminderState.values), name="sales_reminder_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="sales_reminder_sent_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "offer", "due_on"], name="sales_reminder_of_offer"
            ),
            models.Index(
                fields=["organization_id", "due_on", "id"],
                condition=models.Q(state="planned"),
                name="sales_reminder_due",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder of {self.due_on}"


class CatalogOrder(TenantModel):
    """Printed matter that a customer asked for. The address is the order's own."""

    change_log_related = "customer"
    change_log_ignored = ("version", "updated_at", "updated_by_id")

    number = models.BigIntegerField("Order No")
    customer = TenantForeignKey(Customer, related_name="catalog_orders")
    catalogue = TenantForeignKey(Catalogue)
    copies = models.PositiveSmallIntegerField(default=1)
    ordered_on = models.DateField()
    channel = models.CharField(
        max_length=10, choices=OrderChannel, default=OrderChannel.UNKNOWN, blank=True
    )
    recipient = models.CharField(max_length=200, default="", blank=True)
    lines = models.TextField("address", default="", blank=True)
    postcode = models.CharField("zip code", max_length=20, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.ORDERED)
    sent_on = models.DateField(null=True, blank=True)
    notes = models.TextField(default="", blank=True)
    created_by = TenantForeignKey(Membership, null=True, blank=True)
    updated_by = TenantForeignKey(Membership, null=True, blank=True)

    class Meta:
        verbose_name = "catalog order"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="sales_order_number"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=OrderStatus.values), name="sales_order_status"
            ),
            models.CheckConstraint(condition=models.Q(copies__gte=1), name="sales_order_copies"),
            models.CheckConstraint(
                condition=models.Q(status="sent", sent_on__isnull=False)
                | (~models.Q(status="sent") & models.Q(sent_on__isnull=True)),
                name="sales_order_sent_when",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "number", "id"], name="sales_order_newest"),
            models.Index(
                fields=["organization_id", "status", "number", "id"], name="sales_order_by_status"
            ),
            models.Index(
                fields=["organization_id", "customer", "number", "id"],
                name="sales_order_by_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.number}"
