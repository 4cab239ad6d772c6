"""Tables: saved views of lists, whose default they are, and which filters an organisation shows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.staff.models import Membership


class SavedView(TenantModel):
    """The state of a list under a name: its filters, columns and order, as its address has them.

    A private one is its owner's alone.
    """

    list_name = models.CharField(max_length=20)
    owner = TenantForeignKey(Membership)
    name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80, editable=False)
    is_shared = models.BooleanField("shared with the organisation", default=False)
    query = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "saved view"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "list_name", "owner", "folded_name"],
                name="segments_savedview_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(TenantModel):
    """The view with which a list opens for one member."""

    list_name = models.CharField(max_length=20)
    member = TenantForeignKey(Membership)
    view = TenantForeignKey(SavedView)

    class Meta:
        verbose_name = "default view"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "list_name", "member"], name="segments_defaultview_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.view_id}"


class ListSettings(TenantModel):
    """Which of the filters that not everybody needs a list offers (TQ-32); no row: all."""

    list_name = models.CharField(max_length=20)
    hidden_filters = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name = "list settings"
        verbose_name_plural = "list settings"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "list_name"], name="segments_listsettings_once"
            ),
        ]

    def __str__(self) -> str:
        return self.list_name


class BulkState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


class BulkChange(TenantModel):
    """One change of many customers, and how far it is.

    `position`: customers attempted so far; the job goes on from there. Written outside the
    change log: progress is no history.
    """

    is_change_logged = False

    field = models.CharField(max_length=20)
    value = models.CharField(max_length=20)
    customer_ids = ArrayField(models.UUIDField())
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.QUEUED)
    position = models.IntegerField(default=0)
    done_count = models.IntegerField(default=0)
    refused_count = models.IntegerField(default=0)
    refusals = models.JSONField(default=dict)
    is_stop_requested = models.BooleanField(default=False)
    failure = models.TextField(default="", blank=True)
    change_set_id = models.UUIDField()
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "change of many customers"
        verbose_name_plural = "changes of many customers"

    def __str__(self) -> str:
        return f"{self.field} = {self.value}"

    @property
    def total(self) -> int:
        return len(self.customer_ids)

    @property
    def not_attempted_count(self) -> int:
        return self.total - self.position

    @property
    def is_under_way(self) -> bool:
        return self.state in {BulkState.QUEUED, BulkState.RUNNING}
