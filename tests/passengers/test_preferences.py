"""What people prefer: noted once, never lost, taken back, and guarded (KP-12, KP-27, KP-38)."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from tests.bookings.making import without_permission
from tests.households.making import household, person
from tests.passengers.preferring import prefers
from tests.world import Cast
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import undo_change_set
from wayfolk.customers import operations as customers
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import converting
from wayfolk.customers.rules import CustomerData
from wayfolk.customers.rules.conversion import Names
from wayfolk.demo import stories
from wayfolk.households import queries as households
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations, queries, rules
from wayfolk.passengers.preferences.operations import StalePreference
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import Actor, FieldAccess

RAW = (
    "INSERT INTO passengers_preference (id, organization_id, customer_id, kind, value, folded,"
    " severity, source, note, version, created_at, updated_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, 'said', '', 1, now(), now())"
)


def stored(cast: Cast, customer: Customer, by: Actor | None = None) -> list[str]:
    """As a reader sees them, in their order."""
    with tenancy.scope(cast.organization.id):
        rows = queries.list_preferences(customer.id, by=by or cast.advisor)
        return [str(row) for row in queries.ordered(rows)]


def limited(by: Actor, access: FieldAccess) -> Actor:
    return replace(by, field_access={rules.HEALTH: access})


def test_kp38_what_can_harm_comes_first(cast: Cast) -> None:
    anna = person(cast)
    prefers(cast.advisor, anna, "special_request", "cot")
    prefers(cast.advisor, anna, "room", "Twin beds", source="noticed")
    prefers(cast.advisor, anna, "allergy", "milk", severity="mild")
    prefers(cast.advisor, anna, "allergy", "pollen")
    prefers(cast.advisor, anna, "allergy", "nuts", severity="life-threatening")
    prefers(cast.advisor, anna, "diet", "vegan")
    assert stored(cast, anna) == [
        "Allergy: nuts, life-threatening",
        "Allergy: pollen",
        "Allergy: milk, mild",
        "Diet: vegan",
        "Room: Twin beds",
        "Special request: cot",
    ]


def test_each_change_is_taken_back_and_no_summary_tells_of_health(cast: Cast) -> None:
    """An allergy that was removed comes back as it was (KP-38)."""
    by, anna = cast.advisor, person(cast)
    nuts = prefers(cast.advisor, anna, "allergy", "nuts", severity="severe", note="Two pens")
    with tenancy.scope(cast.organization.id):
        added = last_written_id()
        data = PreferenceData({"value": "Nüsse", "severity": "life-threatening"})
        operations.update_preference(nuts.id, data, by=by, version=1)
        changed = last_written_id()
        operations.remove_preference(nuts.id, by=by, version=2)
        removed = last_written_id()
        written = [added, changed, removed]
        summaries = [ChangeSet.objects.get(id=each).summary for each in written]
    assert summaries == [
        "Noted a preference of Anna Hansen",
        "Changed a preference of Anna Hansen",
        "Removed a preference of Anna Hansen",
    ]
    assert stored(cast, anna) == []
    assert removed
    undo_change_set(removed, by=by)
    assert stored(cast, anna) == ["Allergy: Nüsse, life-threatening"]
    assert changed
    undo_change_set(changed, by=by)
    assert stored(cast, anna) == ["Allergy: nuts, severe"]
    with tenancy.scope(cast.organization.id):
        assert Preference.objects.get(id=nuts.id).folded == "nuts"
    assert added
    undo_change_set(added, by=by)
    assert stored(cast, anna) == []


def test_the_same_thing_is_noted_once_for_each_kind(cast: Cast) -> None:
    anna = person(cast)
    prefers(cast.advisor, anna, "allergy", "Crème brûlée")
    prefers(cast.advisor, anna, "special_request", "creme brulee")
    other = prefers(cast.advisor, anna, "allergy", "nuts")
    with pytest.raises(InvalidValues) as raised:
        prefers(cast.advisor, anna, "allergy", "creme  BRULEE")
    assert raised.value.errors == {
        "value": "“creme BRULEE” is noted as allergy already. Change that one."
    }
    data = PreferenceData({"value": "creme brulee"})
    with tenancy.scope(cast.organization.id), pytest.raises(InvalidValues):
        operations.update_preference(other.id, data, by=cast.advisor)
    for value in ("花生", "?", "!"):
        prefers(cast.advisor, anna, "allergy", value)
    assert len(stored(cast, anna)) == 6


@pytest.mark.parametrize(
    ("kind", "fields", "at"),
    [
        ("allergy", {"value": " \u200b"}, "value"),
        ("allergy", {}, "value"),
        ("allergy", {"value": "x" * 121}, "value"),
        ("allergy", {"value": "nuts", "severity": "deadly"}, "severity"),
        ("diet", {"value": "vegan", "severity": "mild"}, "severity"),
        ("room", {"value": "quiet", "source": "rumour"}, "source"),
        ("room", {"value": "quiet", "note": "x" * 301}, "note"),
        ("shoe size", {"value": "44"}, "kind"),
    ],
)
def test_what_is_no_preference_is_refused(
    cast: Cast, kind: str, fields: dict[str, str], at: str
) -> None:
    anna = person(cast)
    with tenancy.scope(cast.organization.id), pytest.raises(InvalidValues) as raised:
        operations.add_preference(anna.id, kind, PreferenceData(fields), by=cast.advisor)
    assert set(raised.value.errors) == {at}
    assert stored(cast, anna) == []


def test_only_people_prefer_and_who_does_stays_a_person(cast: Cast) -> None:
    anna = person(cast)
    with tenancy.scope(cast.organization.id):
        data = CustomerData({"kind": "company", "company_name": "Azure Ltd"})
        company = customers.create_customer(data, by=cast.advisor)
    with pytest.raises(InvalidValues, match="is a company"):
        prefers(cast.advisor, company, "diet", "vegan")
    prefers(cast.advisor, anna, "allergy", "nuts")
    for by, words in (
        (cast.advisor, "Remove them first"),
        (limited(cast.advisor, FieldAccess.HIDDEN), "your role does not show"),
    ):
        with tenancy.scope(cast.organization.id), pytest.raises(Refusal, match=words) as raised:
            converting.convert(anna.id, "company", Names(company_name="Anna Ltd"), by=by)
        assert "nuts" not in raised.value.message


def test_an_allergy_stays_with_a_customer_who_is_deleted(cast: Cast) -> None:
    """KP-38: it is safety data."""
    anna = person(cast)
    nuts = prefers(cast.advisor, anna, "allergy", "nuts")
    with tenancy.scope(cast.organization.id):
        customers.delete_customer(anna.id, by=cast.manager)
        deleted = last_written_id()
        with pytest.raises(NotFound):
            operations.remove_preference(nuts.id, by=cast.advisor)
    assert deleted
    undo_change_set(deleted, by=cast.manager)
    assert stored(cast, anna) == ["Allergy: nuts"]


def test_an_older_version_is_refused(cast: Cast) -> None:
    nuts = prefers(cast.advisor, person(cast), "allergy", "nuts")
    with tenancy.scope(cast.organization.id):
        data = PreferenceData({"note": "Pen"})
        operations.update_preference(nuts.id, data, by=cast.advisor, version=1)
        with pytest.raises(StalePreference) as raised:
            operations.update_preference(nuts.id, data, by=cast.advisor, version=1)
        assert raised.value.details == {"version": 2, "expected": 1}
        with pytest.raises(StalePreference):
            operations.remove_preference(nuts.id, by=cast.advisor, version=1)


def test_rights_and_the_field_of_health(cast: Cast) -> None:
    """Hidden: not there. To be read only: refused in words that say what is missing."""
    anna = person(cast)
    nuts = prefers(cast.advisor, anna, "allergy", "nuts")
    room = prefers(cast.advisor, anna, "room", "quiet")
    blind = limited(cast.advisor, FieldAccess.HIDDEN)
    reader = limited(cast.advisor, FieldAccess.VIEW)
    assert stored(cast, anna, blind) == ["Room: quiet"]
    assert stored(cast, anna, reader) == ["Allergy: nuts", "Room: quiet"]
    with tenancy.scope(cast.organization.id):
        assert queries.list_allergies(anna.id, by=blind) == []
        assert [str(p) for p in queries.for_journey([anna.id], by=blind)[anna.id]] == [
            "Room: quiet"
        ]
        with pytest.raises(NotFound):
            operations.remove_preference(nuts.id, by=blind)
        with pytest.raises(NotAllowed, match="allergies, diet"):
            operations.remove_preference(nuts.id, by=reader)
        for by in (blind, reader):
            with pytest.raises(NotAllowed):
                prefers(by, anna, "diet", "vegan")
        operations.remove_preference(room.id, by=blind)
        no_edit = without_permission(cast.advisor, "customers.edit")
        with pytest.raises(NotAllowed):
            operations.remove_preference(nuts.id, by=no_edit)
        with pytest.raises(NotAllowed):
            prefers(no_edit, anna, "room", "quiet")
        unseen = without_permission(cast.advisor, "customers.view")
        assert queries.for_journey([anna.id], by=unseen) == {}
    with tenancy.scope(cast.outsider.organization_id), pytest.raises(NotFound):
        operations.remove_preference(nuts.id, by=cast.outsider)


@pytest.mark.parametrize(
    ("kind", "value", "severity", "code"),
    [
        ("allergy", "nuts", "", "23505 passengers_preference_once"),
        ("allergy", "", "", "23514 passengers_preference_says"),
        ("shoes", "44", "", "23514 passengers_preference_says"),
        ("diet", "vegan", "mild", "23514 passengers_preference_severity"),
        ("allergy", "milk", "deadly", "23514 passengers_preference_severity"),
    ],
)
def test_the_database_itself_refuses(
    cast: Cast, kind: str, value: str, severity: str, code: str
) -> None:
    anna = person(cast)
    prefers(cast.advisor, anna, "allergy", "nuts")
    row = [uuid4(), cast.organization.id, anna.id, kind, value, value, severity]
    with (
        pytest.raises(DatabaseError) as raised,
        change_set(by=cast.administrator, operation="test", summary="Raw"),
        connection.cursor() as cursor,
    ):
        cursor.execute(RAW, row)
    cause = raised.value.__cause__
    assert f"{cause.sqlstate} {cause.diag.constraint_name}" == code  # type: ignore[union-attr]


def test_kp20_channel_and_language_of_today(cast: Cast) -> None:
    """The household's, unless the member prefers the own; without one, the own language."""
    anna = person(cast)
    with tenancy.scope(cast.organization.id):
        customers.update_customer(anna.id, CustomerData({"language": "da"}), by=cast.advisor)
        anna = Customer.objects.get(id=anna.id)
        shared, home = households.preferences_of(anna, by=cast.advisor)
        assert (shared.values["language"], shared.values["channel"], home) == ("da", "", None)
    made = household(cast, (anna, "head"), channel="phone", language="")
    with tenancy.scope(cast.organization.id):
        shared, home = households.preferences_of(anna, by=cast.advisor)
    assert (shared.values["language"], shared.values["channel"]) == ("da", "phone")
    assert home == made


def test_the_demo_has_somebody_who_must_never_eat_nuts(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        stories.tell(by=cast.advisor, office=cast.administrator)
        grave = Preference.objects.get(severity="life-threatening")
        told = queries.list_allergies(grave.customer_id, by=cast.advisor)
    assert [str(each) for each in told] == ["Allergy: nuts, life-threatening"]
