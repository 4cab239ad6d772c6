"""Tables: payments, the days on which they are due, and the balances that follow from them."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.money import Money, convert
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class Direction(models.TextChoices):
    IN = "in", "Payment"
    REFUND = "refund", "Refund"


class State(models.TextChoices):
    PENDING = "pending", "Pending"
    RECEIVED = "received", "Received"
    REVERSED = "reversed", "Reversed"


class Method(models.TextChoices):
    CARD = "card", "Card"
    TRANSFER = "transfer", "Transfer"
    CASH = "cash", "Cash"
    VOUCHER = "voucher", "Voucher"
    GIFT_CARD = "gift_card", "Gift card"
    OTHER = "other", "Other"


class PaymentQuerySet(TenantQuerySet["Payment"]):
    def with_names(self) -> Self:
        """With the booking and the payer."""
        return self.select_related("booking", "payer")


class Payment(TenantModel):
    """Money that came in on a booking, or went back.

    The amount is positive either way; `exchange_rate` is units of the booking's currency per
    unit of the payment's. Pending ones do not count yet, reversed ones no longer.
    """

    change_log_subject = "booking"
    change_log_related = "payer"

    booking = TenantForeignKey("bookings.Booking", related_name="payments")
    payer = TenantForeignKey(Customer, null=True, blank=True, related_name="payments")
    direction = models.CharField(max_length=6, choices=Direction, default=Direction.IN)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    method = models.CharField("paid by", max_length=10, choices=Method)
    paid_on = models.DateField("paid on")
    amount_minor = models.BigIntegerField("amount")
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, default=Decimal(1))
    reference = models.CharField(max_length=120, default="", blank=True)
    notes = models.CharField(max_length=500, default="", blank=True)

    objects: ClassVar[PaymentQuerySet] = tenant_manager(PaymentQuerySet)

    class Meta:
        verbose_name = "payment"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="bookings_payment_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(exchange_rate__gt=0), name="bookings_payment_rate_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="bookings_payment_way"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="bookings_payment_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "booking", "paid_on", "id"],
                name="bookings_payment_of_booking",
            ),
            models.Index(
                fields=["organization_id", "payer"],
                name="bookings_payment_payer",
                condition=models.Q(payer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display().lower()} of {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    def in_currency(self, currency: str) -> Money:
        """The amount in the booking's currency, at the payment's own rate."""
        return convert(self.amount, rate=self.exchange_rate, to=currency)


class DueKind(models.TextChoices):
    DEPOSIT = "deposit", "Deposit"
    FINAL = "final", "Final payment"


class PaymentDue(TenantModel):
    """By when a booking is to be paid. `amount_minor`: in its currency; None for all that is left.

    Amounts of several days add up: by the final payment's day the deposit is due as well.
    """

    change_log_subject = "booking"

    booking = TenantForeignKey("bookings.Booking", related_name="dues")
    kind = models.CharField(max_length=7, choices=DueKind)
    due_on = models.DateField("due on")
    amount_minor = models.BigIntegerField("amount", null=True, blank=True)

    class Meta:
        verbose_name = "due date"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "booking", "kind"], name="bookings_due_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__isnull=True) | models.Q(amount_minor__gt=0),
                name="bookings_due_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DueKind.values), name="bookings_due_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} due on {self.due_on}"


class BookingBalance(TenantModel):
    """What a booking with payments or due dates owes, kept by the database; it has its id.

    In minor units of the booking's currency. `price_minor` is 0 for a cancelled one. `due_on`:
    the first day by which less than was due had come in; None where nothing is or will be late.
    """

    is_change_logged = False
    is_derived = True

    booking = TenantForeignKey("bookings.Booking", related_name="balances")
    customer = TenantForeignKey(Customer)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    pending_minor = models.BigIntegerField()
    balance_minor = models.BigIntegerField()
    due_on = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "booking balances"
        indexes = [
            models.Index(
                fields=["organization_id", "customer", "due_on", "id"],
                name="bookings_balance_customer",
            ),
            models.Index(
                fields=["organization_id", "due_on", "id"],
                name="bookings_balance_due",
                condition=models.Q(due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Balance of booking {self.booking_id}"

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)
