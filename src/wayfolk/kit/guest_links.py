"""Signed links for people without an account: each names its organisation and what it is for.

Whoever has a link is who it was sent to; nobody can make one, or turn one into another.
"""

from django.conf import settings
from django.core import signing

_ORGANIZATION_MAX = 32_767


class GuestLinks:
    """The links of one purpose: `path` is their address, `purpose` what their signature is for."""

    def __init__(self, purpose: str, path: str) -> None:
        self._signer = signing.Signer(salt=purpose, sep=".")
        self._path = path

    def token(self, organization_id: int, subject: str) -> str:
        """The token of a link; `subject` (letters, digits, - and _) is told by `subject_of`."""
        return self._signer.sign(f"{organization_id}-{subject}")

    def address_of(self, token: str) -> str:
        """Where the guest finds the page."""
        return f"{settings.PUBLIC_URL}{self._path}{token}"

    def organization_of(self, token: str) -> int | None:
        """The organisation that a link belongs to; None for one that we never made."""
        organization, _, _ = self._opened(token).partition("-")
        number = int(organization) if organization.isascii() and organization.isdecimal() else 0
        return number if 0 < number <= _ORGANIZATION_MAX else None

    def subject_of(self, token: str) -> str:
        """What the link is about; "" for one that we never made."""
        return self._opened(token).partition("-")[2]

    def _opened(self, token: str) -> str:
        try:
            return self._signer.unsign(token)
        except signing.BadSignature:
            return ""
