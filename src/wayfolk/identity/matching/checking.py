"""Who of the customers somebody may be who is being typed, imported or was just entered."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from wayfolk.customers.queries import sharing
from wayfolk.identity.matching import against, proposing, reading
from wayfolk.identity.matching.model import Model
from wayfolk.identity.matching.record import Facts, Record, facts_of, without
from wayfolk.identity.matching.scoring import Evidence, Score, score
from wayfolk.identity.matching.settings import load_model, load_settings
from wayfolk.identity.models import MatchingSettings
from wayfolk.staff.rules import CONTROLLED_FIELDS, Actor

Level = Literal["warn", "suggest"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who may be the same. weight: bits of all evidence; level: how sure that is.

    "warn": ask before another record is made; "suggest": show beside the form.
    """

    customer_id: UUID
    weight: float
    probability: float
    level: Level
    evidence: tuple[Evidence, ...]


def candidates_for(
    draft: Record,
    *,
    by: Actor,
    limit: int = 5,
    settings: MatchingSettings | None = None,
) -> list[Candidate]:
    """The likeliest first. What the actor may not see neither finds nor weighs.

    draft.id: a customer who is compared with all others. settings: others than the
    organisation's. Raises NotAllowed.
    """
    by.require("customers.view")
    hidden = [code for code in CONTROLLED_FIELDS if not by.may_see(code)]
    seen = without(draft, hidden)
    relays = sharing.load_settings().domains
    shared = proposing.shared_among(seen)
    mine = facts_of(seen, shared=shared, relays=relays)
    ids = proposing.ids_for(seen, mine, by=by) - {draft.id}
    settings = settings or load_settings()
    model = with_names_of(seen, mine, load_model(settings))
    scores = {
        customer_id: score(mine, its, model)
        for customer_id, record in reading.records_of(ids).items()
        if (its := facts_of(without(record, hidden), shared=shared, relays=relays)).kind
        == mine.kind
    }
    likely = {key: each for key, each in scores.items() if each.total >= settings.suggest_from}
    found = []
    for customer_id, each in _told_apart(draft.id, likely, model, by).items():
        found += _candidate(customer_id, each, settings)
    found.sort(key=lambda each: (-each.weight, each.customer_id))
    return found[:limit]


def _told_apart(
    mine: UUID | str | None, scores: dict[UUID, Score], model: Model, by: Actor
) -> dict[UUID, Score]:
    """With what is known of the two customers beside their records; of who is typed, nothing."""
    if not isinstance(mine, UUID):
        return scores
    known = against.known_of([(mine, other) for other in scores], by=by, model=model)
    return {
        other: against.counted(each, known.get((min(mine, other), max(mine, other))), model)
        for other, each in scores.items()
    }


def with_names_of(record: Record, facts: Facts, model: Model) -> Model:
    """The model; untrained, with the frequencies of the names of this record."""
    if model.frequencies:
        return model
    return model.with_frequencies(proposing.frequencies_for(record, facts, model.size))


def _candidate(customer_id: UUID, scored: Score, settings: MatchingSettings) -> list[Candidate]:
    if scored.total < settings.suggest_from:
        return []
    level: Level = "warn" if scored.total >= settings.warn_from else "suggest"
    return [Candidate(customer_id, scored.weight, scored.probability, level, scored.evidence)]
