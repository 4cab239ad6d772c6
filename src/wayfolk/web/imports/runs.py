"""One import: its progress, its figures, the rows that were refused."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.audit import undoing
from wayfolk.integrations.imports import exporting, operations, queries
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.imports import presenters


@require_GET
@signed_in("imports.run", module="imports")
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = queries.get_run(run_id, by=actor_of(request))
    if run.state == RunState.DRAFT:
        return htmx.redirect(request, reverse("imports:mapping", args=[run.id]))
    return render(request, "imports/detail.html", _context(run, actor_of(request)))


@require_GET
@signed_in("imports.run", module="imports")
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What changes while it runs; the whole page once it has ended."""
    run = queries.get_run(run_id, by=actor_of(request))
    if not htmx.wants_fragment(request):
        return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
    if not run.is_under_way:
        return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
    context = {"job": presenters.progress_of(run)}
    return render(request, "jobs/progress.html", context)


def _context(run: ImportRun, by: Actor) -> dict[str, object]:
    word, tone = presenters.state_of(run)
    was_written = any(
        run.count(kind, outcome) for kind in run.counts for outcome in ("created", "updated")
    )
    is_undone = bool(was_written and run.change_set_id and undoing.is_undone(run.change_set_id))
    ended = not run.is_under_way
    return {
        "run": run,
        "state": word,
        "tone": tone,
        "counts": presenters.counts_of(run),
        "job": presenters.progress_of(run),
        "is_undone": is_undone,
        "may_undo": ended and was_written and not is_undone and by.may("history.undo"),
        "may_continue": run.state in {RunState.STOPPED, RunState.FAILED} and run.is_file_stored,
        "has_refused": bool(run.refused_count) and run.is_file_stored,
        "has_remarks": bool(run.remarked_count) and run.is_file_stored,
    }


@require_POST
@signed_in("imports.run", module="imports")
def stop(request: HttpRequest, run_id: UUID) -> HttpResponse:
    operations.stop_run(run_id, by=actor_of(request))
    toasts.add(request, "The import stops after the rows that it is at.", level="info")
    return htmx.redirect(request, reverse("imports:detail", args=[run_id]))


@require_POST
@signed_in("imports.run", module="imports")
def resume(request: HttpRequest, run_id: UUID) -> HttpResponse:
    operations.continue_run(run_id, by=actor_of(request))
    return htmx.redirect(request, reverse("imports:detail", args=[run_id]))


@require_POST
@signed_in("imports.run", module="imports")
def discard(request: HttpRequest, run_id: UUID) -> HttpResponse:
    operations.discard_draft(run_id, by=actor_of(request))
    toasts.add(request, "The file was removed; nothing had been imported from it.")
    return htmx.redirect(request, reverse("imports:list"))


@require_GET
@signed_in("imports.run", module="imports")
def refused_rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The refused rows as they stood in the file, with the reason in a last column."""
    return _problem_file(request, run_id, refusals=True)


@require_GET
@signed_in("imports.run", module="imports")
def remarked_rows(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The rows that were taken in with a remark, with the remark in a last column."""
    return _problem_file(request, run_id, refusals=False)


def _problem_file(request: HttpRequest, run_id: UUID, *, refusals: bool) -> HttpResponse:
    run = queries.get_run(run_id, by=actor_of(request))
    queries.read_rows(run)  # refuses in words while a page can still be answered
    name = f"{'refused' if refusals else 'remarks'}-{run.created_at:%Y-%m-%d-%H%M}.csv"
    answer = StreamingHttpResponse(
        exporting.problem_lines(run, refusals=refusals),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return cast("HttpResponse", answer)  # views are typed as whole answers; this one streams
