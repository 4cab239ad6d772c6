"""The page on which a guest answers: no sign-in, no scripts needed, once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wayfolk.kit.errors import InvalidValues
from wayfolk.organization.models import Organization
from wayfolk.service import queries
from wayfolk.service.models import Invitation
from wayfolk.service.operations import answering, inviting
from wayfolk.service.operations.answering import LinkOver
from wayfolk.service.operations.questionnaires import MODULE
from wayfolk.web import guests
from wayfolk.web.service.questionnaire_forms import AnswerForm


@require_http_methods(["GET", "POST"])
@guests.by_link(inviting.organization_of)
def answer(request: HttpRequest, organization: Organization, token: str) -> HttpResponse:
    """The questions, or kind words where they were answered or the time is over."""
    by = answering.guest_actor(organization)
    invitation = inviting.find_invitation(token)
    if invitation is None or not by.has_module(MODULE):
        return guests.unknown(request)
    try:
        answering.require_open(invitation)
    except LinkOver as over:
        return _over(request, organization, invitation, str(over.details["state"]))
    answering.note_opened(invitation, by=by)
    questions = queries.list_questions(invitation.questionnaire_id)
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    if form.is_bound and form.is_valid():
        try:
            answering.answer_by_link(token, form.sent(), by=by)
        except InvalidValues as refused:
            form.show_refusal(refused)
        except LinkOver as over:  # in another window, a moment ago
            return _over(request, organization, invitation, str(over.details["state"]))
        else:
            return _over(request, organization, invitation, "thanks")
    context = {**_frame(organization, invitation), "form": form}
    return render(request, "answers/form.html", context, status=422 if form.errors else 200)


def _over(
    request: HttpRequest, organization: Organization, invitation: Invitation, state: str
) -> HttpResponse:
    context = {**_frame(organization, invitation), "state": state}
    status = 410 if state == "expired" else 200
    return render(request, "answers/over.html", context, status=status)


def _frame(organization: Organization, invitation: Invitation) -> dict[str, Any]:
    """What the page says of itself: the company and the trip, nothing of the person."""
    return {
        "organization": organization.name,
        "trip": invitation.booking.product,
        "introduction": invitation.questionnaire.introduction,
    }
