"""Merges of customers as the API shows them."""

from wayfolk.api.presenters import changes
from wayfolk.api.schemas import merges as shapes
from wayfolk.customers.models import Customer
from wayfolk.identity.merging import finding, rules
from wayfolk.identity.merging.rules import Plan
from wayfolk.identity.merging.unmerging import Preview
from wayfolk.identity.models import Merge


def plan(found: Plan) -> shapes.MergePlan:
    return shapes.MergePlan.model_validate(rules.as_json(found))


def merge(record: Merge, *, is_repeat: bool = False) -> shapes.Merge:
    parties = finding.parties_of(record)
    return shapes.Merge(
        id=record.id,
        survivor=_party(parties[record.survivor_id]),
        absorbed=[_party(parties[each]) for each in finding.absorbed_of(record)],
        made_by=record.made_by,
        made_at=record.created_at,
        change_id=record.change_set_id,
        unmerged_by_id=record.unmerged_by,
        is_repeat=is_repeat,
    )


def preview(found: Preview) -> shapes.ReversalPreview:
    parties = finding.parties_of(found.merge)
    report = changes.report(found.report)
    report.change_id = None  # it was tried, not done
    return shapes.ReversalPreview.model_construct(
        report=report,
        rows_made_since=[
            shapes.RowMadeSince(
                key=row.key,
                noun=row.noun,
                words=row.words,
                made_at=row.created_at,
                proposed=parties[row.proposed].number,
                because=row.because,
            )
            for row in found.candidates
        ],
    )


def _party(customer: Customer) -> shapes.MergeParty:
    return shapes.MergeParty(number=customer.number, name=customer.name)
