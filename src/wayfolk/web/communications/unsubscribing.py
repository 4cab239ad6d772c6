"""The page behind the link in advertising: for customers, who do not sign in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wayfolk.communications.operations import unsubscribing


# Mail programs post here for their reader (RFC 8058), so there is no form whose token they had.
# The link itself is the proof, and declining is all that it can do.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, because programs follow links; POST declines. Every token is answered alike."""
    is_done = request.method == "POST"
    if is_done:
        unsubscribing.unsubscribe(token)
    response = render(request, "communications/unsubscribe.html", {"is_done": is_done})
    response["Referrer-Policy"] = "no-referrer"
    return response
