"""How the organisation's duplicates are found: reading and changing it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.identity.matching import reading
from wayfolk.identity.matching.model import AGAINST, SHIPPED, Model
from wayfolk.identity.models import DuplicatePair, MatchingSettings
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor

BITS_RANGE = (-5.0, 40.0)
EXAMPLES = 10
# What can be switched off.
COMPARED = (*SHIPPED, *AGAINST)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do to the pairs that are stored; ids of pairs, the heaviest first.

    As near as can be told without comparing everybody again: a rare name counts as one that is
    not, and of fields that would count again nothing is known.
    """

    suggested_now: int
    suggested_then: int
    warned_now: int
    warned_then: int
    entering: tuple[UUID, ...]
    leaving: tuple[UUID, ...]


def load_settings() -> MatchingSettings:
    """The organisation's own, or those that hold until it says otherwise."""
    return MatchingSettings.objects.first() or MatchingSettings()


def load_model(settings: MatchingSettings) -> Model:
    """The weights that the organisation trained; the shipped ones until then."""
    if settings.weights:
        model = Model.from_json(settings.weights)
    else:
        model = Model(size=reading.customers_estimated())
    return replace(model, off=frozenset(settings.fields_off))


def set_matching(
    *, suggest_from: float, warn_from: float, fields_off: Collection[str], by: Actor
) -> MatchingSettings:
    """From how many bits on somebody is suggested and asked about; which fields do not count.

    Raises NotAllowed, InvalidValues.
    """
    by.require("organization.administer")
    wished = _checked(suggest_from, warn_from, fields_off)
    with change_set(by=by, operation="identity.set_matching", summary="") as current:
        settings = _locked()
        changed = [name for name, value in wished.items() if getattr(settings, name) != value]
        for name in changed:
            setattr(settings, name, wished[name])
        current.summary = current.summary or "Changed how duplicates are found"
        if changed:
            settings.save_changes(*changed)
    return settings


def store_weights(model: Model, *, by: Actor) -> MatchingSettings:
    """What training has found, from now on used for everything. Raises NotAllowed."""
    by.require("organization.administer")
    with change_set(by=by, operation="identity.store_weights", summary="") as current:
        settings = _locked()
        settings.weights, settings.trained_at = model.to_json(), clock.now()
        current.summary = current.summary or "Learned how duplicates are recognised"
        settings.save_changes("weights", "trained_at")
    return settings


def effect_of(
    *, suggest_from: float, warn_from: float, fields_off: Collection[str], by: Actor
) -> Effect:
    """Nothing is changed. Raises NotAllowed, InvalidValues."""
    by.require("organization.administer")
    wished = _checked(suggest_from, warn_from, fields_off)
    now = load_settings()
    off = set(wished["fields_off"]) - set(now.fields_off)
    weights = load_model(now)
    then = [
        (pair_id, total, total - _bits_of(levels, off, weights))
        for pair_id, total, levels in DuplicatePair.objects.order_by("-weight", "id").values_list(
            "id", "weight", "levels"
        )
    ]
    entering = [i for i, was, new in then if was < now.suggest_from and new >= suggest_from]
    leaving = [i for i, was, new in then if was >= now.suggest_from and new < suggest_from]
    return Effect(
        suggested_now=sum(was >= now.suggest_from for _, was, _ in then),
        suggested_then=sum(new >= suggest_from for *_, new in then),
        warned_now=sum(was >= now.warn_from for _, was, _ in then),
        warned_then=sum(new >= warn_from for *_, new in then),
        entering=tuple(entering[:EXAMPLES]),
        leaving=tuple(leaving[:EXAMPLES]),
    )


def _bits_of(levels: Mapping[str, str], off: Collection[str], model: Model) -> float:
    """What these comparisons weigh, names as if they were of middling frequency."""
    known = {name: levels[name] for name in off if levels.get(name)}
    return sum(model.weight(name, level) for name, level in known.items())


def _checked(suggest_from: float, warn_from: float, fields_off: Collection[str]) -> dict[str, Any]:
    """Raises InvalidValues."""
    least, most = BITS_RANGE
    errors = {}
    for name, bits in (("suggest_from", suggest_from), ("warn_from", warn_from)):
        if not least <= bits <= most:
            errors[name] = f"{bits:g} is not possible. Use {least:g} to {most:g} bits."
    if not errors and warn_from < suggest_from:
        errors["warn_from"] = "Whoever is asked about is suggested as well: use at least as many."
    unknown = sorted(set(fields_off) - {*COMPARED})
    if unknown:
        errors["fields_off"] = f"“{unknown[0]}” is not compared. Choose of {', '.join(COMPARED)}."
    if errors:
        raise InvalidValues(errors)
    return {
        "suggest_from": suggest_from,
        "warn_from": warn_from,
        "fields_off": sorted(set(fields_off)),
    }


def _locked() -> MatchingSettings:
    """The organisation's row, made now where there is none."""
    settings: MatchingSettings | None = MatchingSettings.objects.all().locked().first()
    if settings is None:
        settings = MatchingSettings()
        settings.save(force_insert=True)
    return settings
