"""Sends to many: written for a selection, looked at before anything goes, watched while it runs."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.communications.models import BulkSend, BulkState
from wayfolk.communications.operations import bulk as operations
from wayfolk.communications.queries import bulk as queries
from wayfolk.communications.queries.bulk import Tally
from wayfolk.communications.rules import many, reach
from wayfolk.kit import paging, text
from wayfolk.kit.errors import Refusal
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.communications.forms import BulkForm
from wayfolk.web.communications.presenters import BULK_TONES
from wayfolk.web.customers.selecting import customers_of
from wayfolk.web.settings import answers

_SELECTION = ("number", "selected", "all", "query")
_RIGHT = "communications.bulk"
_MODULE = "communications"


@require_GET
@signed_in(_RIGHT, module=_MODULE)
def listing(request: HttpRequest) -> HttpResponse:
    """What was sent to many, newest first."""
    page = paging.page_of(
        queries.list_sends(by=actor_of(request)),
        order="-created_at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "rows": [(send, BULK_TONES[BulkState(send.state)]) for send in page.rows],
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
    }
    return render(request, "communications/bulk_list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(_RIGHT, module=_MODULE)
def create(request: HttpRequest) -> HttpResponse:
    """The text for a selection of the customers list, which posts or links to here."""
    by = actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    customers = customers_of(data, by=by)
    if "body" not in request.POST:
        channel = data.get("channel", "")
        channel = channel if channel in reach.SENT_CHANNELS else reach.EMAIL
        form = BulkForm(initial={"channel": channel, "kind": "advertising"})
        return _compose(request, form, data, _count(customers))
    form = BulkForm(request.POST)
    if form.is_valid():
        try:
            send = operations.create_draft(customers, **form.values(), by=by)
        except Refusal as refused:
            answers.put_into(form, refused)
        else:
            return htmx.redirect(request, _url(send))
    return _compose(request, form, data, _count(customers), status=422)


@require_http_methods(["GET", "POST"])
@signed_in(_RIGHT, module=_MODULE)
def edit(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Another text for the same customers."""
    by = actor_of(request)
    send = queries.get_send(bulk_id, by=by)
    kind = "advertising" if send.is_advertising else "service"
    initial = {"channel": send.channel, "subject": send.subject, "body": send.body, "kind": kind}
    form = BulkForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            operations.update_draft(send.id, **form.values(), by=by)
        except Refusal as refused:
            answers.put_into(form, refused)
        else:
            return htmx.redirect(request, _url(send))
    status = 422 if form.errors else 200
    return _compose(request, form, QueryDict(), f"{send.chosen_count:,}", status=status)


@require_GET
@signed_in(_RIGHT, module=_MODULE)
def detail(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Before it starts: who gets it, who is left out and why. Then: how far it is, how it ended."""
    by = actor_of(request)
    send = queries.get_send(bulk_id, by=by)
    tally = queries.tally(send)
    example = queries.first_recipient(send)
    context = {
        "send": send,
        "tally": tally,
        "tone": BULK_TONES[BulkState(send.state)],
        "is_draft": send.state == BulkState.DRAFT,
        "waiting": tally.of("waiting"),
        "left_out_count": tally.of("left_out"),
        "words": many.counted_words(tally.counts),
        "numbers": _numbers(tally),
        "job": _progress(send, tally),
        "may_export": by.may("exports.run"),
        "example": example,
        "example_body": operations.filled_body(send, example.customer) if example else "",
    }
    return render(request, "communications/bulk.html", context)


@require_GET
@signed_in(_RIGHT, module=_MODULE)
def progress(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """What changes while it runs; the whole page once it has ended."""
    send = queries.get_send(bulk_id, by=actor_of(request))
    if not htmx.wants_fragment(request) or not send.is_under_way:
        return htmx.redirect(request, _url(send))
    return render(request, "jobs/progress.html", {"job": _progress(send, queries.tally(send))})


@require_POST
@signed_in(_RIGHT, module=_MODULE)
def start(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    try:
        operations.start_bulk(bulk_id, by=actor_of(request))
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
    return htmx.redirect(request, reverse("communications:bulk", args=[bulk_id]))


@require_POST
@signed_in(_RIGHT, module=_MODULE)
def cancel(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    operations.cancel_bulk(bulk_id, by=actor_of(request))
    toasts.add(request, "Nothing more goes out. What has left stays sent.", level="info")
    return htmx.redirect(request, reverse("communications:bulk", args=[bulk_id]))


@require_POST
@signed_in(_RIGHT, module=_MODULE)
def discard(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    operations.discard_draft(bulk_id, by=actor_of(request))
    toasts.add(request, "The draft is discarded.", level="info")
    return htmx.redirect(request, reverse("communications:bulk_list"))


@require_GET
@signed_in(_RIGHT, module=_MODULE)
def recipients(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Everybody who was chosen, with what came of it, for a spreadsheet."""
    by = actor_of(request)
    send = queries.get_send(bulk_id, by=by)
    response = HttpResponse(
        "".join(_lines(queries.read_recipients(send, by=by))),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="recipients.csv"'
    return response


def _lines(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "\ufeff"  # spreadsheets take it for UTF-8 then
    for row in (("Customer No", "Name", "Address", "Outcome", "Why"), *rows):
        line = io.StringIO()
        csv.writer(line).writerow([text.neutralise_formula(cell) for cell in row])
        yield line.getvalue()


def _compose(
    request: HttpRequest, form: BulkForm, data: QueryDict, count: str, *, status: int = 200
) -> HttpResponse:
    chosen = [(name, value) for name in _SELECTION for value in data.getlist(name) if value]
    context = {"form": form, "chosen": chosen, "count": count}
    return render(request, "communications/bulk_form.html", context, status=status)


def _count(customers: Any) -> str:
    count = paging.count_up_to(customers, many.CHOSEN_MAX + 1)
    return f"more than {many.CHOSEN_MAX:,}" if count > many.CHOSEN_MAX else f"{count:,}"


def _numbers(tally: Tally) -> list[tuple[str, int]]:
    """Those that it ends in; what is still on its way or uncertain only where there is any."""
    not_attempted = tally.of("waiting") + tally.of("left_out")
    numbers = [
        ("Sent", tally.of("sent")),
        ("Refused", tally.of("refused")),
        ("Not attempted", not_attempted),
    ]
    further = [("Still on their way", "taken"), ("May have been sent", "unknown")]
    return [*numbers, *((label, tally.of(o)) for label, o in further if tally.of(o))]


def _progress(send: BulkSend, tally: Tally) -> dict[str, object]:
    return {
        "label": "Sending",
        "done": tally.done,
        "total": tally.to_send,
        "remaining": "",
        "is_under_way": send.is_under_way,
        "poll_url": reverse("communications:bulk_progress", args=[send.id]),
        "note": send.failure or "You can leave this page; the sending goes on.",
    }


def _url(send: BulkSend) -> str:
    return reverse("communications:bulk", args=[send.id])
