"""TQ-32: what the filters of the customers list find, and what they refuse in words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.partners import making as trade
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.operations import contacts
from wayfolk.segments import queries
from wayfolk.segments.rules import fields, parsing
from wayfolk.staff.rules import Actor, FieldAccess


def found(by: Actor, **asked: Any) -> list[str]:
    """First names, or companies, of those whom the filters leave, both ways of asking."""
    sent = {n: v if isinstance(v, list) else [str(v)] for n, v in asked.items()}
    with tenancy.scope(by.organization_id):
        filters = parsing.parse(sent, by=by).require_sound()
        names = sorted(c.given_name or c.company_name for c in queries.matching(filters, by=by))
        few, _ = queries.narrowed(filters, by=by)
        assert sorted(c.given_name or c.company_name for c in few) == names
    return names


@pytest.fixture
def people(cast: Cast) -> dict[str, Customer]:
    by = cast.administrator
    made = {
        "Zoë": making.customer(
            by,
            given_name="Zoë",
            family_name="Müller-Søn",
            email="Zoe@Example.com",
            phone="+351 912 345 678",
            lines="12 Rua Nova",
            postcode="ab1 2cd",
            city="São Brás",
            country="PT",
        ),
        "Bo": making.customer(
            by,
            given_name="Bo",
            family_name="Holm",
            company_name="Acme Ltd",
            mobile="912 999 000",
            fax="289 111 222",
            city="Oslo",
            country="NO",
        ),
        "ACME Tours": making.customer(
            by, kind="company", company_name="ACME Tours", evening_phone="+47 22 33 44 55"
        ),
    }
    making.booked(by, made["Zoë"], departs_on=date(2026, 6, 11), transport="TP123", hotel="Azul")
    return made


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"given_name": "zoe"}, ["Zoë"]),
        ({"given_name": "oe"}, []),
        ({"family_name": "MULLER"}, ["Zoë"]),
        ({"family_name": "acme"}, []),
        ({"company": "acme"}, ["ACME Tours", "Bo"]),
        ({"email": "zoe@"}, ["Zoë"]),
        ({"phone": "912 34"}, ["Zoë"]),
        ({"phone": "+351 9"}, ["Zoë"]),
        ({"phone": "00351 912"}, ["Zoë"]),
        ({"phone": "345"}, []),
        ({"mobile": "9129"}, ["Bo"]),
        ({"fax": "289"}, ["Bo"]),
        ({"evening_phone": "+4722"}, ["ACME Tours"]),
        ({"address": "rua"}, ["Zoë"]),
        ({"city": "sao b"}, ["Zoë"]),
        ({"postcode": "ab1"}, ["Zoë"]),
        ({"country": "no"}, ["Bo"]),
        ({"country": "PT", "city": "Oslo"}, []),
        ({"departs_from": "2026-06-11", "departs_to": "2026-06-11"}, ["Zoë"]),
        ({"departs_from": "2026-06-12"}, []),
        ({"transports": ["TP123", "XX"]}, ["Zoë"]),
        ({"transports": ["XX"]}, []),
        ({"hotels": ["Azul"]}, ["Zoë"]),
        ({"turnover_from": "120.00"}, ["Zoë"]),
        ({"turnover_from": "120.01"}, []),
        ({"turnover_to": "0"}, ["ACME Tours", "Bo"]),
        ({"kind": "company"}, ["ACME Tours"]),
        ({"status": "active", "given_name": "b"}, ["Bo"]),
        ({"newsletter": "unknown", "given_name": "b"}, ["Bo"]),
        ({"special": "yes"}, []),
        ({"household": "no", "special": "no", "city": "oslo"}, ["Bo"]),
    ],
)
def test_tq32_a_filter_leaves_those_who_pass_it(
    cast: Cast, people: dict[str, Customer], asked: dict[str, Any], names: list[str]
) -> None:
    assert found(cast.administrator, **asked) == names


def test_tq32_companies_are_found_by_who_speaks_for_them(
    cast: Cast, people: dict[str, Customer]
) -> None:
    by = cast.administrator
    desk = trade.partner(by, "Nordic Horizons")
    with tenancy.scope(cast.organization.id):
        contacts.add_contact(desk.id, people["Bo"].id, role="sales", by=by)
    for asked in ("bo", "HOLM", "bo ho"):
        assert found(by, contact=asked) == ["Nordic Horizons"]
    assert found(by, contact="zoë") == []


def test_tq32_who_speaks_for_a_company_no_more_or_not_yet_does_not_find_it(
    cast: Cast, people: dict[str, Customer]
) -> None:
    by, desk = cast.administrator, trade.partner(cast.administrator, "Nordic Horizons")
    today = clock.today(by.time_zone)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    with tenancy.scope(cast.organization.id):
        for name, from_on, to_on in (("Bo", yesterday, today), ("Zoë", tomorrow, None)):
            contacts.add_contact(
                desk.id, people[name].id, role="sales", by=by, from_on=from_on, to_on=to_on
            )
    assert found(by, contact="bo") == found(by, contact="zoë") == []


def test_tq32_customers_are_found_by_who_handled_their_bookings(
    cast: Cast, people: dict[str, Customer]
) -> None:
    by = cast.administrator
    day = date(2026, 6, 11)
    making.booked(by, people["Bo"], departs_on=day, assignee_id=cast.advisor.author_id)
    assert found(by, users=[str(cast.advisor.author_id)]) == ["Bo"]
    assert found(by, users=[str(cast.manager.author_id)]) == []


def test_tq32_the_customer_number_finds_one(cast: Cast, people: dict[str, Customer]) -> None:
    assert found(cast.administrator, number=f"#{people['Bo'].number}") == ["Bo"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "12a"),
        ("departs_from", "31-02-2026"),
        ("country", "Atlantis"),
        ("status", "asleep"),
        ("turnover_from", "much"),
        ("phone", "call me"),
        ("given_name", "!?"),
        ("users", "Ida"),
        ("city", "x" * 300),
    ],
)
def test_a_filter_that_is_none_is_refused_with_its_name_and_value(
    cast: Cast, name: str, value: str
) -> None:
    filters = parsing.parse({name: [value]}, by=cast.administrator)
    assert name in filters.faults
    assert not filters.values
    with pytest.raises(InvalidValues):
        filters.require_sound()


def test_a_period_that_ends_before_it_begins_is_refused(cast: Cast) -> None:
    sent = {"departs_from": ["2026-06-02"], "departs_to": ["2026-06-01"]}
    filters = parsing.parse(sent, by=cast.administrator)
    assert list(filters.faults) == ["departs_to"]
    assert not filters.values


@pytest.mark.parametrize("each", [f for f in fields.FILTERS if f.need.field], ids=lambda f: f.name)
def test_a_hidden_field_is_no_filter(cast: Cast, each: fields.Filter) -> None:
    by = replace(cast.administrator, field_access={each.need.field: FieldAccess.HIDDEN})
    filters = parsing.parse({each.name: ["active"]}, by=by)
    assert not filters.values
    assert "may not see" in filters.faults[each.name]
    assert each not in fields.allowed(fields.FILTERS, by)


@pytest.mark.parametrize("each", [c for c in fields.COLUMNS if c.need.field], ids=lambda c: c.name)
def test_a_hidden_field_is_no_column(cast: Cast, each: fields.Column) -> None:
    by = replace(cast.administrator, field_access={each.need.field: FieldAccess.HIDDEN})
    assert each not in fields.columns_for([each.name], by)


@pytest.mark.parametrize("each", [o for o in fields.ORDERS if o.need.field], ids=lambda o: o.name)
def test_a_hidden_field_is_no_order(cast: Cast, each: fields.Order) -> None:
    by = replace(cast.administrator, field_access={each.need.field: FieldAccess.HIDDEN})
    assert fields.order_for(each.name, by) == fields.DEFAULT_ORDER


def test_two_organisations_never_meet(cast: Cast, people: dict[str, Customer]) -> None:
    assert found(cast.outsider, given_name="b") == []
