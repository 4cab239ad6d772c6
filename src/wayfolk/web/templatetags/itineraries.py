"""Filters of the itineraries' templates: `{% load itineraries %}`."""

from django import template

from wayfolk.itineraries.queries import Candidate

register = template.Library()


@register.filter
def identifying(found: Candidate) -> str:
    """What tells people of one name apart, in a line: email, phone, city, past trips (TP-42)."""
    trips = "1 past trip" if found.past_trips == 1 else f"{found.past_trips} past trips"
    parts = (found.email, found.phone, found.city, trips)
    return " · ".join(part for part in parts if part)
