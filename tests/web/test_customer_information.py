"""The left of the customer page: who somebody is, how to reach them, what to remember."""

import re
from html import unescape
from typing import Any

import pytest

from tests.web.signed_in import client_for
from tests.web.test_bookings import set_field
from tests.web.test_customer_page import page, sent, text_of
from tests.web.test_customers import add, form_of
from tests.world import Cast
from wayfolk.kit import countries

TYPED = {
    "given_name": "Anne",
    "family_name": "Bergh",
    "primary_email": "anne@example.org",
    "primary_phone": "+351 910 000 111",
    "primary_mobile": "+351 920 000 222",
    "primary_evening_phone": "+351 930 000 333",
    "primary_fax": "+351 940 000 444",
    "primary_lines": "Rua Direita 5",
    "primary_postcode": "8000-123",
    "primary_city": "Lagos",
    "primary_country": "ES",
}


def shown(html: str, *names: str) -> dict[str, str]:
    """What stands in these fields of the page; an empty one has no value at all."""
    values: dict[str, Any] = form_of(html)
    return {name: unescape(values.get(f"initial-{name}", "")) for name in names}


def tab(html: str, label: str) -> str:
    """The panel of a tab of the contact details."""
    found = re.search(
        rf'<label class="wf-tab" for="tab-{label.lower()}">{label}<.*?'
        r'<div class="wf-tab-panel">(.*?)(?=<label class="wf-tab"|</form>)',
        html,
        re.DOTALL,
    )
    assert found is not None
    return found[1]


def test_tq03_information_then_activity_then_totals(cast: Cast) -> None:
    html = page(client_for(cast.manager), add(cast))
    parts = ('aria-label="Customer information"', 'id="customer-sections"', 'id="totals-title"')
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


def test_tq06_names_email_phones_and_address_are_stored_on_update(cast: Cast) -> None:
    customer = add(cast, email="ann@example.com")
    client = client_for(cast.advisor)
    assert sent(client, customer, **TYPED).status_code == 303
    assert shown(page(client, customer), *TYPED) == TYPED


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("customer.email", ["primary_email"]),
        ("customer.phone", [n for n in TYPED if "phone" in n or "mobile" in n or "fax" in n]),
        ("customer.address", ["primary_lines", "primary_postcode", "primary_city"]),
    ],
)
def test_tq06_each_of_them_only_by_those_who_may(cast: Cast, field: str, names: list[str]) -> None:
    customer = add(cast, email="ann@example.com", phone="+351 289 000 000")
    client = client_for(cast.advisor)
    before = shown(page(client, customer), *names)
    assert any(before.values())
    set_field(cast, "consultant", field, "view")
    sent(client, customer, **{name: TYPED[name] for name in names})
    assert shown(page(client_for(cast.manager), customer), *names) == before


def test_tq05_tq07_primary_and_secondary_are_tabs_with_phones_of_their_own(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    phones = {"primary_phone": "+351 910 000 111", "secondary_phone": "+351 920 000 222"}
    assert sent(client, customer, **phones).status_code == 303
    html = page(client, customer)
    assert shown(html, *phones) == phones
    for label in ("Primary", "Secondary"):
        panel = tab(html, label)
        assert phones[f"{label.lower()}_phone"] in panel
        assert f'name="{label.lower()}_email"' in panel


def test_tq08_the_country_comes_from_a_list(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    html = page(client, customer)
    chosen = re.search(r'<select name="primary_country".*?</select>', html, re.DOTALL)
    assert chosen is not None
    offered = dict(re.findall(r'<option value="([A-Z]{2})"[^>]*>([^<]+)<', chosen[0]))
    assert {code: unescape(name) for code, name in offered.items()} == dict(countries.countries())
    assert sent(client, customer, primary_country="Atlantis").status_code == 422
    assert shown(page(client, customer), "primary_country") == {"primary_country": "PT"}


def test_tp41_notes_say_how_a_group_belongs_together(cast: Cast) -> None:
    customer = add(cast)
    client = client_for(cast.advisor)
    assert "How group members relate" in text_of(page(client, customer))
    note = "Ann is Bo's sister; both travel with the choir."
    assert sent(client, customer, notes=note).status_code == 303
    assert shown(page(client, customer), "notes") == {"notes": note}
    assert unescape(page(client_for(cast.viewer), customer)).count(note) == 1
