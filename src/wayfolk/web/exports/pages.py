"""Exports: choosing what a file has, its progress, the file itself."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from wayfolk.integrations.exports import operations, queries
from wayfolk.integrations.exports.files import KEPT_DAYS
from wayfolk.integrations.models import ExportFormat, ExportRun, RunState
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.selecting import customers_of, numbers_in

TONES = {
    RunState.QUEUED: "neutral",
    RunState.RUNNING: "info",
    RunState.FINISHED: "success",
    RunState.STOPPED: "warning",
    RunState.FAILED: "danger",
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportForm(forms.Form):
    """What the file is like; whom it has is in hidden fields beside it."""

    format = forms.ChoiceField(
        label="File", choices=ExportFormat.choices, widget=forms.RadioSelect, initial="csv"
    )
    columns = forms.ChoiceField(
        label="Columns",
        choices=[("shown", "The columns that the list shows"), ("all", "All that you may see")],
        widget=forms.RadioSelect,
        initial="shown",
    )
    is_marked = forms.BooleanField(
        label="Mark the file as UTF-8",
        required=False,
        initial=True,
        help_text="Excel needs the mark to read letters such as é in a CSV file.",
    )


@require_http_methods(["GET", "POST"])
@signed_in("exports.run")
def create(request: HttpRequest) -> HttpResponse:
    """Choose the file for the ticked customers, or for all that a list shows; then ask for it."""
    by = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    is_answer = "format" in request.POST
    form = ExportForm(request.POST if is_answer else None)
    customers = customers_of(sent, by=by)
    if is_answer and form.is_valid():
        run = _ask_for(sent, form.cleaned_data, by)
        return htmx.redirect(request, reverse("exports:detail", args=[run.id]))
    count = paging.count_up_to(customers)
    context = {
        "form": form,
        "dialog_title": "Export customers",
        "count": f"{count:,}" + ("+" if count >= paging.COUNT_CAP else ""),
        "kept": [(n, v) for n in ("all", "query", "selected", "number") for v in sent.getlist(n)],
        "list_url": f"{reverse('customers:list')}?{sent.get('query', '')}",
    }
    return render(request, "exports/create.html", context, status=422 if form.errors else 200)


def _ask_for(sent: QueryDict, chosen: dict[str, Any], by: Actor) -> ExportRun:
    query = sent.get("query", "")
    shown = QueryDict(query).get("columns", "").split(",")
    columns: list[str] = []
    if chosen["columns"] == "shown":
        columns = [
            column.name for column in queries.columns_of([n for n in shown if n] or [""], by=by)
        ]
    return operations.ask_for(
        by=by,
        query=query,
        numbers=[] if sent.get("all") == "1" else numbers_in(sent),
        columns=columns,
        file_format=chosen["format"],
        is_marked=chosen["is_marked"],
    )


@require_safe
@signed_in("exports.run")
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own exports, newest first; administrators see everybody's."""
    by = actor_of(request)
    page = paging.page_of(
        queries.list_runs(by=by),
        order="-created_at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "runs": [{"run": run, "tone": TONES[RunState(run.state)]} for run in page.rows],
        "kept_days": KEPT_DAYS,
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
        "count": paging.count_up_to(queries.list_runs(by=by)),
    }
    return render(request, "exports/list.html", context)


@require_GET
@signed_in("exports.run")
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = queries.get_run(run_id, by=actor_of(request))
    context = {
        "run": run,
        "tone": TONES[RunState(run.state)],
        "job": _progress_of(run),
        "kept_days": KEPT_DAYS,
        "may_start_again": run.state in {RunState.STOPPED, RunState.FAILED},
    }
    return render(request, "exports/detail.html", context)


@require_GET
@signed_in("exports.run")
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What changes while it runs; the whole page once it has ended."""
    run = queries.get_run(run_id, by=actor_of(request))
    if not htmx.wants_fragment(request) or not run.is_under_way:
        return htmx.redirect(request, reverse("exports:detail", args=[run.id]))
    return render(request, "jobs/progress.html", {"job": _progress_of(run)})


@require_POST
@signed_in("exports.run")
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    operations.cancel(run_id, by=actor_of(request))
    toasts.add(request, "The export is cancelled; no file is kept.", level="info")
    return htmx.redirect(request, reverse("exports:detail", args=[run_id]))


@require_POST
@signed_in("exports.run")
def start_again(request: HttpRequest, run_id: UUID) -> HttpResponse:
    operations.start_again(run_id, by=actor_of(request))
    return htmx.redirect(request, reverse("exports:detail", args=[run_id]))


@require_GET
@signed_in("exports.run")
def download(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The file, for who made it and for administrators."""
    by = actor_of(request)
    run = queries.get_run(run_id, by=by)
    answer = FileResponse(
        queries.file_of(run, by=by).open("rb"),
        as_attachment=True,
        filename=f"customers-{run.created_at:%Y-%m-%d-%H%M}.{run.format}",
        content_type=TYPES[run.format],
    )
    return cast("HttpResponse", answer)  # views are typed as whole answers; this one streams


def _progress_of(run: ExportRun) -> dict[str, Any]:
    return {
        "label": "Exporting",
        "done": run.done_count,
        "total": run.row_count,
        "remaining": "",
        "is_under_way": run.is_under_way,
        "poll_url": reverse("exports:progress", args=[run.id]),
        "note": "You can leave this page; the file waits for you under Exports.",
    }
