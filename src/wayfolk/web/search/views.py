"""Search over everything that this person may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wayfolk.web import htmx
from wayfolk.web.access import signed_in


@signed_in()
def search(request: HttpRequest) -> HttpResponse:
    """Groups of results; the palette gets them as a fragment, the form without JS as a page."""
    query = request.GET.get("q", "")
    template = "components/search_results.html" if htmx.wants_fragment(request) else "search/page.html"
    return render(request, template, {"query": query, "groups": [], "more_url": ""})
