"""How the history speaks of service cases and questionnaires."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import NEVER, Area, Image, RecordKind, Teller
from wayfolk.bookings.models import Booking
from wayfolk.kit.money import Money
from wayfolk.service.models import (
    Answer,
    CaseAttachment,
    CaseComment,
    CaseReason,
    Invitation,
    Question,
    Questionnaire,
    Reason,
    Response,
    ServiceCase,
)
from wayfolk.service.rules import cases

_ADMINISTER = "organization.administer"
_SCORES = "customer.happiness"


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "service.view", "edit": "service.edit", "module": "service"}
    wording.declare_area(Area("service", "Service cases", **rights))
    wording.declare_table(
        RecordKind(
            "service_servicecase",
            phrase=lambda case, _teller: f"service case {case.number}",
            code=_code,
            codes=frozenset(cases.FIELD_RULES.values()),
            words=_amount,
            **rights,
        )
    )
    wording.declare_table(RecordKind("service_casereason", phrase=_reason_phrase, **rights))
    wording.declare_table(RecordKind("service_casecomment", phrase=_comment_phrase, **rights))
    wording.declare_table(
        RecordKind(
            "service_caseattachment", phrase=_attachment_phrase, unshown=("file_id",), **rights
        )
    )
    wording.declare_table(
        RecordKind("service_reason", **{**rights, "edit": _ADMINISTER}, phrase=_list_phrase)
    )
    _declare_questionnaires()


def _declare_questionnaires() -> None:
    rights: dict[str, Any] = {
        "view": "service.view",
        "edit": "service.edit",
        "module": "questionnaires",
    }
    ours = {**rights, "edit": _ADMINISTER}
    wording.declare_area(Area("questionnaires", "Questionnaires", **rights))
    # Taken back, the guest's link would lead nowhere, and the next morning would ask once more.
    for operation in ("send", "invite"):
        wording.declare_operation(f"questionnaires.{operation}", undo_permission=NEVER)
    wording.declare_table(RecordKind("service_questionnaire", phrase=_questionnaire_phrase, **ours))
    wording.declare_table(
        RecordKind("service_question", phrase=_question_phrase, unshown=("position",), **ours)
    )
    wording.declare_table(RecordKind("service_happinesssettings", **ours))
    wording.declare_table(
        RecordKind(
            "service_invitation", phrase=_invitation_phrase, unshown=("token_digest",), **rights
        )
    )
    wording.declare_table(RecordKind("service_response", phrase=_response_phrase, **rights))
    wording.declare_table(
        RecordKind(
            "service_answer",
            phrase=_answer_phrase,
            code=lambda _column, _image: _SCORES,
            codes=frozenset({_SCORES}),
            **rights,
        )
    )


def _code(column: str, _image: Image) -> str:
    return cases.FIELD_RULES.get(column, "")


def _amount(column: str, value: Any, image: Image) -> str | None:
    if column != "compensation_minor":
        return None
    return str(Money(int(value), str(image.get("compensation_currency") or "EUR")))


def _case(row: CaseReason | CaseComment | CaseAttachment, teller: Teller) -> str:
    return teller.name_of(ServiceCase, row.case_id)


def _reason_phrase(row: CaseReason, teller: Teller) -> str:
    return f"reason {teller.name_of(Reason, row.reason_id)} of {_case(row, teller)}"


def _comment_phrase(row: CaseComment, teller: Teller) -> str:
    return f"comment on {_case(row, teller)}"


def _attachment_phrase(row: CaseAttachment, teller: Teller) -> str:
    return f"attachment {row.name} of {_case(row, teller)}"


def _list_phrase(row: Reason, _teller: Teller) -> str:
    return f"reason of service cases {row.name}"


def _questionnaire_phrase(row: Questionnaire, _teller: Teller) -> str:
    return f"questionnaire {row.name}"


def _question_phrase(row: Question, teller: Teller) -> str:
    return f"question “{row.text}” of {teller.name_of(Questionnaire, row.questionnaire_id)}"


def _invitation_phrase(row: Invitation, teller: Teller) -> str:
    name = teller.name_of(Questionnaire, row.questionnaire_id)
    return f"invitation to “{name}” for booking {teller.name_of(Booking, row.booking_id)}"


def _response_phrase(row: Response, teller: Teller) -> str:
    name = teller.name_of(Questionnaire, row.questionnaire_id)
    return f"answers to “{name}” for booking {teller.name_of(Booking, row.booking_id)}"


def _answer_phrase(row: Answer, teller: Teller) -> str:
    return f"answer to “{teller.name_of(Question, row.question_id)}”"
