"""Tables: the answers kept for repeated requests."""

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.staff.models import Membership


class KeptAnswer(TenantModel):
    """What a request with an Idempotency-Key was answered, for whoever repeats it.

    Not in the change log: it describes a request, not the organisation's data, and goes
    after two days. `status` 0: the request is being carried out in an open transaction.
    """

    is_change_logged = False

    membership = TenantForeignKey(Membership)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "membership", "key"], name="api_keptanswer_key"
            )
        ]
        indexes = [
            models.Index(fields=["organization_id", "created_at"], name="api_keptanswer_age"),
        ]

    def __str__(self) -> str:
        return self.key
