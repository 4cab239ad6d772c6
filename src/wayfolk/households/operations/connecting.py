"""People who matter to a household without living in it."""

from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import Connection, ConnectionKind, HouseholdMember
from wayfolk.households.operations import outcomes
from wayfolk.households.operations.outcomes import Outcome, Work
from wayfolk.households.rules import Span
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor

NOTE_MAX = 200


def connect_person(
    household_id: UUID,
    customer_id: UUID,
    *,
    kind: str,
    from_on: date,
    to_on: date | None = None,
    note: str = "",
    by: Actor,
) -> Outcome:
    """Note an emergency contact, an outside payer or somebody else from a day on.

    Raises InvalidValues for somebody who lives there on one of these days, NotFound.
    """
    rules.require_choice("kind", kind, rules.CONNECTION_KINDS, label="kind of connection")
    span, said = rules.checked_span(from_on, to_on), _checked_note(note)
    with outcomes.work_on(household_id, by=by, operation="connect_person") as work:
        outcomes.require_living(work.household, span.from_on)
        customer = outcomes.lock_people([customer_id])[customer_id]
        _require_outside(work, customer_id, customer.name, span)
        _require_free(work, customer_id, kind, span)
        Connection.objects.create(
            household=work.household,
            customer=customer,
            kind=kind,
            from_on=span.from_on,
            to_on=span.to_on,
            note=said,
        )
        label = str(ConnectionKind(kind).label).lower()
        work.summarise(f"Noted {customer.name} as {label} of {work.household}")
    return work.outcome()


def end_connection(connection_id: UUID, *, on: date, by: Actor) -> Outcome:
    """The person is connected no longer from `on` on; raises NotFound, InvalidValues."""
    outcomes.require_editing(by)
    day = rules.checked_day(on)
    with change_set(by=by, operation="households.end_connection", summary="") as current:
        rows = Connection.objects.filter(id=connection_id).select_related("household", "customer")
        row: Connection | None = rows.locked().first()
        if row is None:
            raise NotFound("There is no such connection. The page may be old; reload it.")
        outcomes.close(row, day, row.customer.name)
        work = Work(current, row.household)
        work.summarise(
            f"{row.customer.name} is {row.get_kind_display().lower()} of {row.household}"
            f" until {rules.day_words(day)}"
        )
    return work.outcome()


def _checked_note(note: str) -> str:
    checks = Checks()
    said = checks.line("note", note, NOTE_MAX, label="note")
    checks.finish()
    return said


def _require_outside(work: Work, customer_id: UUID, name: str, span: Span) -> None:
    rows = HouseholdMember.objects.filter(household_id=work.household.id, customer_id=customer_id)
    for member in rows:
        held = Span(member.from_on, member.to_on)
        if held.overlaps(span):
            raise InvalidValues(
                {
                    "customer": f"{name} lives in {work.household} {held.in_words()}."
                    " A connection is for somebody who does not live there."
                }
            )


def _require_free(work: Work, customer_id: UUID, kind: str, span: Span) -> None:
    rows = Connection.objects.filter(
        household_id=work.household.id, customer_id=customer_id, kind=kind
    )
    for row in rows:
        held = Span(row.from_on, row.to_on)
        if held.overlaps(span):
            raise InvalidValues(
                {"customer": f"That is noted {held.in_words()} already. Choose other days."}
            )
