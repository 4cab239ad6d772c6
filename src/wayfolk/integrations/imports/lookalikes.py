"""New customers of a file who look like somebody who is there (KP-31, TQ-37).

An import creates them, as a rule, and gives their rows a remark afterwards: comparing takes longer
than writing. That is done in the background, some at a time, for those of the first
`COMPARED_MOST` customers of a file. A mapping may ask for more care: then the rows are compared
before they are written, and update the customer whom they look like, or are refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import F

from wayfolk.customers.models import Customer
from wayfolk.identity.matching import reading
from wayfolk.identity.matching.checking import Candidate, candidates_for
from wayfolk.integrations.imports import resolving, strangers
from wayfolk.integrations.imports.mapping import Lookalikes
from wayfolk.integrations.imports.problems import RowsRefused
from wayfolk.integrations.models import ImportedRow, ImportRun, RowProblem, RunState
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

COMPARED_MOST = 10_000
SLICE = 100  # customers in one transaction
NAMED_MOST = 3


def settle(mode: Lookalikes, *, by: Actor) -> None:
    """Give rows of a staged batch the customers whom they look like, or refuse them.

    Rows that are left are new. Raises RowsRefused.
    """
    resolving.recognise()
    likely: dict[int, UUID] = {}
    for stranger in strangers.of_batch():
        found = candidates_for(stranger.record, by=by, limit=1)
        if found and found[0].level == "warn":
            likely.update(dict.fromkeys(stranger.rows, found[0].customer_id))
    if mode == "update":
        resolving.settle(likely)
    elif likely:
        numbers = _numbers(likely.values())
        raise RowsRefused({row: _SKIPPED.format(numbers[found]) for row, found in likely.items()})


_SKIPPED = (
    "Looks like customer No {}, so the row was left out, as this import was told to. Give that"
    " customer the id of the file, or import the row with another setting."
)


def remark(run_id: UUID, *, by: Actor) -> int:
    """Note at each row whose new customer is likely somebody else's record; returns how many.

    For a finished run. Says only what `by`, who started the import, may see. A second run adds
    no remark twice.
    """
    with tenancy.scope(by.organization_id):
        run: ImportRun | None = ImportRun.objects.filter(id=run_id).first()
        if run is None or run.state != RunState.FINISHED or not by.may("customers.view"):
            return 0
        rows = _new_customers(run)
    ids = list(rows)
    count = 0
    for start in range(0, len(ids), SLICE):
        some = {customer_id: rows[customer_id] for customer_id in ids[start : start + SLICE]}
        with tenancy.scope(by.organization_id):
            count += _note(run, _remarks(some, by))
    return count


def _new_customers(run: ImportRun) -> dict[UUID, int]:
    """Customers whom the run created, in the order of the file -> their first row."""
    found: dict[UUID, int] = {}
    rows = ImportedRow.objects.filter(run_id=run.id).order_by("row_number")
    for customer_id, number in rows.values_list("customer_id", "row_number"):
        found.setdefault(customer_id, number)
    wanted = list(found)[:COMPARED_MOST]
    new = Customer.objects.present().filter(id__in=wanted, created_at__gte=run.started_at)
    created = set(new.values_list("id", flat=True))
    return {customer_id: found[customer_id] for customer_id in wanted if customer_id in created}


def _remarks(rows: Mapping[UUID, int], by: Actor) -> dict[int, str]:
    """Row -> whom its customer looks like; those alone who do."""
    likely: dict[int, list[Candidate]] = {}
    for customer_id, record in reading.records_of(rows.keys()).items():
        found = [each for each in candidates_for(record, by=by) if each.level == "warn"]
        if found:
            likely[rows[customer_id]] = found[:NAMED_MOST]
    numbers = _numbers([each.customer_id for found in likely.values() for each in found])
    return {
        row: _words([numbers[x.customer_id] for x in found if x.customer_id in numbers])
        for row, found in likely.items()
    }


def _numbers(ids: Iterable[UUID]) -> dict[UUID, int]:
    return dict(Customer.objects.present().filter(id__in=set(ids)).values_list("id", "number"))


def _words(numbers: Sequence[int]) -> str:
    named = " and ".join(f"No {number}" for number in numbers)
    return f"Created, but looks like customer {named}: the same person twice?"


def _note(run: ImportRun, remarks: Mapping[int, str]) -> int:
    """Beside what was remarked about the rows before."""
    present = RowProblem.objects.filter(run=run, is_refusal=False, row_number__in=list(remarks))
    before: dict[int, RowProblem] = {each.row_number: each for each in present}
    for number, words in remarks.items():
        if number in before and words not in before[number].text:
            before[number].text = f"{before[number].text} {words}"
            before[number].save(update_fields=["text"])
    new = {number: words for number, words in remarks.items() if number not in before}
    RowProblem.objects.bulk_create(
        RowProblem(run=run, row_number=number, is_refusal=False, text=words)
        for number, words in new.items()
    )
    ImportRun.objects.filter(id=run.id).update(remarked_count=F("remarked_count") + len(new))
    return len(remarks)
