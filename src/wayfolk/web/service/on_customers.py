"""Scores and complaints for the head of the customer page (TQ-09)."""

from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.service import queries
from wayfolk.staff.rules import Actor

NONE = "–"


def indicators(customer: Customer, *, by: Actor) -> list[tuple[str, str, str]]:
    """(label, value, url) of both scores and the complaints, as far as this reader sees them.

    Two queries: the figures, and what the organisation calls the scores.
    """
    shown: list[tuple[str, str, str]] = []
    sees_scores, sees_cases = queries.may_see_scores(by), queries.may_see(by)
    if not (sees_scores or sees_cases):
        return shown
    figures = queries.figures_of(customer, by=by)
    if sees_scores:
        overall, representative, is_shown = queries.labels()
        shown.append((overall, _mark(figures.overall, figures.overall_count), ""))
        if is_shown:
            count = figures.representative_count
            shown.append((representative, _mark(figures.representative, count), ""))
    if sees_cases:
        url = reverse("cases:of_customer", args=[customer.number])
        shown.append(("Total Complaints", str(figures.complaints), url))
    return shown


def _mark(mark: object, count: int) -> str:
    """4.33 (12 answers); a dash while nobody answered."""
    if mark is None:
        return NONE
    return f"{mark} ({count} answer{'' if count == 1 else 's'})"
