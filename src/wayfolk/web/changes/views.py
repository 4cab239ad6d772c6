"""Recent changes: the list, and one change set with its rows in words."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.audit import history
from wayfolk.audit.models import ChangeSet
from wayfolk.kit import paging
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import presenters, reports
from wayfolk.web.changes.forms import FilterForm

_SEQ_DIGITS = 19


@require_GET
@signed_in()
def change_list(request: HttpRequest) -> HttpResponse:
    """Newest first; without history.view only what the reader did."""
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    rows = history.list_change_sets(form.filters(), by=by)
    page: paging.Page[ChangeSet] = paging.page_of(
        rows,
        order="-started_at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    entries = history.entries_of(page.rows, by=by)
    context = {
        "entries": [presenters.show_entry(entry) for entry in entries],
        "form": form,
        "chips": lists.chips_of(request.GET, form, form.cleaned_data),
        "count": paging.count_up_to(rows),
        "clear_url": reverse("changes:list"),
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
        "sees_all": by.may("history.view"),
    }
    return render(request, "changes/list.html", context)


@require_GET
@signed_in()
def detail(request: HttpRequest, change_set_id: UUID) -> HttpResponse:
    """One change set: who, when, what became of every row, and what an undo met."""
    by = actor_of(request)
    entry = history.get_entry(change_set_id, by=by)
    after = request.GET.get("after", "")
    after_seq = int(after) if after.isdecimal() and len(after) < _SEQ_DIGITS else 0
    rows, next_seq = history.rows_of(change_set_id, by=by, after_seq=after_seq)
    context = {
        "change_set": entry.change_set,
        "entry": presenters.show_entry(entry),
        "undo": entry.undone_by,
        "rows": [presenters.show_row(row) for row in rows],
        "next_url": f"?after={next_seq}" if next_seq else "",
        "is_first": after_seq == 0,
        "report": reports.shown(entry.change_set.report, by=by),
    }
    is_more = htmx.target(request) == "more-rows"
    return render(request, "changes/_rows.html" if is_more else "changes/detail.html", context)
