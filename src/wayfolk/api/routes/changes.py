"""Recent changes, the history of a record, and undo."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import changes as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import changes as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit import history, taking_back, undo_jobs
from wayfolk.audit.history import Filters
from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import queries as customer_queries
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.organization import tasks
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries

router = Resource()


@router.get("/changes", response=shapes.ChangeList)
def list_changes(request: HttpRequest, filters: Query[shapes.ChangeFilters]) -> Any:
    """What was done lately, newest first; without the right to see history, one's own."""
    by = actor_of(request)
    chosen = Filters(
        author_id=filters.author_id,
        area=filters.area or "",
        since=filters.since,
        until=filters.until,
    )
    page = paging.page_of(
        history.list_change_sets(chosen, by=by),
        order="-started_at",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    entries = history.entries_of(page.rows, by=by)
    return paging.body_of(
        request, paging.Page(entries, page.next_cursor), shapes.ChangeList, presenter.change
    )


@router.get("/changes/{id}", response=shapes.ChangeDetail)
def get_change(request: HttpRequest, id: UUID, filters: Query[shapes.RowFilters]) -> Any:  # noqa: A002
    """One change with what it did to each row, a hundred at a time."""
    by = actor_of(request)
    entry = history.get_entry(id, by=by)
    rows, next_after = history.rows_of(id, by=by, after_seq=filters.after)
    return presenter.detail(entry, rows, next_after)


@router.post("/changes/{id}/undo", response={200: shapes.UndoReport, 202: shapes.UndoJob})
def undo_change(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    body: shapes.UndoChoices | None = None,
) -> Any:
    """Take a change back; what others did since stays.

    Where others changed the same values the undo is refused with 409 and the conflicts, until
    `choices` (may be empty: keep all) decides. More than 2,000 rows are taken back by a job:
    202, see /undo-jobs/{id}.
    """
    by = actor_of(request)
    choices = None if body is None else body.choices
    entry = history.get_entry(id, by=by)
    if taking_back.is_large(entry.change_set.id):
        job, is_new = undo_jobs.ask_for(id, by=by, choices=choices)
        if is_new:
            tasks.undo.defer(organization_id=by.organization_id, job_id=str(job.id))
        return Status(202, presenter.job(job))
    report = taking_back.take_back(id, by=by, choices=choices)
    return Status(200, presenter.report(report))


@router.get("/undo-jobs/{id}", response=shapes.UndoJob)
def get_undo_job(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """How far a large undo is."""
    return presenter.job(undo_jobs.get_job(id, by=actor_of(request)))


@router.get("/customers/{number}/history", response=shapes.History)
def get_customer_history(
    request: HttpRequest, number: Number, filters: Query[shapes.HistoryFilters]
) -> Any:
    """What happened to a customer."""
    by = actor_of(request)
    return _history(customer_queries.get_customer_by_number(number, by=by).id, filters, by)


@router.get("/itineraries/{number}/history", response=shapes.History)
def get_itinerary_history(
    request: HttpRequest, number: Number, filters: Query[shapes.HistoryFilters]
) -> Any:
    """What happened to an itinerary and its list of customers."""
    by = actor_of(request)
    return _history(itinerary_queries.get_itinerary_by_number(number, by=by).id, filters, by)


@router.get("/stays/{id}/history", response=shapes.History)
def get_stay_history(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    filters: Query[shapes.HistoryFilters],
) -> Any:
    """What happened to a stay."""
    by = actor_of(request)
    return _history(stay_queries.get_stay(id, by=by).id, filters, by)


@router.get("/bookings/{number}/history", response=shapes.History)
def get_booking_history(
    request: HttpRequest, number: Number, filters: Query[shapes.HistoryFilters]
) -> Any:
    """What happened to a booking."""
    by = actor_of(request)
    return _history(booking_queries.get_booking_by_number(number, by=by).id, filters, by)


def _history(subject_id: UUID, filters: shapes.HistoryFilters, by: Actor) -> shapes.History:
    by.require("history.view")
    found = history.history_of(subject_id, by=by, before_seq=filters.before)
    return shapes.History.model_construct(
        items=[presenter.detail(entry, entry.rows) for entry in found.entries],
        next_before=found.before_seq,
    )
