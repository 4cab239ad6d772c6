"""Operations on options leave the models of a migration standing."""

from django.db import models
from django.db.migrations.operations import AddConstraint, AddIndex, RemoveIndex
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger

from wayfolk.kit.migrations_in_place import options_in_place

INDEX = models.Index(fields=["name"], name="trips_trip_name")


def _state() -> ProjectState:
    fields = [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=9))]
    trip = ModelState("trips", "Trip", fields)
    link = ModelState(
        "trips",
        "Link",
        [
            ("id", models.AutoField(primary_key=True)),
            ("trip", models.ForeignKey("Trip", models.CASCADE)),
        ],
    )
    state = ProjectState(models={("trips", "trip"): trip, ("trips", "link"): link})
    assert state.apps  # rendered, as the executor has it
    return state


def _names(state: ProjectState, option: str) -> list[str]:
    return [each.name for each in state.models["trips", "trip"].options[option]]


def test_an_index_stands_in_the_state_and_on_the_model_that_was_there() -> None:
    state = _state()
    before = state.apps.get_model("trips", "Trip")
    with options_in_place():
        AddIndex("Trip", INDEX).state_forwards("trips", state)
        AddConstraint(
            "Trip", models.CheckConstraint(condition=~models.Q(name=""), name="trips_trip_named")
        ).state_forwards("trips", state)
    assert state.apps.get_model("trips", "Trip") is before
    assert _names(state, "indexes") == ["trips_trip_name"]
    assert [index.name for index in before._meta.indexes] == ["trips_trip_name"]
    assert [each.name for each in before._meta.constraints] == ["trips_trip_named"]
    with options_in_place():
        RemoveIndex("Trip", "trips_trip_name").state_forwards("trips", state)
    assert _names(state, "indexes") == []
    assert before._meta.indexes == []


def test_a_state_without_models_stays_without() -> None:
    state = ProjectState(models=_state().models)
    with options_in_place():
        AddIndex("Trip", INDEX).state_forwards("trips", state)
    assert "apps" not in vars(state)
    assert _names(state, "indexes") == ["trips_trip_name"]


def test_afterwards_the_operations_are_as_they_were() -> None:
    kinds = (AddIndex, RemoveIndex, AddConstraint, AddTrigger)
    before = [vars(kind)["state_forwards"] for kind in kinds]
    with options_in_place():
        assert all(issubclass(kind, IndexOperation) for kind in kinds)
        assert [vars(kind)["state_forwards"] for kind in kinds] != before
    assert [vars(kind)["state_forwards"] for kind in kinds] == before
    state = _state()
    model = state.apps.get_model("trips", "Trip")
    AddIndex("Trip", INDEX).state_forwards("trips", state)
    assert state.apps.get_model("trips", "Trip") is not model
