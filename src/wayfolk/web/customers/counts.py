"""How many records each section of the customer page holds, all in one statement.

Each part of the product adds its own when the program starts: `register(section, rows)`. A
section without one shows no figure.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wayfolk.customers.models import Customer
from wayfolk.staff.rules import Actor

CAP = 100  # shown as 99+
Rows = Callable[[Customer, Actor], "QuerySet[Any, Any]"]
_counted: dict[str, Rows] = {}


def register(section: str, rows: Rows) -> None:
    """`rows(customer, by)`: what the section lists, found by an index of the customer."""
    _counted[section] = rows


def counts_of(customer: Customer, sections: Collection[str], *, by: Actor) -> dict[str, int]:
    """Section -> how many, counted no further than CAP; of sections this actor may open."""
    wanted = [section for section in sections if section in _counted]
    if not wanted:
        return {}
    counted: list[str] = []
    given: list[Any] = []
    for section in wanted:
        rows = _counted[section](customer, by).order_by().values("pk")[:CAP]
        sql, params = rows.query.sql_with_params()
        counted.append(f"(SELECT count(*) FROM ({sql}) s)")
        given += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counted)}", given)
        return dict(zip(wanted, cursor.fetchone(), strict=True))


def in_words(count: int | None) -> str:
    """As a closed section shows it: "12", "99+", "" where it is not known."""
    if count is None:
        return ""
    return f"{CAP - 1}+" if count >= CAP else str(count)
