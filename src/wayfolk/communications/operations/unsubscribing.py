"""The link in advertising by which a customer declines the newsletter, without signing in."""

import base64
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
    packed = organization_id.to_bytes(2, "big") + customer_id.bytes
    token = signing.Signer(salt=_SALT).sign(base64.urlsafe_b64encode(packed).decode())
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
        packed = base64.urlsafe_b64decode(signing.Signer(salt=_SALT).unsign(token))
        return int.from_bytes(packed[:2], "big"), UUID(bytes=packed[2:])
    except (signing.BadSignature, ValueError):
        return None
