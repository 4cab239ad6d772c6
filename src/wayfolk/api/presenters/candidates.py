"""Customers whom a new one may be already, as the API names them."""

from collections.abc import Sequence

from wayfolk.api.schemas import candidates as shapes
from wayfolk.customers import queries, rules
from wayfolk.identity.matching.checking import Candidate
from wayfolk.identity.matching.creating import PossibleDuplicate
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor


def candidates(found: Sequence[Candidate], *, by: Actor) -> list[shapes.Candidate]:
    """The candidates in their order; the name is absent where the role hides it."""
    records = queries.get_customers([each.customer_id for each in found], by=by)
    sees_name = by.may_see(rules.FIELD_RULES["given_name"])
    shown = []
    for each in found:
        record = records.get(each.customer_id)
        if record is None:
            continue
        shown.append(
            shapes.Candidate.model_construct(
                id=record.id,
                number=record.number,
                **({"name": record.name} if sees_name else {}),
                level=each.level,
                weight=round(each.weight, 2),
                probability=round(each.probability, 6),
                evidence=[
                    shapes.Evidence.model_construct(
                        field=line.field, text=line.text, weight=round(line.weight, 2)
                    )
                    for line in each.evidence
                ],
            )
        )
    return shown


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
