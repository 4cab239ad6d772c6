"""Merging customers who are one, and taking merges back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.presenters import changes as change_presenter
from wayfolk.api.presenters import merges as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import changes as change_shapes
from wayfolk.api.schemas import merges as shapes
from wayfolk.identity.merging import executing, finding, planning, unmerging
from wayfolk.staff.rules import Actor

router = Resource()


@router.post("/merges/plan", response=shapes.MergePlan)
def plan_merge(request: HttpRequest, body: shapes.MergeRequest) -> Any:
    """What merging these records would do; nothing is changed."""
    by = actor_of(request)
    ids = _ids(body, by)
    found = planning.plan_merge(
        ids[body.survivor],
        [ids[number] for number in body.absorbed],
        choices={name: ids[number] for name, number in body.choices.items()},
        by=by,
    )
    return presenter.plan(found)


@router.post("/merges", response={200: shapes.Merge, 201: shapes.Merge})
def create_merge(request: HttpRequest, body: shapes.MergeOrder) -> Any:
    """Make one record of several, as the plan with this fingerprint shows.

    Where a record changed since, 409 with the new plan in `details`. The same merge again
    answers 200 with the one that was made.
    """
    by = actor_of(request)
    ids = _ids(body, by)
    outcome = executing.merge_customers(
        ids[body.survivor],
        [ids[number] for number in body.absorbed],
        choices={name: ids[number] for name, number in body.choices.items()},
        confirmed=body.confirmed,
        fingerprint=body.fingerprint,
        by=by,
    )
    shown = presenter.merge(outcome.merge, is_repeat=outcome.is_repeat)
    return Status(200 if outcome.is_repeat else 201, shown)


@router.get("/merges/{id}", response=shapes.Merge)
def get_merge(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """A merge, whether it stands or was taken back."""
    return presenter.merge(finding.get_merge(id, by=actor_of(request)))


@router.get("/merges/{id}/reversal", response=shapes.ReversalPreview)
def preview_reversal(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """What taking the merge back would do, and the rows made since with a proposed side."""
    return presenter.preview(unmerging.unmerge_preview(id, by=actor_of(request)))


@router.post("/merges/{id}/reversal", response=change_shapes.UndoReport)
def reverse_merge(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    body: shapes.Reversal | None = None,
) -> Any:
    """Make the records independent again, at any time.

    Rows made since go where `assignments` says, the others where their evidence points.
    """
    by = actor_of(request)
    sent = body or shapes.Reversal()
    ids = finding.ids_of(set(sent.assignments.values()), by=by)
    report = unmerging.unmerge(
        id,
        assignments={key: ids[number] for key, number in sent.assignments.items()},
        choices=sent.choices,
        by=by,
    )
    return change_presenter.report(report)


def _ids(body: shapes.MergeRequest, by: Actor) -> dict[int, UUID]:
    return finding.ids_of({body.survivor, *body.absorbed, *body.choices.values()}, by=by)
