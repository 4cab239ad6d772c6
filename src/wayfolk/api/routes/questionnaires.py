"""Questionnaires: build, ask, store answers, read results; the scores of a customer."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import service as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import service as shapes
from wayfolk.api.schemas.fields import Filters, Number
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.service import queries
from wayfolk.service.models import Question
from wayfolk.service.operations import answering, happiness, inviting, questionnaires
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData
from wayfolk.staff.rules import Actor

router = Resource()
_HAPPINESS = ("overall_label", "representative_label", "shows_representative", "link_days")


@router.get("/questionnaires", response=shapes.Questionnaires)
def list_questionnaires(request: HttpRequest) -> Any:
    """All questionnaires with their questions."""
    by = actor_of(request)
    found = list(queries.list_questionnaires(by=by))
    items = [presenter.questionnaire(row, queries.list_questions(row.id)) for row in found]
    return shapes.Questionnaires.model_construct(items=items)


@router.post("/questionnaires", response={201: shapes.Questionnaire})
def create_questionnaire(request: HttpRequest, body: shapes.NewQuestionnaire) -> Any:
    """A new questionnaire; it starts with three questions."""
    by = actor_of(request)
    made = questionnaires.create_questionnaire(QuestionnaireData(body.sent()), by=by)
    return Status(201, _shown(made.id, by))


@router.get("/questionnaires/{id}", response=shapes.Questionnaire)
def get_questionnaire(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """One questionnaire with its questions."""
    return _shown(id, actor_of(request))


@router.patch("/questionnaires/{id}", response=shapes.Questionnaire)
def update_questionnaire(request: HttpRequest, id: UUID, body: shapes.QuestionnaireChanges) -> Any:  # noqa: A002
    """Change when it is sent, and whether."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        questionnaires.update_questionnaire(id, QuestionnaireData(sent), by=by, version=expected)
    except Conflict as error:
        theirs = _shown(id, by).model_dump(exclude_unset=True)
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _shown(id, by)


@router.delete("/questionnaires/{id}", response={204: None})
def remove_questionnaire(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove one that nobody was asked with."""
    questionnaires.remove_questionnaire(id, by=actor_of(request))
    return Status(204, None)


@router.post("/questionnaires/{id}/questions", response={201: shapes.Question})
def add_question(request: HttpRequest, id: UUID, body: shapes.NewQuestion) -> Any:  # noqa: A002
    """Add a question at the end."""
    made = questionnaires.add_question(id, QuestionData(body.sent()), by=actor_of(request))
    return Status(201, presenter.question(made))


@router.patch("/questionnaires/{id}/questions/{question_id}", response=shapes.Question)
def update_question(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    question_id: UUID,
    body: shapes.QuestionChanges,
) -> Any:
    """Change a question, or its place."""
    by = actor_of(request)
    question = _question(id, question_id, by)
    sent = body.sent()
    position = sent.pop("position", None)
    with change_set(by=by, operation="questionnaires.change_question", summary=""):
        if sent:
            question = questionnaires.update_question(question_id, QuestionData(sent), by=by)
        if position is not None:
            order = [each.id for each in queries.list_questions(id)]
            places = position - 1 - order.index(question_id)
            questionnaires.move_question(question_id, places, by=by)
    return presenter.question(question)


@router.delete("/questionnaires/{id}/questions/{question_id}", response={204: None})
def remove_question(request: HttpRequest, id: UUID, question_id: UUID) -> Any:  # noqa: A002
    """Take a question off; what was answered to it stays in the results."""
    by = actor_of(request)
    _question(id, question_id, by)
    questionnaires.remove_question(question_id, by=by)
    return Status(204, None)


@router.get("/questionnaires/{id}/results", response=shapes.Results)
def get_questionnaire_results(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Averages per topic and question, and counts."""
    by = actor_of(request)
    return presenter.results(queries.results_of(queries.get_questionnaire(id, by=by), by=by))


@router.get("/questionnaires/{id}/invitations", response=shapes.Invitations)
def list_invitations(request: HttpRequest, id: UUID, filters: Query[Filters]) -> Any:  # noqa: A002
    """Who was asked, the latest first."""
    by = actor_of(request)
    queries.get_questionnaire(id, by=by)
    rows = queries.list_invitations(by=by, questionnaire_id=id)
    page = paging.page_of(rows, order="-due_on", cursor=filters.cursor, limit=filters.limit)
    return paging.body_of(
        request, page, shapes.Invitations, lambda row: presenter.invitation(row, by=by)
    )


@router.post("/questionnaires/{id}/invitations", response={201: shapes.Invitation})
def invite_guest(request: HttpRequest, id: UUID, body: shapes.NewInvitation) -> Any:  # noqa: A002
    """Send the link to the customer of a booking, or a new one in place of the former."""
    by = actor_of(request)
    queries.get_questionnaire(id, by=by)
    made = inviting.invite(id, _booking(body.booking, by).id, by=by)
    return Status(201, presenter.invitation(made, by=by))


@router.get("/questionnaires/{id}/responses", response=shapes.Responses)
def list_responses(request: HttpRequest, id: UUID, filters: Query[Filters]) -> Any:  # noqa: A002
    """What guests answered, the latest first."""
    by = actor_of(request)
    queries.get_questionnaire(id, by=by)
    rows = queries.list_responses(by=by, questionnaire_id=id)
    page = paging.page_of(rows, order="-answered_at", cursor=filters.cursor, limit=filters.limit)
    answers = queries.answers_of([row.id for row in page.rows], by=by)
    return paging.body_of(
        request,
        page,
        shapes.Responses,
        lambda row: presenter.response(row, answers[row.id], by=by),
    )


@router.post("/questionnaires/{id}/responses", response={201: shapes.Response})
def enter_answers(request: HttpRequest, id: UUID, body: shapes.NewResponse) -> Any:  # noqa: A002
    """Store what the guest of a booking said; the booking's marks follow."""
    by = actor_of(request)
    queries.get_questionnaire(id, by=by)
    booking = _booking(body.booking, by)
    sent = {
        str(each.question_id): each.score if each.score is not None else each.chosen or each.text
        for each in body.answers
    }
    made = answering.enter_answers(id, booking.id, sent, by=by)
    answers = queries.answers_of([made.id], by=by)[made.id]
    return Status(201, presenter.response(made, answers, by=by))


@router.get("/customers/{number}/service-figures", response=shapes.Figures)
def get_service_figures(request: HttpRequest, number: Number) -> Any:
    """Both happiness scores of a customer, complaints and open cases."""
    by = actor_of(request)
    by.require("service.view")
    customer = customer_queries.get_customer_by_number(number, by=by)
    return presenter.figures(queries.figures_of(customer, by=by), by=by)


@router.get("/happiness", response=shapes.Happiness)
def get_happiness(request: HttpRequest) -> Any:
    """What the organisation calls the two scores."""
    by = actor_of(request)
    by.require_module("questionnaires")
    by.require("service.view")
    return _happiness()


@router.put("/happiness", response=shapes.Happiness)
def set_happiness(request: HttpRequest, body: shapes.Happiness) -> Any:
    """Name the two scores."""
    happiness.set_happiness(**body.model_dump(), by=actor_of(request))
    return _happiness()


def _happiness() -> shapes.Happiness:
    stored = queries.load_happiness()
    return shapes.Happiness.model_construct(**{name: getattr(stored, name) for name in _HAPPINESS})


def _shown(row_id: UUID, by: Actor) -> shapes.Questionnaire:
    found = queries.get_questionnaire(row_id, by=by)
    return presenter.questionnaire(found, queries.list_questions(row_id))


def _question(row_id: UUID, question_id: UUID, by: Actor) -> Question:
    queries.get_questionnaire(row_id, by=by)
    for question in queries.list_questions(row_id):
        if question.id == question_id:
            return question
    raise NotFound("There is no such question in this questionnaire.")


def _booking(number: int, by: Actor) -> Booking:
    try:
        return booking_queries.get_booking_by_number(number, by=by)
    except NotFound as error:
        raise InvalidValues({"booking": error.message}) from error
