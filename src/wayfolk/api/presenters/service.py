"""Cases and questionnaires as the API shows them; what the actor may not see is left out."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import service as shapes
from wayfolk.api.schemas.service import mark_text
from wayfolk.kit import clock
from wayfolk.service import queries
from wayfolk.service.models import (
    Answer,
    CaseAttachment,
    CaseComment,
    Invitation,
    Question,
    Questionnaire,
    Reason,
    Response,
    ServiceCase,
)
from wayfolk.service.rules import cases, questionnaires
from wayfolk.staff.rules import Actor

_FIELDS = ("number", "version", "opened_on", "handler_id", "closed_on", "created_at", "updated_at")
_INVITATION = (
    *("id", "questionnaire_id", "due_on", "sent_at", "opened_at", "answered_at"),
    *("expires_at", "not_sent_because"),
)


def case(record: ServiceCase, reasons: Sequence[Reason], *, by: Actor) -> shapes.Case:
    """A case as `queries.list_cases` loads it."""
    names = (*_FIELDS, *shapes.CaseFields.model_fields)
    values: dict[str, Any] = {
        name: getattr(record, name)
        for name in names
        if name not in cases.FIELD_RULES or by.may_see(cases.FIELD_RULES[name])
    }
    values["customer"] = customers.customer_reference(record.customer, by=by)
    values["booking"] = record.booking.number if record.booking else None
    values["handler"] = record.handler.name if record.handler else ""
    values["closed_by"] = record.closed_by.name if record.closed_by else ""
    values["reasons"] = [reason(each) for each in reasons]
    return shapes.Case.model_construct(**values)


def reason(record: Reason) -> shapes.Reason:
    return shapes.Reason.model_construct(id=record.id, name=record.name, is_active=record.is_active)


def comment(record: CaseComment) -> shapes.Comment:
    return shapes.Comment.model_construct(
        id=record.id, author=record.author_name, at=record.created_at, text=record.text
    )


def attachment(record: CaseAttachment) -> shapes.Attachment:
    names = shapes.Attachment.model_fields
    return shapes.Attachment.model_construct(**{name: getattr(record, name) for name in names})


def question(record: Question) -> shapes.Question:
    names = shapes.Question.model_fields
    return shapes.Question.model_construct(**{name: getattr(record, name) for name in names})


def questionnaire(record: Questionnaire, questions: Sequence[Question]) -> shapes.Questionnaire:
    names = ("id", "version", *shapes.QuestionnaireFields.model_fields)
    values: dict[str, Any] = {name: getattr(record, name) for name in names}
    values["questions"] = [question(each) for each in questions]
    return shapes.Questionnaire.model_construct(**values)


def invitation(record: Invitation, *, by: Actor) -> shapes.Invitation:
    values: dict[str, Any] = {name: getattr(record, name) for name in _INVITATION}
    values["booking"] = record.booking.number
    values["customer"] = customers.customer_reference(record.customer, by=by)
    values["state"] = questionnaires.state_of(record, clock.now())
    return shapes.Invitation.model_construct(**values)


def response(record: Response, answers: Sequence[Answer], *, by: Actor) -> shapes.Response:
    return shapes.Response.model_construct(
        id=record.id,
        booking=record.booking.number,
        customer=customers.customer_reference(record.customer, by=by),
        answered_at=record.answered_at,
        entered_by=record.entered_by,
        answers=[
            shapes.Answer.model_construct(
                question_id=each.question_id,
                question=each.question.text,
                topic=each.topic,
                score=each.score,
                chosen=each.chosen,
                text=each.text,
            )
            for each in answers
        ],
    )


def results(found: queries.Results) -> shapes.Results:
    return shapes.Results.model_construct(
        responses=found.responses,
        overall=mark_text(found.overall),
        overall_count=found.overall_count,
        representative=mark_text(found.representative),
        representative_count=found.representative_count,
        topics=[
            shapes.TopicResult.model_construct(
                topic=each.topic, average=mark_text(each.average), count=each.count
            )
            for each in found.topics
        ],
        questions=[
            shapes.QuestionResult.model_construct(
                question_id=each.question.id,
                question=each.question.text,
                count=each.count,
                average=mark_text(each.average),
                marks={str(score): count for score, count in each.marks},
                options=dict(each.options),
            )
            for each in found.questions
        ],
    )


def figures(found: queries.Figures, *, by: Actor) -> shapes.Figures:
    values: dict[str, Any] = {}
    if queries.may_see_scores(by):
        values |= {
            "overall": mark_text(found.overall),
            "overall_count": found.overall_count,
            "representative": mark_text(found.representative),
            "representative_count": found.representative_count,
        }
    if queries.may_see(by):
        values |= {"complaints": found.complaints, "open_cases": found.open_cases}
    return shapes.Figures.model_construct(**values)
