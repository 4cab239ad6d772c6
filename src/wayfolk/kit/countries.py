"""Countries and languages by their standard codes, with English names."""

from functools import cache

from babel import Locale

_NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "QO"}


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 alpha-2 code, name), by name."""
    names = Locale("en").territories
    pairs = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES - {"XK"}
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[1]))


@cache
def _country_names() -> dict[str, str]:
    return dict(countries())


def country_name(code: str) -> str:
    """The name, or the code itself when it is unknown."""
    return _country_names().get(code, code)


def is_country(code: str) -> bool:
    return code in _country_names()


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """(ISO 639-1 code, name), by name."""
    names = Locale("en").languages
    return tuple(sorted(((c, n) for c, n in names.items() if len(c) == 2), key=lambda p: p[1]))
