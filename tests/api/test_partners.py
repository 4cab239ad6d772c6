"""Trade partners through the API (KP-05, KP-08, KP-09)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]


@pytest.fixture
def new_partner(api: Api, new_customer: New) -> New:
    """Creates a company and makes it a trade partner; returns the Customer No."""

    def create(name: str, level: str = "agency", **fields: Any) -> int:
        number = new_customer("", kind="company", company_name=name)
        answer = api.post("/partners", {"customer": number, "level": level, **fields})
        assert answer.status_code == 201, answer.content
        assert answer.headers["Location"] == f"/api/v1/partners/{number}"
        return number

    return create


@pytest.fixture
def agency(new_partner: New) -> int:
    consortium = new_partner("Northern Alliance", "consortium")
    return new_partner("Nordic Horizons", parent=consortium, tier="Gold")


def faults(answer: Any) -> dict[str, str]:
    """Field -> message of a refused request."""
    assert answer.status_code == 422, answer.content
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


def term(api: Api, number: int, **fields: Any) -> Any:
    body = {"kind": "percentage", "percent": "10", "valid_from": "2026-01-01", **fields}
    return api.post(f"/partners/{number}/terms", body)


def booking(api: Api, customer: int, **fields: Any) -> Any:
    body = {"customer": customer, "product": "Cruise Norway", "booked_on": "2026-03-02",
            "total_minor": 10_000, "adults": 2, **fields}  # fmt: skip
    answer = api.post("/bookings", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_partner_shows_its_place_and_is_found(api: Api, agency: int) -> None:
    shown = api.get(f"/partners/{agency}").json()
    assert shown["customer"] == {"number": agency, "name": "Nordic Horizons"}
    assert shown["parent"]["name"] == "Northern Alliance"
    assert (shown["level"], shown["tier"], shown["business_ids"]) == ("agency", "Gold", [])
    listed = api.get("/partners?q=nordic").json()["items"]
    assert [each["customer"]["number"] for each in listed] == [agency]
    below = api.get(f"/partners?parent={shown['parent']['number']}").json()["items"]
    assert len(below) == 1


def test_circles_and_stale_versions_are_refused_at_their_fields(api: Api, agency: int) -> None:
    consortium = api.get(f"/partners/{agency}").json()["parent"]["number"]
    refused = api.patch(f"/partners/{consortium}", {"parent": agency})
    assert "each would stand above the other" in faults(refused)["parent"]
    assert api.patch(f"/partners/{agency}", {"tier": "Silver", "version": 1}).status_code == 200
    stale = api.patch(f"/partners/{agency}", {"tier": "Bronze", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["details"]["fields"] == ["tier"]
    assert api.patch(f"/partners/{agency}", {"level": "boss"}).status_code == 422


def test_business_ids_are_checked(api: Api, agency: int) -> None:
    path = f"/partners/{agency}/business-ids"
    wrong = api.post(path, {"country": "AU", "scheme": "abn", "number": "83 914 571 674"})
    assert "check digits" in faults(wrong)["number"]
    right = api.post(path, {"country": "AU", "scheme": "abn", "number": "83914571673"})
    assert right.json()["number"] == "83 914 571 673"
    assert api.delete(f"{path}/{right.json()['id']}").status_code == 204
    assert api.delete(f"{path}/{right.json()['id']}").status_code == 404


def test_contacts_come_and_go(api: Api, agency: int, new_customer: New) -> None:
    person = new_customer("Mette", family_name="Dahl")
    path = f"/partners/{agency}/contacts"
    made = api.post(path, {"person": person, "role": "sales", "from_on": "2026-01-01"}).json()
    assert made["person"]["name"] == "Mette Dahl"
    assert api.post(path, {"person": person, "role": "sales"}).status_code == 422
    ended = api.patch(f"{path}/{made['id']}", {"to_on": "2026-06-01"}).json()
    assert (ended["from_on"], ended["to_on"]) == ("2026-01-01", "2026-06-01")
    assert api.patch(f"{path}/{made['id']}", {"to_on": "2025-06-01"}).status_code == 422
    assert api.delete(f"{path}/{made['id']}").status_code == 204


def test_terms_are_written_and_those_in_force_say_where_from(api: Api, agency: int) -> None:
    consortium = api.get(f"/partners/{agency}").json()["parent"]["number"]
    assert term(api, consortium, percent="8.25").status_code == 201
    tiers = [{"turnover_from_minor": 0, "percent": "9"}]
    made = term(api, agency, kind="tiered", percent=None, tiers=tiers).json()
    assert made["tiers"] == tiers
    effective = api.get(f"/partners/{agency}/effective-terms?day=2026-05-01").json()["items"]
    assert [(e["partner"]["number"], e["words"]) for e in effective] == [
        (agency, "By turnover of the year: 9 % from EUR 0.00"),
        (consortium, "8.25 % of the price"),
    ]
    assert effective[1]["overridden_by"]["number"] == agency
    assert api.get(f"/partners/{agency}/effective-terms?day=2025-05-01").json()["items"] == []
    path = f"/partners/{agency}/terms/{made['id']}"
    changed = api.patch(path, {"kind": "percentage", "percent": "10", "version": 1}).json()
    assert (changed["percent"], changed["tiers"]) == ("10", [])
    assert api.patch(path, {"percent": "11", "version": 1}).status_code == 409
    assert term(api, agency).status_code == 422  # the same days
    assert "percent" in faults(api.patch(path, {"percent": "101"}))
    assert api.delete(path).status_code == 204


def test_a_booking_through_a_partner_earns_and_the_statement_sums_up(
    api: Api, agency: int, new_customer: New
) -> None:
    buyer = new_customer()
    made_term = term(api, agency).json()
    sold = booking(api, buyer, partner=agency)
    assert sold["partner"] == {"number": agency, "name": "Nordic Horizons"}
    assert sold["commission_minor"] == 1_000
    assert sold["commission_basis"].startswith("10 % of the price")
    booking(api, buyer)
    assert [b["number"] for b in api.get(f"/bookings?partner={agency}").json()["items"]] == [
        sold["number"]
    ]
    api.patch(f"/partners/{agency}/terms/{made_term['id']}", {"percent": "20"})
    assert api.get(f"/bookings/{sold['number']}").json()["commission_minor"] == 1_000
    period = "first=2026-03-01&last=2026-03-31"
    consortium = api.get(f"/partners/{agency}").json()["parent"]["number"]
    statement = api.get(f"/partners/{consortium}/statement?{period}").json()
    assert statement["totals"] == [
        {"currency": "EUR", "bookings": 1, "uncomputed": 0, "turnover_minor": 10_000,
         "commission_minor": 1_000}
    ]  # fmt: skip
    recomputed = api.post(f"/partners/{consortium}/commissions?{period}")
    assert recomputed.json() == {"changed": 1}
    again = api.post(f"/bookings/{sold['number']}/commission").json()
    assert again["commission_minor"] == 2_000
    backwards = api.get(f"/partners/{consortium}/statement?first=2026-03-31&last=2026-03-01")
    assert backwards.status_code == 422
    in_use = api.delete(f"/partners/{agency}/terms/{made_term['id']}")
    assert in_use.json()["code"] == "term_in_use"
    assert api.patch(f"/bookings/{sold['number']}", {"partner": None}).json()["partner"] is None
    unknown = api.patch(f"/bookings/{sold['number']}", {"partner": buyer})
    assert "partner" in faults(unknown)


def test_commercial_terms_stay_with_those_who_may_see_them(
    cast: Cast, api: Api, agency: int, new_customer: New
) -> None:
    term(api, agency)
    sold = booking(api, new_customer(), partner=agency)
    advisor = client_of(cast.advisor)
    assert "tier" not in advisor.get(f"/partners/{agency}").json()
    assert advisor.get(f"/partners/{agency}/terms").status_code == 403
    assert advisor.get(f"/partners/{agency}/effective-terms").status_code == 403
    seen = advisor.get(f"/bookings/{sold['number']}").json()
    assert seen["partner"]["number"] == agency
    assert "commission_minor" not in seen
    assert "commission_basis" not in seen
    restrict(cast.manager, booking_commission="hidden")
    period = "first=2026-03-01&last=2026-03-31"
    assert api.get(f"/partners/{agency}/statement?{period}").status_code == 403
    assert client_of(cast.outsider).get(f"/partners/{agency}").status_code == 404
    switch_off(cast.manager, "partners")
    assert api.get("/partners").status_code == 403
    assert "partner" not in api.get(f"/bookings/{sold['number']}").json()


def test_removing_needs_nothing_below_and_nothing_sold(api: Api, agency: int) -> None:
    consortium = api.get(f"/partners/{agency}").json()["parent"]["number"]
    assert api.delete(f"/partners/{consortium}").json()["code"] == "partner_in_use"
    assert api.delete(f"/partners/{agency}").status_code == 204
    assert api.delete(f"/partners/{consortium}").status_code == 204
    assert api.get(f"/customers/{agency}").status_code == 200
