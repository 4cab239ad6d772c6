"""Questions about change sets that several packages ask."""

from uuid import UUID

from wayfolk.audit.models import Change, ChangeSet


def find_last_change_set(subject_id: UUID) -> ChangeSet | None:
    """Who changed this record last, None if nobody has since the log began."""
    change = Change.objects.filter(subject_id=subject_id).order_by("-seq").first()
    if change is None:
        return None
    found: ChangeSet | None = ChangeSet.objects.filter(id=change.change_set_id).first()
    return found
