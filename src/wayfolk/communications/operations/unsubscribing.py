"""The link in advertising by which a customer declines the newsletter, without signing in."""

from uuid import UUID

from django.core import signing

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.organization import actors
from wayfolk.organization.models import Organization

_SALT = "wayfolk.unsubscribe"
PATH = "/unsubscribe/"


def link_for(base: str, organization_id: int, customer_id: UUID) -> str:
    """The customer's own link; base: the address of Wayfolk as customers reach it."""
    token = signing.Signer(salt=_SALT).sign_object([organization_id, customer_id.hex])
    return f"{base}{PATH}{token}/"


def unsubscribe(token: str) -> None:
    """The customer of the token takes no newsletter any more.

    An unknown token, a customer who is gone and one who declined before are all answered alike,
    so that nobody learns anything from the answer.
    """
    found = _opened(token)
    if found is None:
        return
    organization_id, customer_id = found
    organization = Organization.objects.filter(id=organization_id).first()
    if organization is None:
        return
    by = actors.get_system_actor(organization, "Unsubscribe link")
    with change_set(by=by, operation="customers.decline_newsletter", summary="") as current:
        customer = Customer.objects.present().filter(id=customer_id).locked().first()
        if customer is None or customer.takes_newsletter is False:
            return
        current.summary = f"{customer.name} declined the newsletter by the link in a message"
        customer.takes_newsletter = False
        customer.save_changes("takes_newsletter")


def _opened(token: str) -> tuple[int, UUID] | None:
    try:
        organization_id, customer_id = signing.Signer(salt=_SALT).unsign_object(token)
        return int(organization_id), UUID(customer_id)
    except (signing.BadSignature, ValueError, TypeError):
        return None
