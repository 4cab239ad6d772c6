"""Storing answers: given by the guest over a link, or entered by staff. They are never changed.

The marks of the booking (CHM, RHM) follow in the same transaction.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import lock_booking
from wayfolk.kit import clock
from wayfolk.kit.errors import NotAllowed, NotFound, Refusal
from wayfolk.organization.actors import get_guest_actor
from wayfolk.organization.models import Organization
from wayfolk.service.models import Answer, Invitation, Question, Questionnaire, Response
from wayfolk.service.operations import inviting
from wayfolk.service.operations.questionnaires import MODULE
from wayfolk.service.rules import questionnaires as rules
from wayfolk.service.rules.questionnaires import Given
from wayfolk.staff.rules import Actor

BY_LINK = "service.answer"  # the one thing that a guest may do


class LinkOver(Refusal):
    """The link was used, or its time is over; `details` has the `state`."""

    code = "link_over"


def guest_actor(organization: Organization) -> Actor:
    """Whoever came by a link: may answer what the link asks, and nothing else."""
    return get_guest_actor(organization, BY_LINK)


def note_opened(invitation: Invitation, *, by: Actor) -> None:
    """The first time that a link is looked at."""
    if invitation.opened_at is None:
        with change_set(by=by, operation="questionnaires.open", summary="A guest opened a link"):
            invitation.opened_at = clock.now()
            invitation.save_changes("opened_at")


def answer_by_link(token: str, sent: Mapping[str, Any], *, by: Actor) -> Response:
    """The guest's answers, once. Raises NotFound, LinkOver, InvalidValues (question -> message)."""
    if not by.may(BY_LINK):
        raise NotAllowed("Only the guest who has the link answers over it. Enter answers instead.")
    by.require_module(MODULE)
    with change_set(by=by, operation="questionnaires.answer", summary="") as current:
        found = inviting.find_invitation(token)
        if found is None:
            raise NotFound("There is no such link.")
        invitation = inviting.lock_invitation(found.id)
        require_open(invitation)
        response = _store(invitation.questionnaire, invitation.booking, sent, invitation=invitation)
        current.summary = f"{invitation.customer.name} answered “{invitation.questionnaire.name}”"
        invitation.answered_at = response.answered_at
        invitation.save_changes("answered_at")
    return response


def enter_answers(
    questionnaire_id: UUID, booking_id: UUID, sent: Mapping[str, Any], *, by: Actor
) -> Response:
    """What the guest said on the phone or on paper, noted by staff.

    Raises NotFound, NotAllowed, InvalidValues (question -> message).
    """
    by.require_module(MODULE)
    by.require("service.edit")
    with change_set(by=by, operation="questionnaires.enter", summary="") as current:
        questionnaire = Questionnaire.objects.filter(id=questionnaire_id).first()
        if questionnaire is None:
            raise NotFound("There is no such questionnaire. It may have been removed meanwhile.")
        booking = lock_booking(booking_id)
        response = _store(questionnaire, booking, sent, entered_by=by.name)
        current.summary = (
            current.summary or f"Entered answers of {booking.customer.name} for {booking}"
        )
    return response


def require_open(invitation: Invitation) -> None:
    """Raises LinkOver where the link was used or its time is over."""
    state = rules.state_of(invitation, clock.now())
    if state == rules.ANSWERED:
        raise LinkOver("You have answered already. Thank you!", details={"state": state})
    if state == rules.EXPIRED:
        raise LinkOver("The time for answering is over. Thank you all the same.",
                       details={"state": state})  # fmt: skip


def derive_marks(booking_ids: Collection[UUID]) -> None:
    """Make CHM and RHM of these bookings what their answers say."""
    answers: dict[UUID, list[tuple[str, int | None]]] = {row_id: [] for row_id in booking_ids}
    rows = Answer.objects.filter(booking_id__in=list(answers))
    for booking_id, topic, score in rows.values_list("booking_id", "topic", "score"):
        answers[booking_id].append((topic, score))
    present = Booking.objects.filter(id__in=list(answers)).locked()
    stale = []
    for row_id, *marks in present.values_list("id", "customer_mark", "representative_mark"):
        wished = list(rules.marks_of(answers[row_id]))
        if wished != marks:
            names = ("customer_mark", "representative_mark")
            values = [None if mark is None else str(mark) for mark in wished]
            stale.append({"id": str(row_id), **dict(zip(names, values, strict=True))})
    deriving.update_rows(Booking._meta.db_table, ["customer_mark", "representative_mark"], stale)


def _store(
    questionnaire: Questionnaire,
    booking: Booking,
    sent: Mapping[str, Any],
    *,
    invitation: Invitation | None = None,
    entered_by: str = "",
) -> Response:
    rows = Question.objects.filter(questionnaire_id=questionnaire.id, is_asked=True)
    questions = {str(question.id): question for question in rows}
    given = rules.checked_answers(questions, sent)
    lock_booking(booking.id)
    whose = invitation.customer_id if invitation else booking.customer_id
    response: Response = Response.objects.create(
        questionnaire=questionnaire,
        booking=booking,
        customer_id=whose,
        invitation=invitation,
        entered_by=entered_by,
        answered_at=clock.now(),
    )
    Answer.objects.bulk_create(
        _answer(response, questions[key], answer) for key, answer in given.items()
    )
    derive_marks([booking.id])
    return response


def _answer(response: Response, question: Question, given: Given) -> Answer:
    return Answer(
        response=response,
        question=question,
        booking_id=response.booking_id,
        customer_id=response.customer_id,
        topic=question.topic,
        score=given.score,
        chosen=list(given.chosen),
        text=given.text,
    )
