"""Questionnaires of one booking: who was asked, what they answered, entering it by hand."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.service import queries
from wayfolk.service.operations import answering, inviting
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.service.questionnaire_forms import AnswerForm
from wayfolk.web.service.questionnaires import invitation_row

_MODULE = "questionnaires"


@require_GET
@signed_in("service.view", module=_MODULE)
def of_booking(request: HttpRequest, number: int) -> HttpResponse:
    """The section of the booking page; without scripts a page of its own."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    context = _section(booking, by)
    is_part = htmx.wants_fragment(request)
    name = "questionnaires/_of_booking.html" if is_part else "questionnaires/of_booking.html"
    return render(request, name, context)


@require_http_methods(["GET", "POST"])
@signed_in("service.edit", module=_MODULE)
def enter(request: HttpRequest, row_id: UUID, number: int) -> HttpResponse:
    """Answers that came by phone or on paper."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    questionnaire = queries.get_questionnaire(row_id, by=by)
    questions = queries.list_questions(row_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    if form.is_bound and form.is_valid():
        try:
            answering.enter_answers(row_id, booking.id, form.sent(), by=by)
        except InvalidValues as refused:
            form.show_refusal(refused)
        else:
            toasts.add(request, "The answers are stored.", undo_url=toasts.undo_url())
            return htmx.redirect(request, reverse("bookings:detail", args=[number]))
    context = {"form": form, "booking": booking, "questionnaire": questionnaire}
    status = 422 if form.errors else 200
    return render(request, "questionnaires/enter.html", context, status=status)


@require_POST
@signed_in("service.edit", module=_MODULE)
def invite(request: HttpRequest, row_id: UUID, number: int) -> HttpResponse:
    """Send the link to the booking's customer, or once more."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    try:
        inviting.invite(row_id, booking.id, by=by)
    except NotFound:
        raise
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
    else:
        toasts.add(request, f"Sent to {booking.customer.name}.")
    return htmx.redirect(request, reverse("bookings:detail", args=[number]))


def _section(booking: Booking, by: Actor) -> dict[str, Any]:
    asked = queries.list_invitations(by=by, booking_id=booking.id).order_by("-due_on", "-id")
    responses: list[Any] = []
    if queries.may_see_scores(by):
        found = list(queries.list_responses(by=by, booking_id=booking.id).order_by("-answered_at"))
        answers = queries.answers_of([each.id for each in found], by=by)
        responses = [(each, answers[each.id]) for each in found]
    return {
        "booking": booking,
        "invitations": [invitation_row(each) for each in asked],
        "responses": responses,
        "choices": list(queries.list_questionnaires(by=by)) if by.may("service.edit") else [],
    }
