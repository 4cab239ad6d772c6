"""Files on cases: kept in the database, so that tenancy, backup and undo hold for them too."""

import hashlib
from typing import BinaryIO
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.service.models import CaseAttachment, StoredFile
from wayfolk.service.operations import cases
from wayfolk.service.rules import attachments
from wayfolk.staff.rules import Actor


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
