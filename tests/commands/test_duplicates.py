"""`duplicates status`: what waits to be judged, and what to be compared."""

import pytest

from tests.commands import test_records
from tests.identity import people
from tests.segments import making
from tests.world import Cast
from wayfolk.config import database
from wayfolk.identity.matching import catching_up

Run = test_records.Run
run = test_records.run


def test_status_tells_pairs_and_the_backlog(
    cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "prepare", lambda: None)
    for given in ("Anna", "Ana"):
        making.customer(cast.manager, given_name=given, family_name="Holm", email="a.h@example.com")
    shown = run("duplicates", "status")
    assert shown.exit_code == 0, shown.output
    assert "to be judged: 0\n" in shown.output
    assert "to be compared: 2\n" in shown.output
    assert "by itself" in shown.output
    people.catch_up(cast)
    assert catching_up.catch_up(cast.organization.id) == 2
    shown = run("duplicates", "status")
    assert "to be judged: 1\n" in shown.output
    assert shown.output.endswith("to be compared: 0\n")
