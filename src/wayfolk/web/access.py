"""Default deny: every page says what it requires, and runs in the actor's scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotAllowed
from wayfolk.staff.rules import Actor

View = Callable[..., HttpResponse]


def signed_in(
    permission: str | None = None, *, module: str | None = None
) -> Callable[[View], View]:
    """A view for members: one transaction in the organisation's scope.

    Raises NotAllowed (turned into a 403 page) when the role or the organisation's modules
    do not include what the page is about. A Refusal raised by the view rolls everything
    back; so does any error.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            by = cast("Actor | None", getattr(request, "actor", None))
            if by is None:
                if request.user.is_authenticated:
                    raise NotAllowed("You are not a member of any organisation here.")
                return redirect_to_login(request.get_full_path())
            if module is not None:
                by.require_module(module)
            if permission is not None:
                by.require(permission)
            zone = timezone.override(ZoneInfo(by.time_zone))  # dates as the organisation has them
            with tenancy.scope(by.organization_id), zone:
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response

        guarded.is_guarded = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a view decorated with `signed_in`."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]
