"""Moving in and out, and correcting what is known about somebody's time in a household."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.households import rules
from wayfolk.households.models import Connection, Household, HouseholdMember
from wayfolk.households.operations import outcomes
from wayfolk.households.operations.outcomes import Outcome, StaleHousehold, Work
from wayfolk.households.rules import Span
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.staff.rules import Actor

MEMBER_FIELDS = (
    "role",
    "from_on",
    "to_on",
    "uses_household_address",
    "uses_household_preferences",
    *rules.SHARED_PREFERENCES,
)


class AlreadyMember(Conflict):
    """The person belongs to a household on those days already."""

    code = "already_member"


@dataclass(frozen=True, slots=True)
class Placement:
    """Somebody who is to live in a household, in which role, and what of their own they keep."""

    customer_id: UUID
    role: str = "adult"
    to_on: date | None = None
    uses_household_address: bool = True
    uses_household_preferences: bool = True
    channel: str = ""
    newsletter_by_email: bool = False
    newsletter_by_post: bool = False

    def stored(self) -> dict[str, Any]:
        names = (n for n in MEMBER_FIELDS if n not in {"from_on", "to_on"})
        return {name: getattr(self, name) for name in names}


def placement_of(member: HouseholdMember, **changed: Any) -> Placement:
    """The same place as `member` has."""
    values = {name: getattr(member, name) for name in MEMBER_FIELDS if name != "from_on"}
    return replace(Placement(member.customer_id, **values), **changed)


def move_in(
    household_id: UUID,
    placements: Sequence[Placement],
    *,
    on: date,
    by: Actor,
    leaving_others: bool = False,
) -> Outcome:
    """Let people live in the household from `on` on; the rest of their family stays put.

    `leaving_others` ends what they belong to elsewhere on that day. Without it, belonging to
    two households is fine in different roles, and a remark says so; in the same role it raises
    AlreadyMember. Raises NotFound, NotAllowed, InvalidValues.
    """
    day = rules.checked_day(on, field="from_on")
    with outcomes.work_on(household_id, by=by, operation="move_in") as work:
        added = add_members(work, placements, day, leaving_others=leaving_others)
        names = rules.named([member.customer.name for member in added])
        work.summarise(f"{names} moved into {work.household} on {rules.day_words(day)}")
    return work.outcome()


def move_out(household_id: UUID, customer_ids: Collection[UUID], *, on: date, by: Actor) -> Outcome:
    """These people, and nobody else, no longer live there from `on` on, nor come back as planned.

    Raises NotFound for somebody who does not live there then, InvalidValues for a day on which
    they had not moved in yet.
    """
    day = rules.checked_day(on)
    with outcomes.work_on(household_id, by=by, operation="move_out") as work:
        leaving = leaving_members(work.household, customer_ids, day)
        for member in leaving:
            outcomes.leave(member, day)
        names = rules.named(list(dict.fromkeys(member.customer.name for member in leaving)))
        work.summarise(f"{names} moved out of {work.household} on {rules.day_words(day)}")
    return work.outcome()


def correct_member(
    member_id: UUID, fields: Mapping[str, Any], *, by: Actor, version: int | None = None
) -> Outcome:
    """Correct role, days, or what the member has of their own instead of the household's (KP-20).

    `fields`: names of MEMBER_FIELDS. Raises StaleHousehold, AlreadyMember, InvalidValues.
    """
    outcomes.require_editing(by)
    with change_set(by=by, operation="households.correct_member", summary="") as current:
        home_id = _find_member(member_id).household_id
        work = Work(current, outcomes.lock_households([home_id])[home_id])
        member = _find_member(member_id)
        if version is not None and member.version != version:
            raise StaleHousehold(
                f"{member} was changed by someone else while you were editing.",
                details={"version": member.version, "expected": version},
            )
        changed = _changed(member, fields)
        for name, value in changed.items():
            setattr(member, name, value)
        span = rules.checked_span(member.from_on, member.to_on)
        rules.require_choice("role", member.role, rules.ROLES, label="role")
        rules.require_choice("channel", member.channel, rules.CHANNELS, label="preferred channel")
        if set(changed) & {"from_on", "to_on", "role"}:
            _require_free(work, member.customer, member.role, span, but=[member.id])
        work.summarise(f"Corrected {member}")
        if changed:
            member.save_changes(*changed)
    return work.outcome()


def add_members(
    work: Work, placements: Sequence[Placement], day: date, *, leaving_others: bool = False
) -> list[HouseholdMember]:
    """New memberships from `day` on, inside the caller's change set."""
    if not placements:
        raise InvalidValues({"customer": "Choose who moves in."})
    outcomes.require_living(work.household, day)
    people = outcomes.lock_people([placement.customer_id for placement in placements])
    if leaving_others:
        _leave_others(work.household, people, day)
    added = []
    for placement in placements:
        rules.require_choice("role", placement.role, rules.ROLES, label="role")
        span = rules.checked_span(day, placement.to_on)
        customer = people[placement.customer_id]
        _require_free(work, customer, placement.role, span)
        _remark_connections(work, customer, span)
        added.append(
            HouseholdMember.objects.create(
                household=work.household,
                customer=customer,
                from_on=span.from_on,
                to_on=span.to_on,
                **placement.stored(),
            )
        )
    return added


def leaving_members(
    household: Household, customer_ids: Collection[UUID], day: date
) -> list[HouseholdMember]:
    """All memberships of these people that hold on `day` or later, in their order.

    Raises NotFound for somebody without any, InvalidValues for one who moves in that day or
    later.
    """
    wanted = set(customer_ids)
    if not wanted:
        raise InvalidValues({"customer": "Choose who moves out."})
    rows = HouseholdMember.objects.filter(household_id=household.id, customer_id__in=list(wanted))
    members = list(rows.after(day).select_related("customer", "household").order_by("from_on"))
    first = {m.customer_id: m for m in reversed(members)}
    if set(first) != wanted:
        raise NotFound(
            f"Somebody who was chosen does not live in {household} on {rules.day_words(day)}."
            " Nothing was changed; reload the page."
        )
    for member in first.values():
        outcomes.require_begun(member, day, member.customer.name)
    return members


def transfer_members(
    work: Work,
    members: Sequence[HouseholdMember],
    day: date,
    *,
    roles: Mapping[UUID, str] | None = None,
) -> None:
    """Let people live in the household of `work` for the days that they had elsewhere from `day`.

    Days on which somebody lives there already stay as they are.
    """
    for member in members:
        person = member.customer_id
        span = Span(max(member.from_on, day), member.to_on)
        outcomes.leave(member, day)
        held = HouseholdMember.objects.filter(
            household_id=work.household.id, customer_id=person
        ).values_list("from_on", "to_on")
        role = (roles or {}).get(person, member.role)
        for part in span.without(Span(*days) for days in held):
            place = placement_of(member, role=role, to_on=part.to_on)
            add_members(work, [place], part.from_on)


def _find_member(member_id: UUID) -> HouseholdMember:
    rows = HouseholdMember.objects.select_related("customer", "household")
    member: HouseholdMember | None = rows.filter(id=member_id).first()
    if member is None:
        raise NotFound("There is no such membership. It may have been taken back meanwhile.")
    return member


def _changed(member: HouseholdMember, fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = {n: f"A member has no field “{n}”." for n in fields if n not in MEMBER_FIELDS}
    if unknown:
        raise InvalidValues(unknown)
    return {name: value for name, value in fields.items() if getattr(member, name) != value}


def _leave_others(household: Household, people: Mapping[UUID, Customer], day: date) -> None:
    rows = HouseholdMember.objects.filter(customer_id__in=list(people)).after(day)
    for member in rows.exclude(household_id=household.id).order_by("id"):
        outcomes.close(member, day, people[member.customer_id].name)


def _require_free(
    work: Work, customer: Customer, role: str, span: Span, *, but: Collection[UUID] = ()
) -> None:
    """Raises AlreadyMember for the same household or the same role; remarks any other."""
    rows = HouseholdMember.objects.filter(customer_id=customer.id).exclude(id__in=list(but))
    others = rows.select_related("household").order_by("from_on")
    place = HouseholdMember(household=work.household, role=role)
    place.from_on, place.to_on = span.from_on, span.to_on
    work.remarks.extend(require_room(place, customer.name, others))


def require_room(place: HouseholdMember, name: str, others: Iterable[HouseholdMember]) -> list[str]:
    """Remarks on where else somebody called `name`, who is to have `place`, lives on its days.

    `others`: their other times, with households. Raises AlreadyMember for the same household
    or the same role.
    """
    remarks, span = [], Span(place.from_on, place.to_on)
    for other in others:
        held = Span(other.from_on, other.to_on)
        if not held.overlaps(span):
            continue
        where = f"{name} lives in {other.household} {held.in_words()}"
        if other.household_id == place.household_id:
            raise AlreadyMember(
                f"{where}, so they cannot be there twice. Choose other days.", field="customer"
            )
        if other.role == place.role:
            raise AlreadyMember(
                f"{where}, as {other.get_role_display().lower()} too. In two households at once"
                " their roles must differ: choose another role, or let them leave the other one.",
                field="customer",
            )
        remarks.append(f"{where} as well, as {other.get_role_display().lower()}.")
    return remarks


def _remark_connections(work: Work, customer: Customer, span: Span) -> None:
    rows = Connection.objects.filter(household_id=work.household.id, customer_id=customer.id)
    for connection in rows:
        if Span(connection.from_on, connection.to_on).overlaps(span):
            kind = connection.get_kind_display().lower()
            work.remarks.append(f"{customer.name} is also noted as {kind} of {work.household}.")
