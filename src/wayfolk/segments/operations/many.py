"""One change of many customers: a job in batches, all of it one change set."""

import logging
from uuid import UUID

from django.db import DatabaseError
from procrastinate.contrib.django import app as jobs

from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer, CustomerQuerySet, Status
from wayfolk.customers.operations import consent
from wayfolk.kit import clock, ids, tenancy
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed, Refusal
from wayfolk.segments.models import BulkChange, BulkState
from wayfolk.segments.queries import changes as found_changes
from wayfolk.segments.rules import changes
from wayfolk.staff.rules import Actor

logger = logging.getLogger(__name__)

RUN_TASK = "wayfolk.segments.change_many"
CUSTOMERS_MAX = 100_000
BATCH = 500


def ask_for(customers: CustomerQuerySet, field: str, value: str, *, by: Actor) -> BulkChange:
    """Queue a change of these customers, as they are chosen now.

    Raises NotAllowed, InvalidValue for an unknown change, for nobody and for too many.
    """
    _require_right(field, by)
    changes.require_known(field, value)
    if by.user_id is None:
        raise NotAllowed("Changes of many customers are asked for by members.")
    with tenancy.scope(by.organization_id):
        chosen = list(customers.order_by("id").values_list("id", flat=True)[: CUSTOMERS_MAX + 1])
        if not chosen:
            raise InvalidValue("None of the chosen customers can be changed.")
        if len(chosen) > CUSTOMERS_MAX:
            raise InvalidValue(
                f"More than {CUSTOMERS_MAX:,} customers are chosen. Narrow the list, and change"
                " them in parts."
            )
        change: BulkChange = BulkChange.objects.create(
            field=field,
            value=value,
            customer_ids=chosen,
            change_set_id=ids.new_id(),
            asked_by=by.user_id,
            asked_by_name=by.name,
        )
        jobs.configure_task(RUN_TASK).defer(
            organization_id=by.organization_id, change_id=str(change.id)
        )
    return change


def stop(change_id: UUID, *, by: Actor) -> BulkChange:
    """End after the present batch; what was changed stays, and can be taken back."""
    with tenancy.scope(by.organization_id):
        change = _locked(found_changes.get_change(change_id, by=by).id)
        if not change.is_under_way:
            raise Conflict("This change has ended already. Reload the page.")
        change.is_stop_requested = True
        change.save_changes("is_stop_requested")
    return change


def carry_out(change_id: UUID, *, by: Actor) -> None:
    """Change batch after batch, going on where an earlier run was ended."""
    try:
        while _run_batch(change_id, by):
            pass
    except Refusal as refused:
        fail(change_id, refused.message, by.organization_id)
    except DatabaseError:
        fail(
            change_id,
            "Wayfolk met an error that it does not know. What was changed so far can be taken"
            " back.",
            by.organization_id,
        )
        logger.exception("change of many customers %s failed", change_id)
        raise


def fail(change_id: UUID, words: str, organization_id: int) -> None:
    """End it with words for the reader."""
    with tenancy.scope(organization_id):
        change = _locked(change_id)
        _end(change, BulkState.FAILED, words)


def _run_batch(change_id: UUID, by: Actor) -> bool:
    """One batch in a transaction together with its figures; False at the end."""
    with tenancy.scope(by.organization_id):
        change = _locked(change_id)
        if not change.is_under_way:
            return False
        if change.is_stop_requested:
            _end(change, BulkState.STOPPED)
            return False
        batch = change.customer_ids[change.position : change.position + BATCH]
        if not batch:
            _end(change, BulkState.FINISHED)
            return False
        _change(change, batch, by)
        change.state, change.position = BulkState.RUNNING, change.position + len(batch)
        change.save_changes("state", "position", "done_count", "refused_count", "refusals")
    return True


def _change(change: BulkChange, batch: list[UUID], by: Actor) -> None:
    _require_right(change.field, by)
    with change_set(
        by=by,
        operation="customers.change_many",
        summary=changes.summary_of(change.field, change.value, change.total),
        continues=change.change_set_id,
    ):
        rows = Customer.objects.present().filter(id__in=batch)
        states = dict(rows.values_list("id", "status"))
        free = [customer_id for customer_id in states if states[customer_id] != Status.RESTRICTED]
        if change.field == "status":
            customer_operations.set_status(free, change.value, by=by)
        else:
            consent.set_newsletter(free, change.value == "yes", by=by)
    change.done_count += len(free)
    change.refused_count += len(batch) - len(free)
    for words, count in (
        ("deleted or merged meanwhile", len(batch) - len(states)),
        ("their data is restricted", len(states) - len(free)),
    ):
        if count:
            change.refusals = {**change.refusals, words: change.refusals.get(words, 0) + count}


def _require_right(field: str, by: Actor) -> None:
    by.require("customers.edit")
    if field == "status":
        customer_operations.require_editable({"status"}, by)


def _locked(change_id: UUID) -> BulkChange:
    found: BulkChange = BulkChange.objects.filter(id=change_id).locked().get()
    return found


def _end(change: BulkChange, state: BulkState, failure: str = "") -> None:
    change.state, change.failure, change.finished_at = state, failure, clock.now()
    change.save_changes("state", "failure", "finished_at")
