"""The logins that the sign-in page of a demo shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wayfolk.demo import seeding


def demo_logins(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: who can sign in to the demo; nothing anywhere else."""
    return {"demo_logins": seeding.logins} if settings.DEMO else {}
