"""Asking guests: planned by the day of travel, sent with a link that holds once and for a time."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.bookings.operations import lock_booking
from wayfolk.communications.operations import sending
from wayfolk.communications.rules import texts
from wayfolk.customers.models import Status
from wayfolk.kit import clock
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.kit.guest_links import GuestLinks
from wayfolk.organization.models import Organization
from wayfolk.service import queries
from wayfolk.service.models import Invitation, Questionnaire
from wayfolk.service.operations import cases
from wayfolk.service.operations.questionnaires import MODULE
from wayfolk.service.rules import questionnaires as rules
from wayfolk.staff.rules import Actor

BATCH = 500
# Links in messages; with or without the host, which the organisation may have changed since.
LINKS = r"(?:https?://[^\s/]+)?/answers/\d+-[\w-]{16,}[.][\w-]+"
_links = GuestLinks("wayfolk.service.invitation", "/answers/")
organization_of, address_of = _links.organization_of, _links.address_of


class CannotAsk(Refusal):
    """The guest cannot be asked, or was asked already."""

    code = "cannot_ask"


def plan_due(questionnaire: Questionnaire, *, by: Actor) -> list[Invitation]:
    """Plan for the bookings whose guests are due today and were not asked yet.

    Confirmed bookings of customers who are in use; days missed are caught up with for a week.
    """
    by.require_module(MODULE)
    by.require("service.edit")
    first, last = rules.due_period(clock.today(by.time_zone), questionnaire.days)
    column = "departs_on" if questionnaire.counted_from == "arrival" else "returns_on"
    with change_set(by=by, operation="questionnaires.plan", summary="") as current:
        asked = Invitation.objects.filter(questionnaire_id=questionnaire.id).values("booking_id")
        due = (
            Booking.objects.filter(**{f"{column}__gte": first, f"{column}__lte": last})
            .filter(status=BookingStatus.CONFIRMED, customer__deleted_at__isnull=True)
            .filter(customer__status=Status.ACTIVE)
            .exclude(id__in=asked)
            .order_by("id")[:BATCH]
        )
        planned = Invitation.objects.bulk_create(
            Invitation(
                questionnaire=questionnaire,
                booking=booking,
                customer_id=booking.customer_id,
                due_on=getattr(booking, column) + timedelta(days=questionnaire.days),
            )
            for booking in due
        )
        current.summary = current.summary or f"Planned “{questionnaire.name}”"
    return list(planned)


def invite(questionnaire_id: UUID, booking_id: UUID, *, by: Actor) -> Invitation:
    """Ask the customer of one booking now. Raises NotFound, NotAllowed, CannotAsk."""
    by.require_module(MODULE)
    by.require("service.edit")
    with change_set(by=by, operation="questionnaires.invite", summary=""):
        booking = lock_booking(booking_id)
        questionnaire = Questionnaire.objects.filter(id=questionnaire_id).first()
        if questionnaire is None:
            raise NotFound("There is no such questionnaire. It may have been removed meanwhile.")
        invitation = Invitation.objects.filter(
            questionnaire_id=questionnaire_id, booking_id=booking_id
        ).first()
        if invitation is None:
            invitation = Invitation.objects.create(
                questionnaire=questionnaire,
                booking=booking,
                customer_id=booking.customer_id,
                due_on=clock.today(by.time_zone),
            )
        elif invitation.customer_id != booking.customer_id and not invitation.answered_at:
            invitation.customer_id = booking.customer_id  # the booking was moved since
            invitation.save_changes("customer")
        return send_invitation(invitation.id, by=by)


def send_invitation(invitation_id: UUID, *, by: Actor) -> Invitation:
    """Send the link, or a new one in place of the former. Raises CannotAsk, NotToBeWrittenTo."""
    by.require_module(MODULE)
    by.require("service.edit")
    with change_set(by=by, operation="questionnaires.send", summary="") as current:
        invitation = lock_invitation(invitation_id)
        customer = invitation.customer
        if invitation.answered_at:
            raise CannotAsk(f"{customer.name} has answered already; thank you is enough.")
        address = cases.contacts_of(customer).get("email", "")
        if not address:
            raise CannotAsk(f"{customer.name} has no email address to be asked at.")
        token = _fresh_token(invitation, by)
        current.summary = (
            current.summary or f"Sent “{invitation.questionnaire.name}” to {customer.name}"
        )
        sending.send_message(
            customer=customer,
            address=address,
            channel="email",
            subject=_subject(by),
            body=_body(invitation, by),
            private_link=address_of(token),
            about=invitation.booking_id,
            is_advertising=invitation.questionnaire.is_advertising,
            by=by,
        )
        invitation.save_changes("token_digest", "sent_at", "expires_at", "not_sent_because")
    return invitation


def note_not_sent(invitation_id: UUID, reason: str, *, by: Actor) -> None:
    """Why an invitation stays where it is, for whoever looks at the list."""
    by.require_module(MODULE)
    by.require("service.edit")
    with change_set(by=by, operation="questionnaires.not_sent", summary=reason):
        invitation = lock_invitation(invitation_id)
        if invitation.not_sent_because != reason[:500]:
            invitation.not_sent_because = reason[:500]
            invitation.save_changes("not_sent_because")


def lock_invitation(invitation_id: UUID) -> Invitation:
    """The invitation with what it is about, locked; raises NotFound."""
    list(Invitation.objects.filter(id=invitation_id).locked().values_list("id"))
    found: Invitation | None = (
        Invitation.objects.filter(id=invitation_id)
        .select_related("questionnaire", "booking", "customer")
        .first()
    )
    if found is None:
        raise NotFound("There is no such invitation. It may have been taken back meanwhile.")
    return found


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whatever its state; needs the organisation's scope."""
    rows = Invitation.objects.filter(token_digest=_digest(token))
    found: Invitation | None = rows.select_related("questionnaire", "booking", "customer").first()
    return found


def _fresh_token(invitation: Invitation, by: Actor) -> str:
    """A new link; the former one, if any, holds no longer."""
    token = _links.token(by.organization_id, secrets.token_urlsafe(32))
    now = clock.now()
    invitation.token_digest = _digest(token)
    invitation.sent_at, invitation.not_sent_because = now, ""
    invitation.expires_at = now + timedelta(days=queries.load_happiness().link_days)
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _subject(by: Actor) -> str:
    name = by.organization_name or Organization.objects.get(id=by.organization_id).name
    return f"How was your trip with {name}?"


def _body(invitation: Invitation, by: Actor) -> str:
    booking, questionnaire = invitation.booking, invitation.questionnaire
    expires = f"{invitation.expires_at:%-d %B %Y}" if invitation.expires_at else ""
    greeting = f"Dear {invitation.customer.name},"
    words = questionnaire.introduction or (
        "welcome back! A few questions about your trip help us to make the next one better."
    )
    return "\n\n".join(
        [
            greeting,
            words,
            f"Your trip: {booking.product} (booking {booking.number})",
            f"To the questions: {texts.PRIVATE_LINK}",
            f"The link is yours alone and holds until {expires}.",
            by.organization_name or "",
        ]
    ).strip()
