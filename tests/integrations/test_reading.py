"""The process that reads a file ahead: what it gives, and what happens when either side ends."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from tests.integrations import making
from tests.world import Cast
from wayfolk.customers import folding
from wayfolk.customers.models import Address, Customer
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports import preparing, reading
from wayfolk.integrations.imports.cleaned import Surroundings
from wayfolk.integrations.imports.preparing import Kind
from wayfolk.kit import tenancy

HEADERS = ["Name", "Email", "Phone", "City"]


def task(path: Path, *, skip: int = 0, sizes: tuple[int, ...] = (2, 3)) -> reading.Task:
    return reading.Task(
        path=path,
        skip=skip,
        headers=HEADERS,
        mapping=mappings.to_json(making.PEOPLE),
        around=Surroundings("EUR", "DK", "dmy", date(2026, 7, 1)),
        kind=Kind(1, "DK", "", frozenset({"customer"})),
        sizes=sizes,
    )


def stored(folder: Path, count: int) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "", *HEADERS])
        for number in range(1, count + 1):
            writer.writerow([number + 1, "", f"Anna {number}", f"a{number}@example.com", "", ""])
    return path


def test_batches_come_in_order_and_sizes_and_from_where_the_last_run_ended(tmp_path: Path) -> None:
    path = stored(tmp_path, 10)
    with reading.read_batches(task(path, skip=1)) as batches:
        numbers = [[row.number for row in batch] for batch in batches]
    assert numbers == [[3, 4], [5, 6, 7], [8, 9, 10], [11]]


def test_a_file_that_is_gone_raises_here_what_it_raised_there(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError),
        reading.read_batches(task(tmp_path / "gone.csv")) as batches,
    ):
        next(batches)


def test_a_reader_that_is_killed_is_an_error_not_the_end_of_the_file(tmp_path: Path) -> None:
    of = task(stored(tmp_path, 60_000), sizes=(10_000,))
    with reading.started_reader() as reader, reading.read_batches(of, reader) as batches:
        next(batches)
        reader.kill()
        with pytest.raises(reading.ReaderDied):
            list(batches)


def test_the_reader_ends_with_whoever_reads(tmp_path: Path) -> None:
    with reading.read_batches(task(stored(tmp_path, 60_000))) as batches:
        next(batches)
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if children.exists():
        assert "imports.reading" not in " ".join(
            Path(f"/proc/{pid}/cmdline").read_text() for pid in children.read_text().split()
        )


def test_lines_for_copy_keep_every_character_apart() -> None:
    assert preparing.copy_line("a\tb", "c\\n", None, "x\r\ny", 7) == (
        f"a\\tb\tc\\\\n\t{preparing.NULL}\tx\\r\\ny\t7\n"
    )
    assert preparing.copy_line("plain", None, 1.5) == f"plain\t{preparing.NULL}\t1.5\n"


def test_what_imports_fold_is_what_editing_folds(committed_cast: Cast) -> None:
    by = committed_cast.manager
    making.run(making.people("Søren Müller Øster,S.Oster@Example.com,+45 45 12 34 56,Århus"),
               making.PEOPLE, by)  # fmt: skip
    with tenancy.scope(by.organization_id):
        customer = Customer.objects.with_reach().order_by("-number").first()
        assert customer is not None
        address = Address.objects.get(customer_id=customer.id)
        assert address.folded_city == "arhus"
        folded = folding.fold_customer(
            given_name=customer.given_name,
            middle_name=customer.middle_name,
            family_name=customer.family_name,
            company_name=customer.company_name,
        )
    for name in ("sort_key", "folded_given", "folded_family", "folding_version"):
        assert getattr(customer, name) == getattr(folded, name)
    assert {point.kind: point.normalised for point in customer.points} == {
        point.kind: folding.normalise(point.kind, point.value, by.country)
        for point in customer.points
    }
