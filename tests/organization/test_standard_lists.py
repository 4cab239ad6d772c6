"""Organisations that began before a list came have its standard entries, too."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import tenancy
from wayfolk.loyalty.models import ExtraKind, Programme
from wayfolk.loyalty.operations import lists as loyalty
from wayfolk.sales.models import Catalogue, CloseReason
from wayfolk.sales.rules import lists as sales
from wayfolk.service.models import Reason
from wayfolk.service.operations import reasons

STEPS = {
    "sales": "0004_standard_lists",
    "loyalty": "0003_standard_lists",
    "service": "0004_standard_reasons",
}
EXPECTED: dict[Any, tuple[str, ...]] = {
    CloseReason: sales.CLOSE_REASONS,
    Catalogue: sales.CATALOGUES,
    Programme: loyalty.FIRST_PROGRAMMES,
    ExtraKind: loyalty.FIRST_KINDS,
    Reason: reasons.DEFAULTS,
}


def names(model: Any, organization_id: int) -> list[str]:
    column = "name" if model is Reason else "label"
    with tenancy.scope(organization_id):
        return list(model.objects.order_by("position").values_list(column, flat=True))


def test_an_empty_list_is_filled_and_a_kept_one_is_left_alone(committed_cast: Cast) -> None:
    by, other = committed_cast.administrator, committed_cast.outsider
    with change_set(by=by, operation="test", summary="As it was before the lists came"):
        for model in EXPECTED:
            model.objects.all().delete()
    with change_set(by=other, operation="test", summary="A list of their own"):
        Reason.objects.exclude(name="Excursion").delete()
    owner = connections["owner"]
    loader = MigrationLoader(owner)
    for app, name in STEPS.items():
        migration = import_module(f"wayfolk.{app}.migrations.{name}")
        apps = loader.project_state([(app, name)]).apps
        for _ in range(2):  # once more changes nothing
            migration.fill(apps, SimpleNamespace(connection=owner))
    for model, expected in EXPECTED.items():
        assert names(model, by.organization_id) == list(expected)
    assert names(Reason, other.organization_id) == ["Excursion"]
    assert names(Programme, other.organization_id) == list(loyalty.FIRST_PROGRAMMES)
