"""Idempotency-Key: a change that was carried out once is not carried out again.

The key, a fingerprint of the request and its answer are stored in the transaction of the
change itself, so either all of them are there or none. Of two requests at once with one
key the second waits for the first, then gets the same answer. A refused request changed
nothing and is not kept: the key may be used again for the corrected one.
"""

import hashlib
import re
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from wayfolk.api import reading
from wayfolk.api.models import KeptAnswer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue
from wayfolk.organization.models import Organization

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=48)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Wayfolk-Change")


def claim(request: HttpRequest, *, membership_id: UUID) -> KeptAnswer | None:
    """The place for this request's answer, filled if it was answered before; None without key.

    Waits while another transaction holds the same key. Raises InvalidValue for a malformed
    key and for one that was used for another request.
    """
    key = request.headers.get(HEADER)
    if key is None or not reading.is_unsafe(request):
        return None
    if not _KEY.fullmatch(key):
        raise InvalidValue(
            f"The {HEADER} must be 1 to 255 visible ASCII characters without spaces, for example"
            " a UUID.",
            field=HEADER,
        )
    fingerprint = _fingerprint(request)
    mine = KeptAnswer(membership_id=membership_id, key=key, fingerprint=fingerprint)
    KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    kept: KeptAnswer = KeptAnswer.objects.get(membership_id=membership_id, key=key)
    if kept.fingerprint != fingerprint:
        raise InvalidValue(
            f"The {HEADER} “{key}” was used for another request. Choose a new key for each change.",
            field=HEADER,
        )
    return kept


def keep(kept: KeptAnswer, response: HttpResponse) -> None:
    """Store the answer beside the change that it reports."""
    kept.status = response.status_code
    kept.body = response.content.decode()
    kept.headers = {
        name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
    }
    kept.save(update_fields=["status", "body", "headers"])


def replay(kept: KeptAnswer) -> HttpResponse:
    """The answer that was given the first time, marked as such."""
    response = HttpResponse(kept.body.encode(), status=kept.status)
    for name, value in kept.headers.items():
        response.headers[name] = value
    response.headers["Idempotent-Replayed"] = "true"
    return response


def remove_old_answers() -> int:
    """Delete what is older than KEPT_FOR in every organisation; returns how many."""
    removed = 0
    for organization in Organization.objects.order_by("id"):
        with tenancy.scope(organization.id):
            old = KeptAnswer.objects.filter(created_at__lt=clock.now() - KEPT_FOR)
            removed += old.delete()[0]
    return removed


def _fingerprint(request: HttpRequest) -> str:
    """A digest of method, address and body; of an upload its fields and the file's content."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == reading.MULTIPART:
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name, file in sorted(request.FILES.items()):
            digest.update(repr((name, getattr(file, "name", ""))).encode())
            if isinstance(file, UploadedFile):
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()
