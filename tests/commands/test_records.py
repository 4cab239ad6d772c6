"""`search`, `undo` and `token create` on a database of several organisations."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from tests.world import Cast
from wayfolk.audit.change_sets import last_written_id
from wayfolk.commands import booting
from wayfolk.commands.main import cli
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.staff import tokens

Run = Callable[..., Result]


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in the cast's organisation on the test's database."""
    monkeypatch.setattr(booting, "start", lambda _data: SimpleNamespace())
    runner = CliRunner()

    def invoke(*arguments: str, organization: str = cast.organization.name) -> Result:
        extra = ["--organization", organization] if organization else []
        return runner.invoke(cli, [*arguments, *extra])

    return invoke


@pytest.fixture
def ann(cast: Cast) -> Customer:
    data = CustomerData({"given_name": "Ann"}, {("primary", "email"): "ann@example.com"})
    return operations.create_customer(data, by=cast.advisor)


def test_search_prints_what_matched_and_why(run: Run, ann: Customer) -> None:
    found = run("search", "ann@ex", "--json")
    assert found.exit_code == 0
    rows = json.loads(found.output)
    assert [(row["number"], row["name"], row["reason"], row["trips"]) for row in rows] == [
        (ann.number, "Ann", "email begins so", 0)
    ]
    assert rows[0]["reasons"] == [
        {"field": "email", "kind": "beginning", "text": "ann@example.com"}
    ]
    assert "Ann" in run("search", "ann").output
    assert "[name begins so]" in run("search", "an").output
    assert "ann@example.com" in run("search", "an").output
    assert "There is no letter or digit" in run("search", "%%").output
    assert run("search", "zzzz").output.strip() == "Nobody found."
    assert json.loads(run("search", "zzzz", "--json").output) == []


def test_which_organisation_must_be_said_where_there_are_several(run: Run, ann: Customer) -> None:
    unsaid = run("search", "ann", organization="")
    assert unsaid.exit_code == 1
    assert "--organization" in unsaid.output
    assert run("search", "ann", organization="No such one").exit_code == 1


def test_undo_takes_a_change_set_back_once(run: Run, ann: Customer) -> None:
    change = str(last_written_id())
    done = run("undo", change)
    assert done.exit_code == 0, done.output
    assert "taken back 2" in done.output
    with tenancy.scope(ann.organization_id):
        assert not Customer.objects.filter(id=ann.id).exists()
    again = run("undo", change)
    assert again.exit_code == 1
    assert "taken back already" in again.output


def test_undo_stops_at_conflicts_unless_told_to_keep_them(
    cast: Cast, run: Run, ann: Customer
) -> None:
    operations.update_customer(ann.id, CustomerData({"notes": "one"}), by=cast.advisor)
    change = str(last_written_id())
    operations.update_customer(ann.id, CustomerData({"notes": "two"}), by=cast.advisor)
    stopped = run("undo", change)
    assert stopped.exit_code == 1
    assert "--keep-conflicts" in stopped.output
    assert run("undo", change, "--keep-conflicts").exit_code == 0


@pytest.mark.parametrize("changeset", ["nonsense", "00000000-0000-7000-8000-000000000001"])
def test_undo_of_nothing_is_explained(run: Run, changeset: str) -> None:
    refused = run("undo", changeset)
    assert refused.exit_code != 0
    assert "Traceback" not in refused.output


def test_a_token_for_a_member_is_printed_and_works(cast: Cast, run: Run) -> None:
    made = run("token", "create", cast.advisor.email.upper(), "--days", "30")
    assert made.exit_code == 0, made.output
    with tenancy.scope(cast.organization.id):
        token = tokens.find_token(made.output.strip())
    assert token is not None
    assert token.membership_id == cast.advisor.author_id


@pytest.mark.parametrize("user", ["nobody@example.com", "not an address"])
def test_a_token_for_nobody_is_refused(run: Run, user: str) -> None:
    refused = run("token", "create", user)
    assert refused.exit_code == 1
    assert "no active member" in refused.output


def test_members_of_other_organisations_get_no_token_here(cast: Cast, run: Run) -> None:
    assert run("token", "create", cast.outsider.email).exit_code == 1
