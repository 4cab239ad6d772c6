"""Customers through the API: the same operations as the pages, rights down to the field."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Api, client_of, restrict
from tests.bookings import making, travelling
from tests.identity.people import catch_up
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer

New = Callable[..., int]


def test_a_first_name_is_enough_and_the_answer_says_where_the_record_is(api: Api) -> None:
    """TP-25, decision 10."""
    answer = api.post("/customers", {"given_name": "Maria"})

    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["Location"] == f"/api/v1/customers/{made['number']}"
    assert made["name"] == "Maria"
    assert made["status"] == "active"
    assert made["primary_email"] == ""
    assert api.get(answer.headers["Location"]).json() == made


def test_contacts_and_addresses_are_flat_fields(api: Api, new_customer: New) -> None:
    number = new_customer(
        family_name="Silva", primary_email="maria@example.com", secondary_city="Faro"
    )

    answer = api.patch(
        f"/customers/{number}", {"primary_email": "", "primary_mobile": "+351912345678"}
    )

    changed = answer.json()
    assert answer.status_code == 200
    assert changed["primary_email"] == ""
    assert changed["primary_mobile"] == "+351912345678"
    assert changed["secondary_city"] == "Faro"
    assert changed["family_name"] == "Silva"


def test_faults_are_named_field_by_field_and_nothing_is_stored(api: Api) -> None:
    answer = api.post(
        "/customers", {"given_name": "Maria", "primary_email": "no", "secondary_phone": "x"}
    )

    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in problem["errors"]} == {"primary_email", "secondary_phone"}
    assert "“no” is not an email address" in problem["detail"]
    assert api.get("/customers").json()["items"] == []


def test_search_finds_from_the_first_character_and_says_why(
    cast: Cast, api: Api, new_customer: New
) -> None:
    """D-02, TP-04, TP-05, KP-02."""
    number = new_customer(
        "Márta",
        family_name="Szűcs",
        primary_email="unusual@example.com",
        primary_phone="4512 3456",
        primary_city="Eger",
    )
    new_customer("Otto")
    catch_up(cast)

    for query, field, kind, words in (
        ("m", "name", "beginning", "name begins so"),
        ("marta szucs", "name", "exact", ""),
        ("mrata szucs", "name", "spelling", "spelled Márta"),
        ("unusual@", "email", "beginning", "email begins so"),
        ("451234", "phone", "beginning", "phone begins so"),
        (str(number), "number", "exact", "customer number"),
    ):
        answer = api.get(f"/customers?q={query}").json()
        (row,) = answer["items"]
        reason = row["match_reasons"][0]
        assert (row["number"], reason["field"], reason["kind"]) == (number, field, kind), query
        assert row["match_reason"] == words
        assert 0 < row["match_score"] <= 1
        assert (row["primary_city"], row["past_trips"]) == ("Eger", 0)
        assert answer["message"] == ""


def test_search_answers_a_malformed_query_with_a_sentence(api: Api, new_customer: New) -> None:
    new_customer("Anna")

    assert "no letter or digit" in api.get("/customers?q=%25%25").json()["message"]
    long = api.get("/customers?q=anna+b+c+d+e+f+g+h").json()
    assert "first 6 words" in long["message"]


def test_search_leaves_restricted_ones_out_and_puts_inactive_ones_last(
    cast: Cast, api: Api, new_customer: New
) -> None:
    gone, there, secret = (new_customer("Anna") for _ in range(3))
    for number, status in ((gone, "inactive"), (secret, "restricted")):
        with change_set(by=cast.administrator, operation="test", summary="Status"):
            Customer.objects.filter(number=number).update(status=status)

    found = [row["number"] for row in api.get("/customers?q=anna").json()["items"]]

    assert found == [there, gone]
    assert api.get("/customers?q=anna&status=restricted").json()["items"] == []


def test_pages_of_a_search_bring_everybody_once(api: Api, new_customer: New) -> None:
    numbers = {new_customer("Anna", family_name="Holm") for _ in range(9)}
    numbers |= {new_customer("Anna", family_name="Holmes") for _ in range(4)}

    found: list[int] = []
    url = "/customers?q=anna+holm&limit=4"
    while url:
        page = api.get(url).json()
        found += [row["number"] for row in page["items"]]
        url = page["next"]

    assert len(found) == len(set(found)) == 13
    assert set(found) == numbers


def test_a_search_asks_the_same_however_many_are_found(
    api: Api, new_customer: New, django_assert_num_queries: Any
) -> None:
    for _ in range(11):  # enough that nobody who only resembles the query is looked for
        new_customer("Anna", primary_email="anna@example.com")
    api.get("/customers?q=anna&limit=1")
    with CaptureQueriesContext(connection) as captured:
        api.get("/customers?q=anna&limit=10")
    statements = [query["sql"] for query in captured.captured_queries]
    for _ in range(5):
        new_customer("Anna")
    with django_assert_num_queries(len(statements)):
        api.get("/customers?q=anna&limit=10")
    assert len(statements) <= 17, "\n".join(statements)


def test_search_narrows_by_the_filters_and_pages(api: Api, new_customer: New) -> None:
    numbers = [new_customer("Anna") for _ in range(5)]
    api.put(f"/customers/{numbers[0]}/status", {"status": "inactive"})

    first = api.get("/customers?q=anna&status=active&limit=3").json()
    second = api.get(first["next"]).json()

    found = [row["number"] for row in first["items"] + second["items"]]
    assert sorted(found) == numbers[1:]
    assert second["next"] is None


def test_a_hidden_field_is_absent_and_can_be_neither_searched_nor_filtered(
    cast: Cast, api: Api, new_customer: New
) -> None:
    """TQ-02, TQ-11."""
    number = new_customer("Maria", primary_email="maria@example.com", notes="Sister of Ana")
    restrict(cast.viewer, customer_email="hidden", customer_notes="hidden")
    viewer = client_of(cast.viewer)

    shown = viewer.get(f"/customers/{number}").json()
    assert not {"primary_email", "secondary_email", "notes"} & set(shown)
    assert shown["primary_phone"] == ""
    assert viewer.get("/customers?q=maria@example.com").json()["items"] == []
    assert viewer.get("/customers?q=maria@").json()["items"] == []
    assert [row["number"] for row in viewer.get("/customers?q=maria").json()["items"]] == [number]
    refused = viewer.get("/customers?email=maria@example.com")
    assert refused.status_code == 403
    assert refused.json()["details"]["fields"] == ["customer.email"]


def test_hidden_names_leave_the_record_without_any_name(cast: Cast, new_customer: New) -> None:
    number = new_customer("Maria")
    restrict(cast.viewer, customer_name="hidden")
    viewer = client_of(cast.viewer)

    shown = viewer.get(f"/customers/{number}").json()

    assert not {"name", "given_name", "family_name", "company_name"} & set(shown)
    assert viewer.get("/customers?sort=name").status_code == 403


def test_a_field_that_may_not_be_edited_refuses_the_whole_change(
    cast: Cast, new_customer: New, api: Api
) -> None:
    """TQ-11."""
    number = new_customer("Maria")
    restrict(cast.advisor, customer_phone="view")
    advisor = client_of(cast.advisor)

    refused = advisor.patch(
        f"/customers/{number}", {"given_name": "Mary", "primary_phone": "12345678"}
    )

    assert refused.status_code == 403
    assert refused.json()["details"]["fields"] == ["phone"]
    assert api.get(f"/customers/{number}").json()["given_name"] == "Maria"


def test_a_viewer_may_read_and_not_write(cast: Cast, new_customer: New) -> None:
    number = new_customer("Maria")
    viewer = client_of(cast.viewer)

    assert viewer.get(f"/customers/{number}").status_code == 200
    for answer in (
        viewer.post("/customers", {"given_name": "Eve"}),
        viewer.patch(f"/customers/{number}", {"given_name": "Eve"}),
        viewer.put(f"/customers/{number}/status", {"status": "inactive"}),
        viewer.delete(f"/customers/{number}"),
    ):
        assert answer.status_code == 403
        assert answer.json()["code"] == "not_allowed"


def test_another_organisation_sees_nothing_of_it(cast: Cast, new_customer: New) -> None:
    number = new_customer("Maria")
    outsider = client_of(cast.outsider)

    assert outsider.get("/customers").json()["items"] == []
    assert outsider.get("/customers?q=maria").json()["items"] == []
    for answer in (
        outsider.get(f"/customers/{number}"),
        outsider.patch(f"/customers/{number}", {"given_name": "Eve"}),
        outsider.delete(f"/customers/{number}"),
    ):
        assert answer.status_code == 404


def test_several_become_inactive_as_one_change(api: Api, new_customer: New) -> None:
    """TP-40."""
    numbers = [new_customer("Anna"), new_customer("Berta")]

    answer = api.post("/customers/status", {"numbers": numbers, "status": "inactive"})

    assert answer.json() == {"changed": 2}
    rows = api.get("/customers?status=inactive").json()["items"]
    assert [row["number"] for row in rows] == numbers
    unknown = api.post("/customers/status", {"numbers": [987654], "status": "inactive"})
    assert unknown.status_code == 422
    assert "987654" in unknown.json()["detail"]


def test_deleting_shows_first_what_it_touches(api: Api, new_customer: New) -> None:
    """TP-38, decision 5."""
    number = new_customer("Maria")

    preview = api.get(f"/customers/{number}/deletion").json()
    nothing = {"itineraries": [], "stays": 0, "bookings": 0, "travels": 0}
    assert preview == {"customer": number, **nothing}
    assert api.delete(f"/customers/{number}").status_code == 204
    assert api.get(f"/customers/{number}").status_code == 404


def test_deleting_counts_the_bookings_of_others_apart(cast: Cast, api: Api) -> None:
    traveller = making.customer(cast.advisor)
    travelling.booked(cast, making.customer(cast.advisor), traveller)
    travelling.booked(cast, traveller)
    preview = api.get(f"/customers/{traveller.number}/deletion").json()
    assert (preview["bookings"], preview["travels"]) == (1, 1)


def test_lists_cost_the_same_however_many_rows_they_have(
    api: Api, new_customer: New, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        new_customer("Anna", primary_email="anna@example.com", primary_city="Faro")

    with django_assert_max_num_queries(24) as few:
        api.get("/customers?limit=2")
    with django_assert_max_num_queries(24) as many:
        api.get("/customers?limit=8")

    assert len(few) == len(many)
