"""Queries that nobody means: too long, empty, full of wildcards. They get the same time."""

from collections.abc import Callable
from random import Random

from bench import ground
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

_TIMES = 5


def queries() -> dict[str, str]:
    """What it is -> the text of a query."""
    rng = Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        "10 kB of one letter": "a" * 10_000,
        "10 kB of random letters": "".join(rng.choices(letters, k=10_000)),
        "500 words": " ".join("".join(rng.choices(letters, k=6)) for _ in range(500)),
        "500 names": " ".join(rng.choice(("anna", "smith", "maria", "li")) for _ in range(500)),
        "500 single letters": " ".join(rng.choices(letters, k=500)),
        "only wildcards": "%%__**??%%",
        "a wildcard and a letter": "%a%",
        "only spaces": " " * 200,
        "NUL": "\x00",
        "NUL within a name": "ann\x00a smith",
        "no letters": "',;--/*()[]{}\\\"",
        "5,000 digits": "0123456789" * 500,
        "1,000 at signs": "@" * 1_000,
        "1,000 marks on a letter": "a" + "\u0301" * 1_000,
        "half of a character": "anna \ud800 smith",
        "signs of six scripts": "аαあ漢ا🙂" * 50,
    }


def measure(organization_id: int, by: Actor, backend_pid: int) -> list[ground.Figures]:
    """The most that each took, and what the reader is told; an exception is told as such."""
    from wayfolk.identity.search.queries import find_customers

    def asking(text: str) -> Callable[[], str]:
        def ask() -> str:
            try:
                with tenancy.scope(organization_id):
                    found = find_customers(text, by=by, limit=10)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the figure
                return f"failed: {type(error).__name__}"
            return found.message or f"{len(found.hits)} found"

        return ask

    figures = []
    for name, text in queries().items():
        clocks = ground.Clocks(backend_pid)
        told = {str(clocks.time(asking(text))) for _ in range(_TIMES)}
        figures.append(
            {
                "query": name,
                "db_max": ground.percentile(clocks.db_cpu, 100),
                "own_max": ground.percentile(clocks.own_cpu, 100),
                "wall_max": ground.percentile(clocks.wall, 100),
                "told": " / ".join(sorted(told)),
            }
        )
    return figures
