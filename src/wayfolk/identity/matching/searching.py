"""Looking through all customers for duplicates: a job that anybody who judges them may ask for."""

import logging
import tempfile
from uuid import UUID

from django.db import DatabaseError
from procrastinate.contrib.django import app as jobs

from wayfolk.identity.matching import everybody
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.models import DuplicatePair, DuplicateSearch, PairState, SearchState
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Conflict, NotAllowed, Refusal
from wayfolk.staff.rules import Actor

logger = logging.getLogger(__name__)

RUN_TASK = "wayfolk.matching.find_everywhere"
UNKNOWN = "Wayfolk met an error that it does not know; no pair was changed. Try once more."


def ask_for(*, by: Actor) -> DuplicateSearch:
    """Queue a look through everybody; the one under way where there is one. Raises NotAllowed."""
    by.require("customers.merge")
    by.require("customers.edit")
    if by.user_id is None:
        raise NotAllowed("Searches that run as a job are asked for by members.")
    with tenancy.scope(by.organization_id):
        present = _under_way()
        if present is not None:
            return present
        found: DuplicateSearch = DuplicateSearch.objects.create(
            asked_by=by.user_id, asked_by_name=by.name, phase="Waiting for the worker"
        )
        jobs.configure_task(RUN_TASK).defer(
            organization_id=by.organization_id, search_id=str(found.id)
        )
    return found


def latest(*, by: Actor) -> DuplicateSearch | None:
    """The one under way, or the last that was made."""
    by.require("customers.merge")
    with tenancy.scope(by.organization_id):
        found: DuplicateSearch | None = DuplicateSearch.objects.order_by("-created_at").first()
    return found


def carry_out(search_id: UUID, *, by: Actor) -> None:
    """Do it; once more from the beginning where an earlier run was ended."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            _search(search_id, DuckDB(folder=folder), by)
    except Refusal as refused:
        fail(search_id, refused.message, by.organization_id)
    except (DatabaseError, MemoryError, OSError):
        fail(search_id, UNKNOWN, by.organization_id)
        logger.exception("search for duplicates %s failed", search_id)


def fail(search_id: UUID, words: str, organization_id: int) -> None:
    """End it with words for the reader."""
    with tenancy.scope(organization_id):
        _note(search_id, state=SearchState.FAILED, failure=words, finished_at=clock.now(), phase="")


def _search(search_id: UUID, engine: DuckDB, by: Actor) -> None:
    with tenancy.scope(by.organization_id):
        before = set(_waiting())
        _note(search_id, state=SearchState.RUNNING)

    def tell(phase: str) -> None:
        with tenancy.scope(by.organization_id):
            _note(search_id, phase=phase)

    done = everybody.find_everywhere(engine, by=by, tell=tell)
    with tenancy.scope(by.organization_id):
        after = set(_waiting())
        _note(
            search_id,
            state=SearchState.FINISHED,
            phase="",
            customers=done.customers,
            pairs=len(after),
            fresh=len(after - before),
            finished_at=clock.now(),
        )


def _waiting() -> list[UUID]:
    """Pairs that are still to be judged."""
    rows = DuplicatePair.objects.filter(state__lt=PairState.CLOSED)
    return list(rows.values_list("id", flat=True)[: everybody.STORED_MOST])


def _under_way() -> DuplicateSearch | None:
    found: DuplicateSearch | None = DuplicateSearch.objects.filter(
        state__in=[SearchState.QUEUED, SearchState.RUNNING]
    ).first()
    return found


def _note(search_id: UUID, **values: object) -> None:
    search = DuplicateSearch.objects.filter(id=search_id).locked().first()
    if search is None or not search.is_under_way:
        raise Conflict("This search has ended already.")
    for name, value in values.items():
        setattr(search, name, value)
    search.save_changes(*values)
