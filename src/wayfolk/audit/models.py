"""Tables: change sets, the change log, and undos that run as jobs."""

from typing import Any, ClassVar

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit import clock, ids, tenancy
from wayfolk.kit.constraints import TenantPolicy
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class AuthorKind(models.TextChoices):
    USER = "user", "User"
    API = "api", "API client"
    JOB = "job", "Job"
    GUEST = "guest", "Guest form"
    SYSTEM = "system", "System"


class ChangeSet(models.Model):
    """One thing that a person or a job did: who, when, why, what operation."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    organization_id = models.SmallIntegerField(default=tenancy.current_organization_id)
    operation = models.CharField(max_length=80)
    summary = models.TextField()
    author_kind = models.CharField(max_length=10, choices=AuthorKind)
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    reason = models.TextField(default="", blank=True)
    correlation_id = models.CharField(max_length=64, default="", blank=True)
    undoes_id = models.UUIDField(null=True)
    report = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(default=clock.now)
    # The part of the product that the operation belongs to: "customers" of "customers.update".
    area = models.GeneratedField(
        expression=models.Func(
            models.F("operation"), models.Value("."), models.Value(1), function="split_part"
        ),
        output_field=models.CharField(max_length=80),
        db_persist=True,
    )

    objects: ClassVar[Any] = tenant_manager(TenantQuerySet)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "id"], name="audit_changeset_tenant_id"
            ),
            TenantPolicy(name="audit_changeset_tenant"),
        ]
        indexes = [
            models.Index(
                fields=["organization_id", "-started_at", "-id"], name="audit_changeset_recent"
            ),
            models.Index(
                fields=["organization_id", "author_id", "-started_at", "-id"],
                name="audit_changeset_author",
            ),
            models.Index(
                fields=["organization_id", "area", "-started_at", "-id"],
                name="audit_changeset_area",
            ),
            models.Index(
                fields=["organization_id", "undoes_id"],
                name="audit_changeset_undoes",
                condition=models.Q(undoes_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class Operation(models.TextChoices):
    INSERT = "I", "created"
    UPDATE = "U", "changed"
    DELETE = "D", "deleted"


class Change(models.Model):
    """One row's part in a change set. Written by the triggers of change_log only.

    The table is partitioned by month of `at` (see its migration); `seq` orders changes.
    """

    seq = models.BigIntegerField(primary_key=True)
    organization_id = models.SmallIntegerField()
    change_set_id = models.UUIDField()
    table_name = models.TextField()
    row_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    related_id = models.UUIDField(null=True)
    operation = models.CharField(max_length=1, choices=Operation)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[Any] = tenant_manager(TenantQuerySet)

    class Meta:
        managed = False
        db_table = "audit_change"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_id}"


class UndoState(models.TextChoices):
    WAITING = "waiting", "Waiting for its turn"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class UndoJob(TenantModel):
    """An undo that is too large for one request: who asked for it and what came of it."""

    is_change_logged = False

    change_set = TenantForeignKey(ChangeSet)
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    choices = models.JSONField(null=True)
    row_count = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=UndoState, default=UndoState.WAITING)
    message = models.TextField(default="", blank=True)
    result_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "change_set"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="audit_undojob_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Undo of {self.change_set_id}: {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in {UndoState.DONE, UndoState.REFUSED}


class OutboxEvent(TenantModel):
    """What other systems are to hear of, written with the change itself: both or neither.

    `payload` names records by id and number only. Read in the order of ids.
    """

    is_change_logged = False

    topic = models.CharField(max_length=80)
    payload = models.JSONField()
    change_set_id = models.UUIDField()

    class Meta:
        verbose_name = "outbox event"

    def __str__(self) -> str:
        return self.topic
