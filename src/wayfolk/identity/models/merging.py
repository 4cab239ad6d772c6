"""Tables: merges, and the aliases by which absorbed customers lead to their survivor."""

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.customers.models import Customer
from wayfolk.kit.fields import TenantForeignKey


class Merge(TenantModel):
    """Several records that became one, by one change set. It stays when it is taken back.

    `absorbed`: ids, as text. `plan`: what was decided and found, without values of the records
    (those are in the change log alone, which redaction reaches). `unmerged_by`: the change set
    that took it back, None while the merge stands.
    """

    is_change_logged = False

    survivor = TenantForeignKey(Customer)
    absorbed = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    change_set_id = models.UUIDField()
    plan = models.JSONField(default=dict)
    made_by = models.CharField(max_length=200)
    unmerged_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "change_set_id"], name="identity_merge_change_set"
            ),
        ]

    def __str__(self) -> str:
        return f"Merge into {self.survivor_id}"


class CustomerAlias(TenantModel):
    """An absorbed customer, and who it became part of; that one may have been absorbed in turn.

    It is logged, so that the undo of the merge takes it away.
    """

    change_log_subject = "survivor"
    change_log_related = "customer"

    customer = TenantForeignKey(Customer)
    survivor = TenantForeignKey(Customer)
    merge = TenantForeignKey(Merge)
    number = models.BigIntegerField("Customer No")

    class Meta:
        verbose_name = "former customer record"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "customer"], name="identity_alias_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("survivor")),
                name="identity_alias_not_oneself",
            ),
        ]

    def __str__(self) -> str:
        return f"former customer {self.number}"
