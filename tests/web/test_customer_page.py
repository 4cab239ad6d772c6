"""The customer page: who may change what, sections as they were left, where values are from."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings import making
from tests.web.signed_in import client_for
from tests.web.test_bookings import set_field, switch_off
from tests.web.test_customers import add, form_of, reload
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations, rules
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.staff.models import PageLayout, Role, RolePermission
from wayfolk.staff.rules import CONTROLLED_FIELDS
from wayfolk.web.customers import counts, warnings
from wayfolk.web.customers.warnings import Warning as CustomerWarning

HTMX = {"HTTP_HX_REQUEST": "true"}
FORM = {"primary_city": "Faro", "primary_country": "PT"}


def page(client: Client, customer: Customer) -> str:
    return client.get(f"/customers/{customer.number}/").content.decode()


def sent(client: Client, customer: Customer, **changed: str) -> Any:
    """What a browser posts from the page as it is, with these fields changed."""
    form = form_of(page(client, customer))
    present = {k.removeprefix("initial-"): v for k, v in form.items() if k.startswith("initial-")}
    address = f"/customers/{customer.number}/update"
    return client.post(address, {**form, **present, **changed})


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_tq11_an_update_saves_what_it_may_and_says_of_each_other_field_why_not(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    client = client_for(cast.advisor)
    opened = form_of(page(client, customer))
    for field in ("customer.email", "customer.notes"):
        set_field(cast, "consultant", field, "view")
    changed = {**FORM, "given_name": "Anne", "primary_email": "x@example.com", "notes": "New"}
    answer = client.post(f"/customers/{customer.number}/update", {**opened, **changed})
    assert answer.status_code == 422
    words = text_of(answer.content.decode())
    assert "Not everything was saved" in words
    assert "Email : Left as it is: your role “Consultant” may not change the email." in words
    assert "Notes : Left as it is: your role “Consultant” may not change the notes." in words
    assert "The other changes were saved." in words
    assert "/undo" in answer.content.decode()
    stored = reload(customer)
    assert (stored.given_name, stored.notes) == ("Anne", "")
    with tenancy.scope(cast.organization.id):
        assert [point.value for point in stored.contact_points.all()] == ["ann@example.com"]


def test_tq11_where_nothing_else_was_changed_nothing_is_called_saved(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    client = client_for(cast.advisor)
    opened = form_of(page(client, customer))
    set_field(cast, "consultant", "customer.email", "view")
    changed = {**FORM, "given_name": "Ann", "primary_email": "x@example.com"}
    answer = client.post(f"/customers/{customer.number}/update", {**opened, **changed})
    words = text_of(answer.content.decode())
    assert answer.status_code == 422
    assert "Nothing was saved" in words
    assert "may not change the email" in words
    assert "Customer updated" not in words


def test_tq11_a_hidden_field_that_is_sent_is_refused_without_a_word_of_its_value(
    cast: Cast,
) -> None:
    customer = add(cast, phone="+351 910 000 111")
    set_field(cast, "consultant", "customer.phone", "hidden")
    client = client_for(cast.advisor)
    answer = sent(client, customer, given_name="Anne", primary_phone="+351 999 999 999")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "may not change the phone" in html
    assert "910 000 111" not in html
    assert reload(customer).given_name == "Anne"


def test_tq12_who_may_only_look_sees_text_and_is_told_why_nothing_is_saved(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    client = client_for(cast.viewer)
    html = page(client, customer)
    form = html[html.index('aria-label="Customer information"') :]
    form = form[: form.index("</form>")]
    assert "ann@example.com" in text_of(form)
    assert not re.search(r'<(select|textarea|input type="(text|checkbox|date)")', form)
    answer = client.post(f"/customers/{customer.number}/update", {"given_name": "Eve"})
    assert answer.status_code == 403
    words = text_of(answer.content.decode())
    assert "Nothing was saved. Your role “Viewer” does not include" in words
    assert reload(customer).given_name == "Ann"


def test_tq12_a_field_to_look_at_is_text_beside_fields_to_edit(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    set_field(cast, "consultant", "customer.email", "view")
    html = page(client_for(cast.advisor), customer)
    assert 'name="primary_email"' not in html
    assert 'name="given_name"' in html
    assert "ann@example.com" in html


@pytest.mark.parametrize(("value", "stored"), [("yes", True), ("no", False), ("", None)])
def test_the_newsletter_is_yes_no_or_not_asked(cast: Cast, value: str, stored: bool | None) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    sent(client, customer, takes_newsletter="yes" if stored is None else "")
    assert sent(client, customer, takes_newsletter=value).status_code == 303
    assert reload(customer).takes_newsletter is stored
    made = client.post("/customers/new", {"given_name": "Bo", "takes_newsletter": value})
    number = int(made.headers["Location"].split("/")[2])
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.get(number=number).takes_newsletter is stored


def test_tq01_the_way_back_keeps_the_filters_of_the_list(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    address = f"/customers/{customer.number}/"
    came = client.get(address, HTTP_REFERER="http://testserver/customers/?status=active&city=faro")
    html = came.content.decode()
    assert 'href="/customers/?status=active&amp;city=faro"' in html
    form = form_of(html)
    post = {**form, **FORM, "given_name": "Anne", "list": "status=active&city=faro"}
    answer = client.post(f"{address}update", post)
    assert answer.headers["Location"] == f"{address}?list=status%3Dactive%26city%3Dfaro"
    after = client.get(answer.headers["Location"]).content.decode()
    assert 'href="/customers/?status=active&amp;city=faro"' in after


@pytest.mark.parametrize(
    "referer",
    ["http://elsewhere.example/customers/?q=x", "http://testserver/bookings/?q=x", "rubbish", ""],
)
def test_only_the_list_itself_says_where_the_way_back_leads(cast: Cast, referer: str) -> None:
    customer = add(cast)
    html = (
        client_for(cast.advisor)
        .get(f"/customers/{customer.number}/", HTTP_REFERER=referer)
        .content.decode()
    )
    assert '<a class="wf-back" href="/customers/">' in html


def test_html_in_the_way_back_stays_text(cast: Cast) -> None:
    customer = add(cast)
    evil = {"list": '"><script>alert(1)</script>&q=\x00'}
    answer = client_for(cast.advisor).get(f"/customers/{customer.number}/", evil)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_tq19_sections_are_as_the_member_left_them_in_every_browser(cast: Cast) -> None:
    customer = add(cast)
    first, second = client_for(cast.advisor), client_for(cast.advisor)
    assert is_open(page(first, customer), "bookings")
    left = {"closed": ["customer-bookings", "customer-stays"], "open": ["customer-history"]}
    assert first.post("/sections/", left).status_code == 204
    html = page(second, customer)
    assert not is_open(html, "bookings")
    assert not is_open(html, "stays")
    assert is_open(html, "history")
    assert is_open(html, "itineraries")
    assert is_open(page(client_for(cast.manager), customer), "bookings")
    second.post("/sections/", {"open": "customer-bookings"})
    assert is_open(page(first, customer), "bookings")
    assert not is_open(page(first, customer), "stays")


def is_open(html: str, section: str) -> bool:
    found = re.search(rf'<details[^>]*id="{section}"[^>]*>', html)
    assert found is not None
    return " open" in found[0]


@pytest.mark.parametrize("name", ["", "X", "a b", "<b>", "a" * 61, "1", "é"])
def test_what_is_no_section_is_refused(cast: Cast, name: str) -> None:
    client = client_for(cast.advisor)
    assert client.post("/sections/", {"open": name}).status_code == 422
    with tenancy.scope(cast.organization.id):
        assert not PageLayout.objects.exists()


def test_no_more_sections_are_kept_than_a_product_has(cast: Cast) -> None:
    client = client_for(cast.advisor)
    for start in (0, 150):
        names = [f"s{number}" for number in range(start, start + 150)]
        client.post("/sections/", {"open": names})
    with tenancy.scope(cast.organization.id):
        assert len(PageLayout.objects.get().sections) == 150
    assert client.post("/sections/", {"open": [f"s{n}" for n in range(201)]}).status_code == 422


def test_a_closed_section_is_filled_when_it_is_opened(cast: Cast) -> None:
    customer = add(cast)
    making.booking(cast.advisor, customer, product="Spa day")
    client = client_for(cast.advisor)
    client.post("/sections/", {"closed": ["customer-bookings", "customer-household"]})
    html = page(client, customer)
    assert "Spa day" not in html
    address = f"/customers/{customer.number}/sections/bookings/"
    assert f'hx-get="{address}"' in html
    assert re.search(r'id="bookings".*?wf-section-count">1<', html, re.DOTALL)
    part = client.get(address, **HTMX).content.decode()
    assert "Spa day" in part
    assert "<html" not in part
    assert "<h1" in client.get(address).content.decode()  # without scripts
    home = client.get(f"/customers/{customer.number}/sections/household/", **HTMX)
    assert "Belongs to no household" in home.content.decode()


def test_tq18_a_section_that_is_not_for_the_reader_does_not_exist(cast: Cast) -> None:
    """TQ-02."""
    customer = add(cast)
    switch_off(cast.administrator, "stays")
    client = client_for(cast.advisor)
    assert 'id="stays"' not in page(client, customer)
    for name in ("stays", "nonsense"):
        address = f"/customers/{customer.number}/sections/{name}/"
        assert client.get(address, **HTMX).status_code == 404


def test_the_sections_stand_in_their_order(cast: Cast) -> None:
    html = page(client_for(cast.administrator), add(cast))
    order = re.findall(r'<details[^>]*id="([a-z-]+)"[^>]*data-section', html)
    own = ["bookings", "old-bookings", "itineraries", "stays", "household", "history"]
    assert [name for name in order if name in own] == own


def test_counts_of_all_sections_come_in_one_statement(cast: Cast) -> None:
    customer = add(cast)
    for _ in range(3):
        making.booking(cast.advisor, customer)
    making.booking(cast.advisor, customer, status="cancelled")
    with tenancy.scope(cast.organization.id), CaptureQueriesContext(connection) as captured:
        wanted = ["bookings", "old-bookings", "itineraries", "stays", "unknown"]
        found = counts.counts_of(customer, wanted, by=cast.advisor)
    assert len(captured) == 1
    assert found == {"bookings": 4, "old-bookings": found["old-bookings"], "itineraries": 0} | {
        "stays": 0
    }
    assert found["old-bookings"] >= 1
    assert [counts.in_words(n) for n in (None, 0, 99, 100, 250)] == ["", "0", "99", "99+", "99+"]


def test_the_page_has_a_fixed_number_of_queries(cast: Cast) -> None:
    few, many = add(cast), add(cast, "Bo")
    making.booking(cast.advisor, few)
    making.stay(cast.advisor, few)
    for _ in range(12):
        making.booking(cast.advisor, many)
        making.stay(cast.advisor, many)
    client = client_for(cast.advisor)
    numbers = [queries(client, few), queries(client, many)]
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 22
    shut = [f"customer-{name}" for name in ("bookings", "itineraries", "stays", "household")]
    client.post("/sections/", {"closed": shut})
    assert queries(client, many) <= numbers[0] - 2


def queries(client: Client, customer: Customer) -> int:
    page(client, customer)
    with CaptureQueriesContext(connection) as captured:
        page(client, customer)
    return len(captured)


def test_tq09_indicators_stand_in_their_order_and_a_no_is_a_cross(cast: Cast) -> None:
    customer = add(cast)
    html = page(client_for(cast.viewer), customer)
    box = text_of(html[html.index('aria-label="Indicators"') :].partition("</section>")[0])
    labels = ("Gained Bonus", "Special Guest", "Happiness Overall", "Happiness Represent.")
    places = [box.index(label) for label in (*labels, "Total Complaints")]
    assert places == sorted(places)
    assert "Gained Bonus 0" in box
    assert "Special Guest no" in box
    assert '<span class="wf-no">' in html
    sent(client_for(cast.advisor), customer, is_special_guest="on")
    assert '<span class="wf-yes">' in page(client_for(cast.viewer), customer)


def test_warnings_stand_in_the_head(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpaid(_customer: Customer, _counted: Any, _by: Any) -> list[CustomerWarning]:
        return [CustomerWarning("EUR 120.00 is overdue", "/payments/", "danger")]

    monkeypatch.setattr(warnings, "PROVIDERS", (unpaid,))
    html = page(client_for(cast.advisor), add(cast))
    assert '<li class="wf-tone-danger">' in html
    assert '<a href="/payments/">EUR 120.00 is overdue</a>' in html


def test_a_value_says_where_it_is_from(cast: Cast) -> None:
    customer = add(cast, email="first@example.com")
    client = client_for(cast.advisor)
    with tenancy.scope(cast.organization.id):
        for value in ("second@example.com", "", "third@example.com"):
            data = CustomerData(contacts={("primary", "email"): value})
            operations.update_customer(customer.id, data, by=cast.manager)
        operations.update_customer(
            customer.id, CustomerData({"takes_newsletter": True}), by=cast.manager
        )
    address = f"/customers/{customer.number}/values/"
    steps = client.get(f"{address}?field=primary_email", **HTMX).context["steps"]
    values = [step.value for step in steps]
    assert values == ["third@example.com", "", "second@example.com", "first@example.com"]
    assert [step.author for step in steps] == ["Mats Berg"] * 3 + ["Ida Lund"]
    assert steps[0].source == "Updated customer Ann"
    letter = client.get(f"{address}?field=takes_newsletter", **HTMX).context["steps"]
    assert [step.value for step in letter] == ["yes", ""]
    place = client.get(f"{address}?field=primary_city", **HTMX)
    assert "Faro" in place.content.decode()
    assert "Never had a value" in client.get(f"{address}?field=secondary_fax").content.decode()


@pytest.mark.parametrize("field", ["", "x", "primary_", "secondary_x", "kind; drop", "version"])
def test_what_is_no_value_has_no_history(cast: Cast, field: str) -> None:
    customer = add(cast)
    address = f"/customers/{customer.number}/values/"
    assert client_for(cast.advisor).get(address, {"field": field}).status_code == 404


SECRETS: dict[str, tuple[str, Callable[[Cast], Customer]]] = {
    "customer.email": ("secret@example.com", lambda cast: add(cast, email="secret@example.com")),
    "customer.phone": ("+351 910 777 666", lambda cast: add(cast, mobile="+351 910 777 666")),
    "customer.address": ("Zambujeira", lambda cast: _living(cast, "Zambujeira")),
    "customer.birth_on": ("1971", lambda cast: _with(cast, birth_on="1971-02-03")),
    "customer.notes": ("Sekretissimo", lambda cast: _with(cast, notes="Sekretissimo")),
    "booking.total": ("777.77", lambda cast: _booked(cast, total_minor=77_777)),
}


def _living(cast: Cast, city: str) -> Customer:
    with tenancy.scope(cast.organization.id):
        places = {("primary", "city"): city}
        return operations.create_customer(
            CustomerData({"given_name": "Ann"}, {}, places), by=cast.administrator
        )


def _with(cast: Cast, **fields: Any) -> Customer:
    if "birth_on" in fields:
        fields["birth_on"] = date.fromisoformat(fields["birth_on"])
    with tenancy.scope(cast.organization.id):
        return operations.create_customer(
            CustomerData({"given_name": "Ann", **fields}), by=cast.administrator
        )


def _booked(cast: Cast, **fields: Any) -> Customer:
    customer = add(cast)
    making.booking(cast.administrator, customer, contact_phone="+351 910 777 666", **fields)
    return customer


@pytest.mark.parametrize("field", sorted(SECRETS))
def test_a_hidden_field_is_nowhere_on_the_page_its_sections_and_popovers(
    cast: Cast, field: str
) -> None:
    """TQ-02."""
    secret, make = SECRETS[field]
    customer = make(cast)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id, CustomerData({"title": "Dr"}), by=cast.administrator
        )
    client = client_for(cast.advisor)
    base = f"/customers/{customer.number}"
    names = [name for name in rules.PLAIN_FIELDS if rules.FIELD_RULES.get(name) == field]
    for name in (*rules.CONTACT_KINDS, *rules.ADDRESS_FIELDS):
        if rules.FIELD_RULES[name] == field:
            names += [rules.form_key(each, name) for each in rules.SETS]
    surfaces = [f"{base}/", f"{base}/history", f"/bookings/of-customer/{customer.number}/?panel=1"]
    surfaces += [f"{base}/sections/{name}/" for name in ("bookings", "old-bookings", "household")]
    surfaces += [f"{base}/values/?field={name}" for name in names]
    assert any(secret in client.get(url).content.decode() for url in surfaces)
    set_field(cast, "consultant", field, "hidden")
    for url in surfaces:
        assert secret not in client.get(url).content.decode(), url
    for name in names:
        assert client.get(f"{base}/values/?field={name}").status_code == 403


def test_the_phone_of_bookings_is_hidden_with_the_customers(cast: Cast) -> None:
    customer = _booked(cast)
    set_field(cast, "consultant", "customer.phone", "hidden")
    client = client_for(cast.advisor)
    for query in ("", "?sort=phone", "?panel=1"):
        html = client.get(f"/bookings/of-customer/{customer.number}/{query}").content.decode()
        assert "910 777 666" not in html
        assert "Phone" not in html


def test_who_may_not_see_history_gets_no_popovers(cast: Cast) -> None:
    customer = add(cast)
    with change_set(by=cast.administrator, operation="test", summary="No history"):
        role = Role.objects.get(code="consultant")
        RolePermission.objects.filter(role=role, permission="history.view").delete()
    client = client_for(cast.advisor)
    assert "value-history" not in page(client, customer)
    address = f"/customers/{customer.number}/values/?field=given_name"
    assert client.get(address).status_code == 403


def test_an_update_from_the_page_is_taken_back_as_one(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    sent(client, customer, given_name="Anne", takes_newsletter="no", primary_city="Lagos")
    with tenancy.scope(cast.organization.id):
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
    client.post(f"/changes/{newest.id}/undo")
    assert (reload(customer).given_name, reload(customer).takes_newsletter) == ("Ann", None)


@pytest.mark.parametrize("field", CONTROLLED_FIELDS)
def test_the_page_opens_whatever_field_is_hidden(cast: Cast, field: str) -> None:
    customer = add(cast)
    set_field(cast, "consultant", field, "hidden")
    answer = client_for(cast.advisor).get(f"/customers/{customer.number}/")
    assert answer.status_code == 200
    is_shown = "/payments/of-customer/" in answer.content.decode()
    assert is_shown == (field != "booking.total")


@pytest.mark.parametrize("module", ["bookings", "payments", "offers", "service", "loyalty"])
def test_the_page_opens_whatever_module_is_off(cast: Cast, module: str) -> None:
    customer = add(cast)
    switch_off(cast.administrator, module)
    assert client_for(cast.advisor).get(f"/customers/{customer.number}/").status_code == 200
