"""Tables: pairs of records that may be one person, and what people decided about them."""

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey


class PairState(models.IntegerChoices):
    """Where a pair stands in the queue, as the database keeps it from verdicts and records."""

    OPEN = 0, "Open"
    LATER = 1, "Later"
    CLOSED = 2, "Closed"


class Verdict(models.TextChoices):
    NOT_SAME = "not_same", "Not the same"
    LATER = "later", "Later"


class DuplicatePair(TenantModel):
    """Two records that matching found to be alike; `low` has the lower id.

    `weight`: bits above even odds. `levels`: comparison -> level of agreement, without any value
    of the records. `evidence_key`: of the levels; a verdict holds as long as it is the same.
    """

    is_change_logged = False
    is_derived = True

    low = TenantForeignKey(Customer)
    high = TenantForeignKey(Customer)
    weight = models.FloatField()
    levels = models.JSONField(default=dict)
    evidence_key = models.CharField(max_length=32)
    same_email = models.BooleanField(default=False)
    same_phone = models.BooleanField(default=False)
    same_address = models.BooleanField(default=False)
    similar_name = models.BooleanField(default=False)
    state = models.SmallIntegerField(choices=PairState, default=PairState.OPEN)

    class Meta:
        verbose_name = "possible duplicate"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "low", "high"], name="identity_pair_once"
            ),
            models.CheckConstraint(
                condition=models.Q(low__lt=models.F("high")), name="identity_pair_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "state", "-weight", "id"], name="identity_pair_queue"
            ),
            *(
                models.Index(
                    fields=["organization_id", "state", "-weight", "id"],
                    condition=models.Q(**{reason: True}),
                    name=f"identity_pair_{short}",
                )
                for reason, short in (
                    ("same_email", "email"),
                    ("same_phone", "phone"),
                    ("same_address", "address"),
                    ("similar_name", "name"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"


class PairVerdict(TenantModel):
    """What somebody decided about a pair, on the evidence of that time (decision 8)."""

    change_log_subject = "low"
    change_log_related = "high"

    low = TenantForeignKey(Customer)
    high = TenantForeignKey(Customer)
    verdict = models.CharField(max_length=10, choices=Verdict)
    evidence_key = models.CharField(max_length=32)

    class Meta:
        verbose_name = "verdict on a possible duplicate"
        verbose_name_plural = "verdicts on possible duplicates"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "low", "high"], name="identity_verdict_once"
            ),
            models.CheckConstraint(
                condition=models.Q(low__lt=models.F("high")), name="identity_verdict_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.low_id} and {self.high_id}"
