"""TQ-35: one change of many customers, its three numbers, stopped, resumed and taken back."""

from typing import Any

import pytest

from tests.segments import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, NotAllowed
from wayfolk.segments import tasks
from wayfolk.segments.models import BulkChange
from wayfolk.segments.operations import many


def ask(cast: Cast, field: str, value: str) -> BulkChange:
    with tenancy.scope(cast.organization.id):
        return many.ask_for(Customer.objects.all(), field, value, by=cast.advisor)


def run(change: BulkChange) -> BulkChange:
    tasks.change_many(change.organization_id, str(change.id))
    with tenancy.scope(change.organization_id):
        return BulkChange.objects.get(id=change.id)


def values(cast: Cast, name: str) -> list[Any]:
    with tenancy.scope(cast.organization.id):
        return list(Customer.objects.order_by("number").values_list(name, flat=True))


def test_done_refused_and_not_attempted_and_all_of_it_taken_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 2)
    people = [making.customer(cast.advisor, given_name=f"P{n}") for n in range(5)]
    change = ask(cast, "status", "inactive")
    with change_set(by=cast.administrator, operation="test", summary="x"):
        Customer.objects.filter(id=people[0].id).update(status="restricted")
        Customer.objects.filter(id=people[1].id).update(status="merged")
    ended = run(change)
    assert (ended.state, ended.done_count, ended.refused_count) == ("finished", 3, 2)
    assert ended.not_attempted_count == 0
    assert sum(ended.refusals.values()) == 2
    assert values(cast, "status") == ["restricted", "merged", *["inactive"] * 3]
    undoing.undo_change_set(ended.change_set_id, by=cast.advisor)
    assert values(cast, "status") == ["restricted", "merged", *["active"] * 3]


def test_a_stopped_change_says_how_many_it_did_not_attempt(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 1)
    for number in range(3):
        making.customer(cast.advisor, given_name=f"P{number}")
    change = ask(cast, "newsletter", "yes")
    many._run_batch(change.id, cast.advisor)
    many.stop(change.id, by=cast.advisor)
    ended = run(change)
    assert (ended.state, ended.done_count, ended.not_attempted_count) == ("stopped", 1, 2)
    assert sorted(map(str, values(cast, "takes_newsletter"))) == ["None", "None", "True"]


def test_a_killed_worker_is_followed_by_one_that_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "BATCH", 1)
    for number in range(3):
        making.customer(cast.advisor, given_name=f"P{number}")
    change = ask(cast, "newsletter", "no")
    many._run_batch(change.id, cast.advisor)
    ended = run(change)
    assert (ended.done_count, ended.not_attempted_count) == (3, 0)
    undoing.undo_change_set(ended.change_set_id, by=cast.advisor)
    assert values(cast, "takes_newsletter") == [None, None, None]


def test_who_may_not_edit_changes_nobody(cast: Cast) -> None:
    making.customer(cast.advisor)
    with tenancy.scope(cast.organization.id), pytest.raises(NotAllowed):
        many.ask_for(Customer.objects.all(), "status", "inactive", by=cast.viewer)


@pytest.mark.parametrize(("field", "value"), [("status", "merged"), ("notes", "x"), ("", "")])
def test_what_cannot_be_changed_for_many_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(InvalidValue):
        ask(cast, field, value)
