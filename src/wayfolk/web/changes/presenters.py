"""Change sets and their rows as the templates show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from wayfolk.audit import history
from wayfolk.audit.history import Entry
from wayfolk.audit.models import AuthorKind
from wayfolk.audit.sentences import FieldChange, RowChange
from wayfolk.audit.wording import Reader
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.households.models import Household
from wayfolk.itineraries.models import Itinerary
from wayfolk.sales.models import CatalogOrder, Offer
from wayfolk.stays.models import Stay

SEQ_DIGITS = 19
SHOWN_ROWS = 12  # of one record's part in one change set


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A change set as components/history_entry.html reads it."""

    title: str
    actor_name: str
    at: datetime
    url: str
    reason: str
    undo_url: str
    undone_note: str
    changes: Sequence[FieldChange] = ()


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row's part in a change set, under the record that it belongs to."""

    title: str
    subject_name: str
    subject_url: str
    fields: Sequence[FieldChange]


@dataclass(frozen=True, slots=True)
class HistoryShown:
    """What changes/history.html reads. `older_url` loads what came before, "" for nothing."""

    entries: list[EntryShown] = field(default_factory=list)
    older_url: str = ""


def history_for(request: HttpRequest, subject_id: UUID, *, by: Reader) -> dict[str, HistoryShown]:
    """Context of changes/history.html: what happened to one record, newest first.

    Older entries are asked for from the same address with `?before=`. The caller has checked
    that the reader may see the record. Needs a scope.
    """
    before = request.GET.get("before", "")
    before_seq = int(before) if before.isdecimal() and len(before) < SEQ_DIGITS else None
    found = history.history_of(subject_id, by=by, before_seq=before_seq)
    older_url = f"{request.path}?before={found.before_seq}" if found.before_seq else ""
    entries = [show_entry(entry, of_record=subject_id) for entry in found.entries]
    return {"history": HistoryShown(entries, older_url)}


def show_entry(entry: Entry, *, of_record: UUID | None = None) -> EntryShown:
    """One entry; on a record's page with the values that changed there."""
    change_set = entry.change_set
    undo_url = reverse("changes:undo", args=[change_set.id]) if entry.may_undo else ""
    return EntryShown(
        title=change_set.summary,
        actor_name=author_name(change_set.author_kind, change_set.author_name),
        at=change_set.started_at,
        url=reverse("changes:detail", args=[change_set.id]),
        reason=change_set.reason,
        undo_url=undo_url,
        undone_note=undone_note(entry),
        changes=in_brief(entry.rows, of_record),
    )


def author_name(kind: str, name: str) -> str:
    """Who did it, and by what means where it was not by hand."""
    return f"{name} (API)" if kind == AuthorKind.API else name


def undone_note(entry: Entry) -> str:
    undo = entry.undone_by
    if undo is None:
        return ""
    return f"Taken back by {undo.author_name} {naturaltime(undo.started_at)}"


def in_brief(rows: Iterable[RowChange], of_record: UUID | None) -> list[FieldChange]:
    """The values that changed; what came or went as a whole in one line each."""
    lines: list[FieldChange] = []
    for row in rows:
        if row.fields:
            is_own = row.subject_id == of_record
            lines += row.fields if is_own else [_qualified(row, f) for f in row.fields]
        elif row.is_part:
            is_gone = row.verb in {"Removed", "Deleted"}
            words = (row.phrase, "") if is_gone else ("", row.phrase)
            lines.append(FieldChange(row.verb, *words))
    more = len(lines) - SHOWN_ROWS
    if more > 0:
        return [*lines[:SHOWN_ROWS], FieldChange("And", "", f"{more} more")]
    return lines


def _qualified(row: RowChange, changed: FieldChange) -> FieldChange:
    return FieldChange(f"{row.phrase}: {changed.label}", changed.before, changed.after)


def show_row(row: RowChange) -> RowShown:
    subject = row.subject
    is_shown = subject is not None and row.is_part
    return RowShown(
        title=row.title,
        subject_name=str(subject) if is_shown else "",
        subject_url=url_of_record(subject),
        fields=row.fields,
    )


def url_of_record(record: Model | None) -> str:
    """The page of a record, "" for one without a page or that is deleted."""
    if record is None or getattr(record, "deleted_at", None) is not None:
        return ""
    for model, name, key in _PAGES:
        if isinstance(record, model):
            try:
                return reverse(name, args=[getattr(record, key)])
            except NoReverseMatch:
                return ""
    return ""


_PAGES: tuple[tuple[type[Model], str, str], ...] = (
    (Customer, "customers:detail", "number"),
    (Household, "households:detail", "number"),
    (Itinerary, "itineraries:detail", "number"),
    (Booking, "bookings:detail", "number"),
    (Stay, "stays:detail", "id"),
    (Offer, "offers:detail", "number"),
    (CatalogOrder, "catalogs:edit", "number"),
)
