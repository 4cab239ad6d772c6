"""How often and when customers have travelled, as the domains that know it register it."""

_functions: list[str] = []
_last: list[str] = []


def on_counted(function: str) -> None:
    """Register an SQL function (ids uuid[]) -> (customer_id uuid, trips bigint) of past trips.

    SQL, so that one statement asks everything that is shown of the customers found.
    """
    _functions.append(function)


def on_travelled(function: str) -> None:
    """Register an SQL function (ids uuid[]) -> (customer_id uuid, travelled_on date): the last day.

    Of equal matches those who travelled lately come first.
    """
    _last.append(function)


def last_day_functions() -> list[str]:
    return _last


def counting_functions() -> list[str]:
    return _functions
