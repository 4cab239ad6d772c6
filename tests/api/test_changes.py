"""Recent changes and undo through the API."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Api, client_of, restrict, scope_of
from tests.world import Cast
from wayfolk.audit import taking_back, undo_jobs

New = Callable[..., int]


def test_each_change_names_itself_and_can_be_taken_back_and_done_again(api: Api) -> None:
    made = api.post("/customers", {"given_name": "Maria"})
    change = made.headers["Wayfolk-Change"]

    undone = api.post(f"/changes/{change}/undo")
    assert undone.status_code == 200
    assert undone.json()["reversed"] >= 1
    assert api.get(made.headers["Location"]).status_code == 404

    assert api.post(f"/changes/{change}/undo").json()["code"] == "already_undone"
    again = api.post(f"/changes/{undone.json()['change_id']}/undo")
    assert again.status_code == 200
    assert api.get(made.headers["Location"]).json()["given_name"] == "Maria"


def test_recent_changes_page_backwards_in_time(api: Api, new_customer: New) -> None:
    for name in ("Anna", "Berta", "Cleo"):
        new_customer(name)

    seen: list[str] = []
    following = "/changes?limit=2&area=customers"
    while following:
        page = api.get(following).json()
        seen += [row["summary"] for row in page["items"]]
        following = page["next"]
    assert seen == [f"Created customer {name}" for name in ("Cleo", "Berta", "Anna")]


def test_a_change_tells_in_words_what_it_did(api: Api, new_customer: New) -> None:
    number = new_customer("Maria")
    change = api.patch(f"/customers/{number}", {"family_name": "Silva"}).headers["Wayfolk-Change"]

    shown = api.get(f"/changes/{change}").json()

    assert shown["author_kind"] == "api"
    assert shown["may_undo"] is True
    fields = [field for row in shown["rows"] for field in row["fields"]]
    assert any((field["before"], field["after"]) == ("", "Silva") for field in fields)
    history = api.get(f"/customers/{number}/history").json()
    assert history["items"][0]["id"] == change


def test_hidden_fields_stay_hidden_in_history(cast: Cast, api: Api, new_customer: New) -> None:
    number = new_customer("Maria")
    change = api.patch(f"/customers/{number}", {"notes": "very secret"}).headers["Wayfolk-Change"]
    restrict(cast.viewer, customer_notes="hidden")
    viewer = client_of(cast.viewer)

    for path in (f"/changes/{change}", f"/customers/{number}/history", "/changes"):
        answer = viewer.get(path)
        assert answer.status_code == 200
        assert b"very secret" not in answer.content


def test_a_value_that_was_changed_again_is_a_conflict_to_decide(
    api: Api, new_customer: New
) -> None:
    number = new_customer("Maria")
    first = api.patch(f"/customers/{number}", {"family_name": "Silva"}).headers["Wayfolk-Change"]
    api.patch(f"/customers/{number}", {"family_name": "Sousa"})

    refused = api.post(f"/changes/{first}/undo")
    assert refused.status_code == 409
    (conflict,) = refused.json()["details"]["conflicts"]
    assert conflict["now"] == "Sousa"

    decided = api.post(f"/changes/{first}/undo", {"choices": {conflict["key"]: "restore"}})
    assert decided.status_code == 200
    assert api.get(f"/customers/{number}").json()["family_name"] == ""


def test_others_changes_take_a_right_of_their_own(cast: Cast, api: Api) -> None:
    change = api.post("/customers", {"given_name": "Maria"}).headers["Wayfolk-Change"]

    assert client_of(cast.advisor).post(f"/changes/{change}/undo").status_code == 403
    assert client_of(cast.outsider).get(f"/changes/{change}").status_code == 404
    assert client_of(cast.outsider).post(f"/changes/{change}/undo").status_code == 404
    assert api.get(f"/changes/{uuid4()}").status_code == 404


def test_an_undone_etag_is_no_longer_the_answer_at_hand(api: Api, new_customer: New) -> None:
    """What undo puts back is a new version, so that no editor's copy passes for it."""
    address = f"/customers/{new_customer('Maria')}"
    change = api.patch(address, {"primary_phone": "+351912345678"}).headers["Wayfolk-Change"]
    edited = api.get(address).headers["ETag"]
    api.post(f"/changes/{change}/undo")

    assert api.get(address, If_None_Match=edited).status_code == 200
    assert api.get(address).json()["primary_phone"] == ""


def test_a_large_change_is_taken_back_by_a_job(
    cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.post("/customers", {"given_name": "Maria"})
    change = made.headers["Wayfolk-Change"]
    monkeypatch.setattr(taking_back, "AT_ONCE_MAX", 0)

    answers = [api.post(f"/changes/{change}/undo") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    job = answers[0].json()
    assert answers[1].json()["id"] == job["id"]
    assert api.get(f"/undo-jobs/{job['id']}").json()["state"] == "waiting"
    assert client_of(cast.outsider).get(f"/undo-jobs/{job['id']}").status_code == 404
    with scope_of(cast):
        undo_jobs.run(UUID(job["id"]), by=cast.manager)
    assert api.get(f"/undo-jobs/{job['id']}").json()["state"] == "done"
    assert api.get(made.headers["Location"]).status_code == 404
