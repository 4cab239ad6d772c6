"""Signing in: closed to the public, and what a locked-out person is told."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from wayfolk.web import errors

LOCKED_OUT = (
    "There were too many attempts to sign in with this email and a wrong password. Wait a quarter"
    " of an hour, then try again, or choose a new password with “Forgot your password?”."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's decisions that are ours: an administrator invites, nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Email and password do not belong together. Check both; "
        "capitals count in the password.",
        "too_many_login_attempts": LOCKED_OUT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings:index")


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes answers while an email is locked from this address."""
    return errors.error_page(request, 429, LOCKED_OUT)
