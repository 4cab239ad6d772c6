"""The one module that knows the headers which htmx sends and reads.

Views ask it whether the browser wants a whole page or a fragment, and answer with its
functions; whatever is redirected to is checked to be an address of this site.
"""

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from wayfolk.web import toasts

DIALOG = "dialog"
TOASTS = "toasts"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def wants_fragment(request: HttpRequest) -> bool:
    """The browser will put the answer into a page that it already shows."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def target(request: HttpRequest) -> str:
    """The id of the element that the answer goes into; "" for a whole page."""
    return request.headers.get("HX-Target", "") if wants_fragment(request) else ""


def wants_dialog(request: HttpRequest) -> bool:
    """The answer goes into the page's dialog (see the opens_dialog tag)."""
    return target(request) == DIALOG


def current_path(request: HttpRequest) -> str:
    """Path and query of the page that the person looks at, also while a fragment is loaded."""
    if not wants_fragment(request):
        return request.get_full_path()
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    path = f"{shown.path}?{shown.query}" if shown.query else shown.path
    return local_url(request, path, fallback=request.get_full_path())


def local_url(request: HttpRequest, candidate: str | None, *, fallback: str) -> str:
    """The candidate if it is an address on this site, else the fallback.

    For a `next` that a browser sent: never redirect to one without asking this.
    """
    allowed = url_has_allowed_host_and_scheme(
        candidate, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return candidate if candidate and allowed else fallback


def redirect(request: HttpRequest, to: str) -> HttpResponse:
    """Send the browser to another page of this site after a change: 303, or HX-Redirect to htmx.

    Raises ValueError for an address elsewhere: that is a fault of the caller, who must have
    passed what the browser sent through `local_url`.
    """
    if not to or local_url(request, to, fallback="") != to:
        raise ValueError(f"{to!r} is not an address of this site; pass it through local_url first")
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponse(status=303, headers={"Location": to})


def reload(request: HttpRequest) -> HttpResponse:
    """Show the page again that the person looks at, with what has just changed."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(request, request.get_full_path())


def trigger(
    response: HttpResponse, event: str, detail: Mapping[str, object] | None = None
) -> HttpResponse:
    """Fire an event in the browser once the answer has arrived; several calls add up."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = dict(detail or {})
    response.headers["HX-Trigger"] = json.dumps(events)  # ASCII: header values carry no other
    return response


def close_dialog(response: HttpResponse) -> HttpResponse:
    """Close the dialog that the request came from."""
    return trigger(response, "wayfolk:dialog-close")


def show_toast(response: HttpResponse, text: str, *, level: str = "error") -> HttpResponse:
    """Show a short notice that needs no page: for refusals whose answer is not swapped in.

    For what a person has just done, use `toasts.add`: it reaches pages and fragments alike.
    """
    return trigger(response, "wayfolk:toast", {"text": text, "level": level})


def retarget(response: HttpResponse, selector: str, *, swap: str = "innerHTML") -> HttpResponse:
    """Put the answer elsewhere than the request said."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = swap
    return response


def push_url(response: HttpResponse, url: str) -> HttpResponse:
    """Show this address in the browser's bar for the state that the fragment has made."""
    response.headers["HX-Push-Url"] = url
    return response


class FragmentMiddleware:
    """Adds waiting toasts to every fragment, and keeps caches from mixing fragments and pages.

    A redirect becomes HX-Redirect: the page itself moves on, so that views redirect as usual
    and an expired session leads to the login page instead of showing it inside a part.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse):
            return response
        if wants_fragment(request) and response.headers.get("Location"):
            return _redirect_page(request, response)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
            if wants_fragment(request) and _is_swapped(response):
                _append_toasts(request, response)
        return response


def _redirect_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same answer (cookies included) as an order to the browser to load the page."""
    to = response.headers["Location"]
    del response.headers["Location"]
    login = resolve_url(settings.LOGIN_URL)
    if urlsplit(to).path == login:  # come back to the page, not to its part
        to = f"{login}?{urlencode({'next': current_path(request)})}"
    response.status_code = 204
    response.content = b""
    response.headers["HX-Redirect"] = to
    return response


def _is_swapped(response: HttpResponse) -> bool:
    """Otherwise the toasts wait: for the page that a redirect leads to, or the next answer."""
    leaves = {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(response.headers)
    return not leaves and response.status_code in {200, 201, 409, 422} and not response.streaming


def _append_toasts(request: HttpRequest, response: HttpResponse) -> None:
    waiting = toasts.take(request)
    if waiting:
        html = render_to_string("shell/toasts_fragment.html", {"toasts": waiting}, request)
        response.write(html)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
