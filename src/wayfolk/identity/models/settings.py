"""Table: how the organisation's duplicates are found."""

from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.identity.matching.model import SUGGEST_FROM, WARN_FROM


class MatchingSettings(TenantModel):
    """One row, none for what is shipped.

    suggest_from, warn_from: bits above even odds. fields_off: comparisons that do not count.
    own_bits: "comparison.level" -> its weight where somebody has set it by hand.
    weights: Model.to_json() as trained on the organisation's own customers, {} for those shipped;
    they can be learned again at any time and are no part of history.
    """

    change_log_ignored = ("version", "updated_at", "weights", "trained_at")

    suggest_from = models.FloatField("suggest from", default=SUGGEST_FROM)
    warn_from = models.FloatField("warn from", default=WARN_FROM)
    fields_off = models.JSONField("fields that do not count", default=list, blank=True)
    own_bits = models.JSONField("weights set by hand", default=dict, blank=True)
    weights = models.JSONField(default=dict, editable=False)
    trained_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "duplicate detection"
        verbose_name_plural = "duplicate detection"
        constraints = [
            models.UniqueConstraint(fields=["organization_id"], name="identity_matching_once"),
        ]

    def __str__(self) -> str:
        return f"suggest from {self.suggest_from:g}, warn from {self.warn_from:g} bits"
