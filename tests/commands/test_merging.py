"""`merge` and `unmerge` on the command line."""

import json
import re

import pytest

from tests.commands import test_records
from tests.identity.merging.making import person, reread
from tests.world import Cast
from wayfolk.customers.models import Status

Run = test_records.Run
run = test_records.run


def test_a_dry_run_prints_the_plan_and_changes_nothing(cast: Cast, run: Run) -> None:
    """KP-34."""
    one, other = person(cast, "Anna"), person(cast, "Anne", email="anne@example.com")
    shown = run("merge", str(one.number), str(other.number), "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "first name: 'Anna'" in shown.output
    assert "contact points: 1 move" in shown.output
    assert reread(other).status == Status.ACTIVE
    plan = json.loads(
        run("merge", str(one.number), str(other.number), "--dry-run", "--json").output
    )
    assert plan["survivor"] == {"number": one.number, "name": one.name}


def test_merged_and_taken_back(cast: Cast, run: Run) -> None:
    """KP-34."""
    one, other = person(cast, "Anna"), person(cast, "Anne")
    numbers = (str(one.number), str(other.number))
    made = run("merge", *numbers, "--choose", f"given_name={other.number}")
    assert made.exit_code == 0, made.output
    assert reread(one).given_name == "Anne"
    found = re.search(r"^merge ([0-9a-f-]{36})", made.output, re.MULTILINE)
    assert found is not None
    assert "taken back" in run("unmerge", found[1], "--dry-run").output
    assert reread(other).status == Status.MERGED
    assert run("unmerge", found[1]).exit_code == 0
    assert (reread(one).given_name, reread(other).status) == ("Anna", Status.ACTIVE)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("7", "7"), "no customer with number 7"), (("1", "2", "--choose", "x"), "NAME=NUMBER")],
)
def test_what_is_wrong_is_told(run: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = run("merge", *arguments)
    assert refused.exit_code != 0
    assert words in refused.output
