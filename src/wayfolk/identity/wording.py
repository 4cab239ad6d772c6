"""How the history speaks of merges."""

from wayfolk.audit import wording
from wayfolk.audit.wording import RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.identity.models import CustomerAlias


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_operation(
        "customers.merge", undo_permission="customers.merge", covers_fields=True
    )
    wording.declare_table(
        RecordKind(
            "identity_customeralias",
            view="customers.view",
            edit="customers.merge",
            phrase=_alias_phrase,
            unshown=("merge_id",),
        )
    )


def _alias_phrase(alias: CustomerAlias, teller: Teller) -> str:
    survivor = teller.name_of(Customer, alias.survivor_id)
    return f"number {alias.number} as a former record of {survivor}"
