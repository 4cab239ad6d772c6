"""Comments on cases: who, when, what. They are added, and taken back by undo alone."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.service.models import CaseComment
from wayfolk.service.operations import cases as case_operations
from wayfolk.service.rules import cases
from wayfolk.staff.rules import Actor


def add_comment(case_id: UUID, text: str, *, by: Actor) -> CaseComment:
    """Note something on a case, closed ones too. Raises NotFound, NotAllowed, InvalidValues."""
    case_operations.require_rights(by)
    cleaned = cases.checked_comment(text)
    with change_set(by=by, operation="service.add_comment", summary="") as current:
        case = case_operations.lock_case(case_id)
        current.summary = current.summary or f"Commented on case {case.number}"
        comment: CaseComment = CaseComment.objects.create(
            case=case,
            author_id=case_operations.membership_of(by),
            author_name=by.name,
            text=cleaned,
        )
    return comment
