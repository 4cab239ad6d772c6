"""How the history speaks of merges, of verdicts on duplicates, and of how they are found."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.identity.models import CustomerAlias, PairVerdict


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_operation(
        "customers.merge", undo_permission="customers.merge", covers_fields=True
    )
    rights: dict[str, Any] = {"view": "customers.view", "edit": "customers.merge"}
    wording.declare_table(
        RecordKind("identity_customeralias", phrase=_alias_phrase, unshown=("merge_id",), **rights)
    )
    wording.declare_table(
        RecordKind(
            "identity_pairverdict", phrase=_verdict_phrase, unshown=("evidence_key",), **rights
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


def _verdict_phrase(verdict: PairVerdict, teller: Teller) -> str:
    one, other = (teller.name_of(Customer, each) for each in (verdict.low_id, verdict.high_id))
    return f"the verdict on {one} and {other}: {verdict.get_verdict_display().lower()}"


def _settings_phrase(_settings: Any, _teller: Teller) -> str:
    return "how duplicates are found"
