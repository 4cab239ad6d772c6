"""The stages of itineraries, as the organisation has set them up."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.presenters import itineraries as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import itineraries as shapes
from wayfolk.audit.change_sets import change_set
from wayfolk.itineraries import queries
from wayfolk.itineraries.operations import staging
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

router = Resource()


@router.get("/stages", response=shapes.Stages)
def list_stages(request: HttpRequest) -> Any:
    """The stages in their order, closed ones too."""
    by = actor_of(request)
    by.require_module("itineraries")
    by.require("itineraries.view")
    return _all()


@router.post("/stages", response={201: shapes.Stages})
def add_stage(request: HttpRequest, body: shapes.NewStage) -> Any:
    """Add a stage at the end of the list."""
    staging.add_stage(body.label, by=actor_of(request))
    return Status(201, _all())


@router.put("/stages", response=shapes.Stages)
def order_stages(request: HttpRequest, body: shapes.StageOrder) -> Any:
    """Put the stages in this order; those not named follow in their present one."""
    ids = [references.stage_id(code) for code in body.codes]
    staging.order_stages(ids, by=actor_of(request))
    return _all()


@router.patch("/stages/{code}", response=shapes.Stages)
def change_stage(request: HttpRequest, code: str, body: shapes.StageChanges) -> Any:
    """Rename a stage, close it, or open it again; itineraries in it stay in it."""
    by = actor_of(request)
    stage_id = _get(code, by)
    with change_set(by=by, operation="itineraries.change_stage", summary=""):
        if body.label is not None:
            staging.rename_stage(stage_id, body.label, by=by)
        if body.is_closed is not None:
            staging.set_closed(stage_id, body.is_closed, by=by)
    return _all()


@router.delete("/stages/{code}", response={204: None})
def remove_stage(request: HttpRequest, code: str) -> Any:
    """Remove a stage that no itinerary is in."""
    by = actor_of(request)
    staging.remove_stage(_get(code, by), by=by)
    return Status(204, None)


def _all() -> shapes.Stages:
    stages = queries.list_stages()
    return shapes.Stages.model_construct(items=[presenter.stage(stage) for stage in stages])


def _get(code: str, by: Actor) -> Any:
    by.require("organization.administer")
    found = next((stage.id for stage in queries.list_stages() if stage.code == code), None)
    if found is None:
        raise NotFound(f"There is no stage “{code[:40]}”.")
    return found
