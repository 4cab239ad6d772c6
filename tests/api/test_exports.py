"""Exports and saved views over the API, and the list's filters and orders."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import client_of, restrict
from tests.segments import making
from tests.world import Cast
from wayfolk.integrations.exports import running
from wayfolk.integrations.models import ExportRun
from wayfolk.kit import tenancy


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["given_name"] for item in answer.json()["items"]]


@pytest.fixture
def people(cast: Cast) -> None:
    by = cast.manager
    ann = making.customer(by, given_name="Ann", city="Faro", country="PT", mobile="912345678")
    making.customer(by, given_name="Bo", city="Oslo", country="NO")
    making.booked(by, ann, departs_on=date(2026, 6, 11), total_minor=50_000, transport="TP|1")
    making.booked(by, ann, departs_on=date(2026, 7, 11), total_minor=50_000, transport="TP2")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("city=fa", ["Ann"]),
        ("country=NO&status=active", ["Bo"]),
        ("mobile=9123", ["Ann"]),
        ("transports=XX%7CTP2&departs_from=2026-07-01", ["Ann"]),
        ("turnover_from=1000&turnover_to=1000.00", ["Ann"]),
        ("newsletter=unknown&sort=-turnover", ["Ann", "Bo"]),
        ("sort=-number", ["Bo", "Ann"]),
        ("sort=city", ["Ann", "Bo"]),
        ("q=ann&country=NO", []),
    ],
)
def test_tq32_the_list_takes_the_filters_and_orders_of_the_page(
    cast: Cast, query: str, found: list[str]
) -> None:
    assert names(client_of(cast.manager).get(f"/customers?{query}")) == found


@pytest.mark.usefixtures("people")
def test_pages_go_on_in_the_order_of_the_turnover(cast: Cast) -> None:
    api = client_of(cast.manager)
    first = api.get("/customers?sort=-turnover&limit=1&status=active")
    assert names(first) == ["Ann"]
    assert names(api.get(first.json()["next"])) == ["Bo"]
    wrong = api.get(f"/customers?sort=turnover&cursor={first.json()['next_cursor']}")
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("code", "query"),
    [
        ("customer_email", "email=a@example.com"),
        ("customer_phone", "mobile=912"),
        ("customer_address", "city=faro"),
        ("customer_address", "sort=city"),
        ("booking_total", "turnover_from=1"),
        ("booking_total", "sort=-turnover"),
    ],
)
def test_a_hidden_field_is_neither_filter_nor_order(cast: Cast, code: str, query: str) -> None:
    restrict(cast.advisor, **{code: "hidden"})
    answer = client_of(cast.advisor).get(f"/customers?{query}")
    assert answer.status_code == 403
    assert "may not see" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["country=XX", "turnover_from=much", "users=ida", "sort=salary"])
def test_bad_filters_are_named(cast: Cast, query: str) -> None:
    answer = client_of(cast.manager).get(f"/customers?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.content.decode()


@pytest.mark.usefixtures("people")
def test_tq35_an_export_is_asked_for_followed_and_fetched(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    api = client_of(cast.manager)
    view = {"name": "Portugal", "query": "country=PT&columns=city", "is_shared": True}
    made = api.post("/customer-views", view)
    assert made.status_code == 201
    asked = api.post("/exports", {"view": "portugal", "is_marked": False})
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    path = f"/exports/{asked.json()['id']}"
    assert api.get(f"{path}/file").status_code == 404
    with tenancy.scope(cast.organization.id):
        run = ExportRun.objects.get()
    running.carry_out(run.id, by=cast.manager)
    assert api.get(path).json()["done_count"] == 1
    file = b"".join(api.get(f"{path}/file").streaming_content).decode()
    assert file.splitlines() == ["No,Name,City", "1,Ann Holm,Faro"]
    assert len(api.get("/exports").json()["items"]) == 1
    assert api.post(f"{path}/stop").status_code == 409
    assert client_of(cast.advisor).get(path).status_code == 403
    assert client_of(cast.outsider).get(path).status_code == 404
    assert api.post("/exports", {"columns": ["salary"]}).status_code == 422
    assert api.post("/exports", {"query": "country=XX"}).status_code == 422


def test_saved_views_are_listed_changed_and_deleted(cast: Cast) -> None:
    api = client_of(cast.advisor)
    made = api.post("/customer-views", {"name": "Faro", "query": "city=faro"}).json()
    path = f"/customer-views/{made['id']}"
    assert client_of(cast.manager).patch(path, {"name": "Mine"}).status_code == 404
    changed = api.patch(path, {"name": "Algarve", "is_shared": True}).json()
    assert (changed["name"], changed["query"], changed["is_own"]) == ("Algarve", "city=faro", True)
    theirs = client_of(cast.manager)
    assert [view["name"] for view in theirs.get("/customer-views").json()["items"]] == ["Algarve"]
    assert theirs.delete(path).status_code == 403
    assert api.post("/customer-views", {"name": "algarve"}).status_code == 409
    assert api.delete(path).status_code == 204
    assert api.get("/customer-views").json()["items"] == []
