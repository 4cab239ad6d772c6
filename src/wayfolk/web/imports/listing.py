"""The list of imports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.integrations.imports import queries
from wayfolk.kit import paging
from wayfolk.web import lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.imports import presenters


@require_GET
@signed_in("imports.run", module="imports")
def import_list(request: HttpRequest) -> HttpResponse:
    runs = queries.list_runs(by=actor_of(request))
    page = paging.page_of(
        runs.order_by(),
        order="-created_at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = [
        {"run": run, "url": presenters.url_of(run), "state": presenters.state_of(run)}
        for run in page.rows
    ]
    context = {
        "rows": rows,
        "count": paging.count_up_to(runs.order_by()),
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
    }
    return render(request, "imports/list.html", context)
