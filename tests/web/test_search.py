"""The palette's results and the search page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.kit import text
from wayfolk.organization.models import Module
from wayfolk.staff.models import FieldRule, Role
from wayfolk.staff.rules import Actor
from wayfolk.web.search.marking import marked

FRAGMENT = {"HX-Request": "true"}


def add(cast: Cast, name: str = "Zoë", **contacts: str) -> Customer:
    reach = {("primary", kind): value for kind, value in contacts.items()}
    data = CustomerData({"given_name": name, "family_name": "Müller"}, reach)
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
    ("query", "reason"), [("zoe@exa", "by email"), ("910 000", "by phone"), ("1", "by number")]
)
def test_the_answer_says_why_it_matched(cast: Cast, query: str, reason: str) -> None:
    add(cast, email="zoe@example.com", phone="+351 910 000 111")
    assert reason in palette(cast.viewer, query)


def test_a_hidden_phone_finds_nobody_and_is_not_shown(cast: Cast) -> None:
    add(cast, phone="+351 910 000 111")
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="Hid"):
        role = Role.objects.get(code="viewer")
        FieldRule.objects.create(role=role, field="customer.phone", access="hidden")
    assert "customer-" not in palette(cast.viewer, "910000")
    assert "+351" not in palette(cast.viewer, "zoe")
    assert "+351" in palette(cast.advisor, "zoe")


@pytest.mark.parametrize("query", ["T-00077", "77", "lisbon"])
def test_trips_are_found_by_id_and_name_while_the_module_is_on(cast: Cast, query: str) -> None:
    trip(cast, "Lisbon in May")
    assert 'href="/itineraries/77/"' in palette(cast.viewer, query)
    with change_set(by=cast.administrator, operation="test", summary="Off"):
        Module.objects.filter(code="itineraries").update(is_on=False)
    assert "/itineraries/" not in palette(cast.viewer, query)


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


def test_queries_do_not_grow_with_what_is_found(cast: Cast) -> None:
    client = client_for(cast.viewer)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/search", {"q": "zoe"}, headers=FRAGMENT).status_code == 200
        return len(found)

    add(cast)
    count()
    few = count()
    for number in range(8):
        add(cast, f"Zoe{number}", email=f"zoe{number}@example.com")
    assert count() == few
    assert few <= 30


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
    ],
)
def test_marking_follows_the_folded_letters(shown: str, words: list[str], html: str) -> None:
    assert marked(shown, words) == html
