"""Imports against the database: what they create, leave alone, refuse and take back."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connections

from tests.identity.people import catch_up
from tests.integrations import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search.queries import find_ids
from wayfolk.integrations.imports import exporting, operations, queries, running, shipped
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportedRow, ImportRun, RowProblem, RunState
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, NotAllowed
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay

HOTEL = shipped.SHIPPED[shipped.HOTEL_RESERVATIONS]


def counts(run: ImportRun) -> dict[str, tuple[int, int, int]]:
    return {
        kind: (run.count(kind, "created"), run.count(kind, "updated"), run.count(kind, "unchanged"))
        for kind in run.counts
    }


def total(model: Any, by: Actor) -> int:
    with tenancy.scope(by.organization_id):
        return int(model.objects.count())


def test_a_reservation_becomes_guest_stay_and_booking(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = making.run(making.reservations(making.reservation(1)), HOTEL, by)
    assert (run.state, run.done_count, run.refused_count) == (RunState.FINISHED, 1, 0)
    with tenancy.scope(by.organization_id):
        stay = Stay.objects.select_related("guest", "hotel").get()
        booking = Booking.objects.get()
        email = ContactPoint.objects.get(kind="email")
    catch_up(committed_cast)
    with tenancy.scope(by.organization_id):
        found = find_ids("guest00001 holm", by=by)
    assert (stay.guest.name, stay.hotel.name) == ("Guest00001 Holm", "City Hotel")
    assert (stay.arrival_on, stay.departure_on) == (date(2026, 7, 10), date(2026, 7, 13))
    assert (stay.status, stay.meal_plan, stay.adults) == ("departed", "BB", 2)
    assert (booking.stay_id, booking.customer_id) == (stay.id, stay.guest_id)
    assert (booking.total_minor, booking.currency) == (30150, "EUR")
    assert booking.booked_on == date(2026, 6, 10)
    assert (booking.source, booking.agency) == ("trade", "Agency 9")
    assert booking.product == "City Hotel · room A · BB"
    assert email.normalised == "guest1@example.com"
    assert found == [stay.guest_id]


def test_the_same_file_again_changes_nothing(committed_cast: Cast) -> None:
    by = committed_cast.manager
    content = making.reservations(*(making.reservation(n) for n in range(1, 41)))
    making.run(content, HOTEL, by)
    again = making.run(content, HOTEL, by)
    assert counts(again) == dict.fromkeys(("customer", "stay", "booking"), (0, 0, 40))
    with tenancy.scope(by.organization_id):
        assert not ChangeSet.objects.filter(id=again.change_set_id).exists()


def test_people_s_edits_stay_until_the_file_s_own_value_changes(committed_cast: Cast) -> None:
    by = committed_cast.manager
    line = making.reservation(1)
    making.run(making.reservations(line), HOTEL, by)
    with tenancy.scope(by.organization_id):
        customer = Customer.objects.get()
    data = CustomerData({"nationality": "DK"}, {("primary", "phone"): "+4545123456"})
    customer_operations.update_customer(customer.id, data, by=by)
    same = making.run(making.reservations(line), HOTEL, by)
    assert counts(same)["customer"] == (0, 0, 1)
    changed = making.reservation(1, meal="HB", **{"phone-number": "669-111-2222"})
    run = making.run(making.reservations(changed), HOTEL, by)
    assert counts(run) == {"customer": (0, 1, 0), "stay": (0, 1, 0), "booking": (0, 1, 0)}
    with tenancy.scope(by.organization_id):
        customer = Customer.objects.get()
        assert customer.nationality == "DK"
        phone = ContactPoint.objects.get(kind="phone")
        assert (phone.value, phone.normalised) == ("669-111-2222", "6691112222")
        assert Stay.objects.get().meal_plan == "HB"
        assert Booking.objects.get().product == "City Hotel · room A · HB"


@pytest.mark.parametrize(
    "line",
    ["Ann Lee,ann@example.com,+351912345679,Faro", "Ann Lee,ann@example.com,+351912345678,Lagos"],
)
def test_what_a_file_changes_of_parts_counts_as_a_change_of_the_customer(
    committed_cast: Cast, line: str
) -> None:
    by = committed_cast.manager
    making.run(making.people("Ann Lee,ann@example.com,+351912345678,Faro"), making.PEOPLE, by)
    with tenancy.scope(by.organization_id):
        seen = Customer.objects.get()
    run = making.run(making.people(line), making.PEOPLE, by)
    assert counts(run) == {"customer": (0, 1, 0)}
    notes = CustomerData(fields={"notes": "from a form opened before"})
    with pytest.raises(customer_operations.StaleCustomer):
        customer_operations.update_customer(seen.id, notes, by=by, version=seen.version)


def test_an_empty_cell_never_blanks_a_value(committed_cast: Cast) -> None:
    by = committed_cast.manager
    making.run(making.people("Ann Lee,ann@example.com,+351912345678,Faro"), making.PEOPLE, by)
    run = making.run(making.people("Ann Lee,ann@example.com,,"), making.PEOPLE, by)
    assert counts(run) == {"customer": (0, 0, 1)}
    assert total(ContactPoint, by) == 2


def test_a_customer_of_the_same_email_and_name_is_used_and_completed(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    data = CustomerData(
        {"given_name": "Ann", "family_name": "Léé"}, {("primary", "email"): "ANN@example.com"}
    )
    known = customer_operations.create_customer(data, by=by)
    lines = [
        making.reservation(1, name="Ann Lee", email="ann@example.com"),
        making.reservation(2, name="Bob Lee", email="ann@example.com"),
        making.reservation(3, name="Ann Lee", email="Ann@Example.com"),
    ]
    run = making.run(making.reservations(*lines), HOTEL, by)
    assert counts(run)["customer"] == (1, 1, 1)
    with tenancy.scope(by.organization_id):
        guests = set(Stay.objects.values_list("guest__given_name", "guest__family_name"))
        known.refresh_from_db()
    assert guests == {("Ann", "Léé"), ("Bob", "Lee")}
    assert known.nationality == "PT"


def test_rows_that_say_the_same_or_contradict_are_told_apart(committed_cast: Cast) -> None:
    by = committed_cast.manager
    content = making.people(
        "Ann Lee,ann@example.com,,Faro", "Ann Lee,ann@example.com,,Faro",
        "Ann Lee,ann@example.com,,Porto", "Bo Ek,,,Oslo", "Bo Ek,,,Rome",
    )  # fmt: skip
    run = making.run(content, making.PEOPLE, by)
    assert (run.done_count, run.refused_count, run.remarked_count) == (4, 1, 1)
    assert counts(run)["customer"][0] == 3
    with tenancy.scope(by.organization_id):
        refusal = RowProblem.objects.get(is_refusal=True)
    assert refusal.row_number == 4
    assert "Row 2 is about the same record" in refusal.text


def test_impossible_rows_are_refused_or_remarked(committed_cast: Cast) -> None:
    lines = [
        making.reservation(1, adults=0),
        making.reservation(2, adults=0, children=2),
        making.reservation(3, stays_in_weekend_nights=0, stays_in_week_nights=0),
        making.reservation(4, name=""),
        making.reservation(5, arrival_date_month="Julember"),
        making.reservation(6, adr="abc"),
    ]
    run = making.run(making.reservations(*lines), HOTEL, committed_cast.manager)
    assert (run.done_count, run.refused_count, run.remarked_count) == (2, 4, 2)
    with tenancy.scope(run.organization_id):
        found = dict(RowProblem.objects.values_list("row_number", "text"))
    assert "Nobody stays" in found[2]
    assert "no adult" in found[3]
    assert "day visit" in found[4]
    assert "No customer" in found[5]
    assert "Julember" in found[6]
    assert "abc" in found[7]


def test_refused_rows_come_back_with_the_reason_and_without_formulas(
    committed_cast: Cast,
) -> None:
    content = making.people(
        '"=HYPERLINK(""http://x"")",,,Faro,extra', "Ann,a@b.example,,", ",,,Oslo"
    )
    run = making.run(content, making.PEOPLE, committed_cast.manager)
    text = "".join(exporting.problem_lines(run, refusals=True))
    lines = text.splitlines()
    assert lines[0].endswith("row in the file,why it was refused")
    assert lines[1].startswith("\"'=HYPERLINK(")
    assert "cells and the header" in lines[1]
    assert lines[2].startswith(",,,Oslo,4,No customer is named")


def test_hostile_text_is_stored_as_text(committed_cast: Cast) -> None:
    by = committed_cast.manager
    content = making.people(
        "<script>alert(1)</script> O'Hara,x1@example.com,,",
        "\u202eevil\u200b İı,x2@example.com,,Ağrı",
        "🐘 Ó,x3@example.com,,\x00nul",
    )
    run = making.run(content, making.PEOPLE, by)
    assert run.done_count == 3
    with tenancy.scope(by.organization_id):
        stored = {c.name for c in Customer.objects.all()}
    assert stored == {"<script>alert(1)</script> O'Hara", "evil İı", "🐘 Ó"}


def test_the_whole_import_is_taken_back_and_can_be_made_again(committed_cast: Cast) -> None:
    by = committed_cast.manager
    content = making.reservations(*(making.reservation(n) for n in range(1, 31)))
    run = making.run(content, HOTEL, by)
    assert run.change_set_id is not None
    report = undoing.undo_change_set(run.change_set_id, by=by)
    assert (report.kept_count, report.conflict_count) == (0, 0)
    assert [total(model, by) for model in (Customer, ContactPoint, Stay, Booking)] == [0] * 4
    again = making.run(content, HOTEL, by)
    assert counts(again) == dict.fromkeys(("customer", "stay", "booking"), (30, 0, 0))


def test_undoing_an_update_brings_the_former_values_back(committed_cast: Cast) -> None:
    by = committed_cast.manager
    making.run(making.people("Ann Lee,ann@example.com,,Faro"), making.PEOPLE, by)
    run = making.run(making.people("Ann Lee,ann@example.com,,Porto"), making.PEOPLE, by)
    assert run.change_set_id is not None
    undoing.undo_change_set(run.change_set_id, by=by)
    again = making.run(making.people("Ann Lee,ann@example.com,,Porto"), making.PEOPLE, by)
    assert counts(again) == {"customer": (0, 1, 0)}


def test_external_ids_identify_customers(committed_cast: Cast) -> None:
    by = committed_cast.manager
    mapping = Mapping(
        (
            Rule("customer.external_id", columns=("Id",)),
            Rule("customer.full_name", columns=("Name",)),
        ),
        system="old crm",
    )
    making.run(b"Id,Name\n7,Ann Lee\n8,Ann Lee\n", mapping, by)
    run = making.run(b"Id,Name\n7,Anna Lee-Holm\n8,Ann Lee\n", mapping, by)
    assert counts(run) == {"customer": (0, 1, 1)}
    assert total(Customer, by) == 2


def test_batches_continue_one_change_set(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_BATCHES", ())
    monkeypatch.setattr(running, "BATCH_ROWS", 7)
    by = committed_cast.manager
    lines = [
        making.reservation(n, name=f"Ann{n % 3} Lee", email=f"a{n % 3}@example.com")
        for n in range(1, 31)
    ]
    run = making.run(making.reservations(*lines), HOTEL, by)
    assert counts(run) == {"customer": (3, 0, 27), "stay": (30, 0, 0), "booking": (30, 0, 0)}
    with tenancy.scope(by.organization_id):
        assert ChangeSet.objects.filter(operation="imports.run").count() == 1


def test_a_stopped_import_goes_on_where_it_ended(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FIRST_BATCHES", ())
    monkeypatch.setattr(running, "BATCH_ROWS", 10)
    by = committed_cast.manager
    received = making.receive(making.reservations(*map(making.reservation, range(1, 36))), by)
    operations.start_run(received.id, HOTEL, by=by, is_job=False)
    run = running.carry_out(
        received.id, by=by, on_progress=lambda run: operations.stop_run(run.id, by=by) and None
    )
    assert (run.state, run.done_count, run.not_attempted_count) == (RunState.STOPPED, 10, 25)
    operations.continue_run(run.id, by=by)
    run = running.carry_out(run.id, by=by)
    assert (run.state, run.done_count, run.not_attempted_count) == (RunState.FINISHED, 35, 0)
    assert counts(run)["booking"] == (35, 0, 0)


_WORKER = """
import sys, time, uuid
import django; django.setup()
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[4]
from django.db import connections
for alias in connections: connections[alias].settings_dict["NAME"] = sys.argv[3]
from wayfolk.integrations.imports import running
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
running.FIRST_BATCHES = ()
running.BATCH_ROWS = 20
by = actors.get_system_actor(Organization.objects.get(id=int(sys.argv[1])))
running.carry_out(uuid.UUID(sys.argv[2]), by=by, on_progress=lambda run: time.sleep(0.2))
"""


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(committed_cast: Cast) -> None:
    by = committed_cast.manager
    received = making.receive(making.reservations(*map(making.reservation, range(1, 401))), by)
    operations.start_run(received.id, HOTEL, by=by, is_job=False)
    name = connections["default"].settings_dict["NAME"]
    arguments = [str(by.organization_id), str(received.id), name, str(django_settings.MEDIA_ROOT)]
    worker = subprocess.Popen([sys.executable, "-c", _WORKER, *arguments], env=dict(os.environ))
    _wait_until_position(received.id, by, 60)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    with tenancy.scope(by.organization_id):
        broken = ImportRun.objects.get(id=received.id)
    assert broken.state == RunState.RUNNING
    assert 60 <= broken.position < 400
    run = running.carry_out(received.id, by=by, waits=True)
    assert (run.state, run.done_count, run.refused_count) == (RunState.FINISHED, 400, 0)
    assert counts(run) == dict.fromkeys(("customer", "stay", "booking"), (400, 0, 0))
    assert [total(model, by) for model in (Customer, Stay, Booking)] == [400] * 3


def _wait_until_position(run_id: UUID, by: Actor, position: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with tenancy.scope(by.organization_id):
            if ImportRun.objects.get(id=run_id).position >= position:
                return
        time.sleep(0.05)
    raise AssertionError("the worker made no progress")


def test_imports_of_one_organisation_take_turns(committed_cast: Cast) -> None:
    by = committed_cast.manager
    content = making.reservations(making.reservation(1))
    second = making.receive(content, by)
    operations.start_run(second.id, HOTEL, by=by, is_job=False)
    with running._turn(by.organization_id, waits=False), pytest.raises(running.ImportBusy):
        running.carry_out(second.id, by=by)
    assert running.carry_out(second.id, by=by).state == RunState.FINISHED


def test_a_row_against_a_rule_of_the_database_costs_only_itself(committed_cast: Cast) -> None:
    by = committed_cast.manager
    making.run(making.reservations(making.reservation(1), making.reservation(2)), HOTEL, by)
    with tenancy.scope(by.organization_id), change_set_by(by):
        Stay.objects.filter(reservation_number="1").update(arrival_on=date(2026, 7, 12))
    lines = [making.reservation(1, stays_in_week_nights=0), making.reservation(2, meal="HB")]
    run = making.run(making.reservations(*lines), HOTEL, by)
    assert (run.done_count, run.refused_count) == (1, 1)
    with tenancy.scope(by.organization_id):
        assert "end before it begins" in RowProblem.objects.get(run=run).text


def change_set_by(by: Actor) -> Any:
    from wayfolk.audit.change_sets import change_set

    return change_set(by=by, operation="test", summary="Edited")


def test_rights_are_checked_down_to_the_field(committed_cast: Cast) -> None:
    run = making.receive(making.people("Ann,,,"), committed_cast.manager)
    with pytest.raises(NotAllowed, match="Import files"):
        operations.start_run(run.id, making.PEOPLE, by=committed_cast.advisor)


def test_a_mapping_that_lacks_something_is_refused_in_words(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = making.receive(making.people("Ann,,,"), by)
    name = Rule("customer.full_name", columns=("Name",))
    lacking = Mapping((name, Rule("stay.reservation_number", columns=("City",))))
    with pytest.raises(InvalidValue, match="Stay: hotel is needed"):
        operations.start_run(run.id, lacking, by=by)
    other = Mapping((name, Rule("customer.city", columns=("row_id",))))
    with pytest.raises(InvalidValue, match="no column “row_id”"):
        operations.start_run(run.id, other, by=by)
    assert total(Customer, by) == 0


def test_a_saved_mapping_is_found_by_its_name(committed_cast: Cast) -> None:
    by = committed_cast.manager
    operations.save_mapping("Newsletter list", making.PEOPLE, by=by)
    with tenancy.scope(by.organization_id):
        assert queries.get_mapping("newsletter LIST") == making.PEOPLE
        assert queries.list_mapping_names() == [
            "Newsletter list",
            "hotel reservations",
            "Trade partners",
            "Customers with households",
        ]


def test_files_go_after_thirty_days_and_figures_stay(committed_cast: Cast, media: Path) -> None:
    by = committed_cast.manager
    run = making.run(making.people("Ann Lee,,,"), making.PEOPLE, by)
    with tenancy.scope(by.organization_id):
        ImportRun.objects.filter(id=run.id).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert operations.remove_old_files(by.organization_id) == 1
    assert not list(media.rglob("*.csv"))
    with tenancy.scope(by.organization_id):
        assert not ImportRun.objects.get(id=run.id).is_file_stored


def test_other_organisations_see_nothing_of_it(committed_cast: Cast) -> None:
    run = making.run(making.people("Ann Lee,,,"), making.PEOPLE, committed_cast.manager)
    with tenancy.scope(committed_cast.outsider.organization_id):
        assert not ImportRun.objects.filter(id=run.id).exists()
        assert not ImportedRow.objects.exists()


def test_the_file_of_cards_leaves_no_card_in_the_database(
    committed_cast: Cast, media: Path
) -> None:
    line = making.reservation(1, name="", credit_card="4111111111111111")
    run = making.run(making.reservations(line), HOTEL, committed_cast.manager)
    text = "".join(exporting.problem_lines(run, refusals=True))
    stored = "".join(path.read_text() for path in media.rglob("*.csv"))
    assert "4111" not in text
    assert "4111" not in stored
    assert run.dropped_headers == ["credit_card"]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(committed_cast: Cast, tmp_path: Path) -> None:
    import gc
    import tracemalloc

    by = committed_cast.manager
    peaks = []
    for rows in (11_000, 33_000):  # from two batches on: one is read while one is written
        path = tmp_path / f"{rows}.csv"
        path.write_bytes(making.people(*("=,bad,," for _ in range(rows))))
        tracemalloc.start()
        # What is in use counts, not what waits for the collector.
        operations.import_file(path, making.PEOPLE, by=by, on_progress=lambda _run: gc.collect())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_a_file_says_who_takes_the_newsletter(committed_cast: Cast) -> None:
    by = committed_cast.manager
    mapping = Mapping(
        (
            Rule("customer.full_name", columns=("Name",)),
            Rule("customer.primary_email", columns=("Email",)),
            Rule("customer.takes_newsletter", columns=("Newsletter",)),
        )
    )
    rows = [f"{name} Holm,{name}@example.com,{said}" for name, said in NEWSLETTERS.items()]
    content = "\n".join(["Name,Email,Newsletter", *rows, ""]).encode()
    making.run(content, mapping, by)
    with tenancy.scope(by.organization_id):
        found = dict(Customer.objects.values_list("given_name", "takes_newsletter"))
    assert found == {"Ann": True, "Bo": False, "Cid": None, "Dan": True, "Eva": None}
    making.run(content.replace(b",Y\n", b",no\n"), mapping, by)
    with tenancy.scope(by.organization_id):
        assert Customer.objects.get(given_name="Ann").takes_newsletter is False
    making.run(content, mapping, by)  # an older file does not take a refusal back
    with tenancy.scope(by.organization_id):
        assert Customer.objects.get(given_name="Ann").takes_newsletter is False


NEWSLETTERS = {"Ann": "Y", "Bo": "nein", "Cid": "", "Dan": "true", "Eva": "perhaps"}
