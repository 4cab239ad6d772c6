"""What the worker's matching follower does: whoever is new or changed is matched."""

from threading import Event

from wayfolk.identity.matching import catching_up


def follow(stopped: Event) -> None:
    """Compare everybody who waits, or until `stopped`; organisations take turns by the chunk.

    Who is not derived for search yet is nobody's turn: they are left to the next time.
    """
    has_more = True
    while has_more and not stopped.is_set():
        has_more = False
        for organization_id in catching_up.organizations_behind():
            if not stopped.is_set() and catching_up.catch_up(organization_id):
                has_more = True
