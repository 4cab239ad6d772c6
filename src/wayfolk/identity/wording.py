"""How the history speaks of merges and of verdicts on possible duplicates."""

from wayfolk.audit import wording
from wayfolk.audit.wording import RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.identity.models import CustomerAlias, PairVerdict


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
            "identity_pairverdict",
            view="customers.view",
            edit="customers.merge",
            phrase=_verdict_phrase,
            unshown=("evidence_key",),
        )
    )


def _verdict_phrase(verdict: PairVerdict, teller: Teller) -> str:
    one, other = (teller.name_of(Customer, each) for each in (verdict.low_id, verdict.high_id))
    return f"the verdict on {one} and {other}: {verdict.get_verdict_display().lower()}"


def _alias_phrase(alias: CustomerAlias, teller: Teller) -> str:
    survivor = teller.name_of(Customer, alias.survivor_id)
    return f"number {alias.number} as a former record of {survivor}"
