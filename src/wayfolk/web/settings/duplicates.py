"""What counts as the same person: thresholds, fields and weights, and what a change would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers import queries
from wayfolk.identity.matching import effects, settings
from wayfolk.identity.matching.effects import Creation
from wayfolk.identity.matching.model import BY_FREQUENCY
from wayfolk.identity.matching.scoring import words_of
from wayfolk.identity.matching.settings import COMPARED, Effect
from wayfolk.identity.models import MatchingSettings
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.duplicates import presenters
from wayfolk.web.duplicates.presenters import PairShown
from wayfolk.web.settings import answers

WEIGHT = "bits-"  # a field of the form: bits-<comparison>.<level>
FIELDS = {
    "household": "Email, phone and address",
    "given": "First name",
    "family": "Last name or company name",
    "birth": "Date of birth",
    "gender": "Gender",
    "documents": "Documents",
    "travel": "Travelling together, or in two places at once",
}
_BITS = {"step": "0.1", "inputmode": "decimal"}


@dataclass(frozen=True, slots=True)
class Weight:
    """A line of the table of weights. origin: why it is what it is."""

    name: str
    label: str
    bits: str
    usual: str
    is_own: bool
    note: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class EffectShown:
    """What a change would do, on the organisation's own customers."""

    effect: Effect
    creation: Creation
    entering: Sequence[PairShown]
    leaving: Sequence[PairShown]

    @property
    def is_nothing(self) -> bool:
        found, made = self.effect, self.creation
        return (found.suggested_now, found.warned_now, made.suggested_now, made.warned_now) == (
            *(found.suggested_then, found.warned_then, made.suggested_then, made.warned_then),
        )


class RulesForm(forms.Form):
    """The thresholds in bits, and the fields that count."""

    suggest_from = forms.FloatField(
        label="Suggest from",
        help_text="Shown beside a new customer, and put among the possible duplicates.",
        widget=forms.NumberInput(attrs=_BITS),
        error_messages={"required": "From how many points?", "invalid": "That is not a number."},
    )
    warn_from = forms.FloatField(
        label="Ask from",
        help_text="Asked about before another record is made.",
        widget=forms.NumberInput(attrs=_BITS),
        error_messages={"required": "From how many points?", "invalid": "That is not a number."},
    )
    fields_on = forms.MultipleChoiceField(
        label="What counts",
        required=False,
        choices=[(name, FIELDS[name]) for name in COMPARED],
        widget=forms.CheckboxSelectMultiple,
    )

    def values(self) -> dict[str, Any]:
        """As settings.set_matching takes them."""
        wanted = self.cleaned_data
        return {
            "suggest_from": wanted["suggest_from"],
            "warn_from": wanted["warn_from"],
            "fields_off": [name for name in COMPARED if name not in wanted["fields_on"]],
        }


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer")
def rules(request: HttpRequest) -> HttpResponse:
    """The rules as they are; a POST saves them, to be taken back by Undo."""
    by = actor_of(request)
    stored = settings.load_settings()
    if request.method == "GET":
        return _show(request, _form_of(stored), stored)
    form, faults = RulesForm(request.POST), dict[str, str]()
    own = _own_bits(request.POST, stored, faults)
    if form.is_valid() and not faults:
        try:
            settings.set_matching(**form.values(), own_bits=own, by=by)
        except InvalidValues as refused:
            _tell(refused, form, faults)
        else:
            answers.tell_done(request, "Saved how duplicates are found.")
            return htmx.redirect(request, reverse("settings:duplicates"))
    return _show(request, form, stored, faults=faults, sent=request.POST)


@require_POST
@signed_in("organization.administer")
def effect(request: HttpRequest) -> HttpResponse:
    """What the rules of the form would do; nothing is stored."""
    by = actor_of(request)
    stored = settings.load_settings()
    form, faults = RulesForm(request.POST), dict[str, str]()
    own = _own_bits(request.POST, stored, faults)
    shown = None
    if form.is_valid() and not faults:
        try:
            shown = _effect(settings.wished(**form.values(), own_bits=own), by)
        except InvalidValues as refused:
            _tell(refused, form, faults)
    if htmx.wants_fragment(request):
        context = {"shown": shown, "form": form, "faults": faults}
        return render(request, "settings/_duplicates_effect.html", context)
    return _show(request, form, stored, faults=faults, sent=request.POST, shown=shown)


def _tell(refused: InvalidValues, form: RulesForm, faults: dict[str, str]) -> None:
    """What is wrong with a weight goes into `faults`, the rest into the form."""
    faults.update({name: words for name, words in refused.errors.items() if "." in name})
    rest = {name: words for name, words in refused.errors.items() if "." not in name}
    if rest:
        answers.put_into(form, InvalidValues(rest))


def _form_of(stored: MatchingSettings) -> RulesForm:
    on = [name for name in COMPARED if name not in stored.fields_off]
    return RulesForm(
        initial={
            "suggest_from": f"{stored.suggest_from:g}",
            "warn_from": f"{stored.warn_from:g}",
            "fields_on": on,
        }
    )


def _own_bits(
    sent: QueryDict, stored: MatchingSettings, faults: dict[str, str]
) -> dict[str, float]:
    """The weights that differ from the usual ones; what is no number goes into `faults`."""
    found: dict[str, float] = {}
    for code, usual in settings.usual_bits(stored).items():
        text = sent.get(f"{WEIGHT}{code}", "").strip().replace(",", ".").replace("−", "-")
        if not text or text == _number(usual):
            continue
        try:
            found[code] = round(float(text), 1)
        except ValueError:
            faults[code] = f"“{text[:20]}” is not a number."
    return found


def _number(bits: float) -> str:
    return f"{bits:.1f}"


def _weights(
    stored: MatchingSettings, sent: QueryDict | None, faults: dict[str, str]
) -> list[tuple[str, list[Weight]]]:
    """Comparison -> its lines."""
    usual = settings.usual_bits(stored)
    found: dict[str, list[Weight]] = {}
    for comparison, level in settings.levels():
        code = f"{comparison}.{level}"
        bits = _number(usual[code])
        own = stored.own_bits.get(code)
        shown = bits if own is None else _number(own)
        by_name = (comparison, level) in BY_FREQUENCY and own is None
        line = Weight(
            name=f"{WEIGHT}{code}",
            label=words_of(comparison, level),
            bits=sent.get(f"{WEIGHT}{code}", shown) if sent is not None else shown,
            usual=bits,
            is_own=own is not None,
            note="more for a rare name, less for a common one" if by_name else "",
            error=faults.get(code, ""),
        )
        found.setdefault(FIELDS[comparison], []).append(line)
    return list(found.items())


def _effect(then: MatchingSettings, by: Actor) -> EffectShown:
    effect = settings.effect_of(then, by=by)
    return EffectShown(
        effect=effect,
        creation=effects.of_creating(then, by=by),
        entering=_pairs(effect.entering, by),
        leaving=_pairs(effect.leaving, by),
    )


def _pairs(ids: Sequence[Any], by: Actor) -> list[PairShown]:
    compared = effects.compared(ids, by=by)
    known = queries.get_customers(
        [each for pair in compared for each in (pair.low, pair.high)], by=by
    )
    return [
        presenters.pair_shown(
            pair, " and ".join(presenters.named(known[each], by) for each in (pair.low, pair.high))
        )
        for pair in compared
        if pair.low in known and pair.high in known
    ]


def _show(
    request: HttpRequest,
    form: RulesForm,
    stored: MatchingSettings,
    *,
    faults: dict[str, str] | None = None,
    sent: QueryDict | None = None,
    shown: EffectShown | None = None,
) -> HttpResponse:
    trained = timezone.localtime(stored.trained_at) if stored.trained_at else None
    context = {
        "form": form,
        "weights": _weights(stored, sent, faults or {}),
        "trained": f"{trained:%-d %b %Y}" if trained else "",
        "own_count": len(stored.own_bits),
        "shown": shown,
        "faults": faults,
    }
    status = 422 if form.errors or faults else 200
    return render(request, "settings/duplicates.html", context, status=status)
