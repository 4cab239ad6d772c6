"""Whose an email or phone is, through the API (KP-02)."""

from tests.api.conftest import Api
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
