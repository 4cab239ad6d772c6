"""The customers' pages: list, create, page, update, conflict, status, delete."""

import re
from typing import Any

import pytest

from tests.bookings import making, travelling
from tests.identity.people import catch_up
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.operations import planning
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.kit import tenancy
from wayfolk.segments.models import BulkChange
from wayfolk.segments.operations import many
from wayfolk.staff.models import FieldRule, Role
from wayfolk.web.search.new_customer import fields_of


def add(cast: Cast, given_name: str = "Ann", **contacts: str) -> Customer:
    with tenancy.scope(cast.organization.id):
        return operations.create_customer(
            CustomerData(
                {"given_name": given_name},
                {("primary", kind): value for kind, value in contacts.items()},
                {("primary", "city"): "Faro", ("primary", "country"): "PT"},
            ),
            by=cast.advisor,
        )


def form_of(html: str) -> dict[str, Any]:
    """The version and the first values of the form as the browser would send them back."""
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_-]+)"[^>]*?value="([^"]*)"', html))
    return {k: v for k, v in fields.items() if k == "version" or k.startswith("initial-")}


def reload(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id)


def test_tq01_the_number_in_the_list_opens_the_page(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    client = client_for(cast.advisor)
    listed = client.get("/customers/").content.decode()
    assert f'href="/customers/{customer.number}/"' in listed
    assert "ann@example.com" in listed
    page = client.get(f"/customers/{customer.number}/")
    assert page.status_code == 200
    assert 'href="/customers/"' in page.content.decode()


@pytest.mark.parametrize("query", ["ann", "ANN", "ann@exam", "+351 9100", "1"])
def test_the_search_box_finds(cast: Cast, query: str) -> None:
    """TQ-31."""
    add(cast, email="ann@example.com", phone="+351 910 000 111")
    add(cast, "Zoltan")
    html = client_for(cast.advisor).get("/customers/", {"q": query}).content.decode()
    assert "Ann" in html
    assert "Zoltan" not in html


def test_the_search_says_why_and_finds_misspelled_names_within_the_filters(cast: Cast) -> None:
    """TQ-31, KP-02."""
    ann, gone = add(cast, "Annika", email="ann@example.com"), add(cast, "Anneke")
    operations.set_status([gone.id], "inactive", by=cast.advisor)
    catch_up(cast)
    client = client_for(cast.advisor)
    html = client.get("/customers/", {"q": "anikka"}).content.decode()
    assert f'href="/customers/{ann.number}/"' in html
    assert '<span class="wf-why">spelled Annika</span>' in html
    assert 'data-found="1 customer found"' in html
    both = client.get("/customers/", {"q": "ann"}).content.decode()
    assert (
        0 < both.index(f'"/customers/{ann.number}/"') < both.index(f'"/customers/{gone.number}/"')
    )
    only = client.get("/customers/", {"q": "ann", "status": "inactive"}).content.decode()
    assert f'"/customers/{ann.number}/"' not in only
    assert f'"/customers/{gone.number}/"' in only
    none = client.get("/customers/", {"q": "ann", "kind": "company"}).content.decode()
    assert "The filter Account type “Company” hides 2 customers." in none


def test_of_many_matches_the_best_are_shown_and_it_is_said(cast: Cast) -> None:
    for number in range(52):
        add(cast, "Ann", email=f"ann{number}@example.com")
    client = client_for(cast.advisor)
    html = client.get("/customers/", {"q": "ann"}).content.decode()
    assert html.count("data-row-link") == 50
    assert "50 best matches; type more to narrow them down" in html
    hint = client.get("/customers/", {"q": "%%"}).content.decode()
    assert "There is no letter or digit in this search." in hint


def test_nobody_found_offers_to_create_whom_one_looked_for(cast: Cast) -> None:
    """KP-01."""
    html = client_for(cast.advisor).get("/customers/", {"q": "nina holm"}).content.decode()
    assert 'href="/customers/new?q=nina+holm"' in html
    assert (
        "/customers/new"
        not in client_for(cast.viewer).get("/customers/", {"q": "nina holm"}).content.decode()
    )


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("nina holm", {"given_name": "Nina", "family_name": "Holm"}),
        ("nina van den berg", {"given_name": "Nina", "family_name": "van den Berg"}),
        ("Ana Maria Costa", {"given_name": "Ana Maria", "family_name": "Costa"}),
        ("McDonald", {"given_name": "McDonald"}),
        ("nina@example.com", {"email": "nina@example.com"}),
        ("nina nina@example.com", {"given_name": "Nina", "email": "nina@example.com"}),
        ("+351 910 000 111", {"phone": "+351 910 000 111"}),
        ("4711", {}),
        ("李明", {"given_name": "李明"}),
        ("%%", {}),
        ("", {}),
    ],
)
def test_what_was_searched_for_becomes_fields(query: str, values: dict[str, str]) -> None:
    assert fields_of(query) == values


def test_a_filter_that_hides_rows_says_so(cast: Cast) -> None:
    add(cast)
    client = client_for(cast.advisor)
    html = client.get("/customers/", {"status": "inactive"}).content.decode()
    assert "The filter Status “Inactive” hides 1 customer." in html
    assert "Clear the filters" in html
    assert "Ann" in client.get("/customers/", {"country": "PT", "city": "far"}).content.decode()
    assert "Ann" not in client.get("/customers/", {"city": "lag"}).content.decode()


def test_pages_of_the_list_follow_each_other_both_ways(cast: Cast) -> None:
    for number in range(60):
        add(cast, f"Person {number:02}")
    client = client_for(cast.advisor)
    first = client.get("/customers/").content.decode()
    next_url = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert next_url is not None
    second = client.get("/customers/" + next_url[1].replace("&amp;", "&")).content.decode()
    assert "Person 00" in first
    assert "Person 59" in second
    back = re.search(r'href="(\?[^"]*before=[^"]+)"', second)
    assert back is not None
    assert "Person 00" in client.get("/customers/" + back[1].replace("&amp;", "&")).content.decode()


def _names(html: str) -> list[str]:
    return re.findall(r'<td class="wf-rest-name" title="([A-Z][a-z]+)">', html)


def test_tq30_key_customers_come_first_by_turnover(cast: Cast) -> None:
    for name, cents in (("Ann", 5_000), ("Bob", 123_456), ("Cid", 0), ("Dan", 7_700)):
        customer = add(cast, name)
        if cents:
            making.booking(cast.manager, customer, total_minor=cents)
    making.booking(cast.manager, customer, total_minor=999_999, status="cancelled")
    client = client_for(cast.manager)
    listed = client.get("/customers/").content.decode()
    assert 'href="?sort=-turnover"' in listed
    assert "EUR 1,234.56" in listed
    largest = client.get("/customers/?sort=-turnover").content.decode()
    assert _names(largest) == ["Bob", "Dan", "Ann", "Cid"]
    smallest = client.get("/customers/?sort=turnover&city=faro&status=active").content.decode()
    assert _names(smallest) == ["Cid", "Ann", "Dan", "Bob"]
    assert _names(client.get("/customers/?sort=turnover&city=lagos").content.decode()) == []


def test_tq11_who_may_not_see_prices_sees_and_sorts_no_turnover(cast: Cast) -> None:
    for name, cents in (("Ann", 5_000), ("Bob", 123_456)):
        making.booking(cast.manager, add(cast, name), total_minor=cents)
    with (
        tenancy.scope(cast.organization.id),
        change_set(by=cast.administrator, operation="t", summary="T"),
    ):
        role = Role.objects.get(code="consultant")
        FieldRule.objects.create(role=role, field="booking.total", access="hidden")
    html = client_for(cast.advisor).get("/customers/?sort=-turnover").content.decode()
    assert _names(html) == ["Ann", "Bob"]
    assert "Turnover" not in html
    assert "1,234.56" not in html


@pytest.mark.parametrize("rows", [1, 12])
def test_queries_do_not_grow_with_the_rows(
    cast: Cast, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        add(cast, f"Person {number}", email=f"p{number}@example.com")
    client = client_for(cast.advisor)
    with django_assert_max_num_queries(28):
        client.get("/customers/")
    with django_assert_max_num_queries(28):
        client.get("/customers/?q=person")


def test_create_needs_a_first_name_only(cast: Cast) -> None:
    """TP-25, D-10."""
    client = client_for(cast.advisor)
    answer = client.post("/customers/new", {"given_name": "Ann"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customers/1/")
    refused = client.post("/customers/new", {"given_name": " ", "primary_email": "x"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "“x” is not an email address" in html


def test_tq10_update_saves_and_offers_undo(cast: Cast) -> None:
    """D-01."""
    customer = add(cast)
    client = client_for(cast.advisor)
    form = form_of(client.get(f"/customers/{customer.number}/").content.decode())
    answer = client.post(
        f"/customers/{customer.number}/update",
        {**form, "given_name": "Anne", "primary_city": "Faro"},
    )
    assert answer.status_code == 303
    assert reload(customer).given_name == "Anne"
    with tenancy.scope(cast.organization.id):
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
    assert f"/changes/{newest.id}/undo" in client.get("/customers/").content.decode()


def test_an_edit_of_other_fields_meanwhile_is_merged_without_asking(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    form = form_of(client.get(f"/customers/{customer.number}/").content.decode())
    with tenancy.scope(cast.organization.id):
        operations.update_customer(customer.id, CustomerData({"notes": "theirs"}), by=cast.manager)
    answer = client.post(
        f"/customers/{customer.number}/update",
        {**form, "given_name": "Anne", "notes": "", "primary_city": "Faro"},
    )
    assert answer.status_code == 303
    assert (reload(customer).given_name, reload(customer).notes) == ("Anne", "theirs")


def test_an_edit_of_the_same_field_meanwhile_asks_which_value_stays(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    form = form_of(client.get(f"/customers/{customer.number}/").content.decode())
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id, CustomerData({"given_name": "Theirs"}), by=cast.manager
        )
    sent = {**form, "given_name": "Yours", "primary_city": "Faro"}
    asked = client.post(f"/customers/{customer.number}/update", sent)
    assert asked.status_code == 409
    html = asked.content.decode()
    assert "Mats Berg changed the same field" in html
    assert reload(customer).given_name == "Theirs"
    kept = client.post(f"/customers/{customer.number}/update", {**sent, "keep-given_name": "yours"})
    assert kept.status_code == 303
    assert reload(customer).given_name == "Yours"


def test_tq12_a_viewer_sees_and_cannot_save(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.viewer)
    html = client.get(f"/customers/{customer.number}/").content.decode()
    assert ">Update<" not in html
    assert client.get("/customers/new").status_code == 403
    form = form_of(html)
    client.post(f"/customers/{customer.number}/update", {**form, "given_name": "Eve"})
    assert reload(customer).given_name == "Ann"


def test_a_hidden_field_is_nowhere_on_the_pages(cast: Cast) -> None:
    customer = add(cast, phone="+351 910 000 111", email="ann@example.com")
    with change_set(by=cast.administrator, operation="staff.roles", summary="Hid phones"):
        role = Role.objects.get(code="consultant")
        FieldRule.objects.create(role=role, field="customer.phone", access="hidden")
    client = client_for(cast.advisor)
    for url in ("/customers/", f"/customers/{customer.number}/", "/customers/?q=910000111"):
        html = client.get(url).content.decode()
        assert "910 000 111" not in html
    assert "Nobody found" in client.get("/customers/?q=910000111").content.decode()
    for url in ("/customers/", f"/customers/{customer.number}/"):
        html = client.get(url).content.decode()
        assert "Evening phone" not in html


def test_html_in_every_field_is_shown_as_text(cast: Cast) -> None:
    evil = "<script>alert(1)</script>"
    with tenancy.scope(cast.organization.id):
        customer = operations.create_customer(
            CustomerData(
                {"given_name": evil, "family_name": evil, "notes": evil, "title": "<b>x</b>"},
                {},
                {("primary", "city"): evil},
            ),
            by=cast.advisor,
        )
    client = client_for(cast.advisor)
    for url in ("/customers/", f"/customers/{customer.number}/", "/customers/?q=script"):
        assert evil not in client.get(url).content.decode()


def test_deleting_shows_first_and_can_be_taken_back(cast: Cast) -> None:
    """TP-40, D-05."""
    customer = add(cast)
    client = client_for(cast.manager)
    url = f"/customers/{customer.number}/delete"
    preview = client.get(url).content.decode()
    assert "Better: make the customer inactive" in preview
    assert reload(customer).deleted_at is None
    assert client.post(url).status_code == 303
    assert client.get(f"/customers/{customer.number}/").status_code == 404
    with tenancy.scope(cast.organization.id):
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
    undoing.undo_change_set(newest.id, by=cast.manager)
    assert client.get(f"/customers/{customer.number}/").status_code == 200


def test_deleting_names_the_bookings_of_others_on_which_they_travel(cast: Cast) -> None:
    customer, buyer = add(cast), add(cast, "Bo")
    url = f"/customers/{customer.number}/delete"
    client = client_for(cast.manager)
    for _ in range(2):
        travelling.booked(cast, buyer, customer)
    words = "2 bookings of others on which they travel"
    assert f"{words} keep their record of this customer." in client.get(url).content.decode()
    making.stay(cast.advisor, customer)
    travelling.booked(cast, customer)  # their own counts once, though they travel on it
    assert f"1 booking, {words} and 1 stay keep their record" in client.get(url).content.decode()
    of_buyer = client.get(f"/customers/{buyer.number}/delete").content.decode()
    assert "2 bookings keep their record" in of_buyer


def test_status_of_one_and_of_many(cast: Cast) -> None:
    first, second = add(cast), add(cast, "Bo")
    client = client_for(cast.advisor)
    client.post(f"/customers/{first.number}/status", {"status": "inactive"})
    assert reload(first).status == "inactive"
    chosen = [str(first.number), str(second.number), "x"]
    client.post("/customers/selection/change", {"selected": chosen, "change": "status:inactive"})
    with tenancy.scope(cast.organization.id):
        asked = BulkChange.objects.get()
    many.carry_out(asked.id, by=cast.advisor)
    assert reload(second).status == "inactive"
    assert client.post(f"/customers/{first.number}/status", {"status": "x"}).status_code == 422


def test_editing_in_place_returns_to_where_one_was_and_nowhere_else(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    url = f"/customers/{customer.number}/edit"
    form = form_of(client.get(url).content.decode())
    sent = {**form, "given_name": "Anne", "primary_city": "Faro"}
    assert client.post(url, {**sent, "next": "/customers/"}).headers["Location"] == "/customers/"
    form = form_of(client.get(url).content.decode())
    away = client.post(url, {**sent, **form, "next": "https://evil.example/"})
    assert away.headers["Location"] == f"/customers/{customer.number}/"


def test_another_organisation_sees_nothing(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.outsider)
    assert "Ann" not in client.get("/customers/").content.decode()
    for url in ("", "edit", "delete", "history"):
        assert client.get(f"/customers/{customer.number}/{url}").status_code == 404


def test_signed_out_is_sent_to_the_sign_in_page(client: Any, db: None) -> None:
    assert "/account/login/" in client.get("/customers/").headers["Location"]


@pytest.mark.parametrize(
    "query",
    [
        {"after": "rubbish"},
        {"before": "%00"},
        {"sort": "'; drop table"},
        {"q": "\x00"},
        {"q": "%" * 500},
        {"status": "nonsense"},
        {"country": "ZZ"},
        {"city": "x" * 5000},
    ],
)
def test_bad_addresses_never_break_the_list(cast: Cast, query: dict[str, str]) -> None:
    assert client_for(cast.advisor).get("/customers/", query).status_code == 200


def test_tp39_deleting_the_only_point_of_contact_announces_who_follows(cast: Cast) -> None:
    """D-05."""
    first, second = add(cast), add(cast, "Bo")
    with tenancy.scope(cast.organization.id):
        trip = planning.create_itinerary(
            {"name": "Douro"},
            by=cast.manager,
            customers=[LinkChoice(customer_id=first.id), LinkChoice(customer_id=second.id)],
        ).itinerary
    client = client_for(cast.manager)
    url = f"/customers/{first.number}/delete"
    assert "<strong>Bo</strong> becomes the point of contact" in client.get(url).content.decode()
    client.post(url)
    html = client.get("/customers/").content.decode()
    assert f"Bo is now the point of contact of {trip.trip_id}." in html
