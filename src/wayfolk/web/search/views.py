"""Search over everything that this person may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from wayfolk.kit import text
from wayfolk.web import htmx, shell
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.search import results


@require_GET
@signed_in()
def search(request: HttpRequest) -> HttpResponse:
    """The palette gets its results as a fragment; without JavaScript they are a page."""
    by = actor_of(request)
    query = text.clean(request.GET.get("q", ""))
    groups = results.find(query, by=by)
    context = {"query": query, "groups": groups, "more_url": ""}
    if htmx.wants_fragment(request):
        if any(group.label == "Customers" for group in groups):
            context["more_url"] = f"{reverse('customers:list')}?{urlencode({'q': query})}"
        return render(request, "components/search_results.html", context)
    commands = _commands(request, query)
    if not query:
        context["groups"] = results.recent(by=by)
    return render(request, "search/page.html", context | {"commands": commands})


def _commands(request: HttpRequest, query: str) -> list[shell.NavigationItem]:
    """Pages and things to create, of which each word typed begins a word of the label."""
    frame = shell.shell_for(request)
    words = text.fold(query).split()
    return [
        item
        for item in (*frame.creations, *frame.navigation)
        if all(any(p.startswith(w) for p in text.fold(item.label).split()) for w in words)
    ]
