"""The palette's results and the search page."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.identity.people import catch_up
from tests.sales import making as sales
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.kit import text
from wayfolk.organization.models import Module
from wayfolk.staff.models import FieldRule, Membership, Role, RolePermission
from wayfolk.staff.rules import Actor
from wayfolk.web.search.marking import marked, marked_digits, marked_name

FRAGMENT = {"HX-Request": "true"}


def add(cast: Cast, name: str = "Zoë", *, city: str = "", **contacts: str) -> Customer:
    reach = {("primary", kind): value for kind, value in contacts.items()}
    place = {("primary", "city"): city} if city else {}
    data = CustomerData({"given_name": name, "family_name": "Müller"}, reach, place)
    return operations.create_customer(data, by=cast.advisor)


def trip(cast: Cast, name: str) -> None:
    with change_set(by=cast.advisor, operation="itineraries.create", summary=name):
        stage = Stage.objects.order_by("position").first()
        Itinerary.objects.create(number=77, name=name, stage=stage, folded_name=text.fold(name))


def palette(actor: Actor, query: str) -> str:
    response = client_for(actor).get("/search", {"q": query}, headers=FRAGMENT)
    assert response.status_code == 200
    html = response.content.decode()
    assert "<html" not in html
    return html


@pytest.mark.parametrize("query", ["z", "zoe", "MUELLER"[:2], "Müll"])
def test_customers_are_found_from_the_first_letter_and_marked(cast: Cast, query: str) -> None:
    customer = add(cast)
    html = palette(cast.viewer, query)
    assert f'href="/customers/{customer.number}/"' in html
    assert "<mark>" in html


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("zoe@exa", "email begins so"),
        ("910 000", "phone begins so"),
        ("0111", "phone ends in 0111"),
        ("910 000 112", "phone differs in one digit"),
        ("1", "customer number"),
        ("zoe miller", "spelled Müller"),
        ("muller zoe", "names in the other order"),
        ("zo", "name begins so"),
        ("zoe muller faro", "lives in Faro"),
    ],
)
def test_the_answer_says_why_it_matched(cast: Cast, query: str, reason: str) -> None:
    """KP-02."""
    add(cast, city="Faro", email="zoe@example.com", phone="+351 910 000 111")
    catch_up(cast)
    assert f'<span class="wf-option-reason">{reason}</span>' in palette(cast.viewer, query)


def test_the_plain_name_gives_no_reason_and_shows_what_tells_people_apart(cast: Cast) -> None:
    """TP-42."""
    customer = add(cast, city="Faro", email="zoe@example.com", phone="+351 910 000 111")
    html = palette(cast.viewer, "zoë müller")
    assert "wf-option-reason" not in html
    assert "<mark>Zoë</mark> <mark>Müller</mark>" in html
    assert f"zoe@example.com · +351 910 000 111 · Faro · No {customer.number}" in html


def test_inactive_ones_are_marked_and_last_restricted_ones_never_come(cast: Cast) -> None:
    gone, there, secret = add(cast, "Zoe"), add(cast, "Zoey"), add(cast, "Zoe")
    operations.set_status([gone.id], "inactive", by=cast.advisor)
    with change_set(by=cast.administrator, operation="test", summary="Restricted"):
        Customer.objects.filter(id=secret.id).update(status="restricted")
    html = palette(cast.viewer, "zoe muller")
    places = [html.find(f'id="result-customer-{each.number}"') for each in (there, gone, secret)]
    assert 0 < places[0] < places[1]
    assert places[2] == -1
    assert "Inactive" in html[places[1] :]
    assert "Inactive" not in html[: places[1]]


def test_what_only_resembles_the_query_gives_way_to_a_command_named_so(cast: Cast) -> None:
    add(cast)
    catch_up(cast)
    assert "data-unsure" in palette(cast.viewer, "ulle")
    assert "data-unsure" not in palette(cast.viewer, "zoe muller")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("%%%", "There is no letter or digit in this search."),
        ("zoe a b c d e f g h", "only its first 6 words"),
        ("zoe " + "x" * 10_000, "only its first 6 words"),
    ],
)
def test_the_reader_is_told_what_was_not_searched_for(cast: Cast, query: str, message: str) -> None:
    assert message in palette(cast.viewer, query)
    assert message in client_for(cast.viewer).get("/search", {"q": query}).content.decode()


def test_who_may_create_is_offered_a_customer_with_what_was_typed(cast: Cast) -> None:
    """KP-01."""
    html = palette(cast.advisor, "nina holm")
    assert "Nothing found" in html
    link = re.search(r'href="(/customers/new\?[^"]+)"', html)
    assert link is not None
    form = client_for(cast.advisor).get(link[1]).content.decode()
    assert 'name="given_name" value="Nina"' in form
    assert 'name="family_name" value="Holm"' in form
    assert "/customers/new" not in palette(cast.viewer, "nina holm")
    add(cast)
    assert "/customers/new" not in palette(cast.advisor, "zoe")


HIDDEN = {
    "customer.phone": ("910000", "+351"),
    "customer.email": ("zoe@example.com", "zoe@"),
    "customer.address": ("muller faro", "Faro"),
}


@pytest.mark.parametrize("field", HIDDEN)
def test_a_hidden_field_finds_nobody_and_is_not_shown(cast: Cast, field: str) -> None:
    """TQ-02, TP-04."""
    query, value = HIDDEN[field]
    add(cast, city="Faro", phone="+351 910 000 111", email="zoe@example.com")
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="Hid"):
        role = Role.objects.get(code="viewer")
        FieldRule.objects.create(role=role, field=field, access="hidden")
    viewer, advisor = client_for(cast.viewer), client_for(cast.advisor)
    for url, found in (
        ("/search?q={}", "wf-option-reason"),
        ("/customers/?q={}", "wf-why"),
        ("/customer-picker/?field=customer&customer-query={}", "wf-option-reason"),
    ):
        for typed in (query, "zoe"):
            assert value not in viewer.get(url.format(typed)).content.decode().replace(typed, "")
        assert found not in viewer.get(url.format(query)).content.decode()
        assert value in advisor.get(url.format("zoe")).content.decode()
        assert found in advisor.get(url.format(query)).content.decode()


@pytest.mark.parametrize("query", ["T-00077", "77", "lisbon"])
def test_trips_are_found_by_id_and_name_while_the_module_is_on(cast: Cast, query: str) -> None:
    trip(cast, "Lisbon in May")
    assert 'href="/itineraries/77/"' in palette(cast.viewer, query)
    with change_set(by=cast.administrator, operation="test", summary="Off"):
        Module.objects.filter(code="itineraries").update(is_on=False)
    assert "/itineraries/" not in palette(cast.viewer, query)


def test_tq50_offers_are_found_by_number_and_title(cast: Cast) -> None:
    """Only by whoever may see offers, and while the module is on."""
    offer = sales.offer(cast.advisor, offeree_name="Wilma Wolf", title="Orchards in bloom")
    for query in (str(offer.number), "orchard", "bloom orch", "wilma"):
        html = palette(cast.viewer, query)
        assert f'href="/offers/{offer.number}/"' in html, query
        assert "Offers" in html
    assert "/offers/" not in palette(cast.outsider, "orchard")
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="Taken"):
        role_id = Membership.objects.get(id=cast.viewer.author_id).role_id
        RolePermission.objects.filter(role_id=role_id, permission="offers.view").delete()
    assert "/offers/" not in palette(cast.viewer, "orchard")
    assert "/offers/" in palette(cast.advisor, "orchard")
    with change_set(by=cast.administrator, operation="test", summary="Off"):
        Module.objects.filter(code="offers").update(is_on=False)
    assert "/offers/" not in palette(cast.advisor, "orchard")


def test_offers_take_the_same_queries_however_many_are_found(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client = client_for(cast.viewer)
    sales.offer(cast.advisor, title="Orchards")
    client.get("/search", {"q": "orchards"}, headers=FRAGMENT)
    with CaptureQueriesContext(connection) as found:
        client.get("/search", {"q": "orchards"}, headers=FRAGMENT)
    for _ in range(7):
        sales.offer(cast.advisor, title="Orchards")
    with django_assert_num_queries(len(found)):
        html = client.get("/search", {"q": "orchards"}, headers=FRAGMENT).content.decode()
    assert html.count('href="/offers/') == 6


def test_another_organisation_finds_nothing(cast: Cast) -> None:
    add(cast)
    assert "Nothing found" in palette(cast.outsider, "zoe")


@pytest.mark.parametrize("query", ["", " ", "%", "\\", "' OR 1=1", "\x00zoe", "𝔷", "x" * 3000, "٣"])
def test_strange_queries_are_answered(cast: Cast, query: str) -> None:
    add(cast)
    palette(cast.viewer, query)
    assert client_for(cast.viewer).get("/search", {"q": query}).status_code == 200


def test_markup_in_a_name_and_in_the_query_is_text(cast: Cast) -> None:
    add(cast, "<b>zoe</b>")
    html = palette(cast.viewer, "zoe")
    assert "<b>" not in html
    assert "&lt;b&gt;<mark>zoe</mark>" in html
    assert "<script>" not in palette(cast.viewer, "<script>alert(1)</script>")


def test_the_page_works_without_javascript(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    html = client.get("/search", {"q": "zoe"}).content.decode()
    assert f'href="/customers/{customer.number}/"' in html
    commands = client.get("/search", {"q": "new cust"}).content.decode()
    assert 'href="/customers/new"' in commands
    nothing = client.get("/search", {"q": "qqqq"}).content.decode()
    assert "Nothing found" in nothing
    start = client.get("/search").content.decode()
    assert "Customers changed last" in start
    denied = client_for(cast.viewer).get("/search", {"q": "new"}).content.decode()
    assert 'href="/customers/new"' not in denied


def test_queries_do_not_grow_with_what_is_found(cast: Cast, django_assert_num_queries: Any) -> None:
    client = client_for(cast.viewer)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/search", {"q": "zoe"}, headers=FRAGMENT).status_code == 200
        return len(found)

    for _ in range(8):  # enough that nobody who only resembles the query is looked for
        add(cast)
    count()
    few = count()
    for number in range(8):
        add(cast, email=f"zoe{number}@example.com")
    with django_assert_num_queries(few):
        client.get("/search", {"q": "zoe"}, headers=FRAGMENT)
    assert few <= 24


@pytest.mark.parametrize(
    ("shown", "words", "html"),
    [
        ("Zoë Müller", ["mull"], "Zoë <mark>Müll</mark>er"),
        ("Straße", ["strass"], "<mark>Straß</mark>e"),
        ("Ann Ann", ["ann"], "<mark>Ann</mark> Ann"),
        ("anna", ["an", "nna"], "<mark>anna</mark>"),
        ("a@b.org", ["a@b"], "<mark>a@b</mark>.org"),
        ("<i>", ["i"], "&lt;<mark>i</mark>&gt;"),
        ("Ann", [""], "Ann"),
        ("", ["x"], ""),
        ("Joanna Ann", ["ann"], "Joanna <mark>Ann</mark>"),
    ],
)
def test_marking_follows_the_folded_letters(shown: str, words: list[str], html: str) -> None:
    assert marked(shown, words) == html


@pytest.mark.parametrize(
    ("name", "query", "html"),
    [
        ("Zoë Müller", "mull", "Zoë <mark>Müll</mark>er"),
        ("Zoë Müller", "mueller zoe", "<mark>Zoë</mark> <mark>Müller</mark>"),
        ("Anna Meier", "mayer", "Anna <mark>Meier</mark>"),
        ("Robert Holm", "bob", "<mark>Robert</mark> Holm"),
        ("Anna Maria Rossi", "annamaria", "<mark>Anna</mark> <mark>Maria</mark> Rossi"),
        ("Mariaelena", "maria elena", "<mark>Mariaelena</mark>"),
        ("Oliveira", "liveir", "O<mark>liveir</mark>a"),
        ("Ann & Co", "co", "Ann &amp; <mark>Co</mark>"),
    ],
)
def test_the_words_of_a_name_that_were_meant_are_marked(name: str, query: str, html: str) -> None:
    assert marked_name(name, query) == html


@pytest.mark.parametrize(
    ("shown", "query", "html"),
    [
        ("+45 12 34 56 78", "123456", "+45 <mark>12 34 56</mark> 78"),
        ("+45 12 34 56 78", "012 34", "+45 <mark>12 34</mark> 56 78"),
        ("+45 12", "99", "+45 12"),
        ("٠١٢٣", "12", "٠<mark>١٢</mark>٣"),
        ("+45 12", "", "+45 12"),
    ],
)
def test_digits_are_marked_however_they_are_spaced(shown: str, query: str, html: str) -> None:
    assert marked_digits(shown, query) == html
