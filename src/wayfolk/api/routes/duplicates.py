"""Possible duplicates: the queue and its verdicts, the rules, and looking through everybody."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import duplicates as shapes
from wayfolk.api.schemas.candidates import Evidence
from wayfolk.customers.models import Customer
from wayfolk.identity.matching import effects, pairs, queue, searching, settings
from wayfolk.identity.merging import finding
from wayfolk.identity.models import DuplicateSearch, MatchingSettings
from wayfolk.kit.errors import NotFound

router = Resource()
SHOWN = 50


@router.get("/duplicates", response=shapes.DuplicatePairs)
def list_duplicates(request: HttpRequest, reason: Query[shapes.Reason] = "") -> Any:
    """The likeliest fifty pairs that wait to be judged. `reason`: only those that share this."""
    by = actor_of(request)
    rows = queue.open_pairs(reason, by=by).values_list("low_id", "high_id")[:SHOWN]
    compared = queue.compare(list(rows), by=by)
    ids = {each for pair in compared for each in (pair.low, pair.high)}
    numbers = dict(Customer.objects.filter(id__in=ids).values_list("id", "number"))
    items = [
        shapes.DuplicatePair.model_construct(
            customers=[numbers[pair.low], numbers[pair.high]],
            weight=round(pair.score.total, 2),
            probability=round(pair.score.probability, 6),
            evidence=[
                Evidence.model_construct(
                    field=each.field, text=each.text, weight=round(each.weight, 2)
                )
                for each in pair.score.evidence
            ],
        )
        for pair in compared
    ]
    return shapes.DuplicatePairs.model_construct(items=items, remaining=queue.remaining(by=by))


@router.post("/duplicates/verdicts", response=shapes.Judged)
def judge_duplicates(request: HttpRequest, body: shapes.Judgement) -> Any:
    """Say of records that they are not the same, or put them off. POST /merges makes them one."""
    by = actor_of(request)
    ids = list(finding.ids_of(body.customers, by=by).values())
    judge = pairs.reject_pairs if body.verdict == "not_same" else pairs.postpone_pairs
    return shapes.Judged.model_construct(pairs=judge(ids, by=by))


@router.post(
    "/duplicates/searches", response={200: shapes.DuplicateSearch, 202: shapes.DuplicateSearch}
)
def search_duplicates(request: HttpRequest) -> Any:
    """Compare all customers as a job: 202. The one under way where there is one: 200."""
    by = actor_of(request)
    present = searching.latest(by=by)
    asked = searching.ask_for(by=by)
    is_new = present is None or present.id != asked.id
    return Status(202 if is_new else 200, _search(asked))


@router.get("/duplicates/searches/latest", response=shapes.DuplicateSearch)
def get_duplicate_search(request: HttpRequest) -> Any:
    """How the search under way is getting on, or what came of the last one."""
    found = searching.latest(by=actor_of(request))
    if found is None:
        raise NotFound("Nobody has looked through all customers yet.")
    return _search(found)


@router.get("/matching-rules", response=shapes.MatchingRules)
def get_matching_rules(request: HttpRequest) -> Any:
    """From when on somebody is suggested and asked about, what counts, and how much."""
    actor_of(request).require("organization.administer")
    return _rules(settings.load_settings())


@router.put("/matching-rules", response=shapes.MatchingRules)
def set_matching_rules(request: HttpRequest, body: shapes.NewMatchingRules) -> Any:
    """Set all of them. POST /matching-rules/effect tells before what that would do."""
    return _rules(settings.set_matching(**body.sent(), by=actor_of(request)))


@router.post("/matching-rules/effect", response=shapes.MatchingEffect)
def preview_matching_rules(request: HttpRequest, body: shapes.NewMatchingRules) -> Any:
    """What these rules would do among the organisation's own customers; nothing is changed."""
    by = actor_of(request)
    by.require("organization.administer")
    then = settings.wished(**body.sent())
    found, made = settings.effect_of(then, by=by), effects.of_creating(then, by=by)
    return shapes.MatchingEffect.model_construct(
        pairs_suggested_now=found.suggested_now,
        pairs_suggested_then=found.suggested_then,
        pairs_warned_now=found.warned_now,
        pairs_warned_then=found.warned_then,
        customers_looked_at=made.looked_at,
        customers_suggested_now=made.suggested_now,
        customers_suggested_then=made.suggested_then,
        customers_warned_now=made.warned_now,
        customers_warned_then=made.warned_then,
    )


def _rules(stored: MatchingSettings) -> shapes.MatchingRules:
    return shapes.MatchingRules.model_construct(
        suggest_from=stored.suggest_from,
        warn_from=stored.warn_from,
        fields_off=stored.fields_off,
        own_bits=stored.own_bits,
        usual_bits=settings.usual_bits(stored),
        trained_at=stored.trained_at,
    )


def _search(search: DuplicateSearch) -> shapes.DuplicateSearch:
    names = ("id", "state", "phase", "customers", "pairs", "fresh", "failure", "finished_at")
    return shapes.DuplicateSearch.model_construct(
        **{name: getattr(search, name) for name in names}, asked_by=search.asked_by_name
    )
