"""Whose an email or phone is, through the API (KP-02)."""

import pytest

from tests.api.conftest import Api, client_of
from tests.web.test_shared_contacts import family
from tests.world import Cast


def test_the_api_tells_whose_a_contact_point_is(cast: Cast, api: Api) -> None:
    anna = family(cast)
    items = api.get(f"/customers/{anna.number}/contact-points").json()["items"]
    email, mobile = items
    assert email["shared"]["kind"] == "household"
    assert email["shared"]["customers"] == 2
    assert mobile["shared"] is None
    path = f"/customers/{anna.number}/contact-points/{email['id']}/customers"
    page = api.get(f"{path}?limit=1")
    found = api.get(path).json()
    assert [each["name"] for each in found["items"]] == ["Anna Hansen", "Bent Hansen"]
    assert found["next"] is None
    assert [each["name"] for each in page.json()["items"]] == ["Anna Hansen"]
    assert page.json()["next"] is not None
    missing = api.get(f"/customers/{anna.number}/contact-points/{anna.id}/customers")
    assert missing.status_code == 404


def test_an_administrator_says_what_counts_as_shared(cast: Cast) -> None:
    api = client_of(cast.administrator)
    before = api.get("/contact-sharing").json()
    assert (before["shared_from"], before["relay_domains"]) == (5, [])
    assert "guest.booking.com" in before["known_relay_domains"]
    wished = {"shared_from": 3, "relay_domains": ["@Guest.Example.com", "relay.example.org"]}
    answer = api.put("/contact-sharing", wished)
    assert answer.status_code == 200
    kept = {"shared_from": 3, "relay_domains": ["guest.example.com", "relay.example.org"]}
    assert answer.json() == before | kept
    assert api.get("/contact-sharing").json() == before | kept
    undone = api.post(f"/changes/{answer.headers['Wayfolk-Change']}/undo")
    assert undone.status_code == 200
    assert api.get("/contact-sharing").json() == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"shared_from": 1, "relay_domains": []}, "shared_from"),
        ({"shared_from": 2**70, "relay_domains": []}, "shared_from"),
        ({"shared_from": 5, "relay_domains": ["no domain"]}, "relay_domains"),
        ({"shared_from": 5}, "relay_domains"),
    ],
)
def test_what_cannot_count_as_shared_is_refused(
    cast: Cast, sent: dict[str, object], field: str
) -> None:
    api = client_of(cast.administrator)
    answer = api.put("/contact-sharing", sent)
    assert answer.status_code == 422, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert api.get("/contact-sharing").json()["shared_from"] == 5


def test_only_administrators_see_and_say_what_counts_as_shared(cast: Cast, api: Api) -> None:
    sent = {"shared_from": 3, "relay_domains": []}
    assert api.get("/contact-sharing").status_code == 403
    assert api.put("/contact-sharing", sent).status_code == 403
