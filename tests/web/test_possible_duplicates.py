"""A new customer who may be there already: the panel, the question, the update (KP-31, TP-27)."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import restrict
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.operations import planning
from wayfolk.kit import tenancy

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
NEW, ALIKE = "/customers/new", "/customers/new/alike"
TYPED = {
    "kind": "person",
    "given_name": "Nina",
    "family_name": "Holm",
    "primary_email": "nina.holm@example.com",
    "primary_phone": "+45 45 12 34 56",
}


@pytest.fixture
def nina(cast: Cast) -> Customer:
    data = CustomerData(
        {"given_name": "Nina", "family_name": "Holm", "birth_on": date(1980, 5, 1)},
        {("primary", "email"): "nina.holm@example.com", ("primary", "phone"): "+45 45 12 34 56"},
        {("primary", "city"): "Faro"},
    )
    return operations.create_customer(data, by=cast.manager)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def hidden(response: Any, name: str) -> list[str]:
    """What the browser would send back under this name."""
    return re.findall(f'name="{name}" value="([^"]*)"', response.content.decode())


def reload(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        found: Customer = Customer.objects.with_reach().get(id=customer.id)
    return found


def count(cast: Cast) -> int:
    with tenancy.scope(cast.organization.id):
        found: int = Customer.objects.count()
    return found


def test_kp_31_who_is_typed_shows_beside_the_form_with_what_speaks_for_it(
    cast: Cast, nina: Customer
) -> None:
    panel = client_for(cast.advisor).post(ALIKE, TYPED, **FRAGMENT)
    text = text_of(panel)
    assert panel.status_code == 200
    assert "<html" not in text
    for part in (f"No {nina.number}", "nina.holm@example.com", "Faro", "born 1 May 1980"):
        assert part in text
    assert "Likely the same" in text
    assert re.search(r'class="wf-for">.*?(email|contact)', text)
    assert 'data-found="1 possible duplicate"' in text
    assert f'formaction="/customers/{nina.number}/take-over"' in text


def test_kp_31_what_speaks_against_is_shown_as_clearly(cast: Cast, nina: Customer) -> None:
    typed = TYPED | {"birth_on": "1991-02-03"}
    text = text_of(client_for(cast.advisor).post(ALIKE, typed, **FRAGMENT))
    assert re.search(r'class="wf-against">.*?date of birth', text)
    assert re.search(r'<tr class="is-against">.*?−\d', text)


def test_the_same_panel_is_not_sent_twice(cast: Cast, nina: Customer) -> None:
    """So that nothing flickers, and nothing is read out again, while one goes on typing."""
    client = client_for(cast.advisor)
    shown = hidden(client.post(ALIKE, TYPED, **FRAGMENT), "alike-panel")
    again = client.post(ALIKE, TYPED | {"alike-panel": shown[0]}, **FRAGMENT)
    assert (again.status_code, again.content) == (204, b"")
    assert client.post(ALIKE, {"alike-panel": shown[0]}, **FRAGMENT).status_code == 200
    assert client.post(ALIKE, {"alike-panel": ""}, **FRAGMENT).status_code == 204


@pytest.mark.parametrize(
    "typed",
    [{}, {"kind": "company"}, {"given_name": "\x00"}, {"primary_email": "@", "birth_on": "x"}],
    ids=["nothing", "company", "nul", "faults"],
)
def test_whatever_is_typed_so_far_is_no_error(cast: Cast, typed: dict[str, str]) -> None:
    answer = client_for(cast.advisor).post(ALIKE, typed | {"alike-panel": "x"}, **FRAGMENT)
    assert answer.status_code == 200
    assert "appears here while you type" in text_of(answer)


def test_candidates_are_not_for_who_may_not_create_customers(cast: Cast, nina: Customer) -> None:
    viewer = client_for(cast.viewer)
    assert viewer.post(ALIKE, TYPED, **FRAGMENT).status_code == 403
    assert viewer.post(NEW, TYPED).status_code == 403
    assert viewer.post(f"/customers/{nina.number}/take-over", TYPED).status_code == 403
    assert Client().post(ALIKE, TYPED).status_code == 302
    stranger = client_for(cast.outsider)
    assert f"No {nina.number}" not in text_of(stranger.post(ALIKE, TYPED, **FRAGMENT))
    assert stranger.post("/customers/999999/take-over", TYPED).status_code == 404


def test_what_a_role_may_not_see_is_not_in_the_panel(cast: Cast, nina: Customer) -> None:
    restrict(cast.advisor, customer_email="hidden", customer_birth_on="hidden")
    text = text_of(client_for(cast.advisor).post(ALIKE, TYPED, **FRAGMENT))
    assert "nina.holm@example.com" not in text
    assert "born" not in text
    assert "email" not in text.lower().replace("formaction", "")


def test_kp_31_likely_the_same_is_asked_about_and_created_anyway_on_demand(
    cast: Cast, nina: Customer
) -> None:
    """Without JavaScript: a page, and a page again."""
    client = client_for(cast.advisor)
    asked = client.post(NEW, TYPED)
    assert asked.status_code == 409
    assert "This looks like Nina Holm" in text_of(asked)
    assert 'value="nina.holm@example.com"' in text_of(asked)
    assert hidden(asked, "alike-asked") == [str(nina.id)]
    assert client.post(NEW, TYPED | {"alike-asked": str(nina.id)}).status_code == 409
    sure = {"alike-asked": str(nina.id), "alike-anyway": "1"}
    assert client.post(NEW, TYPED | sure).status_code == 303
    assert count(cast) == 2


def test_kp_31_who_came_in_while_one_answered_is_asked_about_too(
    cast: Cast, nina: Customer
) -> None:
    client = client_for(cast.advisor)
    client.post(NEW, TYPED)
    data = CustomerData(
        {"given_name": "Nina", "family_name": "Holm"},
        {("primary", "email"): "nina.holm@example.com", ("primary", "phone"): "+45 45 12 34 56"},
    )
    second = operations.create_customer(data, by=cast.manager)
    sure = {"alike-asked": str(nina.id), "alike-anyway": "1"}
    asked = client.post(NEW, TYPED | sure)
    assert asked.status_code == 409
    assert hidden(asked, "alike-asked") == [str(second.id)]


def test_possible_ones_are_asked_about_once_where_they_were_not_on_the_screen(
    cast: Cast, nina: Customer
) -> None:
    """Without JavaScript nothing is shown while one types; then the first Create shows it."""
    client = client_for(cast.advisor)
    typed = {"kind": "person", "given_name": "Nina", "family_name": "Holm"}
    asked = client.post(NEW, typed)
    assert asked.status_code == 409
    assert "Possibly the same" in text_of(asked)
    seen = hidden(asked, "alike-seen")
    assert seen == [str(nina.id)]
    assert client.post(NEW, typed | {"alike-seen": seen}).status_code == 303


def test_without_javascript_a_button_looks_who_is_there(cast: Cast, nina: Customer) -> None:
    answer = client_for(cast.advisor).post(NEW, TYPED | {"look": "1"})
    assert answer.status_code == 200
    assert f"No {nina.number}" in text_of(answer)
    assert count(cast) == 1


def test_kp_31_use_this_one_shows_both_values_and_stores_nothing_yet(
    cast: Cast, nina: Customer
) -> None:
    typed = TYPED | {"given_name": "Ninna", "primary_phone": "+45 99 88 77 66", "title": "Dr"}
    page = client_for(cast.advisor).post(f"/customers/{nina.number}/take-over", typed)
    found = {each.name: each for each in page.context["differences"]}
    assert list(found) == ["title", "given_name", "primary_phone"]
    assert (found["primary_phone"].present, found["primary_phone"].typed) == (
        "+45 45 12 34 56",
        "+45 99 88 77 66",
    )
    assert found["primary_phone"].takes
    assert found["title"].takes
    assert not found["given_name"].takes  # the record's name stays unless one says otherwise
    assert reload(nina).version == nina.version


def test_kp_31_the_chosen_values_become_one_update_that_can_be_taken_back(
    cast: Cast, nina: Customer
) -> None:
    client, url = client_for(cast.advisor), f"/customers/{nina.number}/take-over"
    typed = TYPED | {"primary_phone": "+45 99 88 77 66", "primary_city": "Lagos"}
    sure = {
        "confirm": "1",
        "version": str(nina.version),
        "choice-primary_phone": "take",
        "choice-primary_city": "keep",
    }
    answer = client.post(url, typed | sure)
    assert answer.status_code == 303
    stored = reload(nina)
    assert {point.value for point in stored.points} == {"nina.holm@example.com", "+45 99 88 77 66"}
    assert [place.city for place in stored.places] == ["Faro"]
    assert count(cast) == 1
    assert "Undo" in text_of(client.get(answer.headers["Location"]))


def test_an_update_of_a_record_that_changed_meanwhile_is_shown_again(
    cast: Cast, nina: Customer
) -> None:
    operations.update_customer(nina.id, CustomerData({"notes": "x"}), by=cast.manager)
    typed = TYPED | {"title": "Dr", "confirm": "1", "version": str(nina.version)}
    answer = client_for(cast.advisor).post(f"/customers/{nina.number}/take-over", typed)
    assert answer.status_code == 409
    assert "changed by someone else meanwhile" in text_of(answer)
    assert reload(nina).title == ""


def test_faults_of_what_was_typed_are_told_at_their_field(cast: Cast, nina: Customer) -> None:
    typed = TYPED | {"primary_fax": "abc", "confirm": "1", "version": str(nina.version)}
    answer = client_for(cast.advisor).post(f"/customers/{nina.number}/take-over", typed)
    assert answer.status_code == 422
    assert "is not a phone number" in text_of(answer)


def test_fields_that_the_role_may_not_change_are_not_taken_over(cast: Cast, nina: Customer) -> None:
    restrict(cast.advisor, customer_phone="view")
    typed = TYPED | {"primary_phone": "+45 99 88 77 66", "title": "Dr"}
    client, url = client_for(cast.advisor), f"/customers/{nina.number}/take-over"
    page = client.post(url, typed)
    assert [each.name for each in page.context["differences"]] == ["title"]
    assert "may not change the phone" in text_of(page)
    sure = {"confirm": "1", "version": str(nina.version), "choice-primary_phone": "take"}
    client.post(url, typed | sure)
    assert "+45 45 12 34 56" in {point.value for point in reload(nina).points}


def test_nothing_new_leads_to_the_record_and_back_leads_to_the_form(
    cast: Cast, nina: Customer
) -> None:
    client, url = client_for(cast.advisor), f"/customers/{nina.number}/take-over"
    same = TYPED | {"given_name": " nina ", "primary_phone": "+4545123456"}
    assert client.post(url, same).status_code == 303
    page = client.post(url, TYPED | {"title": "Dr"})
    back = client.post(NEW, {name: hidden(page, name)[0] for name in TYPED} | {"switch": "person"})
    assert 'value="nina.holm@example.com"' in text_of(back)


def test_tp_27_the_link_dialog_shows_candidates_while_one_types(cast: Cast, nina: Customer) -> None:
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    client, url = client_for(cast.advisor), f"/itineraries/{trip.number}/customers"
    typed = {"new-given_name": "Nina", "new-email": "nina.holm@example.com", "do": "check"}
    part = client.post(url, typed, **FRAGMENT, HTTP_HX_TARGET="picker-candidates")
    assert f'value="use:{nina.number}"' in text_of(part)
    assert 'data-found-in="picker-new-status"' in text_of(part)
    shown = hidden(part, "alike-panel")[0]
    again = typed | {"alike-panel": shown}
    same = client.post(url, again, **FRAGMENT, HTTP_HX_TARGET="picker-candidates")
    assert same.status_code == 204
    on_create = client.post(
        "/itineraries/new", typed, **FRAGMENT, HTTP_HX_TARGET="picker-candidates"
    )
    assert f'value="use:{nina.number}"' in text_of(on_create)


def test_tp_27_who_came_in_before_save_is_asked_about_in_the_dialog(cast: Cast) -> None:
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    client, url = client_for(cast.advisor), f"/itineraries/{trip.number}/customers"
    new = {"new-given_name": "Nina", "new-family_name": "Holm", "new-email": "nina@example.com"}
    expected = client.get(url).context["picker"].expected
    row = client.post(url, new | {"do": "new"}).context["picker"].rows[0]
    data = CustomerData(
        {"given_name": "Nina", "family_name": "Holm"}, {("primary", "email"): "nina@example.com"}
    )
    nina = operations.create_customer(data, by=cast.manager)
    save = {"row": row.key, "poc": row.key, f"data-{row.key}": row.packed}
    refused = client.post(url, save | {"expected": expected})
    assert refused.status_code == 422
    picker = refused.context["picker"]
    assert picker.rows == []
    assert [each.id for each in picker.panel.shown] == [nina.id]
    assert "looks like a customer who is there already" in text_of(refused)
    assert 'value="nina@example.com"' in text_of(refused)
    again = client.post(url, new | {"do": "new!", "alike-asked": str(nina.id)})
    row = again.context["picker"].rows[0]
    save = {"row": row.key, "poc": row.key, f"data-{row.key}": row.packed}
    assert client.post(url, save | {"expected": expected}).status_code == 303
    assert count(cast) == 2


def test_kp_31_use_this_one_in_the_dialog_updates_the_record_on_save(
    cast: Cast, nina: Customer
) -> None:
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    client, url = client_for(cast.advisor), f"/itineraries/{trip.number}/customers"
    expected = client.get(url).context["picker"].expected
    new = {
        "new-given_name": "Ninna",
        "new-email": "nina.holm@example.com",
        "new-phone": "+45 99 88 77 66",
    }
    used = client.post(url, new | {"do": f"use:{nina.number}"})
    row = used.context["picker"].rows[0]
    assert row.values == {"phone": "+45 99 88 77 66"}
    assert "phone +45 99 88 77 66 instead of +45 45 12 34 56" in text_of(used)
    save = {"row": row.key, "poc": row.key, f"data-{row.key}": row.packed, "expected": expected}
    client.post(url, save)  # not ticked
    assert "+45 45 12 34 56" in {point.value for point in reload(nina).points}
    expected = client.get(url).context["picker"].expected
    client.post(url, save | {"take": row.key, "expected": expected})
    stored = {point.value for point in reload(nina).points}
    assert stored == {"nina.holm@example.com", "+45 99 88 77 66"}
    assert reload(nina).given_name == "Nina"


def test_what_a_role_may_not_change_is_not_taken_over_in_the_dialog(
    cast: Cast, nina: Customer
) -> None:
    restrict(cast.advisor, customer_phone="view")
    trip = planning.create_itinerary({"name": "Lisbon"}, by=cast.advisor).itinerary
    client, url = client_for(cast.advisor), f"/itineraries/{trip.number}/customers"
    new = {"new-given_name": "Nina", "new-phone": "+45 99 88 77 66"}
    used = client.post(url, new | {"do": f"use:{nina.number}"}).context["picker"]
    assert used.rows[0].values == {}
    forged = {
        "row": str(nina.number),
        f"data-{nina.number}": json.dumps({"phone": "+45 99 88 77 66"}),
    }
    assert "instead of" not in text_of(client.post(url, forged | {"do": "search"}))
