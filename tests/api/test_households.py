"""Households through the API: KP-19 to KP-22."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, client_of, restrict, switch_off
from tests.world import Cast

New = Callable[..., int]


def made(api: Api, *members: tuple[int, str], **fields: Any) -> int:
    """The number of a new household with (Customer No, role) members since 2020."""
    body = {
        "name": "Hansen",
        "from_on": "2020-01-01",
        "members": [{"customer": number, "role": role} for number, role in members],
        **fields,
    }
    answer = api.post("/households", body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["number"])


def lives(api: Api, number: int, on: str) -> list[int]:
    rows = api.get(f"/households/{number}/members?on={on}").json()["items"]
    return [row["customer"]["number"] for row in rows]


def test_kp_19_a_household_with_its_members_is_one_change(api: Api, new_customer: New) -> None:
    anna, emil = new_customer("Anna"), new_customer("Emil")
    answer = api.post(
        "/households",
        {
            "name": "Hansen",
            "city": "Aarhus",
            "channel": "post",
            "from_on": "2020-01-01",
            "members": [{"customer": emil, "role": "child"}, {"customer": anna, "role": "head"}],
        },
    )
    assert answer.status_code == 201
    number = answer.json()["number"]
    assert answer.headers["Location"].endswith(f"/households/{number}")
    assert lives(api, number, "2020-01-01") == [anna, emil]
    assert lives(api, number, "2019-12-31") == []
    assert [h["number"] for h in api.get("/households?q=hans").json()["items"]] == [number]
    undone = api.post(f"/changes/{answer.headers['Wayfolk-Change']}/undo")
    assert undone.status_code == 200
    assert api.get(f"/households/{number}").status_code == 404


def test_moving_splitting_and_merging(api: Api, new_customer: New) -> None:
    anna, bent, emil = (new_customer(name) for name in ("Anna", "Bent", "Emil"))
    home = made(api, (anna, "head"), (bent, "partner"))
    moved = api.post(
        f"/households/{home}/members",
        {"from_on": "2021-01-01", "members": [{"customer": emil, "role": "child"}]},
    )
    assert moved.status_code == 200
    split = api.post(
        f"/households/{home}/splits",
        {
            "customers": [bent, emil],
            "on": "2022-01-01",
            "name": "Bent",
            "roles": [{"customer": bent, "role": "head"}],
        },
    )
    other = split.json()["number"]
    assert lives(api, other, "2022-01-01") == [bent, emil]
    assert lives(api, home, "2021-12-31") == [anna, bent, emil]
    merged = api.post(f"/households/{home}/mergers", {"households": [other], "on": "2023-01-01"})
    assert merged.status_code == 200
    assert lives(api, home, "2023-01-01") == [anna, bent, emil]
    ended = api.get(f"/households/{other}").json()
    assert (ended["ended_on"], ended["merged_into"]["number"]) == ("2023-01-01", home)
    assert api.get("/households?state=ended").json()["items"][0]["number"] == other
    left = api.post(f"/households/{home}/departures", {"customers": [emil], "on": "2024-01-01"})
    assert left.status_code == 200
    assert lives(api, home, "2024-01-01") == [anna, bent]
    history = api.get(f"/customers/{emil}/households").json()["items"]
    assert [(row["household"]["number"], row["to_on"]) for row in history] == [
        (home, "2024-01-01"),
        (other, "2023-01-01"),
        (home, "2022-01-01"),
    ]
    assert api.post(f"/households/{home}/end", {"on": "2025-01-01"}).status_code == 200
    assert lives(api, home, "2025-01-01") == []


def test_kp_20_a_member_overrides_what_the_household_shares(api: Api, new_customer: New) -> None:
    emil = new_customer("Emil", primary_city="Odense")
    home = made(api, (emil, "child"), city="Aarhus", channel="post")
    (row,) = api.get(f"/households/{home}/members").json()["items"]
    assert (row["address_from"], row["address"]["city"]) == ("household", "Aarhus")
    assert row["preferences"]["channel"] == "post"
    changes = {
        "uses_household_address": False,
        "uses_household_preferences": False,
        "channel": "text",
        "version": row["version"],
    }
    (row,) = api.patch(f"/households/{home}/members/{row['id']}", changes).json()["items"]
    assert (row["address_from"], row["address"]["city"]) == ("own", "Odense")
    assert (row["preferences_from"], row["preferences"]["channel"]) == ("own", "text")
    stale = api.patch(f"/households/{home}/members/{row['id']}", changes)
    assert stale.status_code == 409


def test_two_households_at_once_are_said_and_the_same_role_refused(
    api: Api, new_customer: New
) -> None:
    emil = new_customer("Emil")
    made(api, (emil, "child"))
    other = made(api, name="Father's")
    body = {"from_on": "2020-06-01", "members": [{"customer": emil, "role": "child"}]}
    refused = api.post(f"/households/{other}/members", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_member")
    body["members"] = [{"customer": emil, "role": "relative"}]
    answer = api.post(f"/households/{other}/members", body)
    assert "as well, as child" in answer.json()["remarks"][0]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"name": ""}, "name"),
        ("", {"name": "X", "country": "QQ"}, "country"),
        ("", {"name": "X", "from_on": "2020-01-01", "members": [{"customer": 99}]}, "members"),
        ("/1/members", {"from_on": "1600-01-01", "members": [{"customer": 1}]}, "from_on"),
        ("/1/departures", {"customers": [99], "on": "2026-01-01"}, "customers"),
        ("/1/splits", {"customers": [1], "on": "2026-01-01"}, "customers"),
        ("/1/splits", {"customers": [1], "on": "2026-01-01", "into": 77}, "into"),
        ("/1/mergers", {"households": [77], "on": "2026-01-01"}, "households"),
        ("/1/end", {"on": "2019-01-01"}, "on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    api: Api, new_customer: New, path: str, body: dict[str, Any], field: str
) -> None:
    made(api, (new_customer("Anna"), "head"))
    answer = api.post(f"/households{path}", body)
    assert answer.status_code == 422, answer.content
    assert field in str(answer.json()["errors"])


def test_guardians_and_connections(api: Api, new_customer: New) -> None:
    anna, emil, ulla = (new_customer(name) for name in ("Anna", "Emil", "Ulla"))
    home = made(api, (anna, "head"), (emil, "child"))
    since = {"from_on": "2020-01-01"}
    added = api.post(f"/customers/{emil}/guardians", {"guardian": ulla, **since})
    assert added.status_code == 201
    circle = api.post(f"/customers/{ulla}/guardians", {"guardian": emil, **since})
    assert "answers for" in circle.json()["detail"]
    ended = api.post(f"/guardians/{added.json()['id']}/end", {"on": "2021-01-01"})
    assert ended.json()["to_on"] == "2021-01-01"
    assert len(api.get(f"/customers/{ulla}/guardians").json()["items"]) == 1
    noted = api.post(
        f"/households/{home}/connections",
        {"customer": ulla, "kind": "emergency", "note": "Grandmother", **since},
    )
    (row,) = noted.json()["items"]
    assert (noted.status_code, row["note"]) == (201, "Grandmother")
    path = f"/households/{home}/connections/{row['id']}/end"
    (row,) = api.post(path, {"on": "2021-01-01"}).json()["items"]
    assert row["to_on"] == "2021-01-01"
    inside = api.post(
        f"/households/{home}/connections", {"customer": anna, "kind": "payer", **since}
    )
    assert inside.status_code == 422


def test_suggestions_are_dismissed_for_good(api: Api, new_customer: New) -> None:
    anna = new_customer("Anna", family_name="Hansen", primary_email="h@example.com")
    bent = new_customer("Bent", family_name="Hansen", primary_email="h@example.com")
    (found,) = api.get("/household-suggestions").json()["items"]
    assert sorted(p["number"] for p in found["people"]) == [anna, bent]
    assert (found["household"], found["reasons"]) == (None, ["same email"])
    gone = api.post("/household-suggestions/dismissals", {"customers": [anna, bent]})
    assert gone.status_code == 204
    assert api.get("/household-suggestions").json()["items"] == []


def test_versions_and_changes_meanwhile(api: Api) -> None:
    home = made(api)
    answer = api.get(f"/households/{home}")
    tag = answer.headers["ETag"]
    assert api.get(f"/households/{home}", If_None_Match=tag).status_code == 304
    assert api.patch(f"/households/{home}", {"city": "Ribe"}, If_Match=tag).status_code == 200
    stale = api.patch(f"/households/{home}", {"city": "Vejle"}, If_Match=tag)
    assert stale.status_code == 412
    assert stale.json()["details"]["theirs"]["city"] == "Ribe"


def test_rights_modules_and_hidden_fields(api: Api, cast: Cast, new_customer: New) -> None:
    home = made(api, (new_customer("Anna"), "head"), city="Aarhus")
    viewer = client_of(cast.viewer)
    assert viewer.get(f"/households/{home}").status_code == 200
    assert viewer.patch(f"/households/{home}", {"name": "X"}).status_code == 403
    assert client_of(cast.outsider).get(f"/households/{home}").status_code == 404
    restrict(cast.viewer, customer_address="hidden")
    assert "city" not in viewer.get(f"/households/{home}").json()
    assert "address" not in viewer.get(f"/households/{home}/members").json()["items"][0]
    assert viewer.get("/households?q=aarhus").json()["items"] == []
    switch_off(cast.manager, "households")
    assert api.get("/households").status_code == 403
    assert api.get(f"/customers/{1}/households").status_code == 403
