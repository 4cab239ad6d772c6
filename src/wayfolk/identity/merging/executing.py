"""Executing a merge: one change set, all or nothing, and only what the plan showed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from wayfolk.audit import outbox
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations
from wayfolk.customers.models import Customer, Status
from wayfolk.customers.rules import FIELD_RULES
from wayfolk.identity.merging import aliases, fields, links, planning, reach
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.rules import COMBINED, Plan, as_json
from wayfolk.identity.models import CustomerAlias, Merge
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed
from wayfolk.staff.rules import Actor

OPERATION = "customers.merge"
MERGED_TOPIC = "customer.merged"
UNMERGED_TOPIC = "customer.unmerged"

AfterMerge = Callable[[Merge], None]
_after_merge: list[AfterMerge] = []


class PlanChanged(Conflict):
    """Something moved since the plan was shown; `plan` is how things are now."""

    code = "plan_changed"

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            "Nothing was merged: one of the records changed since you looked. Look at the plan"
            " again.",
            details={"plan": as_json(plan)},
        )
        self.plan = plan


class Refused(Conflict):
    """The plan's guards forbid it, or want to be confirmed; `details` has their codes."""

    code = "merge_guarded"


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """The merge; `is_repeat`: it had been done before, and nothing was written now."""

    merge: Merge
    is_repeat: bool = False


def after_merge(step: AfterMerge) -> None:
    """Register what follows a merge in its change set."""
    _after_merge.append(step)


def merge_customers(
    survivor_id: UUID,
    absorbed_ids: Sequence[UUID],
    *,
    fingerprint: str,
    by: Actor,
    choices: Mapping[str, UUID] | None = None,
    confirmed: Collection[str] = (),
) -> MergeOutcome:
    """Make one record of several (KP-34, TQ-40, TQ-42); the absorbed lead to it for ever.

    `choices`: field or kind of contact -> the record whose value is taken. `confirmed`: codes of
    guards that the reader saw. `fingerprint`: of the plan that was shown. The same merge again is
    no error and writes nothing. Raises NotAllowed, SameRecord, PlanChanged, Refused.
    """
    by.require("customers.merge")
    with change_set(by=by, operation=OPERATION, summary="") as current:
        done = _done_before(survivor_id, absorbed_ids)
        if done is not None:
            return MergeOutcome(done, is_repeat=True)
        parties = _locked(survivor_id, absorbed_ids, by)
        plan = planning.plan_of(parties, choices or {})
        _require_as_shown(plan, fingerprint, confirmed)
        _require_choices(plan, choices or {}, by)
        others = ", ".join(parties.named(customer.id) for customer in parties.absorbed)
        words = f"Merged {others} into {parties.named(parties.survivor.id)}"
        current.summary = current.summary or words
        merge = _execute(parties, plan, choices or {}, current.id)
    return MergeOutcome(merge)


def _done_before(survivor_id: UUID, absorbed_ids: Sequence[UUID]) -> Merge | None:
    """The merge that made just these one, where a request is repeated."""
    found = CustomerAlias.objects.filter(customer_id__in=absorbed_ids).select_related("merge")
    merges = {alias.merge_id: alias.merge for alias in found}
    if len(found) != len(set(absorbed_ids)) or len(merges) != 1:
        return None
    merge: Merge = next(iter(merges.values()))
    is_same = set(merge.absorbed) == {str(each) for each in absorbed_ids}
    return merge if merge.survivor_id == survivor_id and is_same else None


def _locked(survivor_id: UUID, absorbed_ids: Sequence[UUID], by: Actor) -> Parties:
    """The records, locked in the order of ids. Raises Conflict for one merged meanwhile."""
    unique = list(dict.fromkeys(absorbed_ids))
    parties = planning.parties_of(survivor_id, unique, by=by, is_locking=True)
    for customer in parties.all:
        if customer.status == Status.MERGED:
            survivor = Customer.objects.get(id=aliases.resolve(customer.id))
            raise Conflict(
                f"{parties.named(customer.id)} was merged into {survivor.name}"
                f" ({survivor.number}) meanwhile. Merge that record instead.",
                details={"customer": str(customer.id), "merged_into": survivor.number},
            )
    return parties


def _require_as_shown(plan: Plan, fingerprint: str, confirmed: Collection[str]) -> None:
    if plan.blocking:
        _refuse([guard.message for guard in plan.blocking], [g.code for g in plan.blocking])
    if plan.fingerprint != fingerprint:
        raise PlanChanged(plan)
    open_guards = [guard for guard in plan.to_confirm if guard.code not in confirmed]
    if open_guards:
        messages = [f"{guard.message} Confirm it to merge all the same." for guard in open_guards]
        _refuse(messages, [guard.code for guard in open_guards])


def _refuse(messages: Sequence[str], codes: Sequence[str]) -> None:
    raise Refused("Nothing was merged. " + " ".join(messages), details={"guards": list(codes)})


def _require_choices(plan: Plan, choices: Mapping[str, UUID], by: Actor) -> None:
    """Raises InvalidValue for an unknown field or record, NotAllowed for one that is closed."""
    ids = {party.id for party in (plan.survivor, *plan.absorbed)}
    for name, chosen in choices.items():
        if name not in (*fields.NAMES, *reach.CHOICES) or name in COMBINED:
            raise InvalidValue(f"“{name}” is no field of which one value is chosen.", field=name)
        if chosen not in ids:
            raise InvalidValue(
                f"The value of “{name}” was chosen of a record that is not merged.", field=name
            )
        code = FIELD_RULES.get("city" if name == reach.ADDRESS else name, "")
        if code and not by.may_edit(code):
            raise NotAllowed(
                f"Your role “{by.role_name}” may not change “{name}”, so the rule decides which"
                " value is kept. Leave it out.",
                details={"field": name},
            )


def _execute(
    parties: Parties, plan: Plan, choices: Mapping[str, UUID], change_set_id: UUID
) -> Merge:
    fields.apply(parties, choices)
    for each in links.registered():
        if isinstance(each, reach.ReachLinks):
            each.move_preferring(parties, {k: choices[k] for k in reach.CHOICES if k in choices})
        else:
            each.move(parties)
    merge: Merge = Merge.objects.create(
        survivor=parties.survivor,
        absorbed=[str(each) for each in parties.absorbed_ids],
        fingerprint=plan.fingerprint,
        change_set_id=change_set_id,
        plan=_kept(plan, choices),
        made_by=parties.by.name,
    )
    for customer in parties.absorbed:
        CustomerAlias.objects.create(
            customer=customer, survivor=parties.survivor, merge=merge, number=customer.number
        )
        customer.status = Status.MERGED
        customer.save_changes("status")
    operations.count_as_changed([parties.survivor.id])
    tell(MERGED_TOPIC, merge, change_set_id)
    for step in _after_merge:
        step(merge)
    for customer in parties.all:
        operations.announce(customer.id)
    return merge


def _kept(plan: Plan, choices: Mapping[str, UUID]) -> dict[str, Any]:
    """What the merge remembers of its plan: no value of a field."""
    return {
        "choices": {name: str(chosen) for name, chosen in choices.items()},
        "fields": {each.code: str(each.chosen) for each in plan.fields},
        "relations": [
            {"code": relation.code, "label": relation.label, "moved": relation.moved}
            for relation in plan.relations
        ],
        "guards": [asdict(guard) for guard in plan.guards],
    }


def tell(topic: str, merge: Merge, change_set_id: UUID) -> None:
    """Put the event for other systems beside the change."""
    ids = [merge.survivor_id, *(UUID(each) for each in merge.absorbed)]
    numbers = dict(Customer.objects.filter(id__in=ids).values_list("id", "number"))
    payload = {
        "merge": str(merge.id),
        "survivor": {"id": str(merge.survivor_id), "number": numbers[merge.survivor_id]},
        "absorbed": [{"id": each, "number": numbers[UUID(each)]} for each in merge.absorbed],
    }
    outbox.put(topic, payload, change_set_id=change_set_id)
