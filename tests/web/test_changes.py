"""Recent changes: the list, one change, undo, conflicts, large undos, the history of a record."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit import history, taking_back, undo_jobs
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.models import ChangeSet, UndoJob, UndoState
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.organization import tasks
from wayfolk.staff.models import FieldRule, Role
from wayfolk.staff.rules import Actor


def create(by: Actor, name: str = "Ann", **contacts: str) -> Customer:
    reach = {("primary", kind): value for kind, value in contacts.items()}
    return operations.create_customer(CustomerData({"given_name": name}, reach), by=by)


def update(customer: Customer, by: Actor, **fields: Any) -> UUID:
    operations.update_customer(customer.id, CustomerData(fields), by=by)
    return written()


def written() -> UUID:
    change_set_id = last_written_id()
    assert change_set_id is not None
    return change_set_id


def present(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return " ".join(response.content.decode().split())


def test_the_list_shows_who_did_what_with_undo_for_what_one_may_take_back(cast: Cast) -> None:
    create(cast.manager, "Bea")
    create(cast.advisor, "Ann")
    own, foreign = written(), _of("Created customer Bea", cast)
    html = page(client_for(cast.advisor), "/changes/")
    assert "Created customer Ann" in html
    assert "Created customer Bea" in html
    assert f"/changes/{own}/undo" in html
    assert f"/changes/{foreign}/undo" not in html
    assert f"/changes/{foreign}/undo" in page(client_for(cast.manager), "/changes/")


def _of(summary: str, cast: Cast) -> UUID:
    with tenancy.scope(cast.organization.id):
        found: UUID = ChangeSet.objects.get(summary=summary).id
    return found


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("area=customers", True),
        ("area=bookings", False),
        ("area=nonsense", True),
        ("since=2000-01-01", True),
        ("since=2999-01-01", False),
        ("until=2000-01-01", False),
        ("since=yesterday", True),
        ("after=broken", True),
    ],
)
def test_filters_narrow_and_nonsense_filters_nothing(cast: Cast, query: str, shown: bool) -> None:
    create(cast.advisor)
    html = page(client_for(cast.advisor), f"/changes/?{query}")
    assert ("Created customer Ann" in html) is shown
    if not shown:
        assert "Clear the filters" in html


def test_one_person_is_chosen(cast: Cast) -> None:
    create(cast.manager, "Bea")
    create(cast.advisor, "Ann")
    html = page(client_for(cast.viewer), f"/changes/?person={cast.manager.author_id}")
    assert "Created customer Bea" in html
    assert "Created customer Ann" not in html


def test_one_change_is_told_in_words_without_what_is_hidden(cast: Cast) -> None:
    customer = create(cast.advisor)
    operations.update_customer(
        customer.id,
        CustomerData({"notes": "likes <b>sun</b>"}, {("primary", "phone"): "+351 910 000 111"}),
        by=cast.advisor,
    )
    path = f"/changes/{written()}/"
    html = page(client_for(cast.viewer), path)
    assert "likes &lt;b&gt;sun&lt;/b&gt;" in html
    assert "+351 910 000 111" in html
    _hide(cast, "viewer", "customer.phone", "customer.notes")
    html = page(client_for(cast.viewer), path)
    assert "likes" not in html
    assert "+351" not in html


def _hide(cast: Cast, code: str, *fields: str) -> None:
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="Hid"):
        role = Role.objects.get(code=code)
        for field in fields:
            FieldRule.objects.create(role=role, field=field, access="hidden")


def test_undo_answers_with_a_toast_that_does_it_again(cast: Cast) -> None:
    customer = create(cast.advisor)
    change = update(customer, cast.advisor, given_name="Anne")
    client = client_for(cast.advisor)
    answer = client.post(f"/changes/{change}/undo", {"next": f"/customers/{customer.number}/"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/customers/{customer.number}/"
    html = page(client, "/changes/")
    assert present(customer).given_name == "Ann"
    assert "Taken back by Ida Lund" in html
    redo = re.search(r'class="wf-toast".*?action="(/changes/[^"]+/undo)"', html)
    assert redo is not None
    assert client.post(redo[1]).status_code == 303
    assert present(customer).given_name == "Anne"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", ""])
def test_undo_never_leads_to_another_site(cast: Cast, elsewhere: str) -> None:
    create(cast.advisor)
    change = written()
    answer = client_for(cast.advisor).post(f"/changes/{change}/undo", {"next": elsewhere})
    assert answer.headers["Location"] == f"/changes/{change}/"


def test_what_was_taken_back_is_not_taken_back_twice(cast: Cast) -> None:
    create(cast.advisor)
    change = written()
    client = client_for(cast.advisor)
    assert client.post(f"/changes/{change}/undo").status_code == 303
    again = client.post(f"/changes/{change}/undo")
    assert again.status_code == 409
    assert "taken back already" in again.content.decode()


def test_others_changes_are_not_for_consultants_to_take_back(cast: Cast) -> None:
    customer = create(cast.manager)
    answer = client_for(cast.advisor).post(f"/changes/{written()}/undo")
    assert answer.status_code == 403
    assert "was done by Mats Berg" in answer.content.decode()
    assert present(customer).given_name == "Ann"


def test_a_change_of_another_organisation_is_not_there(cast: Cast) -> None:
    create(cast.advisor)
    change = written()
    client = client_for(cast.outsider)
    for path in ("", "conflicts"):
        assert client.get(f"/changes/{change}/{path}").status_code == 404
    assert client.post(f"/changes/{change}/undo").status_code == 404
    assert client.get(f"/changes/{change}/undo").status_code == 405


def test_conflicts_are_asked_about_and_decided_one_by_one(cast: Cast) -> None:
    customer = create(cast.advisor)
    change = update(customer, cast.advisor, given_name="Anne", notes="first", language="en")
    update(customer, cast.manager, given_name="Annette", notes="second")
    client = client_for(cast.advisor)
    answer = client.post(f"/changes/{change}/undo")
    assert answer.headers["Location"] == f"/changes/{change}/conflicts"
    assert present(customer).language == "en"
    html = page(client, f"/changes/{change}/conflicts")
    assert "2 values" in html
    assert "Annette" in html
    names = re.findall(r'name="(keep-[^"]+given_name)" value="restore"', html)
    assert len(names) == 1
    decided = client.post(f"/changes/{change}/undo", {"decided": "1", names[0]: "restore"})
    assert decided.status_code == 303
    after = present(customer)
    assert (after.given_name, after.notes, after.language) == ("Ann", "second", "")
    html = page(client, decided.headers["Location"])
    assert "left as they are now" in html


def test_looking_at_conflicts_changes_nothing(cast: Cast) -> None:
    customer = create(cast.advisor)
    change = update(customer, cast.advisor, given_name="Anne")
    html = page(client_for(cast.advisor), f"/changes/{change}/conflicts")
    assert "as a whole" in html
    assert present(customer).given_name == "Anne"
    with tenancy.scope(cast.organization.id):
        assert not ChangeSet.objects.filter(undoes_id=change).exists()


def test_the_report_of_an_undo_says_what_was_kept_and_why(cast: Cast) -> None:
    customer = create(cast.advisor)
    created = written()
    update(customer, cast.manager, notes="knows the house")
    client = client_for(cast.advisor)
    answer = client.post(f"/changes/{created}/undo")
    assert answer.status_code == 303
    html = page(client, "/changes/")
    assert "1 kept" in html
    assert present(customer).given_name == "Ann"


def test_a_large_undo_is_a_job_whose_page_tells_when_it_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_back, "AT_ONCE_MAX", 1)
    customer = create(cast.advisor, email="ann@example.com")
    change = written()
    client = client_for(cast.advisor)
    answer = client.post(f"/changes/{change}/undo")
    assert client.post(f"/changes/{change}/undo").headers["Location"] == answer.headers["Location"]
    waiting = page(client, answer.headers["Location"])
    assert "Waiting for its turn" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    with tenancy.scope(cast.organization.id):
        job = UndoJob.objects.get()
        assert Customer.objects.filter(id=customer.id).exists()
    assert client_for(cast.viewer).get(answer.headers["Location"]).status_code == 404
    tasks.undo(organization_id=cast.organization.id, job_id=str(job.id))
    done = page(client, answer.headers["Location"])
    assert "2 taken back" in done
    assert "every 2s" not in done
    with tenancy.scope(cast.organization.id):
        assert not Customer.objects.filter(id=customer.id).exists()
    tasks.undo(organization_id=cast.organization.id, job_id=str(job.id))


def test_a_job_that_is_refused_says_why_and_changes_nothing(cast: Cast) -> None:
    customer = create(cast.advisor)
    change = update(customer, cast.advisor, given_name="Anne")
    job, is_new = undo_jobs.ask_for(change, by=cast.advisor)
    assert is_new
    update(customer, cast.manager, given_name="Annette")
    finished = undo_jobs.run(job.id, by=cast.advisor)
    assert finished.state == UndoState.REFUSED
    assert "changed again since" in finished.message
    assert present(customer).given_name == "Annette"


def test_the_history_of_a_record_is_its_own_part(cast: Cast) -> None:
    customer = create(cast.advisor, email="ann@example.com")
    update(customer, cast.advisor, given_name="Anne")
    create(cast.advisor, "Somebody else")
    html = page(client_for(cast.viewer), f"/customers/{customer.number}/history")
    assert "Updated customer Anne" in html
    assert "First name" in html
    assert "email ann@example.com of Anne" in html
    assert "Somebody else" not in html


def test_rows_of_a_long_change_come_page_by_page(cast: Cast) -> None:
    create(cast.advisor, email="ann@example.com", phone="+351 910 000 111")
    change = written()
    with tenancy.scope(cast.organization.id):
        first, next_seq = history.rows_of(change, by=cast.advisor, limit=2)
        assert next_seq is not None
        rest, end = history.rows_of(change, by=cast.advisor, limit=2, after_seq=next_seq)
    assert [row.verb for row in (*first, *rest)] == ["Added"] * 3
    assert end is None
    client = client_for(cast.advisor)
    assert page(client, f"/changes/{change}/").count("<article") == 3
    later = page(client, f"/changes/{change}/?after={next_seq}")
    assert later.count("<article") == 1
    assert "From the first row" in later


def test_queries_do_not_grow_with_the_rows(cast: Cast) -> None:
    client = client_for(cast.manager)
    customer = create(cast.advisor)
    one_row = written()
    client.get("/changes/")
    few = _queries(client, "/changes/"), _queries(client, f"/changes/{one_row}/")
    for number in range(5):
        update(customer, cast.advisor, given_name=f"Ann{number}")
    create(cast.advisor, "Bea", email="bea@example.com", phone="+351 910 000 111")
    many = _queries(client, "/changes/"), _queries(client, f"/changes/{written()}/")
    assert many[0] == few[0]
    assert many[1] <= few[1] + 1
    assert max(*few, *many) <= 24


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)
