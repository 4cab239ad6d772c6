"""Signing in: closed to the public, and what a locked-out person is told."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from wayfolk.staff.models import User
from wayfolk.web import errors

LOCKED_OUT = (
    "There were too many attempts to sign in with this email and a wrong password. Wait a quarter"
    " of an hour, then try again, or choose a new password with “Forgot your password?”."
)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's decisions that are ours: an administrator invites, nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Email and password do not belong together. Check both; "
        "capitals count in the password.",
        "too_many_login_attempts": LOCKED_OUT,
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never: see staff.memberships.add_member."""
        return False

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Back to where the link to the password page stands."""
        return reverse("settings:index")


def attempted_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whose password is being tried, for the lock of django-axes: one email, one address."""
    known = credentials or {}
    tried = known.get("email") or known.get("username") or request.POST.get("login", "")
    return str(tried).strip().lower()[:255]


def locked_out(
    request: HttpRequest, _response: HttpResponse, _credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes answers while an email is locked from this address."""
    return errors.error_page(request, 429, LOCKED_OUT)


def invitation_url(request: HttpRequest, user: User) -> str:
    """An address at which the user chooses a password: good once, and for three days."""
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    uid = user_pk_to_url_str(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return request.build_absolute_uri(path)
