"""Commission terms of partners. What bookings have earned already stays as it was (KP-08)."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import CommissionTerm
from wayfolk.partners.operations import partners
from wayfolk.partners.rules import terms
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor

BeforeRemoval = Callable[[CommissionTerm], None]
_before_removal: list[BeforeRemoval] = []


class StaleTerm(Conflict):
    """Somebody saved the term meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def before_removal(step: BeforeRemoval) -> None:
    """Register what refuses the removal of a term that a domain above still needs."""
    _before_removal.append(step)


def create_term(partner_id: UUID, data: TermData, *, by: Actor) -> CommissionTerm:
    """A new term; kind, first day and the kind's own values are needed.

    Raises NotFound, NotAllowed, InvalidValues: what lacks, what is out of range, or days on
    which the partner has a term for the same products already.
    """
    _require_rights(by)
    fields = terms.completed(terms.checked(data).fields)
    with change_set(by=by, operation="partner_terms.create", summary="") as current:
        partner = partners.lock_partner(partner_id)
        term = CommissionTerm(partner=partner, **fields)
        _require_apart(term)
        words = terms.in_words(queries.term_of(term), base_currency=by.currency)
        current.summary = current.summary or f"New term of {partner.name}: {words}"
        term.save(force_insert=True)
    return term


def update_term(
    term_id: UUID, data: TermData, *, by: Actor, version: int | None = None
) -> CommissionTerm:
    """Change a term, or end it by giving it a last day. Bookings keep what they have earned.

    Raises as `create_term`, and StaleTerm when `version` is not the present one.
    """
    _require_rights(by)
    cleaned = terms.checked(data).fields
    with change_set(by=by, operation="partner_terms.update", summary="") as current:
        term = _lock_term(term_id)
        if version is not None and term.version != version:
            raise StaleTerm(
                "This term was changed by someone else while you were editing.",
                details={"version": term.version, "expected": version},
            )
        whole = terms.completed({**_values(term), **cleaned})
        changed = {n: v for n, v in whole.items() if getattr(term, n) != v}
        for name, value in changed.items():
            setattr(term, name, value)
        _require_apart(term)
        current.summary = current.summary or _summary(term, changed)
        if changed:
            term.save_changes(*changed)
    return term


def remove_term(term_id: UUID, *, by: Actor) -> CommissionTerm:
    """As if there had been no such term; one that bookings earned by can only be ended."""
    _require_rights(by)
    with change_set(by=by, operation="partner_terms.remove", summary="") as current:
        term = _lock_term(term_id)
        for step in _before_removal:
            step(term)
        current.summary = current.summary or f"Removed a term of {term.partner.name}"
        CommissionTerm.objects.filter(id=term.id).delete()
    return term


def _require_rights(by: Actor) -> None:
    by.require_module("partners")
    by.require("partners.terms")


def _lock_term(term_id: UUID) -> CommissionTerm:
    """The partner is locked first, as everywhere, so that its terms are compared one at a time."""
    found = CommissionTerm.objects.filter(id=term_id).values_list("partner_id", flat=True).first()
    if found is not None:
        partners.lock_partner(found)
    term: CommissionTerm | None = (
        CommissionTerm.objects.filter(id=term_id).select_related("partner__customer").first()
    )
    if term is None:
        raise NotFound("There is no such term. It may have been removed meanwhile.")
    return term


def _values(term: CommissionTerm) -> dict[str, Any]:
    return {name: getattr(term, name) for name in terms.LABELS}


def _require_apart(term: CommissionTerm) -> None:
    others = CommissionTerm.objects.filter(partner_id=term.partner_id).exclude(id=term.id)
    terms.require_apart([queries.term_of(other) for other in others], queries.term_of(term))


def _summary(term: CommissionTerm, changed: Mapping[str, Any]) -> str:
    if set(changed) == {"valid_to"} and term.valid_to:
        return f"Ended a term of {term.partner.name} on {term.valid_to:%-d %b %Y}"
    return f"Changed a term of {term.partner.name}"
