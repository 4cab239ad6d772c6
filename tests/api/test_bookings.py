"""Stays, bookings and connecting them through the API: rules TA-01 to TA-15 where they show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from tests.api.conftest import Api, client_of, restrict, scope_of, switch_off
from tests.world import Cast
from wayfolk.audit.tenant import TenantModel

New = Callable[..., int]


@pytest.fixture
def guest(new_customer: New) -> int:
    return new_customer("Maria", family_name="Silva")


@pytest.fixture
def stay(api: Api, guest: int) -> str:
    answer = api.post(
        "/stays",
        {
            "reservation_number": "RES-0042",
            "property_name": "Hotel Mar",
            "guest": guest,
            "arrival_on": "2026-05-01",
            "departure_on": "2026-05-08",
            "adults": 2,
        },
    )
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


@pytest.fixture
def booking(api: Api, new_customer: New) -> int:
    companion = new_customer("Carlos")
    answer = api.post(
        "/bookings",
        {
            "customer": companion,
            "product": "Spa",
            "total_minor": 9000,
            "cost_minor": 4000,
            "adults": 1,
        },
    )
    assert answer.status_code == 201, answer.content
    return int(answer.json()["number"])


@pytest.fixture
def trip(api: Api) -> int:
    return int(api.post("/itineraries", {"name": "Algarve in May"}).json()["number"])


def test_a_stay_shows_guest_property_and_nights(api: Api, stay: str, guest: int) -> None:
    shown = api.get(f"/stays/{stay}").json()

    assert shown["guest"] == {"number": guest, "name": "Maria Silva"}
    assert shown["property"]["name"] == "Hotel Mar"
    assert shown["nights"] == 7
    assert shown["itinerary"] is None


def test_a_stay_is_found_changed_and_cancelled(api: Api, stay: str, guest: int) -> None:
    for query in ("q=res-0042", f"guest={guest}", "arrival_from=2026-05-01&arrival_to=2026-05-01"):
        assert [row["id"] for row in api.get(f"/stays?{query}").json()["items"]] == [stay]
    assert api.get("/stays?status=cancelled").json()["items"] == []

    changed = api.patch(f"/stays/{stay}", {"room": "12", "departure_on": "2026-05-09"}).json()
    assert (changed["room"], changed["nights"]) == ("12", 8)
    assert api.post(f"/stays/{stay}/cancellation").json()["status"] == "cancelled"


def test_faults_of_a_stay_name_the_fields_of_the_body(api: Api, stay: str) -> None:
    def faulty(body: dict[str, Any]) -> set[str]:
        answer = api.post("/stays", body)
        assert answer.status_code == 422
        return {error["field"] for error in answer.json()["errors"]}

    assert faulty({"reservation_number": "R1"}) == {
        "property_id",
        "guest",
        "arrival_on",
        "departure_on",
    }
    assert faulty({"reservation_number": "R1", "guest": 987654}) == {"guest"}
    backwards = {"arrival_on": "2026-05-08", "departure_on": "2026-05-01"}
    assert api.patch(f"/stays/{stay}", backwards).json()["errors"][0]["field"] == "departure_on"


def test_properties_are_not_doubled_by_spelling(api: Api, stay: str) -> None:
    first = api.get("/properties").json()["items"][0]
    same = api.post("/properties", {"name": "HOTEL  mar"})
    assert same.json()["id"] == first["id"]

    renamed = api.patch(f"/properties/{first['id']}", {"name": "Hotel Praia", "version": 1})
    assert renamed.json()["name"] == "Hotel Praia"
    stale = api.patch(f"/properties/{first['id']}", {"name": "Other", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["details"]["theirs"]["name"] == "Hotel Praia"


def test_a_booking_has_its_money_in_minor_units(api: Api, booking: int) -> None:
    shown = api.get(f"/bookings/{booking}").json()

    assert (shown["total_minor"], shown["cost_minor"], shown["profit_minor"]) == (9000, 4000, 5000)
    assert (shown["currency"], shown["exchange_rate"]) == ("EUR", "1")
    assert shown["connection"] == {"stay": None, "itinerary": None}


def test_a_booking_is_found_changed_and_cancelled(api: Api, booking: int) -> None:
    for query in ("q=spa", f"q={booking}", "is_connected=false", "status=confirmed"):
        rows = api.get(f"/bookings?{query}").json()["items"]
        assert [row["number"] for row in rows] == [booking]

    foreign = {
        "currency": "USD",
        "exchange_rate": "0.9217",
        "total_minor": 10000,
        "cost_minor": None,
    }
    changed = api.patch(f"/bookings/{booking}", foreign).json()
    assert (changed["currency"], changed["exchange_rate"]) == ("USD", "0.9217")
    assert "profit_minor" not in changed
    for rate in ("0", "-1", "NaN", "1e400", "0.123456789", 1.5):
        assert api.patch(f"/bookings/{booking}", {"exchange_rate": rate}).status_code == 422
    assert api.post(f"/bookings/{booking}/cancellation").json()["status"] == "cancelled"


def test_money_that_the_role_hides_is_absent_everywhere(
    cast: Cast, api: Api, booking: int, trip: int
) -> None:
    """TQ-11: the consultant's template hides cost and profit."""
    api.post(f"/bookings/{booking}/connection", {"itinerary": trip})
    advisor = client_of(cast.advisor)

    shown = advisor.get(f"/bookings/{booking}").json()
    totals = advisor.get(f"/itineraries/{trip}/bookings").json()["totals"]

    assert not {"cost_minor", "profit_minor"} & set(shown)
    assert not {"cost_minor", "profit_minor", "profit_per_pax_minor", "without_cost"} & set(totals)
    assert totals["turnover_minor"] == 9000
    restrict(cast.advisor, booking_cost="view")
    refused = advisor.patch(f"/bookings/{booking}", {"cost_minor": 1, "product": "Sauna"})
    assert refused.status_code == 403
    assert api.get(f"/bookings/{booking}").json()["product"] == "Spa"


def rows_of_all_tables(cast: Cast) -> dict[str, list[dict[str, Any]]]:
    with scope_of(cast):
        return {
            model._meta.db_table: list(model.objects.order_by("id").values())
            for model in apps.get_models()
            if issubclass(model, TenantModel) and model._meta.app_label not in {"api", "staff"}
        }


def test_connecting_adds_the_association_and_nothing_else(
    cast: Cast, api: Api, booking: int, stay: str, guest: int
) -> None:
    """TA-01, TA-07, TA-08, TA-09, TA-11, TA-12c: a companion's spa goes under the guest's stay."""
    before = rows_of_all_tables(cast)
    customer = api.get(f"/bookings/{booking}").json()["customer"]

    answer = api.post(f"/bookings/{booking}/connection", {"stay_id": stay})

    assert answer.status_code == 200
    assert answer.json()["connection"]["stay"]["reservation_number"] == "RES-0042"
    assert answer.json()["customer"] == customer
    after = rows_of_all_tables(cast)
    (row,) = after["bookings_booking"]
    (old,) = before["bookings_booking"]
    changed = {name for name in row if row[name] != old[name]}
    assert changed == {"stay_id", "version", "updated_at"}
    assert {k: v for k, v in after.items() if k != "bookings_booking"} == {
        k: v for k, v in before.items() if k != "bookings_booking"
    }


def test_a_connection_moves_and_ends_and_all_of_it_is_told(
    api: Api, booking: int, stay: str, trip: int
) -> None:
    """TA-10, TA-13, TA-14, TA-15."""
    path = f"/bookings/{booking}/connection"
    api.post(path, {"stay_id": stay})
    assert api.get(f"/stays/{stay}/bookings").json()["totals"]["turnover_minor"] == 9000
    moved = api.post(path, {"itinerary": trip})
    assert moved.json()["connection"]["itinerary"]["number"] == trip
    assert api.get(f"/stays/{stay}/bookings").json()["items"] == []
    assert api.get(f"/itineraries/{trip}/bookings").json()["totals"]["profit_minor"] == 5000
    ended = api.delete(path)
    assert ended.json()["connection"] == {"stay": None, "itinerary": None}

    told = api.get(path).json()
    assert [step["step"] for step in told["steps"]] == ["Disconnected", "Moved", "Connected"]
    assert "RES-0042" in told["steps"][1]["summary"]
    api.post(f"/changes/{ended.headers['Wayfolk-Change']}/undo")
    assert api.get(path).json()["connection"]["itinerary"]["number"] == trip


def test_exactly_one_target(api: Api, booking: int, stay: str, trip: int) -> None:
    """TA-07."""
    path = f"/bookings/{booking}/connection"
    for body in ({}, {"stay_id": stay, "itinerary": trip}):
        answer = api.post(path, body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "stay_id"
    assert api.post(path, {"itinerary": 987654}).json()["errors"][0]["field"] == "itinerary"
    missing = "01920000-0000-7000-8000-000000000000"
    assert api.post(path, {"stay_id": missing}).status_code == 404


def test_of_two_who_connect_the_second_is_asked_again(
    api: Api, booking: int, stay: str, trip: int
) -> None:
    path = f"/bookings/{booking}/connection"
    etag = api.get(f"/bookings/{booking}").headers["ETag"]
    api.post(path, {"stay_id": stay}, If_Match=etag)

    refused = api.post(path, {"itinerary": trip}, If_Match=etag)

    assert refused.status_code == 412
    assert refused.json()["details"]["theirs"]["stay_id"] == stay
    assert refused.json()["details"]["fields"] == ["itinerary"]


def test_targets_are_found_from_three_characters(
    cast: Cast, api: Api, stay: str, trip: int
) -> None:
    """TA-03 to TA-06."""
    assert api.get("/connection-targets?q=RE").json()["is_too_short"] is True
    assert api.get("/connection-targets?q=0042").json()["stays"][0]["id"] == stay
    assert api.get("/connection-targets?q=algarve").json()["itineraries"][0]["number"] == trip

    switch_off(cast.manager, "itineraries")
    assert api.get("/connection-targets?q=algarve").json()["itineraries"] == []
    assert api.get("/connection-targets?q=0042").json()["stays"][0]["id"] == stay
    assert "itinerary" not in api.get(f"/stays/{stay}").json()


def test_a_stay_on_an_itinerary_brings_its_bookings(
    api: Api, booking: int, stay: str, trip: int
) -> None:
    """TA-10, TA-15."""
    api.post(f"/bookings/{booking}/connection", {"stay_id": stay})
    put = api.put(f"/stays/{stay}/itinerary", {"itinerary": trip})

    assert put.json()["itinerary"]["number"] == trip
    shown = api.get(f"/itineraries/{trip}/bookings").json()
    assert [row["number"] for row in shown["items"]] == [booking]
    assert api.get(f"/bookings/{booking}").json()["connection"]["itinerary"]["number"] == trip
    assert api.delete(f"/stays/{stay}/itinerary").json()["itinerary"] is None


def test_viewer_outsider_and_module(cast: Cast, api: Api, booking: int, stay: str) -> None:
    viewer, outsider = client_of(cast.viewer), client_of(cast.outsider)

    assert viewer.get(f"/bookings/{booking}").status_code == 200
    for answer in (
        viewer.post(f"/bookings/{booking}/connection", {"stay_id": stay}),
        viewer.patch(f"/stays/{stay}", {"room": "1"}),
        viewer.post(f"/bookings/{booking}/cancellation"),
    ):
        assert answer.status_code == 403
    assert outsider.get(f"/bookings/{booking}").status_code == 404
    assert outsider.get(f"/stays/{stay}").status_code == 404
    own = outsider.post("/customers", {"given_name": "Olga"}).json()["number"]
    theirs = outsider.post("/bookings", {"customer": own, "product": "Fjord"}).json()["number"]
    stolen = outsider.post(f"/bookings/{theirs}/connection", {"stay_id": stay})
    assert stolen.status_code == 404
    switch_off(cast.manager, "bookings")
    assert api.get(f"/bookings/{booking}").status_code == 403


def test_lists_cost_the_same_however_many_rows_they_have(
    api: Api, new_customer: New, stay: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        number = api.post("/bookings", {"customer": new_customer("Anna"), "product": "Spa"}).json()[
            "number"
        ]
        api.post(f"/bookings/{number}/connection", {"stay_id": stay})

    with django_assert_max_num_queries(24) as few:
        api.get("/bookings?limit=2")
    with django_assert_max_num_queries(24) as many:
        api.get("/bookings?limit=6")

    assert len(few) == len(many)
