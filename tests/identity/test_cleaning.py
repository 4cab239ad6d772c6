"""Rows become what is compared, in processes of their own; and which pairs many records have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from wayfolk.identity.matching.batch import blocking, cleaning, engines, finding
from wayfolk.identity.matching.batch.cleaning import Row, Surroundings
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.record import Facts, facts_of, record_of
from wayfolk.kit import processes
from wayfolk.kit.errors import Conflict

AROUND = Surroundings(frozenset({"desk@example.com"}), frozenset({"relay.example"}))


def rows(count: int) -> Iterator[Row]:
    for n in range(count):
        emails = ["desk@example.com", f"anna{n}@relay.example", f"anna{n}@example.org"]
        yield (
            None, "person", "Анна", None, f"Müller {n}", None, date(1980, 1, 1 + n % 28), "female",
            emails, ["+493012345678"], "Hauptstraße 1", None, "Köln", "DE",
        )  # fmt: skip


def told(tables: Iterator[Any]) -> list[dict[str, Any]]:
    return [each for table in tables for each in table.to_pylist()]


@pytest.mark.parametrize("count", [0, 1, 7, 50])
def test_processes_clean_rows_as_this_one_does(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "CHUNK", 7)
    records = map(record_of, rows(count))
    here = [facts_of(e, shared=AROUND.shared, relays=AROUND.relays) for e in records]
    there = told(cleaning.cleaned(rows(count), AROUND))
    assert there == (engines.table_of(here, 0).to_pylist() if here else [])
    assert all(each["emails"] == [f"anna{each['n']}@example.org"] for each in there)


def test_a_process_that_is_killed_is_told_in_words_and_leaves_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleaning, "CHUNK", 7)
    started = processes.started
    running: list[processes.Process] = []

    @contextmanager
    def noted(module: str) -> Iterator[processes.Process]:
        with started(module) as process:
            running.append(process)
            yield process

    monkeypatch.setattr(processes, "started", noted)
    tables = cleaning.cleaned(rows(1_000), AROUND)
    next(tables)
    running[0].kill()
    with pytest.raises(Conflict, match="was ended"):
        list(tables)
    assert [each.poll() is not None for each in running] == [True] * len(running)


def test_a_row_that_cannot_be_cleaned_raises_here_what_it_raised_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cleaning, "CHUNK", 7)
    broken = [(*row[:6], "no date", *row[7:]) for row in rows(20)]
    with pytest.raises(AttributeError):
        list(cleaning.cleaned(broken, AROUND))


def pairs_of(facts: list[Facts]) -> set[tuple[int, int]]:
    engine = DuckDB()
    finding.load(engine, engines.tables(facts))
    return {row[1:] for row in engine.rows(blocking.worth_comparing_sql())}


def test_among_many_it_takes_two_keys_of_a_home_to_be_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_one_place = [
        Facts(given="anna", family="berg", postcode="53111"),
        Facts(given="otto", family="ruiz", postcode="53111"),
    ]
    at_home = [replace(each, lines="alpenweg 12", city="bonn") for each in at_one_place]
    namesakes = [Facts(given="mia", family="lund"), Facts(given="mia", family="lund")]
    assert pairs_of([*at_one_place, *namesakes]) == {(0, 1), (2, 3)}
    monkeypatch.setattr(blocking, "LARGE", 2)
    assert pairs_of([*at_one_place, *namesakes]) == {(2, 3)}
    assert pairs_of(at_home) == {(0, 1)}
