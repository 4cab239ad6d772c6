"""Tables: communications and their deliveries, sends to many, how mail and SMS leave."""

from typing import ClassVar

from django.db import models
from encrypted_fields.fields import EncryptedTextField

from wayfolk.audit.tenant import BOOKKEEPING, TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.staff.models import Membership


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    SMS = "sms", "SMS"
    CALL = "call", "Call"
    NOTE = "note", "Note"
    FORM = "form", "Form"
    LETTER = "letter", "Letter"


class Direction(models.TextChoices):
    IN = "in", "Received"
    OUT = "out", "Sent"
    WITHIN = "within", "Among ourselves"


class State(models.TextChoices):
    NOTED = "noted", "Noted"
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not delivered"
    UNKNOWN = "unknown", "May have been sent"
    CANCELLED = "cancelled", "Cancelled"


class BulkState(models.TextChoices):
    DRAFT = "draft", "Not sent yet"
    QUEUED = "queued", "Waiting for its turn"
    RUNNING = "running", "Being sent"
    STOPPED = "stopped", "Cancelled"
    FINISHED = "finished", "Finished"


class BulkSend(TenantModel):
    """One text to many customers, each with their own values in its placeholders.

    It is its own record of who sent what when: the change log has the messages that came of it.
    What came of it is counted from the recipients. failure: why it does not go on just now.
    """

    is_change_logged = False

    channel = models.CharField(max_length=10, choices=Channel)
    subject = models.CharField(max_length=250, default="", blank=True)
    body = models.TextField()
    is_advertising = models.BooleanField("advertising", default=True)
    author = TenantForeignKey(Membership, null=True, blank=True)
    author_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.DRAFT)
    chosen_count = models.PositiveIntegerField("customers chosen", default=0)
    is_stop_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "send to many"
        verbose_name_plural = "sends to many"
        indexes = [
            models.Index(
                fields=["organization_id", "-created_at", "-id"], name="communications_bulk_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:60]

    @property
    def is_under_way(self) -> bool:
        return self.state in {BulkState.QUEUED, BulkState.RUNNING}


class Communication(TenantModel):
    """One thing said: to a customer, by one, or about one among ourselves.

    customer: None for an offeree who is no customer yet. address: where it went or came from.
    about: the id of the record it is about, in whatever table. What follows `state` is the
    delivery's own bookkeeping: it is no history, and an undo does not touch it.
    """

    change_log_related = "customer"
    change_log_ignored = (
        *BOOKKEEPING,
        "state",
        "error",
        "message_id",
        "attempts",
        "next_at",
        "sent_at",
    )

    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="communications")
    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=10, choices=Direction)
    at = models.DateTimeField(default=clock.now)
    author = TenantForeignKey(Membership, null=True, blank=True)
    subject = models.CharField(max_length=250, default="", blank=True)
    body = models.TextField(default="", blank=True)
    address = models.CharField(max_length=254, default="", blank=True)
    minutes = models.PositiveSmallIntegerField("duration in minutes", null=True, blank=True)
    is_advertising = models.BooleanField("advertising", default=False)
    about = models.UUIDField(null=True, blank=True)
    bulk_send = TenantForeignKey(BulkSend, null=True, blank=True)
    cancelled_at = models.DateTimeField("cancelled", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NOTED)
    error = models.TextField(default="", blank=True)
    message_id = models.CharField(max_length=250, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organization_id", "customer", "-at", "-id"],
                name="communications_timeline",
            ),
            models.Index(
                fields=["organization_id", "customer", "channel", "-at", "-id"],
                name="communications_by_channel",
            ),
            models.Index(
                fields=["organization_id", "state", "next_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="communications_underway",
            ),
            models.Index(
                fields=["organization_id", "about", "-at", "-id"],
                condition=models.Q(about__isnull=False),
                name="communications_about",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:60] or self.get_channel_display()

    @property
    def is_written_down(self) -> bool:
        """Noted by a person, who may mend or remove it; what was sent stays as it was."""
        return self.state == State.NOTED


class Delivery(TenantModel):
    """One attempt to hand a communication over, written down before the attempt is made.

    It points at its communication, and so keeps an undo from removing what may have left.
    """

    is_change_logged = False

    communication = TenantForeignKey(Communication, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, default="", blank=True)
    words = models.TextField(default="", blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "delivery"
        verbose_name_plural = "deliveries: it may have left already"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "communication", "number"],
                name="communications_delivery_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.outcome or 'under way'}"


class PrivateLink(TenantModel):
    """A link for the reader of one message alone, until the message has left.

    The text of the message has `texts.PRIVATE_LINK` in its place: whoever reads the timeline, the
    API or the history does not get it.
    """

    is_change_logged = False

    communication = TenantForeignKey(Communication, related_name="private_links")
    value = EncryptedTextField()

    class Meta:
        verbose_name = "private link"

    def __str__(self) -> str:
        return f"Private link of {self.communication_id}"


class RecipientOutcome(models.TextChoices):
    WAITING = "waiting", "Not attempted"
    LEFT_OUT = "left_out", "Left out"
    TAKEN = "taken", "Being sent"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused"
    UNKNOWN = "unknown", "May have been sent"


class BulkRecipient(TenantModel):
    """A customer chosen for a send to many, and what came of it.

    reason: a code of rules.reach, "" for those who get it or did.
    """

    is_change_logged = False

    bulk_send = TenantForeignKey(BulkSend, related_name="recipients")
    customer = TenantForeignKey(Customer)
    position = models.PositiveIntegerField()
    address = models.CharField(max_length=254, default="", blank=True)
    outcome = models.CharField(
        max_length=10, choices=RecipientOutcome, default=RecipientOutcome.WAITING
    )
    reason = models.CharField(max_length=20, default="", blank=True)
    words = models.TextField(default="", blank=True)
    communication = TenantForeignKey(Communication, null=True, blank=True)

    class Meta:
        verbose_name = "recipient"
        verbose_name_plural = "recipients"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "bulk_send", "customer"],
                name="communications_recipient_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "bulk_send", "outcome", "position"],
                name="communications_recipient_turn",
            ),
            models.Index(
                fields=["organization_id", "communication"], name="communications_recipient_by"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.outcome}"


class Security(models.TextChoices):
    STARTTLS = "starttls", "STARTTLS"
    TLS = "tls", "TLS from the start"
    NONE = "none", "None (a server on this machine only)"


class MailServer(TenantModel):
    """The mail server by which the organisation writes; one row, none before it is set up.

    link_base: the address of Wayfolk as customers reach it, for the unsubscribe link.
    """

    host = models.CharField("mail server", max_length=253)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=10, choices=Security, default=Security.STARTTLS)
    user = models.CharField("user name", max_length=254, default="", blank=True)
    from_name = models.CharField("sender name", max_length=120, default="", blank=True)
    from_address = models.CharField("sender address", max_length=254)
    reply_to = models.CharField("reply to", max_length=254, default="", blank=True)
    link_base = models.CharField("address of Wayfolk", max_length=200, default="", blank=True)

    class Meta:
        verbose_name = "mail server"
        verbose_name_plural = "mail servers"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], name="communications_mailserver_once"
            ),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def bound_to(self) -> str:
        """What a password was given for: it is never offered to anybody else."""
        return f"{self.user}@{self.host}:{self.port}"


class SmsGateway(TenantModel):
    """The HTTP gateway by which SMS leave; one row, none before it is set up."""

    url = models.CharField("address of the gateway", max_length=500)
    sender = models.CharField("sender", max_length=20, default="", blank=True)

    class Meta:
        verbose_name = "SMS gateway"
        verbose_name_plural = "SMS gateways"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], name="communications_smsgateway_once"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def bound_to(self) -> str:
        """What a token was given for: it is never offered to anybody else."""
        return self.url


class Purpose(models.TextChoices):
    MAIL = "mail", "Mail server"
    SMS = "sms", "SMS gateway"


class Secret(TenantModel):
    """A password or token, encrypted; kept out of the change log, and shown to nobody.

    bound_to: the server that it was entered for. Settings that lead elsewhere, perhaps by an
    undo, do not take it with them.
    """

    is_change_logged: ClassVar[bool] = False

    purpose = models.CharField(max_length=10, choices=Purpose)
    bound_to = models.CharField(max_length=600)
    value = EncryptedTextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "purpose"], name="communications_secret_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Secret of the {self.purpose} settings"
