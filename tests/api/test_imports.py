"""Imports through the API: send a file, follow the run, fetch what was refused."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Api, client_of, scope_of, switch_off
from tests.world import Cast
from wayfolk.integrations.imports import running

RULES = {
    "rules": [
        {"target": "customer.given_name", "columns": ["First"]},
        {"target": "customer.family_name", "columns": ["Last"]},
        {"target": "customer.primary_email", "columns": ["Mail"]},
    ]
}
FILE = "First,Last,Mail\nMaria,Silva,maria@example.com\n,,nobody@example.com\n"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(api: Api, content: str | bytes, name: str = "guests.csv", **fields: str) -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    headers = {"Authorization": f"Bearer {api.secret}"}
    key = fields.pop("key", None)
    if key:
        headers["Idempotency-Key"] = key
    return api.client.post("/api/v1/imports", {"file": file, **fields}, headers=headers)


def test_a_file_is_sent_mapped_imported_and_its_refused_rows_fetched(api: Api, cast: Cast) -> None:
    sent = send(api, FILE)
    assert sent.status_code == 201, sent.content
    run = sent.json()
    assert (run["state"], run["headers"], run["row_count"]) == (
        "draft",
        ["First", "Last", "Mail"],
        2,
    )

    started = api.post(f"/imports/{run['id']}/start", {"rules": RULES})
    assert started.status_code == 202, started.content
    assert started.json()["state"] == "queued"
    with scope_of(cast):
        running.carry_out(run["id"], by=cast.manager)

    done = api.get(f"/imports/{run['id']}").json()
    assert (done["state"], done["done_count"], done["refused_count"]) == ("finished", 1, 1)
    assert [c["name"] for c in api.get("/customers").json()["items"]] == ["Maria Silva"]
    refused = api.get(f"/imports/{run['id']}/refused-rows")
    assert refused.headers["Content-Type"].startswith("text/csv")
    head, row = b"".join(refused.streaming_content).decode().splitlines()
    assert head == "First,Last,Mail,reason"
    assert row.startswith(",,nobody@example.com,")
    assert len(row) > len(",,nobody@example.com,")
    assert api.post(f"/changes/{done['change_id']}/undo").status_code == 200
    assert api.get("/customers").json()["items"] == []


def test_a_saved_mapping_starts_the_import_at_once(api: Api) -> None:
    assert api.post("/import-mappings", {"name": "Guests", **RULES}).json() == {"name": "Guests"}
    assert {"name": "Guests"} in api.get("/import-mappings").json()["items"]

    assert send(api, FILE, mapping_name="guests").json()["state"] == "queued"


def test_a_repeated_upload_is_one_import(api: Api) -> None:
    first, again = send(api, FILE, key="k1"), send(api, FILE, key="k1")

    assert again.json() == first.json()
    assert len(api.get("/imports").json()["items"]) == 1
    assert send(api, FILE + "Otto,,\n", key="k1").status_code == 422


def test_a_refused_start_leaves_no_file_behind(api: Api, tmp_path: Path) -> None:
    refused = send(api, FILE, mapping_name="No such mapping")

    assert refused.status_code == 422
    assert "No such mapping" in refused.json()["detail"]
    assert list(tmp_path.rglob("*.csv")) == []
    assert api.get("/imports").json()["items"] == []


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PK\x03\x04" + b"\0" * 100, "guests.csv"), (b"", "empty.csv"), (b"First\n", "head.csv")],
)
def test_what_is_no_table_is_told_in_words(api: Api, content: bytes, name: str) -> None:
    answer = send(api, content, name)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"


def test_a_request_without_a_file_or_of_another_kind(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.secret}"}
    missing = api.client.post("/api/v1/imports", {"mapping_name": "x"}, headers=headers)
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["field"] == "file"
    assert api.post("/imports", {"file": "x"}).status_code == 415


def test_states_that_do_not_fit_are_refused(api: Api) -> None:
    run = send(api, FILE).json()["id"]

    assert api.get(f"/imports/{run}/refused-rows").status_code == 404
    assert api.post(f"/imports/{run}/stop").json()["code"] == "wrong_state"
    assert api.post(f"/imports/{run}/start", {}).status_code == 422
    assert api.delete(f"/imports/{run}").status_code == 204
    assert api.get(f"/imports/{run}").status_code == 404


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"method": "date_parts", "columns": ["First"]}, "Choose a column for: month, day."),
        ({"method": "copy", "columns": []}, "Choose a column for: column."),
        ({"method": "copy", "columns": ["Born"]}, "The file has no column “Born”."),
        ({"method": "plus_days", "columns": ["First"]}, "Choose the date to count from."),
        ({"method": "constant", "value": "soon"}, "“soon” is not a date."),
        ({"method": "sum", "columns": ["First"]}, "cannot be the sum of columns"),
    ],
)
def test_a_rule_that_cannot_be_carried_out_is_refused_in_words(
    api: Api, rule: dict[str, object], words: str
) -> None:
    run = send(api, FILE).json()["id"]
    rules = [*RULES["rules"], {"target": "customer.birth_on", **rule}]

    refused = api.post(f"/imports/{run}/start", {"rules": {"rules": rules}})

    assert refused.status_code == 422
    assert words in refused.json()["detail"]
    assert api.get(f"/imports/{run}").json()["state"] == "draft"


def test_rights(cast: Cast, api: Api) -> None:
    run = send(api, FILE).json()["id"]

    assert client_of(cast.viewer).get("/imports").status_code == 403
    assert send(client_of(cast.viewer), FILE).status_code == 403
    assert client_of(cast.outsider).get(f"/imports/{run}").status_code == 404
    switch_off(cast.manager, "imports")
    assert send(api, FILE).status_code == 403


def test_a_rule_for_a_field_that_does_not_exist_is_named(api: Api) -> None:
    rules = [{"target": "customer.e-mail", "columns": ["Mail"]}]
    answer = api.post("/import-mappings", {"name": "Guests", "rules": rules})
    assert answer.status_code == 422
    assert "There is no field “customer.e-mail”" in answer.content.decode()
