"""Pages for people without an account, who come by a link that was sent to them.

The link names the organisation and is signed; the page runs in that organisation's scope, for an
actor who may do the one thing that the link is for. Guessing is slowed down, nothing is cached,
and the address is told to nobody.

Only links that we never made are counted: behind a proxy all guests come from one address, and
those who were sent a link are not to wait for each other.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wayfolk.kit import tenancy
from wayfolk.organization.models import Organization

PER_MINUTE = 30
_ADDRESSES_REMEMBERED = 10_000
_HEADERS = {
    "Cache-Control": "no-store",
    # Not “no-referrer”: the form would be sent without its origin, and refused.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

GuestView = Callable[[HttpRequest, Organization, str], HttpResponse]
_visits: OrderedDict[str, list[float]] = OrderedDict()
_lock = threading.Lock()


def by_link(
    organization_of: Callable[[str], int | None],
) -> Callable[[GuestView], Callable[[HttpRequest, str], HttpResponse]]:
    """A view for whoever has a link: view(request, organization, token).

    `organization_of` says whose the token is, None for one that we never made.
    """

    def decorate(view: GuestView) -> Callable[[HttpRequest, str], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            response = _answer(view, request, token, organization_of(token))
            for name, value in _HEADERS.items():
                response.headers[name] = value
            return response

        guarded.is_for_guests = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def unknown(request: HttpRequest) -> HttpResponse:
    """Kindly: the link leads nowhere."""
    return render(request, "answers/unknown.html", status=404)


def _answer(
    view: GuestView, request: HttpRequest, token: str, organization_id: int | None
) -> HttpResponse:
    if organization_id is None:
        is_guessing = _is_too_often(str(request.META.get("REMOTE_ADDR", "")))
        return (
            render(request, "answers/too_often.html", status=429)
            if is_guessing
            else unknown(request)
        )
    organization = Organization.objects.filter(id=organization_id).first()
    if organization is None:
        return unknown(request)
    zone: Any = timezone.override(ZoneInfo(organization.time_zone))
    with tenancy.scope(organization.id), zone:
        return view(request, organization, token)


def _is_too_often(address: str) -> bool:
    """Whether the address has guessed too often in the last minute; counts this visit.

    Counted in each server process by itself, as for the API.
    """
    now = time.monotonic()
    with _lock:
        recent = [at for at in _visits.pop(address, []) if now - at < 60]
        is_over = len(recent) >= PER_MINUTE
        _visits[address] = recent if is_over else [*recent, now]
        while len(_visits) > _ADDRESSES_REMEMBERED:
            _visits.popitem(last=False)
    return is_over
