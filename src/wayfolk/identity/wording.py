"""How the history speaks of merges, and of how duplicates are found."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, RecordKind, Teller
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
    wording.declare_table(
        RecordKind(
            "identity_matchingsettings",
            ADMINISTER,
            ADMINISTER,
            phrase=_settings_phrase,
            unshown=("weights",),
        )
    )


def _alias_phrase(alias: CustomerAlias, teller: Teller) -> str:
    survivor = teller.name_of(Customer, alias.survivor_id)
    return f"number {alias.number} as a former record of {survivor}"


def _settings_phrase(_settings: Any, _teller: Teller) -> str:
    return "how duplicates are found"
