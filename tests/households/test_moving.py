"""Households by their operations: KP-19, KP-20, and what is refused in words."""

import pytest

from tests.households import making
from tests.households.making import company, day, household, names_on, person
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.rules import CustomerData
from wayfolk.households import queries
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import (
    connecting,
    guarding,
    keeping,
    merging,
    moving,
    splitting,
)
from wayfolk.households.operations.moving import AlreadyMember, Placement
from wayfolk.households.operations.outcomes import StaleHousehold
from wayfolk.households.operations.splitting import Split
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound, Refusal


def reloaded(cast: Cast, home: Household) -> Household:
    with tenancy.scope(cast.organization.id):
        return Household.objects.get(id=home.id)


def test_kp_19_a_family_is_one_household_with_heads_first(cast: Cast) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    home = household(cast, (emil, "child"), (anna, "head"))
    assert home.number == 1
    assert str(home) == "Hansen (H-1)"
    assert names_on(cast, home, 0) == ["Anna", "Emil"]
    assert names_on(cast, home, -1) == []


def test_who_lived_there_on_that_date_has_an_answer(cast: Cast) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"))
    moving.move_out(home.id, [bent.id], on=day(10), by=cast.advisor)
    assert names_on(cast, home, 9) == ["Anna", "Bent"]
    assert names_on(cast, home, 10) == ["Anna"]
    moving.move_in(home.id, [Placement(bent.id, "partner")], on=day(20), by=cast.advisor)
    assert names_on(cast, home, 15) == ["Anna"]
    assert names_on(cast, home, 20) == ["Anna", "Bent"]


def test_a_split_leaves_the_others_and_the_past_alone(cast: Cast) -> None:
    anna, bent, emil = (person(cast, name) for name in ("Anna", "Bent", "Emil"))
    home = household(
        cast, (anna, "head"), (bent, "partner"), (emil, "child"), channel="post", city="Aarhus"
    )
    before = making.dump(cast.organization.id)
    split = Split(
        frozenset({bent.id, emil.id}), new={"name": "Bent Hansen"}, roles={bent.id: "head"}
    )
    made = splitting.split_household(home.id, split, on=day(30), by=cast.advisor).household
    assert names_on(cast, home, 29) == ["Anna", "Bent", "Emil"]
    assert names_on(cast, home, 30) == ["Anna"]
    assert names_on(cast, made, 29) == []
    assert names_on(cast, made, 30) == ["Bent", "Emil"]
    assert (made.name, made.channel, made.city) == ("Bent Hansen", "post", "")
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.advisor)
    assert making.dump(cast.organization.id) == before


def test_a_split_can_take_the_address_along(cast: Cast) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"), lines="Elmevej 1", city="Aarhus")
    split = Split(frozenset({bent.id}), takes_address=True)
    made = splitting.split_household(home.id, split, on=day(3), by=cast.advisor).household
    assert (made.lines, made.city, made.folded_city) == ("Elmevej 1", "Aarhus", "aarhus")


def test_a_split_of_everybody_is_refused(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home = household(cast, (anna, "head"))
    with pytest.raises(InvalidValues, match="Nobody would stay"):
        splitting.split_household(home.id, Split(frozenset({anna.id})), on=day(3), by=cast.advisor)
    with pytest.raises(InvalidValues, match="live there already"):
        splitting.split_household(
            home.id, Split(frozenset({anna.id}), into=home.id), on=day(3), by=cast.advisor
        )


def test_a_merge_keeps_the_history_of_the_others(cast: Cast) -> None:
    anna, bent, cora, aunt = (person(cast, name) for name in ("Anna", "Bent", "Cora", "Ulla"))
    first = household(cast, (anna, "head"), name="First")
    second = household(cast, (bent, "head"), (cora, "child"), name="Second")
    connecting.connect_person(second.id, aunt.id, kind="emergency", from_on=day(0), by=cast.advisor)
    merging.merge_households(first.id, [second.id], on=day(40), by=cast.advisor)
    assert names_on(cast, second, 39) == ["Bent", "Cora"]
    assert names_on(cast, second, 40) == []
    assert names_on(cast, first, 39) == ["Anna"]
    assert names_on(cast, first, 40) == ["Anna", "Bent", "Cora"]
    ended = reloaded(cast, second)
    assert (ended.ended_on, ended.merged_into_id) == (day(40), first.id)
    with tenancy.scope(cast.organization.id):
        (kept,) = queries.list_connections(first.id, by=cast.advisor)
        (old,) = queries.list_connections(second.id, by=cast.advisor)
    assert (kept.customer_id, kept.from_on, old.to_on) == (aunt.id, day(40), day(40))


def test_two_households_at_once_need_different_roles_and_that_is_said(cast: Cast) -> None:
    emil, anna = person(cast, "Emil"), person(cast, "Anna")
    mothers = household(cast, (emil, "child"), (anna, "head"), name="Mother's")
    fathers = household(cast, name="Father's")
    with pytest.raises(AlreadyMember, match="their roles must differ"):
        moving.move_in(fathers.id, [Placement(emil.id, "child")], on=day(5), by=cast.advisor)
    outcome = moving.move_in(
        fathers.id, [Placement(emil.id, "relative")], on=day(5), by=cast.advisor
    )
    assert "Emil Hansen lives in Mother's (H-1)" in outcome.remarks[0]
    assert names_on(cast, mothers, 5) == ["Anna", "Emil"]


def test_nobody_is_twice_in_one_household(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home = household(cast, (anna, "head"))
    with pytest.raises(AlreadyMember, match="cannot be there twice"):
        moving.move_in(home.id, [Placement(anna.id, "adult")], on=day(5), by=cast.advisor)


def test_moving_in_can_leave_the_former_household(cast: Cast) -> None:
    emil, anna = person(cast, "Emil"), person(cast, "Anna")
    old = household(cast, (anna, "head"), (emil, "child"), name="Old")
    new = household(cast, name="New")
    moving.move_in(
        new.id, [Placement(emil.id, "head")], on=day(9), by=cast.advisor, leaving_others=True
    )
    assert (names_on(cast, old, 9), names_on(cast, new, 9)) == (["Anna"], ["Emil"])


def test_leaving_before_moving_in_is_refused(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home = household(cast, (anna, "head"), on=10)
    for wrong in (day(10), day(3)):
        with pytest.raises(InvalidValues, match="cannot end on"):
            moving.move_out(home.id, [anna.id], on=wrong, by=cast.advisor)
    with pytest.raises(NotFound, match="does not live in"):
        moving.move_out(home.id, [person(cast, "Bent").id], on=day(20), by=cast.advisor)


def test_an_ended_household_takes_nobody_in(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home = household(cast, (anna, "head"))
    keeping.end_household(home.id, on=day(7), by=cast.advisor)
    assert names_on(cast, home, 6) == ["Anna"]
    assert names_on(cast, home, 7) == []
    with pytest.raises(InvalidValues, match="ended on 8 Jan 2020"):
        moving.move_in(home.id, [Placement(anna.id)], on=day(3), by=cast.advisor)


def test_an_end_that_undo_would_contradict_refuses_the_undo(cast: Cast) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"))
    moving.move_out(home.id, [bent.id], on=day(5), by=cast.advisor)
    moved = last_written_id()
    assert moved is not None
    keeping.end_household(home.id, on=day(7), by=cast.advisor)
    with pytest.raises(Exception, match="somebody belongs to it later") as refused:
        undoing.undo_change_set(moved, by=cast.advisor)
    assert refused.value.__cause__.sqlstate == "WF020"  # type: ignore[union-attr]
    assert names_on(cast, home, 6) == ["Anna"]


def test_companies_and_strangers_do_not_move_in(cast: Cast) -> None:
    home = household(cast)
    with pytest.raises(InvalidValues, match="is a company"):
        moving.move_in(home.id, [Placement(company(cast).id)], on=day(0), by=cast.advisor)
    with pytest.raises(NotFound):
        moving.move_in(home.id, [Placement(home.id)], on=day(0), by=cast.advisor)


def test_kp_20_address_and_preferences_come_from_the_household_unless_overridden(
    cast: Cast,
) -> None:
    anna = person(cast, "Anna", lines="Own street 2", city="Odense")
    home = household(cast, (anna, "head"), lines="Elmevej 1", city="Aarhus", channel="post")
    with tenancy.scope(cast.organization.id):
        (shown,) = queries.list_members(home.id, by=cast.advisor)
    assert shown.address is not None
    assert (shown.address.source, shown.address.values["city"]) == ("household", "Aarhus")
    assert shown.preferences.values["channel"] == "post"
    own = {"uses_household_address": False, "uses_household_preferences": False, "channel": "text"}
    moving.correct_member(shown.member.id, own, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        (shown,) = queries.list_members(home.id, by=cast.advisor)
    assert shown.address is not None
    assert (shown.address.source, shown.address.values["city"]) == ("own", "Odense")
    assert (shown.preferences.source, shown.preferences.values["channel"]) == ("own", "text")


def test_a_correction_is_judged_like_a_move(cast: Cast) -> None:
    anna = person(cast, "Anna")
    home, other = household(cast, (anna, "head")), household(cast, name="Other")
    moving.move_in(other.id, [Placement(anna.id, "adult")], on=day(4), by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        member = HouseholdMember.objects.get(household_id=other.id)
    for fields, words in (
        ({"role": "head"}, "their roles must differ"),
        ({"to_on": day(2)}, "is not after"),
        ({"role": "king"}, "is no role"),
        ({"number": 3}, "no field"),
    ):
        with pytest.raises(Refusal, match=words):
            moving.correct_member(member.id, fields, by=cast.advisor)
    with pytest.raises(StaleHousehold):
        moving.correct_member(member.id, {"role": "child"}, by=cast.advisor, version=9)
    moving.correct_member(member.id, {"to_on": day(6)}, by=cast.advisor, version=member.version)
    assert names_on(cast, other, 6) == []
    assert names_on(cast, home, 6) == ["Anna"]


def test_guardians_are_older_and_never_in_a_circle(cast: Cast) -> None:
    anna, emil, ida = (person(cast, name) for name in ("Anna", "Emil", "Ida"))
    guarding.add_guardian(emil.id, anna.id, from_on=day(0), by=cast.advisor)
    guarding.add_guardian(anna.id, ida.id, from_on=day(0), by=cast.advisor)
    for child, guardian, words in (
        (emil, emil, "own guardian"),
        (anna, emil, "answers for"),
        (ida, emil, "answers for"),
        (emil, anna, "already"),
    ):
        with pytest.raises(InvalidValues, match=words):
            guarding.add_guardian(child.id, guardian.id, from_on=day(9), by=cast.advisor)
    customer_operations.update_customer(
        emil.id, CustomerData({"birth_on": day(-2000)}), by=cast.advisor
    )
    young = person(cast, "Ung", born=day(-1000))
    with pytest.raises(InvalidValues, match="not older"):
        guarding.add_guardian(emil.id, young.id, from_on=day(0), by=cast.advisor)


def test_a_connection_is_for_somebody_outside(cast: Cast) -> None:
    anna, ulla = person(cast, "Anna"), person(cast, "Ulla")
    home = household(cast, (anna, "head"))
    with pytest.raises(InvalidValues, match="lives in"):
        connecting.connect_person(home.id, anna.id, kind="payer", from_on=day(1), by=cast.advisor)
    connecting.connect_person(home.id, ulla.id, kind="payer", from_on=day(1), by=cast.advisor)
    with pytest.raises(InvalidValues, match="noted"):
        connecting.connect_person(home.id, ulla.id, kind="payer", from_on=day(5), by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        (row,) = queries.list_connections(home.id, by=cast.advisor)
    connecting.end_connection(row.id, on=day(5), by=cast.advisor)
    connecting.connect_person(home.id, ulla.id, kind="payer", from_on=day(5), by=cast.advisor)
    moved = moving.move_in(home.id, [Placement(ulla.id)], on=day(6), by=cast.advisor)
    assert "also noted as outside payer" in moved.remarks[0]


def test_a_deleted_customer_leaves_alone_and_comes_back_by_undo(cast: Cast) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    home = household(cast, (anna, "head"), (emil, "child"))
    guarding.add_guardian(emil.id, anna.id, from_on=day(0), by=cast.advisor)
    before = making.dump(cast.organization.id)
    customer_operations.delete_customer(anna.id, by=cast.manager)
    with tenancy.scope(cast.organization.id):
        today = clock.today(cast.advisor.time_zone)
        rows = HouseholdMember.objects.filter(household_id=home.id).on(today)
        assert [row.customer_id for row in rows] == [emil.id]
        assert [g.to_on for g in queries.list_guardians([emil.id], by=cast.advisor)] == [today]
    assert names_on(cast, home, 5) == ["Anna", "Emil"]
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.manager)
    assert making.dump(cast.organization.id) == before


def test_rights_modules_and_versions(cast: Cast) -> None:
    home = household(cast)
    with pytest.raises(NotAllowed):
        keeping.create_household({"name": "No"}, by=cast.viewer)
    with pytest.raises(NotFound):
        keeping.update_household(home.id, {"name": "No"}, by=cast.outsider)
    with pytest.raises(StaleHousehold):
        keeping.update_household(home.id, {"name": "No"}, by=cast.advisor, version=7)
    changed = keeping.update_household(home.id, {"city": "Århus"}, by=cast.advisor, version=1)
    assert changed.household.folded_city == "arhus"
    assert keeping.update_household(home.id, {}, by=cast.advisor).change_set_id is None
