"""Decisions over households and periods. No Django here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.kit import countries, text
from wayfolk.kit.checking import Checks
from wayfolk.kit.dates import EARLIEST, LATEST
from wayfolk.kit.errors import InvalidValues

NAME_MAX = 200
NOTES_MAX = 20_000
OF_AGE = 18  # years
ADDRESS_FIELDS = ("lines", "postcode", "city", "country")
SHARED_PREFERENCES = ("channel", "newsletter_by_email", "newsletter_by_post")
PREFERENCE_FIELDS = ("language", *SHARED_PREFERENCES)
FIELDS = ("name", *ADDRESS_FIELDS, *PREFERENCE_FIELDS, "notes")
CHANNELS = ("", "email", "phone", "text", "post")
ROLES = ("head", "partner", "child", "parent", "relative", "adult")
CONNECTION_KINDS = ("emergency", "payer", "other")
_LIMITS = {"name": NAME_MAX, "lines": 500, "postcode": 20, "city": 120, "notes": NOTES_MAX}

LABELS = {
    "name": "name",
    "lines": "address",
    "postcode": "zip code",
    "city": "city",
    "country": "country",
    "language": "language",
    "channel": "preferred channel",
    "newsletter_by_email": "newsletter by email",
    "newsletter_by_post": "newsletter by post",
    "notes": "notes",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `from_on` until the day before `to_on`; None is without end."""

    from_on: date
    to_on: date | None = None

    def overlaps(self, other: "Span") -> bool:
        starts_before_other_ends = other.to_on is None or self.from_on < other.to_on
        return starts_before_other_ends and (self.to_on is None or other.from_on < self.to_on)

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)

    def without(self, others: Iterable["Span"]) -> list["Span"]:
        """The parts of this span in which none of the others holds, in order."""
        parts, start = [], self.from_on
        for other in sorted(others, key=lambda span: span.from_on):
            if not other.overlaps(Span(start, self.to_on)):
                continue
            if start < other.from_on:
                parts.append(Span(start, other.from_on))
            if other.to_on is None:
                return parts
            start = other.to_on
            if self.to_on is not None and start >= self.to_on:
                return parts
        return [*parts, Span(start, self.to_on)]

    def in_words(self) -> str:
        start = f"from {day_words(self.from_on)}"
        return start if self.to_on is None else f"{start} until {day_words(self.to_on)}"


@dataclass(frozen=True, slots=True)
class Shared:
    """What a member gets from the household, or brings along; `source` says which."""

    values: Mapping[str, Any]
    source: str


HOUSEHOLD, OWN, NOWHERE = "household", "own", ""


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` (names of FIELDS) cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = dict(fields)
    for name, value in fields.items():
        if name not in FIELDS:
            checks.fault(name, f"A household has no field “{name}”.")
        elif name in _LIMITS:
            is_long = name in {"notes", "lines"}
            cleaned[name] = checks.line(
                name, value, _LIMITS[name], label=LABELS[name], multiline=is_long
            )
    if "name" in fields and not cleaned["name"]:
        checks.fault("name", "A household needs a name, such as the family's.")
    if "channel" in fields:
        checks.choice("channel", fields["channel"], CHANNELS, label="preferred channel")
    if fields.get("country") and not countries.is_country(fields["country"]):
        checks.fault("country", f"“{fields['country']}” is not a country. Choose one.")
    if fields.get("language") and fields["language"] not in dict(countries.languages()):
        checks.fault("language", f"“{fields['language']}” is not a language code such as “en”.")
    checks.finish()
    return cleaned


def checked_span(from_on: date | None, to_on: date | None = None) -> Span:
    """The days as a Span; raises InvalidValues for one that ends before it starts."""
    checks = Checks()
    if from_on is None:
        checks.fault("from_on", "The first day is missing. Write it like 2026-01-31.")
    checks.day("from_on", from_on, label="first day")
    checks.day("to_on", to_on, label="last day")
    if from_on and to_on and to_on <= from_on:
        checks.fault(
            "to_on",
            f"{day_words(to_on)} is not after {day_words(from_on)}: the day on which it ends must"
            " be later than the one on which it starts.",
        )
    checks.finish()
    assert from_on is not None
    return Span(from_on, to_on)


def checked_day(day: date | None, *, field: str = "on") -> date:
    """A day on which something happens; raises InvalidValues."""
    if day is None or not EARLIEST <= day <= LATEST:
        said = "The day is missing." if day is None else f"{day} is too far away."
        raise InvalidValues({field: f"{said} Write it like 2026-01-31."})
    return day


def require_choice(field: str, value: str, allowed: Sequence[str], *, label: str) -> str:
    checks = Checks()
    checks.choice(field, value, allowed, label=label)
    checks.finish()
    return value


def years_between(born_on: date, day: date) -> int:
    """Age in full years; somebody born on 29 February has their birthday on 1 March."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (not had_birthday)


def guardian_fault(child_born: date | None, guardian_born: date | None, from_on: date) -> str:
    """Why this guardian cannot be, "" when nothing that is known speaks against it.

    The words carry no dates: birth dates may be hidden from the reader.
    """
    if guardian_born and child_born and guardian_born >= child_born:
        return "The guardian is not older than the child. Check both dates of birth."
    if guardian_born and years_between(guardian_born, from_on) < OF_AGE:
        return f"The guardian is under {OF_AGE} on that day, and cannot answer for somebody else."
    if child_born and years_between(child_born, from_on) >= OF_AGE:
        return f"The child is {OF_AGE} or older on that day, and needs no guardian."
    return ""


def closes_circle(edges: Iterable[tuple[UUID, UUID]], child: UUID, guardian: UUID) -> bool:
    """Whether `child` already answers, over any number of steps, for `guardian`.

    `edges`: (child, guardian) pairs.
    """
    guardians: dict[UUID, set[UUID]] = {}
    for below, above in edges:
        guardians.setdefault(below, set()).add(above)
    seen: set[UUID] = set()
    pending = [guardian]
    while pending:
        person = pending.pop()
        if person == child:
            return True
        if person not in seen:
            seen.add(person)
            pending.extend(guardians.get(person, ()))
    return False


def effective_address(
    household: Mapping[str, str], own: Mapping[str, str] | None, *, uses_household: bool
) -> Shared:
    """The member's address: the household's, unless it has none or the member prefers the own."""
    has_household = any(household.get(name) for name in ADDRESS_FIELDS)
    has_own = own is not None and any(own.get(name) for name in ADDRESS_FIELDS)
    if has_household and (uses_household or not has_own):
        return Shared({name: household.get(name, "") for name in ADDRESS_FIELDS}, HOUSEHOLD)
    if own is not None and has_own:
        return Shared({name: own.get(name, "") for name in ADDRESS_FIELDS}, OWN)
    return Shared(dict.fromkeys(ADDRESS_FIELDS, ""), NOWHERE)


def effective_preferences(
    household: Mapping[str, Any], own: Mapping[str, Any], *, uses_household: bool
) -> Shared:
    """Channel, newsletters and language. A language that the household lacks is the own one."""
    if not uses_household:
        return Shared({name: own.get(name) for name in PREFERENCE_FIELDS}, OWN)
    values = {name: household.get(name) for name in PREFERENCE_FIELDS}
    values["language"] = values["language"] or own.get("language", "")
    return Shared(values, HOUSEHOLD)


def named(names: Sequence[str]) -> str:
    """“Anna”, “Anna and Bent”, “3 people”."""
    return " and ".join(names) if len(names) <= 2 else f"{len(names)} people"


def fold_name(name: str) -> str:
    return text.fold(name)[:NAME_MAX]


def groups_of(pairs: Iterable[tuple[UUID, UUID]]) -> list[frozenset[UUID]]:
    """People who are connected by pairs, directly or over others."""
    group_of: dict[UUID, set[UUID]] = {}
    for first, second in pairs:
        joined = group_of.get(first, {first}) | group_of.get(second, {second})
        for person in joined:
            group_of[person] = joined
    return list({frozenset(group): None for group in group_of.values()})
