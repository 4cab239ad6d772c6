"""Who is calling: a bearer token acts with the rights of its membership. Cookies count nothing."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security.base import AuthBase

from wayfolk.api.problems import Unauthenticated
from wayfolk.organization import actors
from wayfolk.staff import tokens
from wayfolk.staff.models import ApiToken
from wayfolk.staff.rules import Actor

_NOT_VALID = (
    "This API token is not valid: it is mistyped, expired or revoked, or its member was"
    " deactivated. Make a new one under Settings, API tokens."
)


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


def secret_of(request: HttpRequest) -> tuple[int, str]:
    """The organisation that the token names, and its secret; raises Unauthenticated."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not secret or scheme.lower() != "bearer":
        raise Unauthenticated(
            "This needs an API token: send the header “Authorization: Bearer wf_…”."
            " Tokens are made under Settings, API tokens."
        )
    secret = secret.strip()
    organization_id = tokens.organization_of(secret)
    if organization_id is None:
        raise Unauthenticated(_NOT_VALID)
    return organization_id, secret


def identify(request: HttpRequest, secret: str) -> None:
    """Find out who calls, inside the scope of the organisation that the token names.

    Raises Unauthenticated, in the same words whatever is wrong with the token.
    """
    token = tokens.find_token(secret)
    actor = actors.find_member_actor(token.membership_id, kind="api") if token else None
    if token is None or actor is None:
        raise Unauthenticated(_NOT_VALID)
    request.caller = Caller(actor, token)  # type: ignore[attr-defined]


def caller_of(request: HttpRequest) -> Caller:
    """Who calls, once identified."""
    return cast("Caller", request.caller)  # type: ignore[attr-defined]


def note_use(request: HttpRequest) -> None:
    """Remember that the caller's token was used, whatever became of the request."""
    caller: Caller | None = getattr(request, "caller", None)
    if caller is not None and tokens.is_use_to_be_noted(caller.token):
        tokens.note_use(caller.token, by=caller.actor)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request inside an operation."""
    return caller_of(request).actor
