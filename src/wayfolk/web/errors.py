"""Pages for what did not work: in words, inside the frame, and as a toast for a fragment."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from wayfolk.audit.change_sets import correlation_id
from wayfolk.kit import database_errors
from wayfolk.kit.errors import Refusal
from wayfolk.web import htmx

logger = logging.getLogger(__name__)

# What a toast says when a fragment was asked for and the view gave no words of its own.
_IN_SHORT = {
    400: "The form could not be read, so nothing was changed. Reload the page and try once more.",
    403: "Your role does not include this, so nothing was changed.",
    404: "That record is no longer there. Reload the page.",
    409: "Somebody else changed this meanwhile. Reload the page to see the new values.",
    422: "That could not be done, and nothing was changed.",
    429: "Too many attempts. Wait a few minutes, then try again.",
    500: "Something went wrong in Wayfolk, and nothing was changed. Try once more.",
}


class RefusalMiddleware:
    """Answers a Refusal that no view caught, and what the database refused, in words.

    The view's transaction has ended by then: whatever it had written is rolled back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None leaves an error that is our fault to the 500 page and the log."""
        refused = error if isinstance(error, Refusal) else database_errors.find_refusal(error)
        if refused is None:
            return None
        if refused is not error:
            logger.warning("%s %s refused: %s", request.method, request.path, error)
        return refusal(request, refused)


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page for this status; asked for a fragment, a toast with the same words.

    `message` is for the reader; without it the page explains the status in general.
    """
    page = status if status in _IN_SHORT else 422
    if htmx.wants_fragment(request):
        answer = HttpResponse(status=status)
        answer.headers["HX-Reswap"] = "none"
        return htmx.show_toast(answer, message or _IN_SHORT[page])
    return render(request, f"errors/{page}.html", {"message": message}, status=status)


def refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """The answer to a refusal that the view did not turn into a form error."""
    return error_page(request, refused.status, refused.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself could not be read. Django's own words stay in the log."""
    logger.info("bad request to %s: %s", request.path, exception)
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in the words of whoever refused."""
    return error_page(request, 403, str(exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for a record that is not there and one of another organisation."""
    logger.debug("not found: %s (%s)", request.path, exception)
    return error_page(request, 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: the rate limits of the login pages answer with this."""
    logger.info("too many requests to %s %s", request.path, exception or "")
    return error_page(request, 429)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was opened before signing in or out again, or cookies are blocked."""
    logger.info("form without a valid token at %s: %s", request.path, reason)
    return error_page(
        request,
        403,
        "This page was opened before you last signed in, or the browser blocks cookies. "
        "Nothing was changed. Reload the page and try once more.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs neither database, session nor context processors."""
    if htmx.wants_fragment(request):
        return error_page(request, 500)
    reference = correlation_id.get()
    return HttpResponse(render_to_string("errors/500.html", {"reference": reference}), status=500)
