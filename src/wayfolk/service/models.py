"""Tables: service cases with what belongs to them, questionnaires, answers, kept figures."""

from typing import ClassVar, Self

from django.db import models

from wayfolk.audit.tenant import BOOKKEEPING, TenantModel
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.money import Money
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager
from wayfolk.staff.models import Membership


class Reason(TenantModel):
    """Why cases are opened; administrators keep the list. One in use is only switched off."""

    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "reason"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "name"], name="service_reason_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CaseKind(models.TextChoices):
    COMPLAINT = "complaint", "Complaint"
    REQUEST = "request", "Request"
    SUPPORT = "support", "Support"


class CaseStatus(models.TextChoices):
    NEW = "new", "New"
    IN_PROGRESS = "in_progress", "In Progress"
    CLOSED = "closed", "Closed"
    WAITING_COURT = "waiting_court", "Waiting Court"


class CompensationKind(models.TextChoices):
    REFUND = "refund", "Refund"
    VOUCHER = "voucher", "Voucher"
    DISCOUNT = "discount", "Discount on a later trip"
    GOODWILL = "goodwill", "Goodwill payment"
    OTHER = "other", "Other"


class CaseQuerySet(TenantQuerySet["ServiceCase"]):
    def in_lines(self) -> Self:
        """With what a line of a list names."""
        return self.select_related("customer", "booking__customer", "handler")


class ServiceCase(TenantModel):
    """A complaint, request or support record (TQ-46 to TQ-49).

    `customer` is who complained or asked, and stays so when the booking gets another customer.
    `email` and `phone` are the case's own: taken over when it is opened, changed here alone.
    Closing sets `closed_on` and `closed_by`, reopening clears them.
    """

    change_log_related = "customer"

    number = models.BigIntegerField("Case No")
    customer = TenantForeignKey(Customer, related_name="service_cases")
    booking = TenantForeignKey(Booking, null=True, blank=True, related_name="service_cases")
    kind = models.CharField(max_length=10, choices=CaseKind, default=CaseKind.COMPLAINT)
    status = models.CharField(max_length=15, choices=CaseStatus, default=CaseStatus.NEW)
    email = models.CharField(max_length=254, default="", blank=True)
    phone = models.CharField(max_length=60, default="", blank=True)
    opened_on = models.DateField("opened")
    handler = TenantForeignKey(Membership, null=True, blank=True)
    description = models.TextField(default="", blank=True)
    compensation_kind = models.CharField(
        "kind of compensation", max_length=10, choices=CompensationKind, default="", blank=True
    )
    compensation_minor = models.BigIntegerField("compensation", null=True, blank=True)
    compensation_currency = models.CharField(
        "currency of the compensation", max_length=3, default="", blank=True
    )
    closed_on = models.DateField("closed", null=True, blank=True)
    closed_by = TenantForeignKey(Membership, null=True, blank=True)

    objects: ClassVar[CaseQuerySet] = tenant_manager(CaseQuerySet)

    class Meta:
        verbose_name = "service case"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "number"], name="service_case_number"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=CaseKind.values), name="service_case_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_on__isnull=False)
                | (
                    ~models.Q(status="closed")
                    & models.Q(closed_on__isnull=True, closed_by__isnull=True)
                ),
                name="service_case_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=CaseStatus.values), name="service_case_status"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    compensation_minor__isnull=True, compensation_currency="", compensation_kind=""
                )
                | (
                    models.Q(compensation_minor__isnull=False, compensation_minor__gte=0)
                    & ~models.Q(compensation_currency="")
                    & ~models.Q(compensation_kind="")
                ),
                name="service_case_compensation_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "opened_on", "id"], name="service_case_opened"),
            models.Index(
                fields=["organization_id", "customer", "opened_on", "id"],
                name="service_case_customer",
            ),
            models.Index(
                fields=["organization_id", "status", "opened_on", "id"], name="service_case_state"
            ),
            models.Index(
                fields=["organization_id", "handler", "opened_on", "id"],
                name="service_case_handler",
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.number}"

    @property
    def compensation(self) -> Money | None:
        if self.compensation_minor is None:
            return None
        return Money(self.compensation_minor, self.compensation_currency)

    @property
    def booking_moved_to(self) -> Customer | None:
        """The booking's present customer where that is another one than the case's."""
        if self.booking is None or self.booking.customer_id == self.customer_id:
            return None
        found: Customer = self.booking.customer
        return found

    @property
    def is_closed(self) -> bool:
        return self.status == CaseStatus.CLOSED


class CaseReason(TenantModel):
    """One of the reasons of a case; every case has at least one."""

    change_log_subject = "case"

    case = TenantForeignKey(ServiceCase, related_name="reasons")
    reason = TenantForeignKey(Reason)

    class Meta:
        verbose_name = "reason of a case"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "case", "reason"], name="service_casereason_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.reason)


class CaseComment(TenantModel):
    """What somebody noted on a case; `author_name` stays when the person leaves."""

    change_log_subject = "case"

    case = TenantForeignKey(ServiceCase, related_name="comments")
    author = TenantForeignKey(Membership, null=True, blank=True)
    author_name = models.CharField("author", max_length=200)
    text = models.TextField()

    class Meta:
        verbose_name = "comment"
        indexes = [
            models.Index(
                fields=["organization_id", "case", "created_at", "id"], name="service_comment_of"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class StoredFile(TenantModel):
    """The bytes of attachments, each content once; never changed, and not in the change log.

    An attachment that was removed leaves its bytes, so that undo brings it back whole.
    """

    is_change_logged = False

    digest = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = "stored file"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "digest"], name="service_storedfile_once"
            ),
        ]

    def __str__(self) -> str:
        return self.digest


class CaseAttachment(TenantModel):
    """A file on a case: its name, its kind as its content says, and where the bytes are."""

    change_log_subject = "case"

    case = TenantForeignKey(ServiceCase, related_name="attachments")
    file = TenantForeignKey(StoredFile)
    name = models.CharField(max_length=200)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField()
    added_by = models.CharField("added by", max_length=200)

    class Meta:
        verbose_name = "attachment"

    def __str__(self) -> str:
        return self.name


class CountedFrom(models.TextChoices):
    ARRIVAL = "arrival", "after arrival"
    RETURN = "return", "after the return"


class Questionnaire(TenantModel):
    """What guests are asked after a trip, and how many days after (TQ-52)."""

    name = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField("days", default=3)
    counted_from = models.CharField(
        "counted from", max_length=10, choices=CountedFrom, default=CountedFrom.RETURN
    )
    introduction = models.TextField(default="", blank=True)
    is_active = models.BooleanField("sent by itself", default=False)
    is_advertising = models.BooleanField("only with consent to advertising", default=False)

    class Meta:
        verbose_name = "questionnaire"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "name"], name="service_questionnaire_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.TextChoices):
    GUIDE = "guide", "Guide or representative"
    HOTEL = "hotel", "Hotel"
    TRANSFER = "transfer", "Transfer"
    EXCURSIONS = "excursions", "Excursions"
    BOOKING = "booking", "Booking process"
    TRIP = "trip", "Whole trip"


class QuestionKind(models.TextChoices):
    SCALE = "scale", "One of 1 to 5"
    CHOICES = "choices", "Several of a list"
    TEXT = "text", "Free text"


class Question(TenantModel):
    """One question. One that has answers is only taken off (`is_asked` False), never changed
    in kind: its answers keep their meaning.
    """

    change_log_subject = "questionnaire"

    questionnaire = TenantForeignKey(Questionnaire, related_name="questions")
    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=QuestionKind, default=QuestionKind.SCALE)
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.TRIP)
    options = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_asked = models.BooleanField("asked", default=True)

    class Meta:
        verbose_name = "question"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(kind="choices") & ~models.Q(options=[]))
                | (~models.Q(kind="choices") & models.Q(options=[])),
                name="service_question_options_of_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Invitation(TenantModel):
    """A guest asked about one booking. `token_digest` knows the link that was sent.

    Its state follows from its times; see rules.invitations.
    """

    change_log_subject = "booking"
    change_log_related = "customer"
    change_log_ignored = (*BOOKKEEPING, "opened_at")

    questionnaire = TenantForeignKey(Questionnaire)
    booking = TenantForeignKey(Booking, related_name="invitations")
    customer = TenantForeignKey(Customer)
    due_on = models.DateField("due")
    token_digest = models.CharField(max_length=64, default="", blank=True)
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    opened_at = models.DateTimeField("opened", null=True, blank=True)
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    not_sent_because = models.CharField("not sent because", max_length=500, default="", blank=True)

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "questionnaire", "booking"],
                name="service_invitation_once",
            ),
            models.UniqueConstraint(
                fields=["organization_id", "token_digest"],
                condition=~models.Q(token_digest=""),
                name="service_invitation_token",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "questionnaire", "due_on", "id"],
                name="service_invitation_due",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.due_on}"


class Response(TenantModel):
    """A filled-in questionnaire: by the guest, or by staff for them."""

    change_log_subject = "booking"
    change_log_related = "customer"

    questionnaire = TenantForeignKey(Questionnaire)
    booking = TenantForeignKey(Booking, related_name="responses")
    customer = TenantForeignKey(Customer)
    invitation = TenantForeignKey(Invitation, null=True, blank=True)
    entered_by = models.CharField("entered by", max_length=200, default="", blank=True)
    answered_at = models.DateTimeField("answered", default=clock.now)

    class Meta:
        verbose_name = "answered questionnaire"
        indexes = [
            models.Index(
                fields=["organization_id", "questionnaire", "answered_at", "id"],
                name="service_response_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"Answers of {self.answered_at:%-d %b %Y}"


class Answer(TenantModel):
    """One answer to one question, kept as it was given: WF068 refuses changes of it.

    `topic` is the question's when it was answered. `customer` may change by a merge.
    """

    change_log_subject = "booking"
    change_log_related = "customer"

    response = TenantForeignKey(Response, related_name="answers")
    question = TenantForeignKey(Question)
    booking = TenantForeignKey(Booking)
    customer = TenantForeignKey(Customer)
    topic = models.CharField(max_length=12, choices=Topic)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    chosen = models.JSONField(default=list, blank=True)
    text = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "answer"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "response", "question"], name="service_answer_once"
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__range=(1, 5)),
                name="service_answer_score",
            ),
        ]

    def __str__(self) -> str:
        return str(self.score or self.text or ", ".join(self.chosen))


class HappinessSettings(TenantModel):
    """What the organisation calls the two scores (decision 9), and how long links hold."""

    overall_label = models.CharField(
        "name of the overall score", max_length=40, default="Happiness Overall"
    )
    representative_label = models.CharField(
        "name of the representatives' score", max_length=40, default="Happiness Represent."
    )
    shows_representative = models.BooleanField("show the representatives' score", default=True)
    link_days = models.PositiveSmallIntegerField("days that a link holds", default=30)

    class Meta:
        verbose_name = "settings of the happiness scores"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"], name="service_happinesssettings_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.overall_label}, {self.representative_label}"


class CustomerFigures(TenantModel):
    """What a customer's answers and cases add up to, kept by triggers as they change.

    Its id is the customer's. Only who has answers or cases has a row. Sums and counts, so that
    averages are weighted by answers and two customers' figures can be added.
    """

    is_change_logged = False
    is_derived = True

    customer = TenantForeignKey(Customer)
    overall_sum = models.BigIntegerField(default=0)
    overall_count = models.BigIntegerField(default=0)
    representative_sum = models.BigIntegerField(default=0)
    representative_count = models.BigIntegerField(default=0)
    complaints = models.IntegerField(default=0)
    open_cases = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "customer figures"
        indexes = [
            models.Index(
                fields=["organization_id", "-complaints", "-id"], name="service_figures_complaints"
            ),
        ]

    def __str__(self) -> str:
        return f"Figures of customer {self.customer_id}"
