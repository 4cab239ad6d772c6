"""Which merges a record is made of, and taking one apart again, at any time (KP-34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from wayfolk.audit.taking_back import UndecidedConflicts
from wayfolk.customers import queries
from wayfolk.customers.models import Customer
from wayfolk.identity.merging import finding, reach, unmerging
from wayfolk.identity.merging.created_since import ASSIGN
from wayfolk.identity.merging.unmerging import Preview
from wayfolk.identity.models import Merge
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import reports
from wayfolk.web.changes.undoing import CHOICE
from wayfolk.web.duplicates.presenters import named

CONFLICTS = "Nothing was taken apart: more values were changed meanwhile. Decide for each."


@dataclass(frozen=True, slots=True)
class Made:
    """A merge that stands. kept: what stayed on the absorbed records, shown through this one."""

    id: UUID
    when: str
    by: str
    survivor: str
    absorbed: Sequence[str]
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class Side:
    """A record that a row made since may belong to."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Since:
    """A row made since the merge, and whose it seems to be."""

    key: str
    noun: str
    words: str
    when: str
    because: str
    proposed: UUID


@require_safe
@signed_in("customers.merge")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """The merges that a customer is made of, newest first."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    merges = finding.merges_of(customer.id, by=by)
    context = {"customer": customer, "merges": [_made(each, by) for each in merges]}
    return render(request, "merges/of_customer.html", context)


def _made(merge: Merge, by: Actor) -> Made:
    parties = finding.parties_of(merge)
    absorbed = [parties[each] for each in finding.absorbed_of(merge) if each in parties]
    kept = reach.kept_apart([each.id for each in absorbed])
    return Made(
        id=merge.id,
        when=_when(merge),
        by=merge.made_by,
        survivor=named(parties[merge.survivor_id], by),
        absorbed=[named(each, by) for each in absorbed],
        kept=[reach.in_words(each, by) for each in kept],
    )


def _when(merge: Merge) -> str:
    return f"{timezone.localtime(merge.created_at):%-d %b %Y, %H:%M}"


@require_http_methods(["GET", "POST"])
@signed_in("customers.merge")
def unmerge(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """First what comes back and whose the rows made since are; then the records are several."""
    by = actor_of(request)
    if request.method == "GET":
        return _show(request, unmerging.unmerge_preview(merge_id, by=by), by)
    sent = request.POST
    merge = finding.get_merge(merge_id, by=by)
    sides = {str(each) for each in (merge.survivor_id, *finding.absorbed_of(merge))}
    assignments = {
        key: UUID(str(value))
        for key, value in sent.items()
        if key.startswith(f"{ASSIGN}:") and value in sides
    }
    decided = {k.removeprefix(CHOICE): str(v) for k, v in sent.items() if k.startswith(CHOICE)}
    try:
        unmerging.unmerge(merge_id, by=by, assignments=assignments, choices=decided or None)
    except UndecidedConflicts:
        preview = unmerging.unmerge_preview(merge_id, by=by)
        return _show(request, preview, by, notice=CONFLICTS)
    parties = finding.parties_of(merge)
    names = " and ".join(named(each, by) for each in _ordered(merge, parties))
    toasts.add(request, f"{names} are separate records again.", undo_url=toasts.undo_url())
    number = parties[merge.survivor_id].number
    return htmx.redirect(request, reverse("customers:detail", args=[number]))


def _ordered(merge: Merge, parties: dict[UUID, Customer]) -> list[Customer]:
    ids = [merge.survivor_id, *finding.absorbed_of(merge)]
    return [parties[each] for each in ids if each in parties]


def _show(request: HttpRequest, preview: Preview, by: Actor, *, notice: str = "") -> HttpResponse:
    merge = preview.merge
    records = _ordered(merge, finding.parties_of(merge))
    survivor = records[0]
    context = {
        "merge": merge,
        "made": _when(merge),
        "moved": [
            f"{each['moved']:,} {each['label'].lower()}"
            for each in merge.plan.get("relations", [])
            if each["moved"]
        ],
        "customer": survivor,
        "back_url": reverse("merges:of_customer", args=[survivor.number]),
        "records": [named(each, by) for each in records],
        "sides": [Side(each.id, named(each, by)) for each in records],
        "since": [
            Since(
                key=each.key,
                noun=each.noun.capitalize(),
                words=each.words,
                when=f"{timezone.localtime(each.created_at):%-d %b %Y}",
                because=each.because,
                proposed=each.proposed,
            )
            for each in preview.candidates
        ],
        "report": reports.shown(preview.report.as_json(), by=by),
        "choice": CHOICE,
        "notice": notice,
    }
    return render(request, "merges/unmerge.html", context, status=409 if notice else 200)
