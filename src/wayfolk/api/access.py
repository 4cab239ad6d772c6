"""Who is calling: a bearer token acts with the rights of its membership. Cookies count nothing."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security.base import AuthBase

from wayfolk.api.problems import Unauthenticated
from wayfolk.kit import tenancy
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff import tokens
from wayfolk.staff.models import ApiToken
from wayfolk.staff.rules import Actor


@dataclass(frozen=True)
class Caller:
    """The actor for whom a token speaks, and the token."""

    actor: Actor
    token: ApiToken


class ApiTokenAuth(AuthBase):
    """Tells the schema about tokens, and lets an operation run only for an identified caller.

    The frame around every operation has identified the caller by then; without the frame
    nobody gets in.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "caller", None)


def identify(request: HttpRequest) -> Caller:
    """The caller; raises Unauthenticated, in the same words whatever is wrong with the token."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not secret or scheme.lower() != "bearer":
        raise Unauthenticated(
            "This needs an API token: send the header “Authorization: Bearer wf_…”."
            " Tokens are made under Settings, API tokens."
        )
    caller = _find_caller(secret.strip())
    if caller is None:
        raise Unauthenticated(
            "This API token is not valid: it is mistyped, expired or revoked, or its member was"
            " deactivated. Make a new one under Settings, API tokens."
        )
    request.caller = caller  # type: ignore[attr-defined]
    return caller


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request inside an operation."""
    return cast("Caller", request.caller).actor  # type: ignore[attr-defined]


def _find_caller(secret: str) -> Caller | None:
    organization_id = tokens.organization_of(secret)
    if organization_id is None:
        return None
    organization = Organization.objects.filter(id=organization_id).first()
    if organization is None:
        return None
    with tenancy.scope(organization.id):
        token = tokens.find_token(secret)
        if token is None:
            return None
        actor = actors.find_actor(
            user_id=token.membership.user_id, organization=organization, kind="api"
        )
        if actor is None:
            return None
        tokens.note_use(token, by=actor)
    return Caller(actor, token)
