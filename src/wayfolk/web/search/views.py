"""Search over everything that this person may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from wayfolk.identity.search import parsing
from wayfolk.kit import text
from wayfolk.web import htmx, shell
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.search import results
from wayfolk.web.search.new_customer import create_url

TYPED_MAX = 4 * parsing.LENGTH_MAX


@require_GET
@signed_in()
def search(request: HttpRequest) -> HttpResponse:
    """The palette gets its results as a fragment; without JavaScript they are a page."""
    by = actor_of(request)
    typed = request.GET.get("q", "")
    query = text.clean(typed)[: parsing.LENGTH_MAX]
    answer = results.find(typed[:TYPED_MAX], by=by)
    context = {
        "query": query,
        "groups": answer.groups,
        "message": answer.message,
        "count": answer.count,
        "more_url": _list_url(query) if answer.has_more_customers else "",
        "create_url": "" if answer.has_customers else create_url(query, by),
    }
    if htmx.wants_fragment(request):
        return render(request, "components/search_results.html", context)
    commands = _commands(request, query)
    if not query:
        context["groups"] = results.recent(by=by)
    return render(request, "search/page.html", context | {"commands": commands})


def _list_url(query: str) -> str:
    return f"{reverse('customers:list')}?{urlencode({'q': query})}"


def _commands(request: HttpRequest, query: str) -> list[shell.NavigationItem]:
    """Pages and things to create, of which each word typed begins a word of the label."""
    frame = shell.shell_for(request)
    words = text.fold(query).split()
    return [
        item
        for item in (*frame.creations, *frame.navigation)
        if all(any(p.startswith(w) for p in text.fold(item.label).split()) for w in words)
    ]
