"""Bonus points, packages and extras through the API (TQ-09, TQ-18, TQ-20)."""

from collections.abc import Callable
from typing import Any

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]
RULE: dict[str, Any] = {
    "is_on": True, "from_on": "2026-01-01", "amount_minor": 1_000, "points_per_amount": 1,
    "points_per_night": 0, "points_per_trip": 50, "months_valid": None,
}  # fmt: skip


def test_tq09_points_are_granted_redeemed_and_handed_on(api: Api, new_customer: New) -> None:
    anna, bo = new_customer("Anna"), new_customer("Bo")
    path = f"/customers/{anna}/points"
    assert api.get(path).json()["balance"] == 0
    sent = {"kind": "granted", "points": 500, "reason": "Welcome", "expires_on": "2099-01-01"}
    assert api.post(f"{path}/entries", sent).json()["balance"] == 500
    sent = {"kind": "redeemed", "points": 501, "reason": "Spa"}
    refused = api.post(f"{path}/entries", sent)
    assert refused.status_code == 422
    assert refused.json()["code"] == "too_few_points"
    assert "has 500 points" in refused.json()["detail"]
    sent = {"kind": "transferred", "points": 100, "to": bo}
    assert api.post(f"{path}/entries", sent).json()["balance"] == 400
    sent = {"kind": "corrected", "points": -50, "reason": "Twice"}
    assert api.post(f"{path}/entries", sent).json()["balance"] == 350
    listed = api.get(f"{path}/entries?limit=2").json()
    assert len(listed["items"]) == 2
    rest = api.get(listed["next"]).json()["items"]
    kinds = [row["kind"] for row in [*listed["items"], *rest]]
    assert sorted(kinds) == ["corrected", "granted", "transferred"]
    assert api.get(f"/customers/{bo}/points").json()["balance"] == 100
    for wrong in (
        {"kind": "granted", "points": 5},
        {"kind": "granted", "points": -5, "reason": "x"},
        {"kind": "transferred", "points": 5},
        {"kind": "redeemed", "points": 5, "reason": "x", "booking": 987_654},
    ):
        assert api.post(f"{path}/entries", wrong).status_code == 422, wrong


def test_tq18_tq20_packages_and_extras(api: Api, new_customer: New) -> None:
    anna = new_customer("Anna")
    programme = api.get("/bonus-programmes").json()["items"][0]["id"]
    sent = {"programme": programme, "points": 200, "benefit": "Free night"}
    made = api.post(f"/customers/{anna}/bonus-packages", sent)
    assert made.status_code == 201, made.content
    path = f"/bonus-packages/{made.json()['id']}"
    assert api.patch(path, {"notes": "By post", "version": 1}).status_code == 200
    assert api.patch(path, {"notes": "By mail", "version": 1}).status_code == 409
    used = api.patch(path, {"status": "used"}).json()
    assert (used["status"], used["programme_name"]) == ("used", "Bonus club")
    assert api.patch(path, {"status": "ended"}).status_code == 422
    assert api.get(f"/customers/{anna}/points").json()["balance"] == 200
    assert len(api.get(f"/customers/{anna}/bonus-packages").json()["items"]) == 1
    kind = api.get("/extra-kinds").json()["items"][0]["id"]
    extra = api.post(f"/customers/{anna}/extras", {"kind": kind, "quantity": 2}).json()
    path = f"/extras/{extra['id']}"
    assert api.post(f"{path}/use").json()["used"] == 1
    assert api.patch(path, {"quantity": 1, "description": "Lisbon"}).json()["quantity"] == 1
    assert api.post(f"{path}/use").status_code == 422
    assert len(api.get(f"/customers/{anna}/extras").json()["items"]) == 1
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    wrong = {"kind": kind, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}
    assert api.post(f"/customers/{anna}/extras", wrong).status_code == 422


def test_lists_and_rule_are_the_administrators(cast: Cast, api: Api) -> None:
    chief = client_of(cast.administrator)
    assert api.put("/earning-rule", RULE).status_code == 403
    assert chief.get("/earning-rule").status_code == 404
    assert chief.put("/earning-rule", RULE).json()["points_per_trip"] == 50
    assert chief.put("/earning-rule", {**RULE, "version": 7}).status_code == 409
    assert chief.put("/earning-rule", {**RULE, "amount_minor": 0}).status_code == 422
    made = chief.post("/extra-kinds", {"label": "Parking"})
    assert made.status_code == 201
    path = f"/extra-kinds/{made.json()['id']}"
    assert chief.patch(path, {"label": "Valet", "is_closed": True}).json()["label"] == "Valet"
    assert chief.delete(path).status_code == 204
    assert chief.delete(path).status_code == 404
    made = chief.post("/bonus-programmes", {"label": "Gold"}).json()
    path = f"/bonus-programmes/{made['id']}"
    assert chief.patch(path, {"is_closed": True}).json()["is_closed"] is True
    assert chief.delete(path).status_code == 204
    assert api.post("/bonus-programmes", {"label": "Mine"}).status_code == 403


def test_tq09_hidden_points_are_nowhere(cast: Cast, api: Api, new_customer: New) -> None:
    anna = new_customer("Anna")
    programme = api.get("/bonus-programmes").json()["items"][0]["id"]
    api.post(f"/customers/{anna}/bonus-packages", {"programme": programme, "points": 77})
    restrict(cast.advisor, customer_bonus="hidden")
    blind = client_of(cast.advisor)
    assert blind.get(f"/customers/{anna}/points").status_code == 403
    assert blind.get(f"/customers/{anna}/points/entries").status_code == 403
    (row,) = blind.get(f"/customers/{anna}/bonus-packages").json()["items"]
    assert "points" not in row


def test_permission_module_and_organisation(cast: Cast, api: Api, new_customer: New) -> None:
    anna = new_customer("Anna")
    kind = api.get("/extra-kinds").json()["items"][0]["id"]
    extra = api.post(f"/customers/{anna}/extras", {"kind": kind}).json()
    viewer = client_of(cast.viewer)
    assert viewer.post(f"/extras/{extra['id']}/use").status_code == 403
    assert client_of(cast.outsider).get(f"/extras/{extra['id']}").status_code == 404
    switch_off(cast.advisor, "loyalty")
    assert api.get(f"/extras/{extra['id']}").status_code == 403
    assert api.get(f"/customers/{anna}/points").status_code == 403
