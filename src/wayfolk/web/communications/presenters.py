"""Communications as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from wayfolk.communications import queries
from wayfolk.communications.models import BulkState, Channel, Communication, Direction, State
from wayfolk.communications.rules import texts
from wayfolk.customers.models import Customer
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.web import lists

PAGE_SIZE = 25
HIDDEN = "Its text tells what your role does not see"
ICONS = {
    Channel.EMAIL: "mail",
    Channel.SMS: "message",
    Channel.CALL: "phone",
    Channel.NOTE: "note",
    Channel.FORM: "clipboard-list",
    Channel.LETTER: "file-text",
}
TONES = {
    State.QUEUED: "neutral",
    State.SENDING: "info",
    State.SENT: "success",
    State.FAILED: "danger",
    State.UNKNOWN: "warning",
    State.CANCELLED: "neutral",
}
BULK_TONES = {
    BulkState.DRAFT: "neutral",
    BulkState.QUEUED: "neutral",
    BulkState.RUNNING: "info",
    BulkState.STOPPED: "warning",
    BulkState.FINISHED: "success",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline. `state` is "" for what was noted by hand."""

    id: UUID
    icon: str
    channel: str
    direction: str
    title: str
    body: str
    at: datetime
    author: str
    address: str
    minutes: int | None
    state: str
    tone: str
    error: str
    edit_url: str
    remove_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool


def timeline_of(request: HttpRequest, customer: Customer, *, by: Actor) -> dict[str, Any]:
    """A page of the customer's timeline, newest first; two queries."""
    channel = request.GET.get("channel", "")
    channel = channel if channel in Channel.values else ""
    page = paging.page_of(
        queries.list_for_customer(customer, by=by, channel=channel),
        order="-at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    address = reverse("communications:of_customer", args=[customer.number])
    hidden = queries.hidden_texts(page.rows, by=by)
    return {
        "customer": customer,
        "entries": [entry_of(row, by, is_hidden=row.id in hidden) for row in page.rows],
        "channel": Channel(channel).label if channel else "",
        "tabs": _tabs(address, channel),
        "has_other": bool(channel) and not page.rows and _has_any(customer, by),
        "all_url": address,
        "previous_url": _page_url(request, address, "before", page.previous_cursor),
        "next_url": _page_url(request, address, "after", page.next_cursor),
        "may_write": by.may("communications.send") and customer.deleted_at is None,
        "may_email": by.may_see("customer.email"),
        "may_sms": by.may_see("customer.phone"),
    }


def timeline_about(
    request: HttpRequest, record_id: UUID, *, address: str, back_url: str, by: Actor
) -> dict[str, Any]:
    """A page of what was said about a record, also to who is no customer; for `timeline.html`.

    address: of this timeline. back_url: of the record's page, where a cancelling leads back to.
    """
    page = paging.page_of(
        queries.list_about(record_id, by=by),
        order="-at",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=PAGE_SIZE,
    )
    hidden = queries.hidden_texts(page.rows, by=by)
    return {
        "entries": [entry_of(row, by, is_hidden=row.id in hidden) for row in page.rows],
        "back_url": back_url,
        "previous_url": _page_url(request, address, "before", page.previous_cursor),
        "next_url": _page_url(request, address, "after", page.next_cursor),
    }


def entry_of(row: Communication, by: Actor, *, is_hidden: bool) -> Entry:
    """is_hidden: the text tells what this reader may not see."""
    may_write = by.may("communications.send")
    is_noted = row.state == State.NOTED
    may_mend = may_write and is_noted
    waits = row.state == State.QUEUED
    body = queries.masked(row.body)
    return Entry(
        id=row.id,
        icon=ICONS[Channel(row.channel)],
        channel=row.get_channel_display(),
        direction=row.get_direction_display() if row.direction != Direction.WITHIN else "",
        title=HIDDEN if is_hidden else row.subject or texts.preview_line(body, 90),
        body="" if is_hidden else body,
        at=row.at,
        author=_author(row),
        address=queries.shown_address(row, by=by),
        minutes=row.minutes,
        state="" if is_noted else row.get_state_display(),
        tone=TONES.get(State(row.state), "neutral"),
        error=queries.shown_error(row, by=by),
        edit_url=reverse("communications:edit", args=[row.id]) if may_mend else "",
        remove_url=reverse("communications:remove", args=[row.id]) if may_mend else "",
        cancel_url=reverse("communications:cancel", args=[row.id]) if may_write and waits else "",
    )


def _author(row: Communication) -> str:
    if row.author:
        return str(row.author.name)
    is_theirs = row.direction == Direction.IN and row.customer is not None
    return str(row.customer.name) if is_theirs else "Wayfolk"


def _tabs(address: str, channel: str) -> Sequence[Tab]:
    shown = [("", "All"), *Channel.choices]
    return [
        Tab(label, f"{address}?channel={code}" if code else address, code == channel)
        for code, label in shown
    ]


def _has_any(customer: Customer, by: Actor) -> bool:
    return bool(queries.list_for_customer(customer, by=by).exists())


def _page_url(request: HttpRequest, address: str, name: str, cursor: str) -> str:
    query = lists.neighbour(request.GET, name, cursor)
    return f"{address}{query}" if query else ""
