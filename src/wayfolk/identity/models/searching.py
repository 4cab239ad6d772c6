"""Table: the times that all customers were looked through for duplicates."""

from django.db import models

from wayfolk.audit.tenant import TenantModel


class SearchState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"


UNDER_WAY = (SearchState.QUEUED, SearchState.RUNNING)


class DuplicateSearch(TenantModel):
    """One look through all customers, and how far it is; written outside the change log.

    phase: what is being done, in words. customers: compared with one another; pairs: that wait to
    be judged afterwards; fresh: of these, that did not wait before.
    """

    is_change_logged = False

    state = models.CharField(max_length=10, choices=SearchState, default=SearchState.QUEUED)
    phase = models.CharField(max_length=100, default="", blank=True)
    customers = models.IntegerField(default=0)
    pairs = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0)
    failure = models.TextField(default="", blank=True)
    asked_by = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "search for duplicates"
        verbose_name_plural = "searches for duplicates"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="identity_search_one_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"search for duplicates, {self.get_state_display().lower()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
