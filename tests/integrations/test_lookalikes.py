"""New customers of an import who look like somebody who was there (KP-31, TQ-37)."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.identity.people import catch_up
from tests.integrations import making
from tests.world import Cast
from wayfolk.commands import booting
from wayfolk.commands.main import cli
from wayfolk.config import database
from wayfolk.customers import operations as customers
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.integrations import tasks
from wayfolk.integrations.imports import lookalikes, operations
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.models import ImportRun, RowProblem
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotAllowed

FILE = making.people(
    "Otto Berg,otto@example.org,+45 45 65 43 21,Faro",
    "Nina Holmm,nina.holm@example.com,+45 45 12 34 56,Faro",
)


@pytest.fixture
def nina(cast: Cast) -> int:
    data = CustomerData(
        {"given_name": "Nina", "family_name": "Holm"},
        {("primary", "email"): "nina.holm@example.com", ("primary", "phone"): "+45 45 12 34 56"},
    )
    return int(customers.create_customer(data, by=cast.advisor).number)


def remarks(run: ImportRun) -> dict[int, str]:
    with tenancy.scope(run.organization_id):
        found = RowProblem.objects.filter(run=run, is_refusal=False)
        return dict(found.values_list("row_number", "text"))


def reload(run: ImportRun) -> ImportRun:
    with tenancy.scope(run.organization_id):
        found: ImportRun = ImportRun.objects.get(id=run.id)
    return found


def test_kp_31_a_new_customer_who_looks_like_somebody_gets_a_remark(cast: Cast, nina: int) -> None:
    run = making.run(FILE, making.PEOPLE, cast.manager)
    catch_up(cast)
    assert lookalikes.remark(run.id, by=cast.manager) == 1
    [(_, words)] = remarks(run).items()
    assert words == f"Created, but looks like customer No {nina}: the same person twice?"
    assert reload(run).remarked_count == 1
    lookalikes.remark(run.id, by=cast.manager)
    assert list(remarks(run).values()) == [words]


def test_whoever_was_there_before_the_import_gets_none(cast: Cast, nina: int) -> None:
    """The same file again creates nobody, so there is nobody to be remarked about."""
    making.run(FILE, making.PEOPLE, cast.manager)
    catch_up(cast)
    again = making.run(FILE, making.PEOPLE, cast.manager)
    assert lookalikes.remark(again.id, by=cast.manager) == 0
    assert remarks(again) == {}


def test_tq_37_an_import_by_the_worker_is_compared_afterwards(cast: Cast, nina: int) -> None:
    received = making.receive(FILE, cast.manager)
    operations.start_run(received.id, making.PEOPLE, by=cast.manager)
    tasks.run_import(cast.organization.id, str(received.id))
    assert remarks(received) == {}
    catch_up(cast)
    tasks.remark_lookalikes(cast.organization.id, str(received.id))
    assert len(remarks(received)) == 1


def test_an_import_that_is_gone_or_not_finished_has_no_lookalikes(cast: Cast) -> None:
    received = making.receive(FILE, cast.manager)
    assert lookalikes.remark(received.id, by=cast.manager) == 0
    operations.discard_draft(received.id, by=cast.manager)
    assert lookalikes.remark(received.id, by=cast.manager) == 0


def test_tq_37_a_mapping_may_update_whom_a_row_looks_like(cast: Cast, nina: int) -> None:
    mapping = replace(making.PEOPLE, lookalikes="update")
    run = making.run(FILE, mapping, cast.manager)
    assert (run.count("customer", "created"), run.count("customer", "updated")) == (1, 1)
    assert remarks(run) == {}
    with tenancy.scope(cast.organization.id):
        stored = Customer.objects.with_reach().get(number=nina)
        assert Customer.objects.count() == 2
    assert [place.city for place in stored.places] == ["Faro"]
    again = making.run(FILE, mapping, cast.manager)
    assert again.count("customer", "created") == 0


def test_tq_37_a_mapping_may_leave_out_rows_that_look_like_somebody(cast: Cast, nina: int) -> None:
    run = making.run(FILE, replace(making.PEOPLE, lookalikes="skip"), cast.manager)
    assert (run.done_count, run.refused_count) == (1, 1)
    with tenancy.scope(cast.organization.id):
        [problem] = RowProblem.objects.filter(run=run, is_refusal=True)
        assert Customer.objects.count() == 2
    assert f"Looks like customer No {nina}, so the row was left out" in problem.text


def test_rows_about_one_person_stay_together_when_they_update_somebody(
    cast: Cast, nina: int
) -> None:
    twice = making.people(
        "Nina Holmm,nina.holm@example.com,+45 45 12 34 56,Faro",
        "Nina Holmm,nina.holm@example.com,+45 45 12 34 56,Lagos",
    )
    run = making.run(twice, replace(making.PEOPLE, lookalikes="update"), cast.manager)
    assert run.count("customer", "created") == 0
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.count() == 1


def test_comparing_before_writing_needs_the_right_to_see_customers(cast: Cast) -> None:
    received = making.receive(FILE, cast.manager)
    blind = replace(cast.manager, permissions=cast.manager.permissions - {"customers.view"})
    mapping = replace(making.PEOPLE, lookalikes="skip")
    with pytest.raises(NotAllowed):
        operations.start_run(received.id, mapping, by=blind, is_job=False)


def test_the_setting_is_kept_with_a_mapping() -> None:
    mapping = replace(making.PEOPLE, lookalikes="skip")
    assert mappings.from_json(mappings.to_json(mapping)) == mapping
    assert mappings.matched(mapping, ["name", "email"]).lookalikes == "skip"


def test_tq_37_an_import_by_the_command_line_is_compared_by_the_worker(
    cast: Cast, nina: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations.save_mapping("People", making.PEOPLE, by=cast.manager)
    (tmp_path / "people.csv").write_bytes(FILE)
    monkeypatch.setattr(booting, "start", lambda _data: None)
    monkeypatch.setattr(database, "prepare", lambda: None)
    chosen = ["--mapping", "People", "--organization", cast.organization.name]
    said = CliRunner().invoke(cli, ["import", str(tmp_path / "people.csv"), *chosen])
    assert said.exit_code == 0, said.output
    assert "remarked by the worker" in said.output
    catch_up(cast)
    with tenancy.scope(cast.organization.id):
        run = ImportRun.objects.get(file_name="people.csv")
    job = ProcrastinateJob.objects.get(args__run_id=str(run.id))
    assert job.task_name == operations.REMARK_TASK
    tasks.remark_lookalikes(**job.args)
    assert len(remarks(run)) == 1
