"""The page of one case: what it is about, comments, attachments and history."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST, require_safe

from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.service import queries
from wayfolk.service.models import CaseStatus, ServiceCase
from wayfolk.service.operations import attachments, cases, notes
from wayfolk.service.rules import attachments as attachment_rules
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import presenters as changes
from wayfolk.web.imports import incoming
from wayfolk.web.service import presenters
from wayfolk.web.service.forms import STATUS_TONES, AttachmentForm, CommentForm

_GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@require_safe
@signed_in("service.view", module="service")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    return render(request, "cases/detail.html", page_of(case, by))


@require_GET
@signed_in("service.view", module="service")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    case = queries.get_case_by_number(number, by=by)
    return render(request, "changes/history.html", changes.history_for(request, case.id, by=by))


@require_POST
@signed_in("service.edit", module="service")
def set_status(request: HttpRequest, number: int) -> HttpResponse:
    """Close, reopen or move on, from the head of the page."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    changed = cases.set_status(case.id, request.POST.get("status", ""), by=by)
    text = f"Case {number}: {changed.get_status_display()}."
    toasts.add(request, text, undo_url=toasts.undo_url())
    return htmx.redirect(request, presenters.page_url(number))


@require_POST
@signed_in("service.edit", module="service")
def comment(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            notes.add_comment(case.id, form.cleaned_data["text"], by=by)
        except InvalidValues as refused:
            form.add_error("text", " ".join(refused.errors.values()))
        else:
            toasts.add(request, "Comment added.", undo_url=toasts.undo_url())
            return htmx.redirect(request, presenters.page_url(number))
    return render(
        request, "cases/detail.html", page_of(case, by) | {"comment_form": form}, status=422
    )


@require_POST
@signed_in("service.edit", module="service")
def attach(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a file; one that lies about its type is refused with what it is."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    form = AttachmentForm(request.POST, request.FILES)
    if incoming.is_too_large(request):
        most = attachment_rules.SIZE_MAX // 10**6
        form.errors["file"] = form.error_class([f"The file is too large: at most {most} MB."])
    if form.is_valid() and _kept(form, case, by):
        toasts.add(request, "File attached.", undo_url=toasts.undo_url())
        return htmx.redirect(request, presenters.page_url(number))
    context = page_of(case, by) | {"attachment_form": form}
    return render(request, "cases/detail.html", context, status=422)


def _kept(form: AttachmentForm, case: ServiceCase, by: Actor) -> bool:
    sent: Any = form.cleaned_data["file"]
    try:
        attachments.add_attachment(case.id, sent.file, name=sent.name or "file", by=by)
    except Refusal as refused:
        form.add_error("file", refused.message)
        return False
    return True


@require_GET
@signed_in("service.view", module="service")
def attachment(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    """The file, to be saved: no browser shows it within the product."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    return download(queries.get_attachment(case.id, row_id, by=by))


def download(found: Any) -> HttpResponse:
    """The bytes of an attachment under its name, never shown in place."""
    answer = HttpResponse(bytes(found.file.content), content_type=found.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    for name, value in _GUARDED.items():
        answer.headers[name] = value
    return answer


@require_POST
@signed_in("service.edit", module="service")
def remove_attachment(request: HttpRequest, number: int, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    queries.get_attachment(case.id, row_id, by=by)
    removed = attachments.remove_attachment(row_id, by=by)
    toasts.add(request, f"Removed {removed.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, presenters.page_url(number))


def page_of(case: ServiceCase, by: Actor) -> dict[str, Any]:
    """Everything that the page shows: a fixed number of queries."""
    reasons = queries.reasons_of([case.id])[case.id]
    files = queries.list_attachments(case.id, by=by)
    may_edit = by.may("service.edit")
    return {
        **presenters.about(case, by),
        "case": case,
        "tone": STATUS_TONES[case.status],
        "customer_url": presenters.customer_url(case.customer.number, by),
        "facts": presenters.facts_of(case, reasons, by),
        "comments": queries.list_comments(case.id, by=by),
        "files": presenters.file_rows(case, files),
        "comment_form": CommentForm(),
        "attachment_form": AttachmentForm(),
        "may_attach": may_edit and len(files) < attachment_rules.COUNT_MAX,
        "size_max": attachment_rules.SIZE_MAX // 10**6,
        "may_edit": may_edit,
        "next_statuses": [
            (value, label) for value, label in CaseStatus.choices if value != case.status
        ],
        "sees_history": by.may("history.view"),
        "history_url": reverse("cases:history", args=[case.number]),
    }
