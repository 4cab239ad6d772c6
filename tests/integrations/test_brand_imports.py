"""Bookings of several brands in one file (TQ-53)."""

import pytest

from tests.integrations import making
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit import tenancy
from wayfolk.organization import brands
from wayfolk.organization.models import Brand
from wayfolk.staff.rules import Actor

BOOKINGS = Mapping(
    (
        Rule("customer.full_name", columns=("Name",)),
        Rule("booking.reference", columns=("Ref",)),
        Rule("booking.product", columns=("Product",)),
        Rule("booking.booked_on", columns=("Booked",)),
        Rule("booking.brand", columns=("Brand",)),
    )
)


@pytest.fixture
def by(cast: Cast) -> Actor:
    return cast.administrator


@pytest.fixture
def sunny(by: Actor) -> Brand:
    with tenancy.scope(by.organization_id):
        made = brands.create_brand("Sunny Days", "SUN", by=by)
        brands.add_range(made.id, "booking", 100_000, 100_003, by=by)
        return made


def _run(by: Actor, *lines: str) -> ImportRun:
    rows = [f"Ann Holm,{line.replace(':', ',Walk,2026-05-01,')}" for line in lines]
    content = "\n".join(["Name,Ref,Product,Booked,Brand", *rows, ""]).encode()
    return making.run(content, BOOKINGS, by)


def _numbers(by: Actor) -> dict[str, tuple[int, object]]:
    with tenancy.scope(by.organization_id):
        rows = Booking.objects.values_list("reference", "number", "brand_id")
        return {reference: (number, brand_id) for reference, number, brand_id in rows}


def test_tq53_each_brand_of_a_file_takes_its_own_numbers(by: Actor, sunny: Brand) -> None:
    with tenancy.scope(by.organization_id):
        first = brands.list_brands()[0]
    _run(by, "A:SUN", "B:", f"C:{first.code}", "D:sunny days")
    found = _numbers(by)
    assert (found["A"], found["D"]) == ((100_000, sunny.id), (100_001, sunny.id))
    assert {found["B"][1], found["C"][1]} == {None}
    assert abs(found["B"][0] - found["C"][0]) == 1
    _run(by, "A:", "B:SUN")
    assert _numbers(by) == found


def test_tq53_a_row_of_a_brand_that_there_is_not_is_refused(by: Actor, sunny: Brand) -> None:
    run = _run(by, "A:SUN", "B:Moon")
    assert (run.state, run.refused_count) == (RunState.FINISHED, 1)
    assert set(_numbers(by)) == {"A"}


def test_tq53_an_import_that_uses_up_a_range_says_so(by: Actor, sunny: Brand) -> None:
    run = _run(by, *(f"{number}:SUN" for number in range(5)))
    assert run.state == RunState.FAILED
    assert "too short for 5 more in a row: its ranges are 100000 to 100003" in run.failure
    assert _numbers(by) == {}
