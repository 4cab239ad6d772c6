"""Who of the customers somebody may be who is being typed, imported or was just entered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from wayfolk.customers.queries import sharing
from wayfolk.identity.matching import against, proposing, reading
from wayfolk.identity.matching.levels import TOGETHER
from wayfolk.identity.matching.model import TOGETHER_SUFFIX, Model
from wayfolk.identity.matching.record import Facts, Record, facts_of, without
from wayfolk.identity.matching.scoring import Evidence, Score, score
from wayfolk.identity.matching.settings import load_model, load_settings
from wayfolk.identity.models import MatchingSettings
from wayfolk.staff.rules import CONTROLLED_FIELDS, Actor

Level = Literal["warn", "suggest"]
# Bits: who is typed is one person, so whoever fits so much worse than another is somebody else.
RIVALS = 3.0
# And whoever fits so much worse may be shown, but is not who is asked about.
TIED = 0.5
# Bits more for somebody who has the name and nothing else: of a rare name there are two as well.
NAME_ALONE = 1.0


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
    likely = {key: each for key, each in scores.items() if _is_shown(each, settings)}
    found = []
    for customer_id, each in _told_apart(draft.id, likely, model, by).items():
        found += _candidate(customer_id, each, settings)
    found.sort(key=lambda each: (-each.weight, each.customer_id))
    if found and draft.id is None:
        found = _of_one_person(found)
    return found[:limit]


def _of_one_person(found: list[Candidate]) -> list[Candidate]:
    """Who is typed is one of them at most."""
    best = found[0].weight
    return [
        each if each.weight >= best - TIED else replace(each, level="suggest")
        for each in found
        if each.weight >= best - RIVALS
    ]


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
    if not _is_shown(scored, settings):
        return []
    asks = scored.total >= settings.warn_from and _says_more_than_the_name(scored.levels)
    level: Level = "warn" if asks else "suggest"
    return [Candidate(customer_id, scored.weight, scored.probability, level, scored.evidence)]


def _is_shown(scored: Score, settings: MatchingSettings) -> bool:
    needed = settings.suggest_from
    if not _says_more_than_the_name(scored.levels):
        needed += NAME_ALONE
    return scored.total >= needed or _may_be_the_caller(scored.levels)


def _says_more_than_the_name(levels: Mapping[str, str]) -> bool:
    """Whether a contact, a home, a birthday or a document is the same: nobody is asked for less."""
    is_born_alike = levels.get("birth", "").removesuffix(TOGETHER_SUFFIX) == "same"
    has_contact = levels.get("household") in TOGETHER
    return has_contact or is_born_alike or levels.get("documents") == "same"


def _may_be_the_caller(levels: Mapping[str, str]) -> bool:
    """Whether the email, phone or home is known and no first name says yet who of them it is."""
    is_named_alike = levels.get("family", "").removesuffix(TOGETHER_SUFFIX) in {"", "same"}
    return "given" not in levels and is_named_alike and levels.get("household") in TOGETHER
