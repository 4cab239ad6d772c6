"""Customers whom a new one may be already: the panel beside the fields that are typed (KP-31)."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from wayfolk.customers import queries
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching.checking import Candidate, candidates_for
from wayfolk.identity.matching.creating import Answers
from wayfolk.identity.matching.record import draft_of
from wayfolk.identity.matching.scoring import Evidence
from wayfolk.staff.rules import Actor
from wayfolk.web import customer_picker
from wayfolk.web.search.people import Person

# Fields of the form around the panel.
SEEN, ASKED, ANYWAY, DIGEST = "alike-seen", "alike-asked", "alike-anyway", "alike-panel"
IDS_MAX = 50
BAR = 20.0  # bits: what fills half of the scale; who outweighs it stays at its end
_LEVELS = {"warn": ("Likely the same", "warning"), "suggest": ("Possibly the same", "neutral")}


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence. start, length: its bar in percent of a scale with zero at 50."""

    text: str
    weight: str
    is_against: bool
    start: int
    length: int


class Weighed:
    """Whatever has lines of evidence, told apart by their side."""

    __slots__ = ()
    lines: tuple[Line, ...]

    @property
    def points_for(self) -> list[Line]:
        return [line for line in self.lines if not line.is_against]

    @property
    def points_against(self) -> list[Line]:
        return [line for line in self.lines if line.is_against]


@dataclass(frozen=True, slots=True)
class Shown(Weighed):
    """A candidate as the reader may see it. `parts`: what tells people apart, one by one."""

    id: UUID
    person: Person
    parts: tuple[str, ...]
    is_likely: bool
    level: str
    tone: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside the fields; `digest` tells whether an answer changes anything."""

    shown: tuple[Shown, ...] = ()

    @property
    def digest(self) -> str:
        told = [(x.id, x.level, x.parts, x.lines) for x in self.shown]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16] if told else ""

    @property
    def said(self) -> str:
        """For who does not see the panel."""
        count = len(self.shown)
        return f"{count} possible duplicate{'' if count == 1 else 's'}" if count else ""


NOBODY = Panel()


def panel_of(data: CustomerData, *, by: Actor) -> Panel:
    """Who may be the person that is being typed; values that are not valid yet count for little."""
    return panel_for(candidates_for(draft_of(data, by.country), by=by), by=by)


def panel_for(candidates: Sequence[Candidate], *, by: Actor) -> Panel:
    """These candidates with what tells them apart, in their order."""
    records = queries.get_customers([each.customer_id for each in candidates], by=by)
    present = [each for each in candidates if each.customer_id in records]
    people = customer_picker.described([records[each.customer_id] for each in present], by)
    return Panel(
        tuple(
            _shown(candidate, records[candidate.customer_id], person, by)
            for candidate, person in zip(present, people, strict=True)
        )
    )


def is_shown(panel: Panel, sent: QueryDict) -> bool:
    """Whether the browser shows just this panel already."""
    return panel.digest == sent.get(DIGEST, "")


def answers_of(sent: QueryDict, *, anyway: bool) -> Answers:
    """What the form says of candidates: those whom it asked about are others if `anyway`."""
    others = ids_in(sent.getlist(ASKED)) if anyway else frozenset()
    return Answers(others=others, seen=ids_in(sent.getlist(SEEN)))


def ids_in(texts: Sequence[str]) -> frozenset[UUID]:
    """What a browser sent as ids; whatever is none is left out."""
    found = set()
    for text in texts[:IDS_MAX]:
        with suppress(ValueError):
            found.add(UUID(text))
    return frozenset(found)


def _shown(candidate: Candidate, customer: Customer, person: Person, by: Actor) -> Shown:
    born = customer.birth_on if by.may_see("customer.birth_on") else None
    parts = [*str(person.detail).split(" · "), f"born {born:%-d %b %Y}" if born else ""]
    words, tone = _LEVELS[candidate.level]
    return Shown(
        id=candidate.customer_id,
        person=person,
        parts=tuple(part for part in parts if part),
        is_likely=candidate.level == "warn",
        level=words,
        tone=tone,
        lines=lines_of(candidate.evidence),
    )


def lines_of(evidence: Sequence[Evidence]) -> tuple[Line, ...]:
    return tuple(_line(each) for each in evidence)


def _line(evidence: Evidence) -> Line:
    length = round(50 * min(abs(evidence.weight) / BAR, 1))
    is_against = evidence.weight < 0
    sign = "\N{MINUS SIGN}" if is_against else "+"
    return Line(
        text=evidence.text,
        weight=f"{sign}{abs(evidence.weight):.1f}",
        is_against=is_against,
        start=50 - length if is_against else 50,
        length=max(length, 1),
    )
