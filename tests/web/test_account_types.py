"""KP-04 to KP-06: a form for each account type, the switch between them, converting."""

from typing import Any

from tests.api.conftest import switch_off
from tests.bookings.making import last_change_set
from tests.households.making import household, person
from tests.partners import making
from tests.web.signed_in import client_for
from tests.web.test_customers import form_of, reload
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.partners.models import BusinessId, Partner

COMPANY = {
    "kind": "company",
    "company_name": "Fjord & Fell",
    "primary_email": "desk@fjord.example",
    "level": "agency",
    "currency": "dkk",
    "payment_days": "30",
    "business_id_country": "DK",
    "business_id_scheme": "cvr",
    "business_id_number": "13585628",
}


def customers(cast: Cast) -> int:
    with tenancy.scope(cast.organization.id):
        return Customer.objects.count()


def test_kp04_each_account_type_has_its_own_form(cast: Cast) -> None:
    client = client_for(cast.manager)
    asked = client.get("/customers/new").content.decode()
    assert 'name="given_name"' in asked
    assert 'name="level"' not in asked
    company = client.get("/customers/new", {"kind": "company"}).content.decode()
    for name in ("company_name", "primary_email", "level", "business_id_number", "currency"):
        assert f'name="{name}"' in company, name
    for name in ("given_name", "birth_on", "gender", "nationality"):
        assert f'name="{name}"' not in company, name


def test_kp06_switching_keeps_what_fits_and_brings_back_the_rest(cast: Cast) -> None:
    client = client_for(cast.manager)
    typed = {
        "kind": "person",
        "given_name": "Fjord",
        "family_name": "Fell",
        "primary_email": "x",
        "notes": "Met at the fair",
        "birth_on": "1980-01-31",
        "switch": "company",
    }
    answer = client.post("/customers/new", typed)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert customers(cast) == 0
    assert 'value="Fjord Fell"' in html
    assert "Met at the fair" in html
    assert 'data-guard="dirty"' in html
    assert '<input type="hidden" name="birth_on" value="1980-01-31">' in html
    back = client.post("/customers/new", {**typed, "kind": "company", "switch": "person"})
    assert 'name="birth_on" value="1980-01-31"' in back.content.decode()
    fragment = client.post(
        "/customers/new", typed, headers={"HX-Request": "true", "HX-Target": "new-customer"}
    ).content.decode()
    assert "<html" not in fragment
    assert fragment.strip().startswith('<form class="card" id="new-customer"')


def test_kp05_a_company_and_its_partner_are_one_change(cast: Cast) -> None:
    client = client_for(cast.manager)
    answer = client.post("/customers/new", COMPANY)
    assert answer.headers["Location"] == "/customers/1/"
    made = last_change_set(cast.manager)
    assert made.summary == "Created trade partner Fjord & Fell"
    with tenancy.scope(cast.organization.id):
        partner = Partner.objects.with_names().get()
        assert (partner.level, partner.currency, partner.payment_days) == ("agency", "DKK", 30)
        assert BusinessId.objects.get().normalised == "13585628"
        undoing.undo_change_set(made.id, by=cast.manager)
        assert not Partner.objects.exists()
        assert not BusinessId.objects.exists()
    assert customers(cast) == 0


def test_kp09_every_fault_is_at_its_field_and_nothing_is_saved(cast: Cast) -> None:
    wrong = {**COMPANY, "primary_email": "x", "business_id_number": "13585627", "currency": "EU"}
    answer = client_for(cast.manager).post("/customers/new", wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "“x” is not an email address" in html
    assert "its check digits do not fit" in html
    assert "is not a currency code" in html
    no_level = {**COMPANY, "level": ""}
    asked = client_for(cast.manager).post("/customers/new", no_level)
    assert "Choose the level: business ID" in asked.content.decode()
    assert customers(cast) == 0


def test_kp05_a_company_without_a_level_is_a_plain_company(cast: Cast) -> None:
    plain = {"kind": "company", "company_name": "Holm", "currency": "EUR"}
    plain |= {"business_id_country": "PT", "business_id_scheme": "vat", "birth_on": "1980-01-31"}
    assert client_for(cast.manager).post("/customers/new", plain).status_code == 303
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.get().birth_on is None
        assert not Partner.objects.exists()


def test_kp05_without_the_right_or_the_module_there_is_no_partner_part(cast: Cast) -> None:
    advisor = client_for(cast.advisor)
    assert 'name="level"' not in advisor.get("/customers/new?kind=company").content.decode()
    advisor.post("/customers/new", COMPANY)
    with tenancy.scope(cast.organization.id):
        assert not Partner.objects.exists()
    switch_off(cast.administrator, "partners")
    html = client_for(cast.manager).get("/customers/new?kind=company").content.decode()
    assert 'name="level"' not in html


def test_kp06_the_search_s_words_become_a_company_s_name(cast: Cast) -> None:
    html = client_for(cast.advisor).get("/customers/new?kind=company&q=nordic+horizons")
    assert 'value="Nordic Horizons"' in html.content.decode()


def test_kp05_a_company_is_edited_without_a_person_s_fields(cast: Cast) -> None:
    company = making.company(cast.advisor)
    client = client_for(cast.advisor)
    page = client.get(f"/customers/{company.number}/").content.decode()
    assert 'name="birth_on"' not in page
    assert 'name="kind"' not in page
    sent = {**form_of(page), "company_name": "Nordic Fells", "kind": "person"}
    answer = client.post(f"/customers/{company.number}/update", sent)
    assert answer.status_code == 303
    assert (reload(company).name, reload(company).kind) == ("Nordic Fells", "company")


def test_kp06_converting_shows_the_plan_and_undoes(cast: Cast) -> None:
    nina = person(cast, "Nina", "Holm")
    client = client_for(cast.advisor)
    url = f"/customers/{nina.number}/convert"
    assert url in client.get(f"/customers/{nina.number}/").content.decode()
    plan = client.get(url).content.decode()
    assert "Nina Holm" in plan
    assert "from name to company" in plan
    sent: dict[str, Any] = {"version": nina.version, "company_name": "Holm Travel"}
    assert client.post(url, sent).status_code == 303
    assert reload(nina).name == "Holm Travel"
    listed = client.get("/customers/", {"kind": "company"}).content.decode()
    assert "Holm Travel" in listed
    assert "Nina" not in listed
    stale = client.post(url, {"version": nina.version, "family_name": "Holm"})
    assert stale.status_code == 422
    assert "Somebody changed the customer meanwhile" in stale.content.decode()
    assert f'name="version" value="{reload(nina).version}"' in stale.content.decode()


def test_kp06_what_forbids_a_conversion_is_named_with_its_page(cast: Cast) -> None:
    anna = person(cast)
    home = household(cast, (anna, "head"))
    client = client_for(cast.advisor)
    url = f"/customers/{anna.number}/convert"
    html = client.get(url).content.decode()
    assert "Not possible yet" in html
    assert f'href="/households/{home.number}/"' in html
    sent = {"version": anna.version, "company_name": "X"}
    assert client.post(url, sent).status_code == 422
    assert reload(anna).kind == "person"
    assert client_for(cast.viewer).get(url).status_code == 403
    assert client_for(cast.outsider).get(url).status_code == 404
