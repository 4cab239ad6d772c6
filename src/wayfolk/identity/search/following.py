"""What the worker's search follower does: whatever is written is found."""

from threading import Event

from wayfolk.identity.search import deriving


def follow(stopped: Event) -> None:
    """Derive everything that is due, or until `stopped`; queued customers go first."""
    while not stopped.is_set():
        is_done = True
        for organization_id in deriving.organizations_behind():
            has_caught_up = not deriving.catch_up(organization_id)
            if not (has_caught_up and deriving.rebuild_step(organization_id).is_finished):
                is_done = False
        if is_done:
            return
