"""Trade partners as the API shows them; what the actor may not see is left out."""

from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import partners as shapes
from wayfolk.bookings.statements import Line, Statement, Total
from wayfolk.partners import queries
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner, PartnerContact
from wayfolk.partners.queries import TermInForce
from wayfolk.partners.rules import terms
from wayfolk.staff.rules import Actor

_FIELDS = ("version", "created_at", "updated_at", *shapes.PartnerFields.model_fields)
_TERM_FIELDS = ("id", "version", *shapes.TermFields.model_fields)


def partner(record: Partner, *, by: Actor) -> shapes.Partner:
    """A partner as `queries.list_partners` loads it."""
    return shapes.Partner.model_construct(**_values(record, by))


def partner_record(record: Partner, *, by: Actor) -> shapes.PartnerRecord:
    """The partner with its ids and contacts."""
    return shapes.PartnerRecord.model_construct(
        **_values(record, by),
        business_ids=[business_id(row) for row in queries.list_business_ids(record.id, by=by)],
        contacts=[contact(row, by=by) for row in queries.list_contacts(record.id, by=by)],
    )


def business_id(record: BusinessId) -> shapes.BusinessId:
    names = shapes.BusinessId.model_fields
    return shapes.BusinessId.model_construct(**{name: getattr(record, name) for name in names})


def contact(record: PartnerContact, *, by: Actor) -> shapes.Contact:
    return shapes.Contact.model_construct(
        id=record.id,
        role=record.role,
        from_on=record.from_on,
        to_on=record.to_on,
        person=customers.customer_reference(record.person, by=by),
    )


def term(record: CommissionTerm) -> shapes.Term:
    values: dict[str, Any] = {name: getattr(record, name) for name in _TERM_FIELDS}
    values["percent"] = None if record.rate is None else f"{record.rate.normalize():f}"
    values["tiers"] = [
        shapes.Tier.model_construct(turnover_from_minor=int(begins), percent=percent)
        for begins, percent in record.tiers
    ]
    return shapes.Term.model_construct(**values)


def effective_term(found: TermInForce, *, by: Actor) -> shapes.EffectiveTerm:
    nearer = found.overridden_by
    return shapes.EffectiveTerm.model_construct(
        id=found.term.id,
        partner=customers.customer_reference(found.owner.customer, by=by),
        product=found.term.product,
        valid_from=found.term.valid_from,
        valid_to=found.term.valid_to,
        words=terms.in_words(found.term, base_currency=by.currency),
        overridden_by=nearer and customers.customer_reference(nearer.customer, by=by),
    )


def statement(found: Statement, *, by: Actor) -> shapes.Statement:
    return shapes.Statement.model_construct(
        partner=customers.customer_reference(found.partner.customer, by=by),
        first=found.period.first,
        last=found.period.last,
        of=found.period.of,
        lines=[
            shapes.StatementLine.model_construct(
                partner=customers.customer_reference(line.partner.customer, by=by),
                level=line.partner.level,
                **_sums(line),
            )
            for line in found.lines
        ],
        totals=[shapes.StatementTotal.model_construct(**_sums(total)) for total in found.totals],
        not_confirmed=found.others,
    )


def _sums(sums: Line | Total) -> dict[str, Any]:
    return {
        "currency": sums.turnover.currency,
        "bookings": sums.count,
        "uncomputed": sums.uncomputed,
        "turnover_minor": sums.turnover.minor,
        "commission_minor": sums.commission.minor,
    }


def _values(record: Partner, by: Actor) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(record, name) for name in _FIELDS}
    if not by.may("partners.terms"):
        del values["tier"]
    values["customer"] = customers.customer_reference(record.customer, by=by)
    above = record.parent
    values["parent"] = above and customers.customer_reference(above.customer, by=by)
    return values
