"""Tables: import runs, what was wrong with their rows, saved mappings, what rows said last time."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.households.models import Household
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager


class SavedMapping(TenantModel):
    """Which columns fill which fields, kept under a name for the next file of the kind."""

    name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80, editable=False)
    rules = models.JSONField(default=dict)

    change_log_ignored = ("version", "updated_at", "folded_name")

    class Meta:
        verbose_name = "saved mapping"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "folded_name"], name="integrations_mapping_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    DRAFT = "draft", "To be mapped"
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Failed"


class ImportRunQuerySet(TenantQuerySet["ImportRun"]):
    pass


class ImportRun(TenantModel):
    """One file and how far its import is.

    `position`: rows read so far, done or refused; the run goes on from there. Written outside
    the change log: progress is no history.
    """

    is_change_logged = False

    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.DRAFT)
    is_file_stored = models.BooleanField(default=True)
    size_bytes = models.BigIntegerField(default=0)
    headers = models.JSONField(default=list)
    dropped_headers = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    mapping_name = models.CharField(max_length=80, default="", blank=True)
    row_count = models.IntegerField(default=0)
    position = models.IntegerField(default=0)
    done_count = models.IntegerField(default=0)
    refused_count = models.IntegerField(default=0)
    remarked_count = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    change_set_id = models.UUIDField(null=True)
    started_by = models.UUIDField(null=True, help_text="user; empty for the system")
    started_by_name = models.CharField(max_length=200, default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_stop_requested = models.BooleanField(default=False)
    failure = models.TextField(default="", blank=True)

    objects: ClassVar[ImportRunQuerySet] = tenant_manager(ImportRunQuerySet)

    class Meta:
        verbose_name_plural = "imports"
        indexes = [
            models.Index(
                fields=["organization_id", "-created_at", "-id"], name="integrations_run_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def not_attempted_count(self) -> int:
        return max(0, self.row_count - self.position)

    @property
    def is_under_way(self) -> bool:
        return self.state in {RunState.QUEUED, RunState.RUNNING}

    def count(self, kind: str, outcome: str) -> int:
        """How many records of a kind were "created", "updated" or "unchanged"."""
        found: dict[str, Any] = self.counts.get(kind, {})
        return int(found.get(outcome, 0))


class RowProblem(TenantModel):
    """Why a row was refused, or a remark about one that was taken in."""

    is_change_logged = False

    run = TenantForeignKey(ImportRun)
    row_number = models.IntegerField()
    is_refusal = models.BooleanField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "run", "is_refusal", "row_number"],
                name="integrations_problem_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_number}: {self.text}"


class HouseholdKey(TenantModel):
    """The key by which another system knows a household: who has it in a later file joins it."""

    change_log_subject = "household"

    household = TenantForeignKey(Household)
    system = models.CharField(max_length=80)
    value = models.CharField(max_length=200)

    class Meta:
        verbose_name = "household key"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "system", "value"],
                name="integrations_householdkey_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"


class ImportedRow(TenantModel):
    """What a row said when it was last imported, as fingerprints, and the records it became.

    The id is derived from what identifies the row (see imports.staging), so the row of the next
    file is found by it. The records may be gone meanwhile: nothing refers to them by a key.
    """

    is_change_logged = False

    run_id = models.UUIDField()
    row_number = models.IntegerField()
    change_set_id = models.UUIDField()
    layout = models.SmallIntegerField()
    fingerprints = ArrayField(models.IntegerField(null=True))
    customer_key = models.BigIntegerField()
    customer_id = models.UUIDField()
    stay_id = models.UUIDField(null=True)
    booking_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = "imported row"

    def __str__(self) -> str:
        return str(self.id)


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


class ExportRun(TenantModel):
    """One file of a list and how far it is. Its rows are those of the requester's rights then.

    `query`: filters and order as the list's address has them; `numbers`: the ticked customers
    instead. Written outside the change log: progress is no history (see ExportLog).
    """

    is_change_logged = False

    format = models.CharField(max_length=4, choices=ExportFormat, default=ExportFormat.CSV)
    is_marked = models.BooleanField("with a byte order mark", default=True)
    query = models.TextField(default="", blank=True)
    numbers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    columns = ArrayField(models.CharField(max_length=40))
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    row_count = models.IntegerField(default=0)
    done_count = models.IntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    is_file_stored = models.BooleanField(default=False)
    is_stop_requested = models.BooleanField(default=False)
    failure = models.TextField(default="", blank=True)
    asked_by = models.UUIDField(null=True, help_text="user; empty for the system")
    asked_by_name = models.CharField(max_length=200, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "exports"
        indexes = [
            models.Index(
                fields=["organization_id", "-created_at", "-id"], name="integrations_export_recent"
            ),
        ]

    def __str__(self) -> str:
        return f"customers, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.state in {RunState.QUEUED, RunState.RUNNING}


class ExportLog(TenantModel):
    """That a list left the system: what, how many, by whom; none of the data itself."""

    run_id = models.UUIDField()
    list_name = models.CharField(max_length=20)
    format = models.CharField(max_length=4, choices=ExportFormat)
    row_count = models.IntegerField("rows")
    columns = ArrayField(models.CharField(max_length=40))
    filters = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        verbose_name = "export"

    def __str__(self) -> str:
        return f"{self.list_name}: {self.row_count}"
