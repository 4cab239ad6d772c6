"""Files on cases: kept in the database, so that tenancy, backup and undo hold for them too."""

import hashlib
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db.models import Exists, OuterRef

from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import Change, Operation
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.service.models import CaseAttachment, StoredFile
from wayfolk.service.operations import cases
from wayfolk.service.rules import attachments
from wayfolk.staff.rules import Actor

SPARED = timedelta(days=1)


class TooManyAttachments(Refusal):
    """A case holds a few files, not an archive."""

    code = "too_many_attachments"


def add_attachment(case_id: UUID, file: BinaryIO, *, name: str, by: Actor) -> CaseAttachment:
    """Keep a file on a case; its content must be what its name says (TQ-48).

    Reads no more than may be kept. Raises NotFound, NotAllowed, InvalidValue (field "file"),
    TooManyAttachments.
    """
    cases.require_rights(by)
    content = file.read(attachments.SIZE_MAX + 1)
    cleaned, content_type = attachments.checked(name, content)
    with change_set(by=by, operation="service.attach", summary="") as current:
        case = cases.lock_case(case_id)
        _require_room(case_id, case.number)
        current.summary = current.summary or f"Attached {cleaned} to case {case.number}"
        attachment: CaseAttachment = CaseAttachment.objects.create(
            case=case,
            file=_stored(content),
            name=cleaned,
            content_type=content_type,
            size=len(content),
            added_by=by.name,
        )
    return attachment


def remove_attachment(attachment_id: UUID, *, by: Actor) -> CaseAttachment:
    """Take a file off its case; undo brings it back. Raises NotFound, NotAllowed."""
    cases.require_rights(by)
    with change_set(by=by, operation="service.remove_attachment", summary="") as current:
        found: CaseAttachment | None = CaseAttachment.objects.filter(id=attachment_id).first()
        if found is None:
            raise NotFound("There is no such attachment. It may have been removed meanwhile.")
        case = cases.lock_case(found.case_id)
        current.summary = current.summary or f"Removed {found.name} from case {case.number}"
        CaseAttachment.objects.filter(id=found.id).delete()
    return found


def remove_unreachable(organization_id: int, *, now: datetime | None = None) -> int:
    """Delete bytes that no attachment has and no undo could bring back; returns how many.

    A removed attachment is in the change log with its file, and undo has no time limit: its bytes
    go only when that part of the log was archived.
    """
    before = (now or clock.now()) - SPARED
    with tenancy.scope(organization_id):
        used = CaseAttachment.objects.filter(file_id=OuterRef("id"))
        unused = StoredFile.objects.filter(~Exists(used), created_at__lt=before)
        since = {str(row_id): at for row_id, at in unused.values_list("id", "created_at")}
        if not since:
            return 0
        removals = Change.objects.filter(
            table_name=CaseAttachment._meta.db_table,
            operation=Operation.DELETE,
            # The log has the beginning of a transaction, which may be before the row's own time.
            at__gte=min(since.values()) - SPARED,
            before__file_id__in=list(since),
        )
        remembered = set(removals.values_list("before__file_id", flat=True))
        lost = [row_id for row_id in since if row_id not in remembered]
        return int(StoredFile.objects.filter(id__in=lost).delete()[0])


def _stored(content: bytes) -> StoredFile:
    """The row of these bytes; the same bytes are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    rows = StoredFile.objects.filter(digest=digest).defer("content")
    found: StoredFile | None = rows.first()
    if found is None:
        StoredFile.objects.bulk_create(
            [StoredFile(digest=digest, size=len(content), content=content)], ignore_conflicts=True
        )
        found = rows.get()
    return found


def _require_room(case_id: UUID, number: int) -> None:
    if CaseAttachment.objects.filter(case_id=case_id).count() >= attachments.COUNT_MAX:
        raise TooManyAttachments(
            f"Case {number} has {attachments.COUNT_MAX} attachments already. Remove one first, or"
            " put several pages into one document."
        )
