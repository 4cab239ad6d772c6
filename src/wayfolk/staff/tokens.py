"""Operations: API tokens, with which a program acts as a member.

A secret reads `wf_<organisation>_<random>`: the organisation must be known before its rows
can be read. Only a digest is stored, so a secret is shown once and never again.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import clock, prepared, tenancy, text
from wayfolk.kit.errors import InvalidValue, NotFound
from wayfolk.staff.models import ApiToken, Membership
from wayfolk.staff.rules import Actor

NAME_MAX = 100
PREFIX_LENGTH = 12
USE_NOTED_EVERY = timedelta(minutes=5)
_SECRET = re.compile(r"wf_([1-9][0-9]{0,4})_[A-Za-z0-9_-]{43}")
_ORGANIZATION_MAX = 32_767
_NEEDED = frozenset(
    "id organization_id membership_id digest expires_at revoked_at last_used_at".split()
)
_TOKEN_FIELDS = tuple(  # in the order that from_db() needs
    field.attname for field in ApiToken._meta.concrete_fields if field.attname in _NEEDED
)
_TOKEN = (
    f"SELECT {', '.join(_TOKEN_FIELDS)} FROM staff_apitoken"
    " WHERE organization_id = %s AND digest = %s"
)


def create_token(
    *, membership_id: UUID, name: str, expires_at: datetime | None = None, by: Actor
) -> tuple[ApiToken, str]:
    """A new token and its secret, which cannot be read again later.

    Everyone may make tokens for themselves; for others it takes staff.administer. Raises
    InvalidValue (name, expires_at), NotFound (no such active member), NotAllowed.
    """
    if membership_id != by.author_id:
        by.require("staff.administer")
    label = text.clean(name)
    if not 0 < len(label) <= NAME_MAX:
        raise InvalidValue(f"A token needs a name of 1 to {NAME_MAX} characters.", field="name")
    if expires_at is not None and expires_at <= clock.now():
        raise InvalidValue("A token cannot expire in the past.", field="expires_at")
    secret = f"wf_{by.organization_id}_{secrets.token_urlsafe(32)}"
    with change_set(by=by, operation="staff.create_token", summary=f"Created API token {label}"):
        if not Membership.objects.filter(id=membership_id, is_active=True).exists():
            raise NotFound("There is no such active member to act for.")
        token = ApiToken.objects.create(
            membership_id=membership_id,
            name=label,
            prefix=secret[:PREFIX_LENGTH],
            digest=_digest(secret),
            expires_at=expires_at,
        )
    return token, secret


def revoke_token(token_id: UUID, *, by: Actor) -> ApiToken:
    """End a token at once; one that has ended stays as it is. Raises NotFound, NotAllowed."""
    with change_set(by=by, operation="staff.revoke_token", summary="") as current:
        token: ApiToken | None = ApiToken.objects.filter(id=token_id).locked().first()
        if token is None:
            raise NotFound("There is no such API token.")
        if token.membership_id != by.author_id:
            by.require("staff.administer")
        current.summary = current.summary or f"Revoked API token {token.name}"
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            token.save_changes("revoked_at")
    return token


def organization_of(secret: str) -> int | None:
    """The organisation that a secret claims to belong to, None if it has not the form of one."""
    match = _SECRET.fullmatch(secret)
    organization_id = int(match[1]) if match else 0
    return organization_id if 0 < organization_id <= _ORGANIZATION_MAX else None


def find_token(secret: str) -> ApiToken | None:
    """The valid token with this secret. Needs the organisation's scope.

    Prepared, because every request of the API begins with it.
    """
    digest = _digest(secret)
    found = prepared.rows(_TOKEN, [tenancy.current_organization_id(), digest])
    if not found:
        return None
    token = ApiToken.from_db("default", _TOKEN_FIELDS, found[0])
    if not hmac.compare_digest(token.digest, digest):
        return None
    is_over = token.expires_at is not None and token.expires_at <= clock.now()
    return None if is_over or token.revoked_at is not None else token


def is_use_to_be_noted(token: ApiToken) -> bool:
    """Once in USE_NOTED_EVERY is enough."""
    return token.last_used_at is None or clock.now() - token.last_used_at >= USE_NOTED_EVERY


def note_use(token: ApiToken, *, by: Actor) -> None:
    """Remember that the token was used now.

    Skipped while another request notes the same, so that requests never wait for each other.
    """
    with change_set(by=by, operation="staff.note_token_use", summary="Used an API token"):
        row = ApiToken.objects.filter(id=token.id).select_for_update(skip_locked=True, no_key=True)
        if row.first() is not None:
            ApiToken.objects.filter(id=token.id).update(last_used_at=clock.now())


def _digest(secret: str) -> str:
    """A plain hash is enough for 256 random bits: there is no dictionary to try."""
    return hashlib.sha256(secret.encode()).hexdigest()
