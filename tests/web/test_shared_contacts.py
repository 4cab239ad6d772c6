"""KP-02: marks beside shared emails and phones, who uses one, and the settings of it."""

import re
from typing import Any

import pytest

from tests.api.conftest import restrict
from tests.households.making import household, person
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer, SharingSettings
from wayfolk.kit import tenancy

HX = {"HX-Request": "true", "HX-Target": ""}


def family(cast: Cast) -> Customer:
    anna = person(cast, "Anna", email="home@example.com", mobile="+45 33 11 22 33")
    bent = person(cast, "Bent", email="home@example.com")
    household(cast, (anna, "head"), (bent, "partner"))
    return anna


def users_url(html: str) -> str:
    found = re.search(r'href="(/customers/\d+/contacts/[0-9a-f-]{36}/)"', html)
    assert found is not None
    return found[1]


def test_the_customer_page_loads_the_marks_afterwards(cast: Cast) -> None:
    anna = family(cast)
    client = client_for(cast.advisor)
    page = client.get(f"/customers/{anna.number}/").content.decode()
    assert f'hx-get="/customers/{anna.number}/contacts/"' in page
    assert 'id="mark-primary_email"' in page
    assert "shared in household" not in page
    marks = client.get(f"/customers/{anna.number}/contacts/", headers=HX).content.decode()
    assert 'id="mark-primary_email"' in marks
    assert "shared in household Hansen" in marks
    assert "mark-primary_mobile" not in marks  # hers alone


def test_without_javascript_there_is_a_page_and_the_contacts_still_work(cast: Cast) -> None:
    anna = family(cast)
    client = client_for(cast.advisor)
    html = client.get(f"/customers/{anna.number}/contacts/").content.decode()
    assert 'href="mailto:home@example.com"' in html
    assert 'href="tel:+4533112233"' in html
    assert "shared in household Hansen" in html


def test_who_uses_it_is_listed_under_an_address_without_personal_data(cast: Cast) -> None:
    anna = family(cast)
    client = client_for(cast.advisor)
    url = users_url(client.get(f"/customers/{anna.number}/contacts/").content.decode())
    html = client.get(url).content.decode()
    assert "Anna Hansen" in html
    assert "Bent Hansen" in html
    assert "2 customers" in html
    other = person(cast, "Ulla")
    moved = url.replace(f"/customers/{anna.number}/", f"/customers/{other.number}/")
    assert client.get(moved).status_code == 404
    assert client_for(cast.outsider).get(url).status_code == 404


def test_a_hidden_email_is_neither_marked_nor_looked_up(cast: Cast) -> None:
    anna = family(cast)
    client = client_for(cast.advisor)
    url = users_url(client.get(f"/customers/{anna.number}/contacts/").content.decode())
    restrict(cast.advisor, customer_email="hidden")
    html = client.get(f"/customers/{anna.number}/contacts/").content.decode()
    assert "home@example.com" not in html
    assert "+45 33 11 22 33" in html
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("users", [2, 30])
def test_the_queries_are_the_same_however_many_use_it(
    cast: Cast, users: int, django_assert_max_num_queries: Any
) -> None:
    first = person(cast, "P", "F", email="x@example.com")
    for n in range(users):
        person(cast, f"P{n}", f"F{n}", email="x@example.com")
    client = client_for(cast.advisor)
    with django_assert_max_num_queries(23):
        html = client.get(f"/customers/{first.number}/contacts/").content.decode()
    with django_assert_max_num_queries(26):
        client.get(users_url(html))


def test_the_settings_are_kept_checked_and_undone(cast: Cast) -> None:
    client = client_for(cast.administrator)
    url = "/settings/contacts/"
    assert url in client.get("/settings/").content.decode()
    assert "guest.booking.com" in client.get(url).content.decode()
    wrong = client.post(url, {"shared_from": "1", "relay_domains": ""})
    assert wrong.status_code == 422
    assert "Use 2 to 50" in wrong.content.decode()
    wrong = client.post(url, {"shared_from": "3", "relay_domains": "no domain"})
    assert "is not a domain" in wrong.content.decode()
    assert client.post(url, {"shared_from": "3", "relay_domains": "a.example"}).status_code == 303
    with tenancy.scope(cast.organization.id):
        assert SharingSettings.objects.get().shared_from == 3
        newest = ChangeSet.objects.order_by("-started_at", "-id")[0]
        assert newest.summary == "Changed what counts as a shared contact point"
    assert client_for(cast.manager).get(url).status_code == 403
