"""Jobs of questionnaires: for each organisation, plan and send what is due."""

import logging
from uuid import UUID

from django.db import DatabaseError
from procrastinate.contrib.django import app

from wayfolk.kit import tenancy
from wayfolk.kit.errors import Refusal
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.service.models import Invitation, Questionnaire
from wayfolk.service.operations import attachments, inviting
from wayfolk.service.operations.questionnaires import MODULE
from wayfolk.staff.rules import Actor

_log = logging.getLogger(__name__)


@app.periodic(cron="23 8 * * *")
@app.task(
    name="wayfolk.service.ask_guests",
    queueing_lock="service.ask_guests",
    pass_context=False,
)
def ask_guests(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every morning: whoever came home is asked."""
    for organization in Organization.objects.all():
        try:
            ask(actors.get_system_actor(organization, "Questionnaires"))
        except DatabaseError:
            _log.exception("Guests of organisation %s were not asked", organization.id)


@app.periodic(cron="19 4 * * *")
@app.task(
    name="wayfolk.service.remove_unreachable_files",
    queueing_lock="service.remove_unreachable_files",
    pass_context=False,
)
def remove_unreachable_files(timestamp: int) -> None:  # noqa: ARG001 - the queue passes it
    """Every night: bytes of attachments that nothing can bring back."""
    for organization_id in Organization.objects.values_list("id", flat=True):
        attachments.remove_unreachable(organization_id)


def ask(by: Actor) -> int:
    """Plan and send everything that is due in one organisation; returns how many were sent.

    One that cannot be sent says why, and stays planned. Each is a transaction of its own.
    """
    if not by.has_module(MODULE):
        return 0
    with tenancy.scope(by.organization_id):
        active = list(Questionnaire.objects.filter(is_active=True).order_by("id"))
    for questionnaire in active:
        while inviting.plan_due(questionnaire, by=by):
            pass  # a batch at a time
    with tenancy.scope(by.organization_id):
        waiting = Invitation.objects.filter(
            questionnaire_id__in=[each.id for each in active],
            sent_at__isnull=True,
            not_sent_because="",
        )
        ids = list(waiting.order_by("id").values_list("id", flat=True))
    return sum(_send(invitation_id, by) for invitation_id in ids)


def _send(invitation_id: UUID, by: Actor) -> bool:
    try:
        inviting.send_invitation(invitation_id, by=by)
    except Refusal as refused:
        inviting.note_not_sent(invitation_id, refused.message, by=by)
        return False
    return True
