"""What counts as a shared email or phone in the organisation."""

from typing import Any

from django.http import HttpRequest

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import customers as shapes
from wayfolk.customers.models import SharingSettings
from wayfolk.customers.operations import sharing as operations
from wayfolk.customers.queries import sharing as queries
from wayfolk.customers.rules.sharing import RELAYS

router = Resource()


@router.get("/contact-sharing", response=shapes.ContactSharing)
def get_contact_sharing(request: HttpRequest) -> Any:
    """From how many customers on an email or phone counts as shared, and the relay domains."""
    actor_of(request).require("organization.administer")
    return _shown(queries.load_settings())


@router.put("/contact-sharing", response=shapes.ContactSharing)
def set_contact_sharing(request: HttpRequest, body: shapes.NewContactSharing) -> Any:
    """Set both; what is marked as shared follows at once wherever it is shown."""
    settings = operations.set_sharing(
        shared_from=body.shared_from,
        relay_domains="\n".join(body.relay_domains),
        by=actor_of(request),
    )
    return _shown(settings)


def _shown(settings: SharingSettings) -> shapes.ContactSharing:
    return shapes.ContactSharing.model_construct(
        shared_from=settings.shared_from,
        relay_domains=settings.relay_domains.split(),
        known_relay_domains=sorted(RELAYS),
    )
