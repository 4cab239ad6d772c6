"""Imports as the templates show them."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from wayfolk.integrations.imports import fields
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit import clock

_TONES = {
    RunState.DRAFT: "neutral",
    RunState.QUEUED: "info",
    RunState.RUNNING: "info",
    RunState.FINISHED: "success",
    RunState.STOPPED: "warning",
    RunState.FAILED: "danger",
}
# A job that nobody has taken up for so long waits for a worker.
_PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True)
class KindCounts:
    label: str
    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class JobProgress:
    """What jobs/progress.html reads: any long job can be shown by it.

    It asks `poll_url` again every second while `is_under_way`.
    """

    label: str
    done: int
    total: int
    remaining: str
    is_under_way: bool
    poll_url: str
    note: str = ""


def state_of(run: ImportRun) -> tuple[str, str]:
    """The state's word and tone."""
    state = RunState(run.state)
    if state == RunState.FINISHED and run.refused_count:
        return "Finished, rows refused", "warning"
    return state.label, _TONES[state]


def url_of(run: ImportRun) -> str:
    """Where an import is looked at: a draft is to be mapped first."""
    name = "imports:mapping" if run.state == RunState.DRAFT else "imports:detail"
    return reverse(name, args=[run.id])


def counts_of(run: ImportRun) -> list[KindCounts]:
    return [
        KindCounts(
            fields.KIND_PLURALS[kind].capitalize(),
            *(run.count(kind, outcome) for outcome in ("created", "updated", "unchanged")),
        )
        for kind in fields.KIND_PLURALS
        if kind in run.counts
    ]


def progress_of(run: ImportRun) -> JobProgress:
    waiting = clock.now() - run.updated_at > _PATIENCE and run.state == RunState.QUEUED
    return JobProgress(
        label="Importing" if run.state == RunState.RUNNING else "Waiting for its turn",
        done=run.position,
        total=run.row_count,
        remaining=_remaining(run),
        is_under_way=run.is_under_way,
        poll_url=reverse("imports:progress", args=[run.id]),
        note="No worker has taken it up yet. It starts by itself as soon as one is free."
        if waiting
        else "",
    )


def _remaining(run: ImportRun) -> str:
    """Time left at the pace so far, in words; "" before there is a pace."""
    if not run.position or run.started_at is None or run.state != RunState.RUNNING:
        return ""
    elapsed = (clock.now() - run.started_at).total_seconds()
    seconds = elapsed / run.position * run.not_attempted_count
    if seconds < 60:
        return "less than a minute left"
    return f"about {round(seconds / 60)} minutes left"
