"""The benchmarks' ground: the same seed gives the same company, figures are what they say."""

from uuid import uuid4

import pytest
from click.testing import CliRunner

from bench import ground
from bench.generator import homes, people, plan, travel
from bench.generator.plan import HEAVY_BOOKINGS, HEAVY_PARTY, Plan
from wayfolk.commands.main import cli
from wayfolk.kit import contact

PLAN = Plan(1, seed=7, customers=500, stages=(uuid4(),), assignees=(uuid4(),))


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    first = list(people.customers(PLAN, 0, 200))
    assert first == list(people.customers(PLAN, 0, 200))
    other = Plan(1, seed=8, customers=500, stages=PLAN.stages, assignees=PLAN.assignees)
    assert first != list(people.customers(other, 0, 200))


def test_every_place_has_its_customer_whatever_the_slices() -> None:
    rows = [*people.customers(PLAN, 0, 250), *people.customers(PLAN, 250, 500)]
    numbers = [values["number"] for table, values in rows if table == "customers_customer"]
    assert numbers == [plan.customer_number(place) for place in range(500)]


def test_ids_are_unique_and_of_version_7() -> None:
    makers = (people.customers, travel.itineraries, travel.stays, travel.bookings)
    ids = [values["id"] for make in makers for _, values in make(PLAN, 0, 300)]
    ids += [values["id"] for _, values in homes.households(PLAN, 0, PLAN.households)]
    assert len(set(ids)) == len(ids)
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}


def test_there_is_a_heavy_customer_and_a_heavy_itinerary() -> None:
    first = plan.row_id("customer", 0)
    bookings = [v for _, v in travel.bookings(PLAN, 0, PLAN.bookings) if v["customer_id"] == first]
    assert len(bookings) == HEAVY_BOOKINGS
    party = [v for t, v in travel.itineraries(PLAN, 0, 1) if t == "itineraries_itinerarycustomer"]
    assert len(party) == HEAVY_PARTY
    assert sum(link["is_poc"] for link in party) == 1


def test_contact_points_compare_as_those_of_the_product() -> None:
    rows = people.customers(PLAN, 0, 300)
    points = [values for table, values in rows if table == "customers_contactpoint"]
    emails = [point for point in points if point["kind"] == "email"]
    assert emails
    assert all(contact.is_email(point["value"]) for point in emails)
    assert all(contact.normalise_email(p["value"]) == p["normalised"] for p in emails)
    phones = [point for point in points if point["kind"] != "email"]
    assert phones
    assert all(contact.normalise_phone(p["value"], "") == p["normalised"] for p in phones)


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_one_of_the_samples(percent: int, expected: int) -> None:
    assert ground.percentile(list(range(100, 0, -1)), percent) == expected


def test_without_samples_there_is_no_percentile() -> None:
    assert ground.percentile([], 95) is None


def test_figures_become_an_aligned_table() -> None:
    shown = ground.table([{"page": "list", "p95_ms": 12.5}, {"page": "a longer name"}])
    assert shown.splitlines() == [
        "page           p95_ms",
        "list            12.50",
        "a longer name       -",
    ]


def test_a_file_name_is_no_benchmark() -> None:
    answer = CliRunner().invoke(cli, ["bench", "../evil"])
    assert answer.exit_code == 1
    assert "There is no benchmark '../evil'. There are: " in answer.output
    assert "pages" in answer.output


def test_the_benchmarks_are_listed() -> None:
    listed = CliRunner().invoke(cli, ["bench"]).output.split()
    assert {"change_log", "pages"} <= set(listed)
    assert not {"ground", "company"} & set(listed)
