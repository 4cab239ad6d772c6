"""Customers whom a new one may be already, as the API names them."""

from collections.abc import Sequence
from typing import Any

from wayfolk.api.schemas import candidates as shapes
from wayfolk.customers import queries, rules
from wayfolk.customers.models import Customer
from wayfolk.identity.matching.checking import Candidate
from wayfolk.identity.matching.creating import PossibleDuplicate
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor


def candidates(found: Sequence[Candidate], *, by: Actor) -> list[shapes.Candidate]:
    """The candidates in their order; the name is absent where the role hides it."""
    records = queries.get_customers([each.customer_id for each in found], by=by)
    present = [each for each in found if each.customer_id in records]
    return [_candidate(each, records[each.customer_id], by) for each in present]


def _candidate(found: Candidate, record: Customer, by: Actor) -> shapes.Candidate:
    values: dict[str, Any] = {
        "id": record.id,
        "number": record.number,
        "level": found.level,
        "weight": round(found.weight, 2),
        "probability": round(found.probability, 6),
        "evidence": [
            shapes.Evidence.model_construct(
                field=each.field, text=each.text, weight=round(each.weight, 2)
            )
            for each in found.evidence
        ],
    }
    if by.may_see(rules.FIELD_RULES["given_name"]):
        values["name"] = record.name
    return shapes.Candidate.model_construct(**values)


def refusal(refused: PossibleDuplicate, *, by: Actor) -> Conflict:
    """The refusal with the candidates among its facts, and what a program can do about it."""
    found = candidates(refused.candidates, by=by)
    told = [each.model_dump(mode="json", exclude_unset=True) for each in found]
    answer = Conflict(
        f"{refused.message} Nothing was created. Use one of details.candidates, or send"
        " “allow_duplicate”: true.",
        details={"candidates": told},
    )
    answer.code = refused.code
    return answer
