"""TQ-35: exports of the customers list: cells, rights, cancelling, restarting, files that go."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.segments import making
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.integrations import tasks
from wayfolk.integrations.exports import files, operations, queries, running
from wayfolk.integrations.models import ExportLog, ExportRun
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed, NotFound
from wayfolk.staff.rules import Actor, FieldAccess, system_actor


@pytest.fixture(autouse=True)
def stored(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def ask(by: Actor, **asked: Any) -> ExportRun:
    with tenancy.scope(by.organization_id):
        return operations.ask_for(by=by, **asked)


def export(by: Actor, **asked: Any) -> ExportRun:
    return running.carry_out(ask(by, **asked).id, by=by)


def stored_file(run: ExportRun) -> Path:
    """For a reader who sees everything."""
    return queries.file_of(run, by=system_actor(run.organization_id, "Test"))


def lines(run: ExportRun) -> list[list[str]]:
    content = stored_file(run).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_tq35_the_file_has_the_rows_and_columns_of_the_list(cast: Cast) -> None:
    ann = making.customer(cast.manager, given_name="Zoë", city="Faro", country="PT")
    making.customer(cast.manager, given_name="Bo", city="Oslo", country="NO")
    making.booked(cast.manager, ann, departs_on=date(2026, 6, 11), total_minor=12345)
    run = export(
        cast.manager,
        query="country=PT&sort=-city",
        columns=["number", "name", "city", "country", "turnover", "last_departure", "newsletter"],
    )
    assert lines(run) == [
        ["No", "Name", "City", "Country", "Turnover (EUR)", "Last departure", "Newsletter"],
        [str(ann.number), "Zoë Holm", "Faro", "Portugal", "123.45", "2026-06-11", "Not asked"],
    ]
    assert stored_file(run).read_bytes().startswith(b"\xef\xbb\xbf")
    assert (run.state, run.done_count) == ("finished", 1)


def test_the_order_of_the_list_leaves_nobody_out(cast: Cast) -> None:
    for name, city in (("A", "Porto"), ("B", ""), ("C", "Faro")):
        making.customer(
            cast.manager, given_name=name, family_name="", **({"city": city} if city else {})
        )
    for order, names in (("city", ["C", "A", "B"]), ("-city", ["A", "C", "B"])):
        run = export(cast.manager, query=f"sort={order}", columns=["name"])
        assert [line[1] for line in lines(run)[1:]] == names


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", " =HYPERLINK()"])
def test_formulas_are_neutralised_in_both_formats(cast: Cast, name: str) -> None:
    making.customer(cast.manager, company_name=f"{name} Ltd", kind="company")
    run = export(cast.manager, columns=["company"])
    assert lines(run)[1][2].startswith("'")
    sheet = export(cast.manager, columns=["company"], file_format="xlsx")
    with ZipFile(stored_file(sheet)) as book:
        content = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in content
    assert f"{name.strip()} Ltd" in content


def test_restricted_deleted_and_others_customers_are_in_no_file(cast: Cast) -> None:
    seen = making.customer(cast.manager, given_name="Seen")
    restricted = making.customer(cast.manager, given_name="Hidden")
    making.customer(cast.outsider, given_name="Foreign")
    with change_set(by=cast.administrator, operation="test", summary="x"):
        Customer.objects.filter(id=restricted.id).update(status="restricted")
    run = export(cast.manager, numbers=[seen.number, restricted.number, 999], columns=["name"])
    assert [line[1] for line in lines(run)[1:]] == ["Seen Holm"]


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("customer.email", "email"),
        ("customer.phone", "phone"),
        ("customer.address", "city"),
        ("customer.birth_on", "birth_on"),
        ("booking.total", "turnover"),
    ],
)
def test_rights_are_those_of_the_requester_when_it_runs(cast: Cast, code: str, column: str) -> None:
    making.customer(cast.manager, email="a@example.com", phone="912345678", city="Faro")
    run = ask(cast.manager, columns=["number", column])
    blind = replace(cast.manager, field_access={code: FieldAccess.HIDDEN})
    assert len(lines(running.carry_out(run.id, by=blind))[0]) == 2  # number and name
    everything = export(blind)
    assert (
        queries.heading_of(queries.columns_of([column], by=cast.manager)[-1], "EUR")
        not in (lines(everything)[0])
    )


def test_a_filter_that_was_hidden_meanwhile_ends_the_export_in_words(cast: Cast) -> None:
    run = ask(cast.manager, query="email=a")
    blind = replace(cast.manager, field_access={"customer.email": FieldAccess.HIDDEN})
    ended = running.carry_out(run.id, by=blind)
    assert ended.state == "failed"
    assert "may not see Email" in ended.failure
    with pytest.raises(NotFound):
        stored_file(ended)


def test_who_may_not_export_asks_for_none(cast: Cast) -> None:
    for by in (cast.advisor, cast.viewer):
        with pytest.raises(NotAllowed):
            ask(by)


@pytest.mark.parametrize(
    "asked",
    [
        {"file_format": "pdf"},
        {"columns": ["salary"]},
        {"query": "x=" + "y" * 5_000},
        {"numbers": [1, 10**30]},
    ],
)
def test_bad_requests_are_refused_in_words(cast: Cast, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        ask(cast.manager, **asked)


def test_a_wrong_filter_is_refused_at_once(cast: Cast) -> None:
    with pytest.raises(InvalidValues):
        ask(cast.manager, query="country=ZZZ")


def test_only_the_maker_and_administrators_reach_the_file(cast: Cast) -> None:
    making.customer(cast.manager)
    run = export(cast.manager)
    with tenancy.scope(cast.organization.id):
        assert queries.get_run(run.id, by=cast.administrator) == run
        colleague = replace(cast.advisor, permissions=cast.manager.permissions)
        with pytest.raises(NotFound):
            queries.get_run(run.id, by=colleague)
    path = stored_file(run)
    assert path.parent.parent.name == str(cast.organization.id)
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_with_columns_that_were_hidden_since_is_not_handed_out(cast: Cast) -> None:
    making.customer(cast.manager)
    run = export(cast.manager, columns=["number", "email", "turnover"])
    hidden = {"customer.email": FieldAccess.HIDDEN, "booking.total": FieldAccess.HIDDEN}
    blind = replace(cast.manager, field_access=hidden)
    with tenancy.scope(cast.organization.id), pytest.raises(NotAllowed, match="Email, Turnover"):
        queries.file_of(queries.get_run(run.id, by=blind), by=blind)


def test_the_history_says_what_left_and_holds_no_personal_data(cast: Cast) -> None:
    making.customer(cast.manager, given_name="Zoë", city="Faro")
    export(cast.manager, query="city=faro", columns=["name"])
    with tenancy.scope(cast.organization.id):
        entry = ChangeSet.objects.order_by("-started_at", "-id")[0]
        log = ExportLog.objects.get()
        assert (
            entry.summary == "Exported 1 customers (CSV)" or "Exported 1 customer" in entry.summary
        )
        assert (log.row_count, log.columns, log.filters) == (1, ["number", "name"], ["city"])
        with pytest.raises(NotAllowed):
            taking_back.require_undoable(entry, cast.administrator)


def test_a_cancelled_export_keeps_no_file_and_can_start_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 1)
    for number in range(3):
        making.customer(cast.manager, given_name=f"P{number}")
    run = ask(cast.manager)
    running._begin(run.id, cast.organization.id)
    operations.cancel(run.id, by=cast.manager)
    ended = running.carry_out(run.id, by=cast.manager)
    assert ended.state == "stopped"
    assert list(files.directory(cast.organization.id).iterdir()) == []
    operations.start_again(run.id, by=cast.manager)
    tasks.run_export(cast.organization.id, str(run.id))
    with tenancy.scope(cast.organization.id):
        again = queries.get_run(run.id, by=cast.manager)
    assert (again.state, again.done_count) == ("finished", 3)


def test_after_a_kill_the_export_is_written_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker killed between two batches leaves a half file; the next one starts clean."""
    monkeypatch.setattr(running, "BATCH", 1)
    for number in range(3):
        making.customer(cast.manager, given_name=f"P{number}")
    run = ask(cast.manager, columns=["name"])
    part, ids, _ = files.unfinished(cast.organization.id, run.id)
    running._begin(run.id, cast.organization.id)
    part.write_text("half a li")
    ids.write_bytes(b"x" * 7)
    tasks.run_export(cast.organization.id, str(run.id))
    with tenancy.scope(cast.organization.id):
        ended = queries.get_run(run.id, by=cast.manager)
    assert [line[1] for line in lines(ended)] == ["Name", "P0 Holm", "P1 Holm", "P2 Holm"]
    assert ended.done_count == 3


def test_files_go_after_seven_days(cast: Cast) -> None:
    run = export(cast.manager)
    assert operations.remove_old_files(cast.organization.id) == 0
    later = clock.now() + timedelta(days=8)
    assert operations.remove_old_files(cast.organization.id, now=later) == 1
    with tenancy.scope(cast.organization.id), pytest.raises(NotFound, match="7 days"):
        queries.file_of(queries.get_run(run.id, by=cast.manager), by=cast.manager)
