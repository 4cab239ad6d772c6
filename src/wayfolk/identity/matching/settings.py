"""How the organisation's duplicates are found: reading and changing it."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.identity.matching import reading
from wayfolk.identity.matching.model import AGAINST, NEUTRAL, SHIPPED, Model, shipped_for
from wayfolk.identity.models import DuplicatePair, MatchingSettings
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor

BITS_RANGE = (-5.0, 40.0)
WEIGHT_MOST = 30.0  # bits of one level, for or against
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
    model = _usual(settings).with_bits(settings.own_bits)
    return replace(model, off=frozenset(settings.fields_off))


def _usual(settings: MatchingSettings) -> Model:
    """Without what was set by hand."""
    if settings.weights:
        return Model.from_json(settings.weights)
    size = reading.customers_estimated()
    return Model(levels=shipped_for(size), size=size)


def levels() -> list[tuple[str, str]]:
    """Comparison and level of all that has a weight of its own."""
    return [(name, level) for name, of in SHIPPED.items() for level in of if level not in NEUTRAL]


def usual_bits(settings: MatchingSettings) -> dict[str, float]:
    """Of "comparison.level" its weight where nobody set one by hand, to a tenth of a bit."""
    usual = _usual(settings)
    return {f"{name}.{level}": round(usual.bits(name, level), 1) for name, level in levels()}


def set_matching(
    *,
    suggest_from: float,
    warn_from: float,
    fields_off: Collection[str],
    by: Actor,
    own_bits: Mapping[str, float] | None = None,
) -> MatchingSettings:
    """From how many bits on somebody is suggested and asked about; which fields do not count.

    own_bits: "comparison.level" -> weights set by hand; None leaves them as they are. Raises
    NotAllowed, InvalidValues.
    """
    by.require("organization.administer")
    wished = _checked(suggest_from, warn_from, fields_off, own_bits)
    with change_set(by=by, operation="identity.set_matching", summary="") as current:
        settings = _locked()
        changed = [name for name, value in wished.items() if getattr(settings, name) != value]
        for name in changed:
            setattr(settings, name, wished[name])
        current.summary = current.summary or "Changed how duplicates are found"
        if changed:
            settings.save_changes(*changed)
    return settings


def wished(
    *,
    suggest_from: float,
    warn_from: float,
    fields_off: Collection[str],
    own_bits: Mapping[str, float] | None = None,
) -> MatchingSettings:
    """The organisation's settings with these changes, not stored. Raises InvalidValues."""
    found = copy(load_settings())
    changes = _checked(suggest_from, warn_from, fields_off, own_bits)
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def store_weights(model: Model, *, by: Actor) -> MatchingSettings:
    """What training has found, from now on used for everything. Raises NotAllowed."""
    by.require("organization.administer")
    with change_set(by=by, operation="identity.store_weights", summary="") as current:
        settings = _locked()
        settings.weights, settings.trained_at = model.to_json(), clock.now()
        current.summary = current.summary or "Learned how duplicates are recognised"
        settings.save_changes("weights", "trained_at")
    return settings


def effect_of(then: MatchingSettings, *, by: Actor) -> Effect:
    """Of having these settings (`wished`); nothing is changed. Raises NotAllowed."""
    by.require("organization.administer")
    now = load_settings()
    before, after = load_model(now), load_model(then)
    pairs = [
        (pair_id, was, was + _change(levels, before, after))
        for pair_id, was, levels in DuplicatePair.objects.order_by("-weight", "id").values_list(
            "id", "weight", "levels"
        )
    ]
    entering = [i for i, was, new in pairs if was < now.suggest_from and new >= then.suggest_from]
    leaving = [i for i, was, new in pairs if was >= now.suggest_from and new < then.suggest_from]
    return Effect(
        suggested_now=sum(was >= now.suggest_from for _, was, _ in pairs),
        suggested_then=sum(new >= then.suggest_from for *_, new in pairs),
        warned_now=sum(was >= now.warn_from for _, was, _ in pairs),
        warned_then=sum(new >= then.warn_from for *_, new in pairs),
        entering=tuple(entering[:EXAMPLES]),
        leaving=tuple(leaving[:EXAMPLES]),
    )


def _change(levels: Mapping[str, str], before: Model, after: Model) -> float:
    """In bits, names as if they were of middling frequency."""
    known = [(name, level) for name, level in levels.items() if level and name in SHIPPED]
    return sum(after.weight(*each) - before.weight(*each) for each in known)


def _checked(
    suggest_from: float,
    warn_from: float,
    fields_off: Collection[str],
    own_bits: Mapping[str, float] | None,
) -> dict[str, Any]:
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
    for code, weight in (own_bits or {}).items():
        comparison, _, level = code.partition(".")
        if level not in SHIPPED.get(comparison, {}) or level in NEUTRAL:
            errors["own_bits"] = f"“{code}” is nothing that is weighed."
        elif not -WEIGHT_MOST <= weight <= WEIGHT_MOST:
            errors[code] = f"{weight:g} is not possible. Use -{WEIGHT_MOST:g} to {WEIGHT_MOST:g}."
    if errors:
        raise InvalidValues(errors)
    found = {
        "suggest_from": suggest_from,
        "warn_from": warn_from,
        "fields_off": sorted(set(fields_off)),
    }
    return found if own_bits is None else found | {"own_bits": dict(sorted(own_bits.items()))}


def _locked() -> MatchingSettings:
    """The organisation's row, made now where there is none."""
    settings: MatchingSettings | None = MatchingSettings.objects.all().locked().first()
    if settings is None:
        settings = MatchingSettings()
        settings.save(force_insert=True)
    return settings
