"""How often customers have travelled, as the domains that know it register it."""

_functions: list[str] = []


def on_counted(function: str) -> None:
    """Register an SQL function (ids uuid[]) -> (customer_id uuid, trips bigint) of past trips.

    SQL, so that one statement asks everything that is shown of the customers found.
    """
    _functions.append(function)


def counting_functions() -> list[str]:
    return _functions
