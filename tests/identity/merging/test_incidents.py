"""What went wrong in other systems when records were merged, each by its name (KP-34)."""

from datetime import date

import pytest

from tests.bookings import making as bookings
from tests.households.making import day, household
from tests.identity.merging import making
from tests.identity.merging.making import merge, person, plan, reread
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.communications.models import Channel, Communication, Direction
from wayfolk.customers import operations
from wayfolk.customers.models import ExternalId, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.households.models import HouseholdMember
from wayfolk.identity.merging import executing, links, planning
from wayfolk.identity.merging.executing import Refused
from wayfolk.identity.merging.planning import SameRecord
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue
from wayfolk.service.models import ServiceCase


def test_the_timeline_and_tasks_come_along(cast: Cast) -> None:
    """Incident: timeline and tasks lost with the loser."""
    one, other = person(cast), person(cast)
    with change_set(by=cast.manager, operation="test", summary="A call and a case"):
        Communication.objects.create(
            customer=other, channel=Channel.CALL, direction=Direction.IN, body="Asked for Lisbon"
        )
        ServiceCase.objects.create(number=1, customer=other, opened_on=date(2026, 5, 1))
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        assert Communication.objects.get().customer_id == one.id
        assert ServiceCase.objects.get().customer_id == one.id


def test_child_rows_are_not_deleted_on_a_unique_clash(cast: Cast) -> None:
    """Incident: child rows deleted on a unique clash. What finds no place stays and is shown."""
    emails = [f"{each}@example.com" for each in "abc"]
    one, *others = (person(cast, email=email) for email in emails)
    staying = [words for r in plan(cast, one, *others).relations for words in r.staying]
    merge(cast, one, *others)
    with tenancy.scope(cast.organization.id):
        found = set(bookings.Customer.objects.values_list("contact_points__value", flat=True))
    assert found - {None} == set(emails)
    assert any("c@example.com" in words for words in staying)


def test_relations_move_as_rows_and_not_as_text(cast: Cast) -> None:
    """Incident: text copied but relation lost."""
    one, other = person(cast), person(cast)
    booking = bookings.booking(cast.advisor, other)
    with change_set(by=cast.manager, operation="test", summary="Known elsewhere"):
        ExternalId.objects.create(customer=other, system="crm", value="5")
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        assert Booking.objects.get(id=booking.id).customer_id == one.id
        assert ExternalId.objects.get().customer_id == one.id


def test_one_person_is_merged_and_the_household_stays(cast: Cast) -> None:
    """Incident: merging one person moved the whole household."""
    one, other, child = person(cast, "Anna"), person(cast, "Anne"), person(cast, "Emil")
    home = household(cast, (other, "head"), (child, "child"))
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        members = dict(HouseholdMember.objects.values_list("customer_id", "household_id"))
    assert members == {one.id: home.id, child.id: home.id}


def test_two_times_in_one_household_become_one(cast: Cast) -> None:
    """A membership of both is one membership for the whole time; the undo splits it again."""
    one, other = person(cast, "Anna"), person(cast, "Anne")
    home = household(cast, (other, "other"), on=0)
    with tenancy.scope(cast.organization.id):
        from wayfolk.households.operations import moving

        placement = moving.Placement(one.id, "other")
        moving.move_in(home.id, [placement], on=day(100), by=cast.advisor)
    before = making.dump(cast)
    made = merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        (member,) = HouseholdMember.objects.all()
    assert (member.customer_id, member.from_on) == (one.id, day(0))
    making.unmerge(cast, made)
    assert making.dump(cast) == before


def test_a_role_in_two_households_is_shown_and_stays(cast: Cast) -> None:
    one, other = person(cast, "Anna"), person(cast, "Anne")
    household(cast, (one, "head"), name="Hansen")
    household(cast, (other, "head"), name="Hansson")
    staying = [words for r in plan(cast, one, other).relations for words in r.staying]
    assert any("one role in two households" in words for words in staying)
    merge(cast, one, other)
    with tenancy.scope(cast.organization.id):
        assert set(HouseholdMember.objects.values_list("customer_id", flat=True)) == {
            one.id, other.id,
        }  # fmt: skip


def test_the_side_that_was_named_survives_in_a_batch(cast: Cast) -> None:
    """Incident: wrong side removed in a batch."""
    people = [person(cast, f"Person {number}") for number in range(6)]
    main = people[3]
    merge(cast, main, *people[:3], *people[4:])
    states = {customer.id: reread(customer).status for customer in people}
    assert states.pop(main.id) == Status.ACTIVE
    assert set(states.values()) == {Status.MERGED}


def test_nobody_is_merged_on_the_name_alone(cast: Cast) -> None:
    """Incident: automatic merge on the name alone. Different births want to be confirmed."""
    one = person(cast, born=date(1980, 1, 1))
    other = person(cast, born=date(1990, 1, 1))
    seen = plan(cast, one, other)
    assert [guard.code for guard in seen.to_confirm] == ["different_births"]
    with pytest.raises(Refused, match="dates of birth differ"):
        executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager)


def test_a_record_is_never_merged_with_itself(cast: Cast) -> None:
    """Incident: merging a record with itself deleted it (KP-35)."""
    one, other = person(cast), person(cast)
    with pytest.raises(SameRecord):
        planning.plan_merge(one.id, [one.id], by=cast.manager)
    with pytest.raises(SameRecord):
        executing.merge_customers(one.id, [other.id, one.id], fingerprint="", by=cast.manager)
    merge(cast, one, other)
    with pytest.raises(SameRecord):
        planning.plan_merge(one.id, [other.id], by=cast.manager)
    assert reread(one).status == Status.ACTIVE


def test_choices_of_another_pair_are_refused(cast: Cast) -> None:
    """Incident: the dialog kept the previous pair's values."""
    one, other, third = (person(cast) for _ in range(3))
    seen = plan(cast, one, other)
    with pytest.raises(InvalidValue, match="not merged"):
        executing.merge_customers(
            one.id,
            [other.id],
            choices={"given_name": third.id},
            fingerprint=seen.fingerprint,
            by=cast.manager,
        )
    with pytest.raises(executing.PlanChanged):
        executing.merge_customers(one.id, [third.id], fingerprint=seen.fingerprint, by=cast.manager)


def test_everything_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in any domain's part leaves every record as it was."""
    one, other = person(cast, email="a@example.com"), person(cast, email="b@example.com")
    bookings.booking(cast.advisor, other)
    before = making.dump(cast)
    for each in links.registered():
        with monkeypatch.context() as patched:
            patched.setattr(type(each), "move", _fail)
            patched.setattr(type(each), "move_preferring", _fail, raising=False)
            with pytest.raises(RuntimeError):
                merge(cast, one, other)
        assert making.dump(cast) == before


def _fail(*_: object) -> None:
    raise RuntimeError


def test_values_that_a_role_may_not_see_are_kept_by_rule_and_not_shown(cast: Cast) -> None:
    """TQ-11: hidden fields stay hidden in the plan."""
    from dataclasses import replace

    from wayfolk.kit.errors import NotAllowed
    from wayfolk.staff.rules import FieldAccess

    one, other = person(cast), person(cast, born=date(1980, 5, 4))
    hidden = replace(cast.manager, field_access={"customer.birth_on": FieldAccess.HIDDEN})
    seen = plan(cast, one, other, by=hidden)
    (birth,) = [each for each in seen.fields if each.code == "birth_on"]
    assert (birth.values, birth.is_shown, birth.may_choose) == ((), False, False)
    with pytest.raises(NotAllowed):
        executing.merge_customers(
            one.id,
            [other.id],
            choices={"birth_on": one.id},
            fingerprint=seen.fingerprint,
            by=hidden,
        )
    executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=hidden)
    assert reread(one).birth_on == date(1980, 5, 4)


def test_a_deleted_survivor_is_told(cast: Cast) -> None:
    one, other = person(cast), person(cast)
    seen = plan(cast, one, other)
    with tenancy.scope(cast.organization.id):
        operations.delete_customer(other.id, by=cast.manager)
    with pytest.raises(Refused, match="deleted"):
        executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager)


def test_an_edit_since_the_plan_is_not_overwritten(cast: Cast) -> None:
    one, other = person(cast), person(cast)
    seen = plan(cast, one, other)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(one.id, CustomerData({"title": "Dr"}), by=cast.advisor)
    with pytest.raises(executing.PlanChanged):
        executing.merge_customers(one.id, [other.id], fingerprint=seen.fingerprint, by=cast.manager)
