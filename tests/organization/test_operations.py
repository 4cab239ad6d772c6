"""The organisation's profile and modules."""

from dataclasses import replace

import pytest

from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.organization import actors, operations
from wayfolk.organization.models import ModuleCode, Organization
from wayfolk.organization.operations import Profile

GOOD = Profile("Blue Coast", "ES", "USD", "Europe/Madrid", "ymd")


def modules_on(cast: Cast) -> frozenset[str]:
    with tenancy.scope(cast.organization.id):
        return actors.modules_on()


def test_the_profile_is_stored_for_this_organisation_alone(cast: Cast) -> None:
    operations.update_profile(GOOD, by=cast.administrator)
    stored = Organization.objects.get(id=cast.organization.id)
    assert (stored.name, stored.country, stored.currency) == ("Blue Coast", "ES", "USD")
    assert (stored.time_zone, stored.date_order) == ("Europe/Madrid", "ymd")
    assert Organization.objects.filter(name="Blue Coast").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 201),
        ("country", "Spain"),
        ("currency", "XYZ1"),
        ("time_zone", "Mars/Olympus"),
        ("date_order", "dym"),
    ],
)
def test_a_bad_profile_changes_nothing(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(InvalidValues) as refused:
        operations.update_profile(replace(GOOD, **{field: value}), by=cast.administrator)
    assert set(refused.value.errors) == {field}
    assert Organization.objects.get(id=cast.organization.id).name == cast.organization.name


def test_ta06_a_module_is_switched_off_and_on_again_by_undo(cast: Cast) -> None:
    changed = operations.set_modules(frozenset({"bookings", "stays"}), by=cast.administrator)
    assert {module.code for module in changed} == set(ModuleCode) - {"bookings", "stays"}
    assert modules_on(cast) == {"bookings", "stays"}
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.administrator)
    assert modules_on(cast) == set(ModuleCode)


def test_the_settings_are_for_administrators(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        operations.update_profile(GOOD, by=cast.manager)
    with pytest.raises(NotAllowed):
        operations.set_modules(frozenset(), by=cast.manager)
    with pytest.raises(InvalidValues, match="rockets"):
        operations.set_modules(frozenset({"rockets"}), by=cast.administrator)
