"""Merging customers through the API, and taking merges back."""

from collections.abc import Callable
from uuid import uuid4

from tests.api.conftest import Api, client_of
from tests.world import Cast

New = Callable[..., int]


def planned(api: Api, survivor: int, *absorbed: int) -> dict[str, object]:
    answer = api.post("/merges/plan", {"survivor": survivor, "absorbed": list(absorbed)})
    assert answer.status_code == 200, answer.content
    return {
        "survivor": survivor,
        "absorbed": list(absorbed),
        "fingerprint": answer.json()["fingerprint"],
    }


def test_planned_merged_and_taken_back(api: Api, new_customer: New) -> None:
    """KP-34: the number of the merged record leads to the survivor for ever."""
    one = new_customer("Maria", primary_email="maria@example.com")
    other = new_customer("Marie", primary_email="marie@example.com", birth_on="1980-05-04")
    order = planned(api, one, other) | {"choices": {"given_name": other}}

    made = api.post("/merges", order)
    assert made.status_code == 201, made.content
    assert made.json()["survivor"]["number"] == one
    shown = api.get(f"/customers/{other}").json()
    assert (shown["number"], shown["merged_into"]) == (one, one)
    assert (shown["given_name"], shown["birth_on"]) == ("Marie", "1980-05-04")
    assert "merged_into" not in api.get(f"/customers/{one}").json()

    again = api.post("/merges", order)
    assert (again.status_code, again.json()["is_repeat"]) == (200, True)
    assert again.json()["id"] == made.json()["id"]

    api.patch(f"/customers/{one}", {"title": "Dr"})
    preview = api.get(f"/merges/{made.json()['id']}/reversal").json()
    assert preview["report"]["conflict_count"] == 0
    back = api.post(f"/merges/{made.json()['id']}/reversal")
    assert back.status_code == 200, back.content
    assert api.get(f"/customers/{other}").json()["number"] == other
    assert api.get(f"/customers/{one}").json()["title"] == "Dr"
    kept = api.get(f"/merges/{made.json()['id']}").json()
    assert kept["unmerged_by_id"] == back.json()["change_id"]


def test_a_plan_that_moved_comes_back_with_the_refusal(api: Api, new_customer: New) -> None:
    one, other = new_customer("Maria"), new_customer("Marie")
    order = planned(api, one, other)
    api.patch(f"/customers/{other}", {"notes": "changed"})
    refused = api.post("/merges", order)
    assert refused.status_code == 409
    assert refused.json()["code"] == "plan_changed"
    fresh = refused.json()["details"]["plan"]["fingerprint"]
    assert api.post("/merges", order | {"fingerprint": fresh}).status_code == 201


def test_what_speaks_against_it_is_told(api: Api, new_customer: New) -> None:
    """KP-35."""
    one = new_customer("Maria", birth_on="1980-05-04")
    other = new_customer("Maria", birth_on="1990-05-04")
    order = planned(api, one, other)
    refused = api.post("/merges", order)
    assert (refused.status_code, refused.json()["code"]) == (409, "merge_guarded")
    assert refused.json()["details"]["guards"] == ["different_births"]
    confirmed = order | {"confirmed": ["different_births"]}
    assert api.post("/merges", confirmed).status_code == 201
    itself = api.post("/merges/plan", {"survivor": one, "absorbed": [other]})
    assert itself.json()["code"] == "same_record"


def test_the_number_of_a_merged_record_deletes_nobody(api: Api, new_customer: New) -> None:
    one, other = new_customer("Maria"), new_customer("Marie")
    api.post("/merges", planned(api, one, other))
    refused = api.delete(f"/customers/{other}")
    assert (refused.status_code, refused.json()["details"]) == (409, {"merged_into": one})
    assert api.get(f"/customers/{one}").status_code == 200


def test_merging_takes_its_own_right(cast: Cast, new_customer: New) -> None:
    one, other = new_customer("Maria"), new_customer("Marie")
    body = {"survivor": one, "absorbed": [other]}
    advisor = client_of(cast.advisor)
    assert advisor.post("/merges/plan", body).status_code == 403
    assert advisor.post("/merges", body | {"fingerprint": "x"}).status_code == 403
    assert advisor.get(f"/merges/{uuid4()}").status_code == 403


def test_unknown_records_and_merges_are_not_found(api: Api, new_customer: New) -> None:
    one = new_customer("Maria")
    assert api.get(f"/merges/{uuid4()}").status_code == 404
    missing = api.post("/merges/plan", {"survivor": one, "absorbed": [999_999]})
    assert missing.status_code == 404
    assert "999999" in missing.json()["detail"]
