"""Finding households, current ones of many customers, and suggestions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import restrict
from tests.households.making import day, household, person
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.rules import CustomerData
from wayfolk.households import queries, suggestions
from wayfolk.households.operations import moving, suggesting
from wayfolk.identity.search.queries import find_customers
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound


def found(cast: Cast, query: str) -> list[str]:
    with tenancy.scope(cast.organization.id):
        ids = queries.find_ids(query, by=cast.advisor)
        return sorted(h.name for h in queries.list_households(by=cast.advisor).filter(id__in=ids))


def suggested(cast: Cast) -> list[tuple[list[str], str, tuple[str, ...]]]:
    with tenancy.scope(cast.organization.id):
        looked = suggestions.look(by=cast.advisor)
    return sorted(
        ([c.given_name for c in s.people], str(s.household or ""), s.reasons)
        for s in looked.suggestions
    )


def test_a_household_is_found_by_name_number_city_and_member(cast: Cast) -> None:
    anna = person(cast, "Wilhelmina", "Østergård")
    home = household(cast, (anna, "head"), name="Østergård", city="Århus")
    household(cast, name="Berg", city="Bergen")
    for query in ("ostergard", "Øst", "H-1", "1", "arhus", "Wilhelmina"):
        assert found(cast, query) == ["Østergård"], query
    assert found(cast, " ") == []
    with tenancy.scope(cast.organization.id), pytest.raises(NotFound, match="H-77"):
        queries.get_household_by_number(77, by=cast.advisor)
    assert home.number == 1


def test_a_household_no_leads_to_who_lives_there_today(cast: Cast) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"))
    moving.move_out(home.id, [bent.id], on=day(3), by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        (hit,) = find_customers("H-1", by=cast.advisor).hits
    assert (hit.customer_id, hit.reasons[0].field) == (anna.id, "household")
    assert home.number == 1


def test_current_households_of_many_customers_take_one_query(cast: Cast) -> None:
    people = [person(cast, f"P{n}") for n in range(5)]
    home = household(cast, *((p, "adult") for p in people))
    moving.move_out(home.id, [people[0].id], on=day(3), by=cast.advisor)
    with tenancy.scope(cast.organization.id), CaptureQueriesContext(connection) as captured:
        current = queries.current_memberships([p.id for p in people], by=cast.advisor)
        assert {m.household.name for rows in current.values() for m in rows} == {"Hansen"}
    assert len(captured) == 1
    assert set(current) == {p.id for p in people[1:]}


def test_same_address_and_family_name_are_suggested_however_they_are_written(cast: Cast) -> None:
    person(cast, "Anna", "Müller", lines="Møllevej 3, 2.tv.", postcode="8000", city="Aarhus")
    person(cast, "Bent", "Muller", lines="MOLLEVEJ 3  2 TV", postcode="80 00", city="aarhus")
    person(cast, "Dora", "Müller", lines="Møllevej 3, 2.tv.", postcode="8000", city="Odense")
    assert suggested(cast) == [(["Anna", "Bent"], "", ("same address",))]


HAVNEGADE = {"lines": "Havnegade 1", "postcode": "1058", "city": "København"}


def test_a_couple_of_two_surnames_at_one_address_is_suggested_after_those_of_one(
    cast: Cast,
) -> None:
    alone = person(cast, "Anna", "Hansen", **HAVNEGADE)
    person(cast, "Bo", "Lund", **HAVNEGADE | {"lines": "HAVNEGADE 1."})
    person(cast, "Cora", "Lund", **HAVNEGADE | {"lines": "Havnegade 11"})
    person(cast, "Dora", "", **HAVNEGADE)
    for name in ("Tom", "Grace"):
        person(cast, name, "Okafor", email="home@example.com")
    with tenancy.scope(cast.organization.id):
        found = suggestions.look(by=cast.advisor).suggestions
        of_one = suggestions.suggest([alone.id], by=cast.advisor)
    said = [([c.given_name for c in each.people], each.reasons) for each in found]
    assert said == [
        (["Tom", "Grace"], ("same email",)),
        (["Anna", "Bo"], ("same address",)),
    ]
    assert [[c.given_name for c in each.people] for each in of_one] == [["Anna", "Bo"]]


def test_an_address_that_is_no_home_suggests_only_those_of_one_surname(cast: Cast) -> None:
    street = {"lines": "Main Street 1"}  # of which there is one in every town
    person(cast, "Ann", "Reed", **street)
    person(cast, "Bob", "Stone", **street)
    tower = {"lines": "Tower Road 8", "postcode": "E14", "city": "London"}
    names = ["Adams", "Brown", "Clark", "Davis", "Evans", "Frost"]
    for name in names:
        person(cast, name[0], name, **tower)
    assert suggested(cast) == [([name[0] for name in names], "", ("same address",))]
    person(cast, "G", "Adams", **tower)
    assert suggested(cast) == [(["A", "G"], "", ("same address",))]


def test_who_works_at_one_address_does_not_live_there(cast: Cast) -> None:
    person(cast, "Anna", "Hansen", **HAVNEGADE)
    person(cast, "Bo", "Lund", **HAVNEGADE)
    office = CustomerData(
        fields={"kind": "company", "company_name": "Nordic Horizons"},
        addresses={("primary", name): value for name, value in HAVNEGADE.items()},
    )
    company = customer_operations.create_customer(office, by=cast.advisor)
    assert suggested(cast) == []
    customer_operations.delete_customer(company.id, by=cast.manager)
    assert suggested(cast) == [(["Anna", "Bo"], "", ("same address",))]


def test_a_shared_contact_counts_only_with_the_family_name(cast: Cast) -> None:
    person(cast, "Tom", "Okafor", email="home@example.com", mobile="+44 7700 900118")
    person(cast, "Grace", "Okafor", email="Home@example.com", mobile="+447700900118")
    person(cast, "Rita", "Reed", email="home@example.com")
    assert suggested(cast) == [(["Tom", "Grace"], "", ("same email", "same phone"))]


def test_somebody_without_a_household_is_suggested_into_the_one_of_their_kin(cast: Cast) -> None:
    anna = person(cast, "Anna", email="hansen@example.com")
    home = household(cast, (anna, "head"))
    emil = person(cast, "Emil", email="hansen@example.com")
    assert suggested(cast) == [(["Emil"], str(home), ("same email",))]
    moving.move_in(home.id, [moving.Placement(emil.id, "child")], on=day(0), by=cast.advisor)
    assert suggested(cast) == []


def test_people_of_two_households_are_left_in_peace(cast: Cast) -> None:
    household(cast, (person(cast, "Anna", email="h@example.com"), "head"))
    household(cast, (person(cast, "Bent", email="h@example.com"), "head"), name="Other")
    assert suggested(cast) == []


def test_a_dismissed_suggestion_stays_away_until_that_is_undone(cast: Cast) -> None:
    anna = person(cast, "Anna", email="h@example.com")
    bent = person(cast, "Bent", email="h@example.com")
    assert len(suggested(cast)) == 1
    assert suggesting.dismiss_suggestion([bent.id, anna.id], by=cast.advisor) == 1
    written = last_written_id()
    assert suggesting.dismiss_suggestion([anna.id, bent.id], by=cast.advisor) == 0
    assert suggested(cast) == []
    assert written is not None
    undoing.undo_change_set(written, by=cast.advisor)
    assert len(suggested(cast)) == 1
    with pytest.raises(InvalidValues, match="2 to 20"):
        suggesting.dismiss_suggestion([anna.id], by=cast.advisor)


def test_what_a_role_may_not_see_suggests_nothing(cast: Cast) -> None:
    from wayfolk.organization import actors

    person(cast, "Anna", email="h@example.com")
    person(cast, "Bent", email="h@example.com")
    restrict(cast.advisor, customer_email="hidden")
    assert cast.advisor.user_id is not None
    with tenancy.scope(cast.organization.id):
        by = actors.find_actor(user_id=cast.advisor.user_id)
        assert by is not None
        assert suggestions.look(by=by).suggestions == []


def test_another_organisation_sees_nothing(cast: Cast) -> None:
    home = household(cast, (person(cast), "head"))
    with tenancy.scope(cast.outsider.organization_id):
        assert queries.find_ids("Hansen", by=cast.outsider) == []
        with pytest.raises(NotFound):
            queries.get_household(home.id, by=cast.outsider)
    with tenancy.scope(cast.organization.id), pytest.raises(NotAllowed):
        suggesting.dismiss_suggestion([home.id], by=cast.viewer)
