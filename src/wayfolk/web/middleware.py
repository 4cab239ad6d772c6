"""The frame around each request: who acts, in which organisation, in one transaction."""

import math
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from wayfolk.audit.change_sets import correlation_id
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff.models import UserOrganization
from wayfolk.staff.rules import Actor

ORGANIZATION_KEY = "organization_id"
_USE_NOTED_EVERY_SECONDS = 60
_USES_REMEMBERED = 10_000


class SessionActivityMiddleware:
    """Notes when and from where a session was last used, once a minute instead of every time.

    In place of allauth's own, which writes to the database at each request. A new address or
    browser is noted at once. Each server process remembers by itself what it has noted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._noted: OrderedDict[tuple[str, ...], float] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and self._is_due(request, key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

    def _is_due(self, request: HttpRequest, key: str) -> bool:
        use = (key, request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", ""))
        now = time.monotonic()
        if now - self._noted.get(use, -math.inf) < _USE_NOTED_EVERY_SECONDS:
            return False
        self._noted[use] = now
        self._noted.move_to_end(use)
        while len(self._noted) > _USES_REMEMBERED:
            self._noted.popitem(last=False)
        return True


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
    """The signed-in user's actor in the organisation chosen in the session.

    Where they are no longer a member of that one, in the one that they used last.
    """
    if request.path.startswith(("/static/", "/api/")) or not request.user.is_authenticated:
        return None
    ids = _organization_ids(request)
    request.has_several_organizations = len(ids) > 1  # type: ignore[attr-defined]
    for organization_id in ids:
        with tenancy.scope(organization_id):
            actor = actors.find_actor(user_id=request.user.pk)
        if actor is not None:
            return actor
    return None


def list_organizations(request: HttpRequest) -> list[Organization]:
    """Where the user has or had a place: the chosen one first, then by last use."""
    ids = _organization_ids(request)
    found = Organization.objects.in_bulk(ids)
    return [found[organization_id] for organization_id in ids if organization_id in found]


def _organization_ids(request: HttpRequest) -> list[int]:
    links = UserOrganization.objects.filter(user=request.user.pk).order_by("-last_used_at")
    chosen = request.session.get(ORGANIZATION_KEY)
    ids = list(links.values_list("organization_id", flat=True))
    return sorted(ids, key=lambda organization_id: organization_id != chosen)
