"""What can be said of a preference, and which field rule guards it. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wayfolk.kit import text
from wayfolk.kit.checking import Checks

ALLERGY = "allergy"
# In the order in which they are told: what can harm first.
KINDS = (ALLERGY, "diet", "accessibility", "room", "communication_style", "special_request")
HEALTH_KINDS = frozenset({ALLERGY, "diet", "accessibility"})
HEALTH = "customer.health"
# How one writes to somebody matters to the office alone.
ON_THE_WAY = frozenset(KINDS) - {"communication_style"}
LIFE_THREATENING = "life-threatening"
# The gravest first.
SEVERITIES = (LIFE_THREATENING, "severe", "mild")
SOURCES = ("said", "noticed")
VALUE_MAX, NOTE_MAX = 120, 300
FOLDED_MAX = 4 * VALUE_MAX
LABELS = {"value": "preference", "severity": "severity", "source": "source", "note": "note"}

# Common values, offered while one types.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    ALLERGY: ("nuts", "peanuts", "gluten", "shellfish", "fish", "eggs", "milk", "soya", "sesame"),
    "diet": ("vegetarian", "vegan", "halal", "kosher", "lactose-free", "low salt"),
    "accessibility": ("wheelchair", "step-free access", "hearing loop", "walk-in shower"),
    "room": ("twin beds", "double bed", "quiet room", "high floor", "ground floor", "sea view"),
    "communication_style": ("formal", "informal", "short and to the point", "calls in the evening"),
    "special_request": ("cot", "airport assistance", "late check-out", "anniversary"),
}


@dataclass(frozen=True)
class PreferenceData:
    """What somebody wants a preference to be: names of LABELS. An absent key stays as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


def field_of(kind: str) -> str:
    """The field rule that guards this kind, "" for none."""
    return HEALTH if kind in HEALTH_KINDS else ""


def fold(value: str) -> str:
    """As values are compared; one of no letter or figure is compared as it is written."""
    return (text.fold(value) or value)[:FOLDED_MAX]


def precedence(kind: str, severity: str, folded: str) -> tuple[int, int, str]:
    """What can harm first, and of allergies the gravest; one not graded might be any."""
    graded = SEVERITIES.index(severity) if severity in SEVERITIES else 1
    return KINDS.index(kind), graded, folded


def checked(kind: str, data: PreferenceData) -> Mapping[str, Any]:
    """The fields cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    if kind not in KINDS:
        checks.choice("kind", kind, KINDS, label="kind of preference")
    cleaned = {name: _checked(checks, name, value, kind) for name, value in data.fields.items()}
    checks.finish()
    return cleaned


def _checked(checks: Checks, name: str, value: Any, kind: str) -> Any:
    if name == "severity":
        if value and kind != ALLERGY:
            checks.fault(name, "Only allergies have a severity. Leave it out here.")
        return checks.choice(name, value, ("", *SEVERITIES), label="severity")
    if name == "source":
        return checks.choice(name, value, SOURCES, label="source")
    limit = VALUE_MAX if name == "value" else NOTE_MAX
    cleaned = checks.line(name, value, limit, label=LABELS[name])
    if name == "value" and not cleaned:
        checks.fault(name, "Say what it is, such as “nuts” or “quiet room”.")
    return cleaned


def in_words(kind: str, value: str, severity: str) -> str:
    """The line: "Allergy: nuts, life-threatening"."""
    return f"{kind}: {value}, {severity}" if severity else f"{kind}: {value}"
