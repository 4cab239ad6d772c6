"""Taking a change set back: at once, after deciding conflicts, or as a job."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.audit import history, taking_back, undo_jobs
from wayfolk.audit.taking_back import UndecidedConflicts
from wayfolk.audit.undo_report import UndoReport
from wayfolk.organization import tasks
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import reports

CHOICE = "keep-"  # a field of the decision page: keep-<key of the conflict>


@require_POST
@signed_in()
def undo(request: HttpRequest, change_set_id: UUID) -> HttpResponse:
    """Take a change set back; the toast offers to do it again. Conflicts are asked about first."""
    by = actor_of(request)
    history.get_entry(change_set_id, by=by)
    choices = None
    if "decided" in request.POST:
        choices = {
            name.removeprefix(CHOICE): str(value)
            for name, value in request.POST.items()
            if name.startswith(CHOICE)
        }
    if taking_back.is_large(change_set_id):
        job, is_new = undo_jobs.ask_for(change_set_id, by=by, choices=choices)
        if is_new:
            tasks.undo.defer(organization_id=by.organization_id, job_id=str(job.id))
        return htmx.redirect(request, reverse("changes:job", args=[job.id]))
    try:
        report = taking_back.take_back(change_set_id, by=by, choices=choices)
    except UndecidedConflicts:
        return htmx.redirect(request, reverse("changes:conflicts", args=[change_set_id]))
    _tell(request, report)
    fallback = reverse("changes:detail", args=[change_set_id])
    return htmx.redirect(
        request, htmx.local_url(request, request.POST.get("next"), fallback=fallback)
    )


def _tell(request: HttpRequest, report: UndoReport) -> None:
    result = report.change_set_id
    is_plain = not report.kept_count and not report.conflict_count
    if result is None:
        text = "There was nothing left to take back." if is_plain else undo_jobs.in_short(report)
        toasts.add(request, text, level="info")
        return
    toasts.add(
        request,
        "Taken back." if is_plain else undo_jobs.in_short(report),
        level="success" if is_plain else "warning",
        undo_url=reverse("changes:undo", args=[result]),
        link_url=reverse("changes:detail", args=[result]),
        link_label="Show",
    )


@require_GET
@signed_in()
def conflicts(request: HttpRequest, change_set_id: UUID) -> HttpResponse:
    """Which values were changed again since, and which of them are to be taken back as well."""
    by = actor_of(request)
    entry = history.get_entry(change_set_id, by=by)
    found = taking_back.find_conflicts(change_set_id, by=by)
    context = {
        "change_set": entry.change_set,
        "report": reports.shown(found.as_json(), by=by),
        "choice": CHOICE,
    }
    return render(request, "changes/conflicts.html", context)


@require_http_methods(["GET"])
@signed_in()
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How an undo that runs as a job is getting on; the page asks again until it is over."""
    by = actor_of(request)
    found = undo_jobs.get_job(job_id, by=by)
    context = {"job": found, "change_set": found.change_set}
    is_part = htmx.target(request) == "undo-job"
    return render(request, "changes/_job.html" if is_part else "changes/job.html", context)
