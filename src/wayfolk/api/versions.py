"""ETag, If-None-Match and If-Match: which version of a record a client has.

An ETag reads "<version>.<digest of the answer>": the version says whether the record was
saved since, the digest whether anything that is shown with it (a name of a linked record)
changed. If-Match compares the version alone, so "7" is understood as well as "7.1f0c…".
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from wayfolk.api.problems import MalformedRequest, PreconditionFailed
from wayfolk.kit.errors import Conflict

_TAG = re.compile(r'\s*(?:W/)?"([0-9]{1,10})(?:\.[0-9a-f]{1,64})?"\s*')


def mark(response: HttpResponse, version: int) -> None:
    """Say which version of the record the answer shows; the frame makes the ETag of it."""
    response.headers["ETag"] = f'"{version}"'


def complete(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Finish the ETag; 304 without a body when the client has this very answer."""
    etag = response.headers.get("ETag")
    if etag is None:
        return response
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    etag = f'{etag[:-1]}.{digest}"'
    response.headers["ETag"] = etag
    offered = request.headers.get("If-None-Match", "")
    candidates = {tag.strip().removeprefix("W/") for tag in offered.split(",")}
    if request.method == "GET" and (etag in candidates or offered.strip() == "*"):
        unchanged = HttpResponse(status=304)
        unchanged.headers["ETag"] = etag
        del unchanged.headers["Content-Type"]
        return unchanged
    return response


def expected_version(request: HttpRequest, version: int | None) -> int | None:
    """The version that the client edited: from If-Match, else from the body; None: any."""
    header = request.headers.get("If-Match")
    if header is None:
        return version
    if header.strip() == "*":
        return None
    match = _TAG.fullmatch(header)
    if match is None:
        raise MalformedRequest(
            f"If-Match “{header[:80]}” is no ETag of a record. Send the one that came with it."
        )
    return int(match[1])


def stale(
    request: HttpRequest, error: Conflict, *, yours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Conflict | PreconditionFailed:
    """The conflict with both sides: what was sent, and the values that are stored now.

    412 when the version came by If-Match, else 409. `fields`: those in which they differ.
    """
    details = {
        **error.details,
        "yours": dict(yours),
        "theirs": dict(theirs),
        "fields": sorted(name for name, value in yours.items() if theirs.get(name) != value),
    }
    if "If-Match" in request.headers:
        return PreconditionFailed(error.message, details=details)
    answer = Conflict(error.message, details=details)
    answer.code = error.code
    return answer
