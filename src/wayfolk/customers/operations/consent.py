"""Whether customers take the newsletter, for many at once."""

from collections.abc import Collection
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.staff.rules import Actor


def set_newsletter(customer_ids: Collection[UUID], takes_it: bool, *, by: Actor) -> int:
    """Note that these customers take the newsletter, or do not; returns how many changed."""
    by.require("customers.edit")
    with change_set(by=by, operation="customers.set_newsletter", summary="") as current:
        rows = Customer.objects.present().filter(id__in=customer_ids).locked()
        changed = [customer for customer in rows if customer.takes_newsletter is not takes_it]
        for customer in changed:
            customer.takes_newsletter = takes_it
            customer.save_changes("takes_newsletter")
        names = changed[0].name if len(changed) == 1 else f"{len(changed)} customers"
        words = "takes" if len(changed) == 1 else "take"
        answer = words if takes_it else f"{'does' if words == 'takes' else 'do'} not take"
        current.summary = current.summary or f"Noted that {names} {answer} the newsletter"
    return len(changed)
