"""Preferences through the API: noted, changed, removed, beside passengers (KP-38, KP-14)."""

from collections.abc import Callable
from typing import Any

from tests.api.conftest import Api, client_of, restrict
from tests.bookings import making
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy

New = Callable[..., int]
NUTS: dict[str, Any] = {"kind": "allergy", "value": "nuts", "severity": "severe"}


def test_kp38_a_preference_is_noted_changed_and_removed(api: Api, new_customer: New) -> None:
    anna, bo = new_customer("Anna"), new_customer("Bo")
    path = f"/customers/{anna}/preferences"
    assert api.get(path).json() == {"items": [], "language": "", "channel": ""}
    made = api.post(path, NUTS)
    assert made.status_code == 201, made.content
    body = made.json()
    assert body | {"id": ""} == {
        **NUTS, "id": "", "version": 1, "source": "said", "note": "",
    }  # fmt: skip
    api.post(path, {"kind": "room", "value": "quiet room", "source": "noticed"})
    assert [row["value"] for row in api.get(path).json()["items"]] == ["nuts", "quiet room"]
    own = f"{path}/{body['id']}"
    assert api.get(own).json() == body
    assert api.get(f"/customers/{bo}/preferences/{body['id']}").status_code == 404
    assert api.delete(f"/customers/{bo}/preferences/{body['id']}").status_code == 404
    changed = api.patch(own, {"severity": "life-threatening", "version": 1}).json()
    assert (changed["severity"], changed["value"], changed["version"]) == (
        "life-threatening", "nuts", 2,
    )  # fmt: skip
    stale = api.patch(own, {"note": "Pen", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert api.delete(own).status_code == 204
    assert api.get(own).status_code == 404


def test_faults_are_told_field_by_field(api: Api, new_customer: New) -> None:
    path = f"/customers/{new_customer('Anna')}/preferences"
    api.post(path, NUTS)
    for wrong in (
        NUTS,
        {"kind": "diet", "value": "vegan", "severity": "mild"},
        {"kind": "shoes", "value": "44"},
        {"kind": "room"},
        {"kind": "room", "value": ""},
        {"kind": "room", "value": "quiet", "folded": "x"},
    ):
        refused = api.post(path, wrong)
        assert refused.status_code == 422, wrong
        assert refused.json()["errors"]
    assert api.post("/customers/987654/preferences", NUTS).status_code == 404
    assert len(api.get(path).json()["items"]) == 1


def test_kp14_passengers_come_with_what_they_prefer(
    cast: Cast, api: Api, new_customer: New
) -> None:
    number = new_customer("Anna")
    api.post(f"/customers/{number}/preferences", NUTS)
    api.post(f"/customers/{number}/preferences", {"kind": "room", "value": "quiet room"})
    with tenancy.scope(cast.organization.id):
        anna = Customer.objects.get(number=number)
    trip = making.booking(cast.advisor, anna)
    path = f"/bookings/{trip.number}/passengers"
    assert api.post(path, {"customers": [number]}).status_code in {200, 201}

    def told() -> list[str]:
        [listed] = api.get(path).json()["items"]
        [shown] = api.get(f"/bookings/{trip.number}").json()["passengers"]
        assert shown == listed
        return [each["value"] for each in listed["preferences"]]

    assert told() == ["nuts", "quiet room"]
    restrict(cast.manager, customer_health="hidden")
    assert told() == ["quiet room"]


def test_hidden_and_read_only_health(cast: Cast, api: Api, new_customer: New) -> None:
    path = f"/customers/{new_customer('Anna')}/preferences"
    nuts = api.post(path, NUTS).json()["id"]
    restrict(cast.manager, customer_health="view")
    assert api.get(f"{path}/{nuts}").status_code == 200
    assert api.patch(f"{path}/{nuts}", {"note": "Pen"}).status_code == 403
    restrict(cast.manager, customer_health="hidden")
    assert api.get(path).json()["items"] == []
    for answer in (api.get(f"{path}/{nuts}"), api.delete(f"{path}/{nuts}")):
        assert answer.status_code == 404
    assert api.post(path, NUTS).status_code == 403
    viewer = client_of(cast.viewer)
    assert viewer.get(f"{path}/{nuts}").status_code == 200
    assert viewer.delete(f"{path}/{nuts}").status_code == 403
