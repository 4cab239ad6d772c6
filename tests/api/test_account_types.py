"""Account types through the API (KP-05, KP-06)."""

from collections.abc import Callable

from tests.api.conftest import Api
from tests.api.test_partners import faults

New = Callable[..., int]


def test_kp06_a_dry_run_tells_and_changes_nothing(api: Api, new_customer: New) -> None:
    number = new_customer("Nina", family_name="Holm", birth_on="1980-01-31")
    body = {"to_kind": "company", "dry_run": True}
    answer = api.post(f"/customers/{number}/convert", body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["customer"] is None
    plan = answer.json()["plan"]
    assert (plan["company_name"], plan["lost"]) == ("Nina Holm", ["birth_on"])
    assert plan["moved"] == [{"value": "Nina Holm", "field": "name", "to": "company"}]
    assert plan["obstacles"] == []
    assert api.get(f"/customers/{number}").json()["kind"] == "person"


def test_kp06_converting_heeds_the_version_and_says_what_stands_in_the_way(
    api: Api, new_customer: New
) -> None:
    number = new_customer("Nina", family_name="Holm")
    path = f"/customers/{number}/convert"
    body = {"to_kind": "company", "company_name": "Holm Travel"}
    assert api.post(path, {**body, "version": 99}).status_code == 409
    done = api.post(path, {**body, "version": 1})
    assert done.json()["customer"]["name"] == "Holm Travel"
    assert done.json()["customer"]["kind"] == "company"
    assert api.post("/partners", {"customer": number, "level": "agency"}).status_code == 201
    refused = api.post(path, {"to_kind": "person"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "conversion_forbidden"
    assert "is a trade partner" in refused.json()["detail"]
    told = api.post(path, {"to_kind": "person", "dry_run": True}).json()["plan"]["obstacles"]
    assert (told[0]["record"], told[0]["number"]) == ("partner", number)
    assert "to_kind" in faults(api.post(path, {"to_kind": "company"}))


def test_kp06_patch_names_the_route_that_converts(api: Api, new_customer: New) -> None:
    number = new_customer("Nina")
    same = api.patch(f"/customers/{number}", {"kind": "person", "notes": "x"})
    assert same.status_code == 200
    said = faults(api.patch(f"/customers/{number}", {"kind": "company"}))
    assert "POST /customers/{number}/convert" in said["kind"]


def test_kp05_a_company_partner_is_one_change(api: Api) -> None:
    body = {
        "company": {"company_name": "Fjord & Fell", "primary_email": "desk@fjord.example"},
        "partner": {"level": "agency", "payment_days": 30},
        "business_id": {"country": "DK", "scheme": "cvr", "number": "13585628"},
    }
    answer = api.post("/partners/companies", body)
    assert answer.status_code == 201, answer.content
    number = answer.json()["customer"]["number"]
    assert answer.headers["Location"] == f"/api/v1/partners/{number}"
    assert answer.json()["business_ids"][0]["normalised"] == "13585628"
    assert api.get(f"/customers/{number}").json()["kind"] == "company"
    wrong = {**body, "business_id": {"country": "DK", "scheme": "cvr", "number": "1"}}
    wrong["company"] = {"company_name": "", "given_name": "N"}
    assert set(faults(api.post("/partners/companies", wrong))) == {
        "company_name",
        "business_id_number",
    }
