"""Invented records that the style guide shows its components with."""

from datetime import datetime, timedelta

from django.utils.html import format_html

RECORDS: dict[str, object] = {
    "customers": [
        {"number": "C-10482", "name": "Anna Holm", "email": "anna@example.com", "trips": 7},
        {
            "number": "C-10483",
            "name": "Bartholomew Featherstonehaugh-Cholmondeley",
            "email": "bartholomew.featherstonehaugh@a-very-long-domain.example",
            "trips": 112,
        },
        {"number": "C-10484", "name": "İpek Çağlar", "email": "", "trips": 0},
    ],
    "chips": [
        {"label": "Country", "value": "Denmark", "remove_url": "?"},
        {"label": "Departs", "value": "1 May – 14 May", "remove_url": "?"},
    ],
    "facts": [
        {"label": "Email", "value": "anna@example.com", "url": "mailto:anna@example.com"},
        {"label": "Phone", "value": "+45 45 12 34 56", "source": "From the import of 3 March"},
        {"label": "Date of birth", "value": None},
        {"label": "Household", "value": "Holm, Aarhus", "note": "4 members"},
    ],
    "tabs": [
        {"label": "Bookings", "url": "#tabs", "is_current": True, "count": 12},
        {"label": "Stays", "url": "#tabs", "is_current": False, "count": 3},
        {"label": "History", "url": "#tabs", "is_current": False, "count": ""},
    ],
    "conflict": [
        {
            "name": "email",
            "label": "Email",
            "original": "anna@exmple.com",
            "theirs": "anna@example.com",
            "yours": "anna.holm@example.com",
        },
    ],
    "groups": [
        {
            "label": "Customers",
            "results": [
                {
                    "id": "c1",
                    "url": "#search",
                    "icon": "user",
                    "title": format_html("Anna <mark>{}</mark>m", "Hol"),
                    "detail": "anna@example.com · Aarhus · 7 trips",
                    "reason": "phone ends in 4711",
                },
                {
                    "id": "c2",
                    "url": "#search",
                    "icon": "user",
                    "title": format_html("Anne <mark>{}</mark>me", "Hol"),
                    "detail": "C-10490",
                    "reason": "spelled Holme",
                    "badge": "Inactive",
                    "tone": "neutral",
                },
            ],
        },
        {
            "label": "Itineraries",
            "results": [
                {
                    "id": "i1",
                    "url": "#search",
                    "icon": "route",
                    "title": "Lisbon in May",
                    "detail": "T-2041 · 1 – 14 May",
                    "reason": "",
                },
            ],
        },
    ],
}


def changes(now: datetime) -> dict[str, object]:
    """Two entries of a history: one that can be taken back, one that was."""
    return {
        "change": {
            "title": "Changed Anna Holm",
            "actor_name": "Maja Lund",
            "url": "#histories",
            "at": now - timedelta(minutes=12),
            "reason": "",
            "undo_url": "?",
            "undone_note": "",
            "changes": [
                {"label": "Email", "before": "anna@exmple.com", "after": "anna@example.com"},
                {"label": "Phone", "before": "", "after": "+45 45 12 34 56"},
            ],
        },
        "undone": {
            "title": "Linked 3 customers to Lisbon in May",
            "actor_name": "Ole Krag",
            "url": "",
            "at": now - timedelta(days=2),
            "reason": "phone call",
            "undo_url": "",
            "undone_note": "Taken back by Maja Lund",
            "changes": [],
        },
    }
