"""What becomes of files while they are being sent: before any view has looked at the request."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

from wayfolk.kit import uploads


def is_too_large(request: HttpRequest) -> bool:
    """By what the request says of itself: such a file is read past and never stored."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    is_number = size.isascii() and size.isdecimal()
    return is_number and int(size) > uploads.limit_for(request.path) + uploads.FORM_BYTES


def _is_wanted(request: HttpRequest) -> bool:
    is_known = getattr(request, "actor", None) is not None or request.path.startswith("/api/")
    return is_known and not is_too_large(request)


class IncomingFile(TemporaryFileUploadHandler):
    """Lets files onto the disk that a member sends and that are not too large, no others.

    The rest of the request is read all the same: a browser that is cut off in the middle shows
    no answer. The API checks rights and size by itself, before it reads a file.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.request is None or not _is_wanted(self.request):
            raise SkipFile
        super().new_file(*args, **kwargs)
