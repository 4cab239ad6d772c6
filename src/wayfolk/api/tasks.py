"""Jobs of the API: load, one call."""

from procrastinate.contrib.django import app

from wayfolk.api import idempotency


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="api.remove_old_answers", pass_context=False)
def remove_old_answers(timestamp: int) -> int:  # noqa: ARG001 - procrastinate passes the time
    """Every hour: forget answers that nobody can ask for again."""
    return idempotency.remove_old_answers()
