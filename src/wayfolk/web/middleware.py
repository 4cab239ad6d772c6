"""The frame around each request: who acts, in which organisation, in one transaction."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from wayfolk.audit.change_sets import correlation_id
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff.models import UserOrganization
from wayfolk.staff.rules import Actor

ORGANIZATION_KEY = "organization_id"


class ActorMiddleware:
    """Sets `request.actor` (None when signed out) and a correlation id for the change sets.

    Views open the scope themselves through `web.access.signed_in`: a page that needs no
    tenant rows needs no transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = correlation_id.set(uuid.uuid4().hex)
        try:
            request.actor = find_request_actor(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault("X-Request-Id", correlation_id.get())
            return response
        finally:
            correlation_id.reset(token)


def find_request_actor(request: HttpRequest) -> Actor | None:
    """The signed-in user's actor in the organisation chosen in the session."""
    if request.path.startswith(("/static/", "/api/")) or not request.user.is_authenticated:
        return None
    organization = _organization(request)
    if organization is None:
        return None
    with tenancy.scope(organization.id):
        return actors.find_actor(user_id=request.user.pk, organization=organization)


def _organization(request: HttpRequest) -> Organization | None:
    chosen = request.session.get(ORGANIZATION_KEY)
    links = UserOrganization.objects.filter(user_id=request.user.pk)
    link = (
        links.filter(organization_id=chosen).first()
        or links.order_by("-last_used_at").first()
    )
    return link and Organization.objects.filter(id=link.organization_id).first()
