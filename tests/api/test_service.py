"""Service cases and questionnaires over the API (TQ-46 to TQ-49, TQ-52, decision 9)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import ROOT, Api, client_of, restrict, switch_off
from tests.service import making
from tests.world import Cast


def upload(api: Api, number: int, name: str, content: bytes) -> Any:
    return api.client.post(
        f"{ROOT}/service-cases/{number}/attachments",
        {"file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {api.secret}"},
    )


@pytest.fixture
def reason_id(api: Api) -> str:
    reasons = api.get("/service-case-reasons").json()["items"]
    return str(next(each["id"] for each in reasons if each["name"] == "Excursion"))


@pytest.fixture
def new_case(api: Api, new_customer: Callable[..., int], reason_id: str) -> Callable[..., Any]:
    def create(**fields: Any) -> Any:
        customer = new_customer(primary_email="maria@example.org")
        body = {"customer": customer, "reason_ids": [reason_id], **fields}
        answer = api.post("/service-cases", body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return create


def test_tq46_tq48_a_case_is_opened_read_changed_and_closed(
    cast: Cast, api: Api, reason_id: str
) -> None:
    booking = making.booking(cast.manager)
    made = api.post("/service-cases", {"booking": booking.number, "reason_ids": [reason_id]})
    case = made.json()
    assert made["Location"].endswith(f"/service-cases/{case['number']}")
    assert (case["booking"], case["customer"]["name"]) == (booking.number, "Ann Holm")
    assert (case["email"], case["handler"]) == ("ann@example.org", "Mats Berg")
    path = f"/service-cases/{case['number']}"
    changed = api.patch(
        path,
        {"status": "closed", "compensation_kind": "voucher", "compensation_minor": 5_000,
         "compensation_currency": "EUR"},
        If_Match=api.get(path)["ETag"],
    )  # fmt: skip
    assert changed.status_code == 200, changed.content
    assert (changed.json()["closed_by"], changed.json()["compensation_minor"]) == (
        "Mats Berg", 5_000,
    )  # fmt: skip
    stale = api.patch(path, {"kind": "request", "version": case["version"]})
    assert stale.status_code in {409, 412}
    assert api.patch(path, {"status": "new"}).json()["closed_on"] is None


def test_bad_values_are_named_by_field_and_nothing_is_opened(
    cast: Cast, api: Api, reason_id: str
) -> None:
    for body, field in (
        ({"booking": 88_888_888, "reason_ids": [reason_id]}, "booking"),
        ({"reason_ids": [reason_id]}, "booking"),
        ({"customer": 88_888_888, "reason_ids": [reason_id]}, "customer"),
        ({"booking": 1}, "reason_ids"),
        ({"booking": 1, "reason_ids": [reason_id], "email": "no"}, "email"),
        ({"booking": 1, "reason_ids": [reason_id], "status": "gone"}, "status"),
    ):
        answer = api.post("/service-cases", body)
        assert answer.status_code == 422, answer.content
        assert field in str(answer.json()["errors"])
    assert api.get("/service-cases").json()["items"] == []


def test_lists_are_filtered_and_paged(api: Api, new_case: Callable[..., Any]) -> None:
    first, second = new_case(), new_case(kind="support", status="in_progress")
    for query, numbers in (
        ("status=in_progress", [second["number"]]),
        ("status=open&kind=complaint", [first["number"]]),
        (f"customer={first['customer']['number']}", [first["number"]]),
        (f"q={second['number']}", [second["number"]]),
        ("opened_from=2200-01-01", []),
    ):
        found = api.get(f"/service-cases?{query}").json()["items"]
        assert [each["number"] for each in found] == numbers
    page = api.get("/service-cases?limit=1").json()
    rest = api.get(page["next"]).json()
    assert {page["items"][0]["number"], rest["items"][0]["number"]} == {
        first["number"], second["number"],
    }  # fmt: skip


def test_tq48_comments_and_attachments(api: Api, new_case: Callable[..., Any]) -> None:
    number = new_case()["number"]
    noted = api.post(f"/service-cases/{number}/comments", {"text": "Called."})
    assert (noted.status_code, noted.json()["author"]) == (201, "Mats Berg")
    assert len(api.get(f"/service-cases/{number}/comments").json()["items"]) == 1
    made = upload(api, number, "letter.pdf", making.PDF)
    assert made.status_code == 201, made.content
    path = f"/service-cases/{number}/attachments/{made.json()['id']}"
    got = api.get(path)
    assert got.content == making.PDF
    assert got["Content-Disposition"].startswith("attachment")
    lied = upload(api, number, "letter.pdf", making.PNG)
    assert lied.status_code == 422
    assert "a PNG picture" in lied.json()["detail"]
    assert api.delete(path).status_code == 204
    assert api.get(f"/service-cases/{number}/attachments").json()["items"] == []


def test_what_is_too_large_is_refused_before_it_is_read(
    api: Api, new_case: Callable[..., Any], settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    number = new_case()["number"]
    assert upload(api, number, "a.pdf", making.PDF + b"x" * 100_000).status_code == 413


def test_fields_that_a_role_does_not_see_are_absent(
    cast: Cast, api: Api, new_case: Callable[..., Any]
) -> None:
    number = new_case(
        compensation_kind="refund", compensation_minor=100, compensation_currency="EUR"
    )["number"]
    restrict(cast.viewer, service_compensation="hidden", customer_email="hidden")
    shown = client_of(cast.viewer).get(f"/service-cases/{number}").json()
    assert not {"compensation_minor", "compensation_kind", "email"} & set(shown)
    assert client_of(cast.outsider).get(f"/service-cases/{number}").status_code == 404
    assert client_of(cast.viewer).patch(f"/service-cases/{number}", {}).status_code == 403
    switch_off(cast.manager, "service")
    assert api.get("/service-cases").status_code == 403


def test_reasons_are_for_administrators(cast: Cast, api: Api, reason_id: str) -> None:
    assert api.post("/service-case-reasons", {"name": "Noise"}).status_code == 403
    administrator = client_of(cast.administrator)
    made = administrator.post("/service-case-reasons", {"name": "Noise"}).json()
    path = f"/service-case-reasons/{made['id']}"
    changed = administrator.patch(path, {"name": "Noise at night", "is_active": False}).json()
    assert (changed["name"], changed["is_active"]) == ("Noise at night", False)
    assert administrator.delete(path).status_code == 204
    assert administrator.delete(path).status_code == 404
    assert reason_id


def test_tq52_questionnaires_answers_results_and_figures(cast: Cast, api: Api) -> None:
    administrator = client_of(cast.administrator)
    made = administrator.post("/questionnaires", {"name": "After the trip", "days": 2}).json()
    path = f"/questionnaires/{made['id']}"
    added = administrator.post(
        f"{path}/questions", {"text": "Which?", "kind": "choices", "options": ["Pool", "Spa"]}
    ).json()
    moved = administrator.patch(
        f"{path}/questions/{added['id']}", {"position": 1, "text": "Which ones?"}
    )
    assert moved.status_code == 200, moved.content
    shown = api.get(path).json()
    assert shown["questions"][0]["text"] == "Which ones?"
    trip, guide = shown["questions"][1]["id"], shown["questions"][2]["id"]
    customer = making.customer(cast.manager)
    booking = making.booking(cast.manager, customer)
    stored = api.post(
        f"{path}/responses",
        {"booking": booking.number,
         "answers": [{"question_id": trip, "score": 5}, {"question_id": guide, "score": 4},
                     {"question_id": added["id"], "chosen": ["Spa"]}]},
    )  # fmt: skip
    assert stored.status_code == 201, stored.content
    results = api.get(f"{path}/results").json()
    assert (results["overall"], results["representative"]) == ("4.50", "4.00")
    figures = api.get(f"/customers/{customer.number}/service-figures").json()
    assert (figures["overall"], figures["complaints"]) == ("4.50", 0)
    assert len(api.get(f"{path}/responses").json()["items"][0]["answers"]) == 3
    asked = api.post(f"{path}/invitations", {"booking": booking.number})
    assert (asked.status_code, asked.json()["state"]) == (201, "sent")
    assert api.get(f"{path}/invitations").json()["items"][0]["booking"] == booking.number
    restrict(cast.viewer, customer_happiness="hidden")
    viewer = client_of(cast.viewer)
    assert viewer.get(f"{path}/results").status_code == 403
    assert viewer.get(f"{path}/responses").status_code == 403
    hidden = viewer.get(f"/customers/{customer.number}/service-figures").json()
    assert set(hidden) == {"complaints", "open_cases"}


def test_d09_both_scores_are_named_by_the_organisation(cast: Cast, api: Api) -> None:
    names = {"overall_label": "Guests", "representative_label": "Guides",
             "shows_representative": True, "link_days": 7}  # fmt: skip
    assert api.put("/happiness", names).status_code == 403
    assert client_of(cast.administrator).put("/happiness", names).json() == names
    assert api.get("/happiness").json()["overall_label"] == "Guests"
