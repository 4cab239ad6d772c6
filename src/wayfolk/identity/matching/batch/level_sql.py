"""The levels of `matching.levels`, as SQL over the columns of two records.

Columns are the fields of Facts with _l and _r; none is NULL. A level holds where its condition
does and none before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wayfolk.identity.matching import levels
from wayfolk.identity.matching.batch.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Compared:
    """absent: one of the two says nothing. levels: (name, condition), the last one ELSE."""

    absent: str
    levels: tuple[tuple[str, str], ...]

    def case(self) -> str:
        """SQL that gives the name of the level, '' where there is none."""
        whens = " ".join(f"WHEN {sql} THEN '{name}'" for name, sql in self.levels[:-1])
        return f"CASE WHEN {self.absent} THEN '' {whens} ELSE '{self.levels[-1][0]}' END"


def compared(of: Dialect) -> Mapping[str, Compared]:
    """Comparison -> its levels."""
    return {
        "household": _household(of),
        "given": _given(of),
        "family": _family(of),
        "birth": _birth(of),
        "gender": Compared(
            _either_empty("gender"), (("same", _equal("gender")), ("different", "ELSE"))
        ),
        "documents": Compared(
            "len(documents_l) = 0 OR len(documents_r) = 0".replace("len", _SIZE[of.name]),
            (("same", f"{of.overlap}(documents_l, documents_r)"), ("different", "ELSE")),
        ),
    }


_SIZE = {"duckdb": "len", "spark": "size"}


def _either_empty(column: str) -> str:
    return f"({column}_l = '' OR {column}_r = '')"


def _equal(column: str) -> str:
    return f"({column}_l = {column}_r)"


def _slips(column: str) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r)"


def _shorter(column: str) -> str:
    return f"least(length({column}_l), length({column}_r))"


def _both(column: str) -> str:
    return f"({column}_l <> '' AND {column}_r <> '')"


def _similar(of: Dialect, column: str, least: float) -> str:
    return f"{of.similarity}({column}_l, {column}_r) >= {least}"


def _slip(of: Dialect, column: str, least: int) -> str:
    close = _similar(of, column, levels.VALUES_CLOSE)
    return f"({_shorter(column)} >= {least} AND {close} AND {_slips(column)} <= 1)"


def _shared(of: Dialect, column: str) -> str:
    return f"{of.overlap}({column}_l, {column}_r)"


def _near_postcode(of: Dialect) -> str:
    return f"({_equal('postcode')} AND postcode_l <> '' OR {_slip(of, 'postcode', levels.SHORT)})"


def _near_city(of: Dialect) -> str:
    return f"({_both('city')} AND {_similar(of, 'city', levels.CITY_ALIKE)})"


def _same_place(of: Dialect) -> str:
    """At least the city."""
    return f"({_near_postcode(of)} OR {_near_city(of)})"


def _count(conditions: Iterable[str]) -> str:
    """How many of them hold."""
    return " + ".join(f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in conditions)


def _same_address(of: Dialect) -> str:
    in_city = f"{_near_city(of)} AND NOT {_both('postcode')}"
    return f"(lines_l <> '' AND {_equal('lines')} AND ({_near_postcode(of)} OR {in_city}))"


def _together(of: Dialect) -> str:
    shared = " OR ".join(_shared(of, column) for column in ("emails", "phones"))
    return f"({shared} OR {_same_address(of)})"


def _household(of: Dialect) -> Compared:
    email, phone, address = _shared(of, "emails"), _shared(of, "phones"), _same_address(of)
    nearly, street, like = (
        f"({_both('lines')} AND {_similar(of, 'lines', least)})"
        for least in (levels.STREET_NEARLY_SAME, levels.STREET_ALIKE, levels.STREET_LIKE)
    )
    near = (
        f"{_shared(of, 'locals')} OR {_equal('email_digits')}"
        f" AND {_slip(of, 'email', levels.EMAIL_LEAST)}"
        f" OR {_slip(of, 'phone', levels.PHONE_LEAST)}"
    )
    comparable = " OR ".join(_both(each) for each in ("email", "phone", "lines", "postcode"))
    return Compared(
        f"NOT ({comparable})",
        (
            ("several", f"({_count((email, phone, address))}) > 1"),
            ("email", email),
            ("phone", phone),
            ("address", address),
            ("near_contact", f"({near})"),
            (
                "near_address",
                (
                    f"({street} AND {_near_postcode(of)} OR {nearly} AND {_near_city(of)}"
                    f" OR {like} AND {_near_postcode(of)} AND {_near_city(of)})"
                ),
            ),
            ("place", f"{like} AND {_same_place(of)}"),
            ("town", f"{_near_postcode(of)} AND {_near_city(of)}"),
            ("area", f"({street} OR postcode_l <> '' AND {_equal('postcode')})"),
            ("nothing", "ELSE"),
        ),
    )


def _swapped() -> str:
    return "(given_l <> family_l AND given_l = family_r AND family_l = given_r AND given_l <> '')"


def _crossed() -> str:
    return (
        "(given_l <> family_l AND given_r <> family_r AND"
        f" (length(given_l) >= {levels.SHORT} AND given_l = family_r"
        f" OR length(given_r) >= {levels.SHORT} AND given_r = family_l))"
    )


def _near(of: Dialect, column: str) -> str:
    return (
        f"({_shorter(column)} >= {levels.SHORT} AND {_similar(of, column, levels.NAMES_CLOSE)}"
        f" AND {_slips(column)} <= 1)"
    )


def _alike(of: Dialect, column: str) -> str:
    slips = f"{_slips(column)} <= 1 OR {_shorter(column)} >= {levels.LONG} AND {_slips(column)} = 2"
    return (
        f"({_similar(of, column, levels.NAMES_ALIKE)}"
        f" OR {_similar(of, column, levels.NAMES_CLOSE)} AND ({slips}))"
    )


def _given(of: Dialect) -> Compared:
    called = f"{of.contains}(called_r, given_word_l)"
    more_than_initials = f"{_shorter('given')} > 1"
    return Compared(
        _either_empty("given"),
        (
            ("same_together", f"{_equal('given')} AND {_together(of)}"),
            ("same", _equal("given")),
            ("swapped", _swapped()),
            ("crossed", _crossed()),
            ("called", f"({_equal('given_word')} OR {called})"),
            ("initial", f"{_shorter('given')} = 1 AND left(given_l, 1) = left(given_r, 1)"),
            ("near", f"{more_than_initials} AND {_near(of, 'given')}"),
            ("alike", f"{more_than_initials} AND {_alike(of, 'given')}"),
            ("different", "ELSE"),
        ),
    )


def _family(of: Dialect) -> Compared:
    part = " OR ".join(
        f"{side}({one}, length({other})) = {other}"
        for side in ("left", "right")
        for one, other in (("family_l", "family_r"), ("family_r", "family_l"))
    )
    together = f"(kind_l = 'person' AND {_together(of)})"
    return Compared(
        _either_empty("family"),
        (
            ("neutral", f"({_swapped()} OR given_l <> given_r AND {_crossed()})"),
            ("same_together", f"{_equal('family')} AND {together}"),
            ("same", _equal("family")),
            ("near", _near(of, "family")),
            ("alike", _alike(of, "family")),
            ("part", f"{_shorter('family')} >= {levels.SHORT} AND ({part})"),
            ("different_together", together),
            ("different", "ELSE"),
        ),
    )


def _birth(of: Dialect) -> Compared:
    parts = ("substr(birth{}, 1, 4)", "substr(birth{}, 5, 2)", "substr(birth{}, 7, 2)")
    same = _count(f"{part.format('_l')} = {part.format('_r')}" for part in parts)
    swapped = "concat(substr(birth_r, 1, 4), substr(birth_r, 7, 2), substr(birth_r, 5, 2))"
    return Compared(
        _either_empty("birth"),
        (
            ("same_together", f"{_equal('birth')} AND {_together(of)}"),
            ("same", _equal("birth")),
            ("swapped", f"birth_l = {swapped}"),
            ("near", f"({same}) = 2 AND {_slips('birth')} <= 1"),
            ("part", f"({same}) = 2"),
            ("different", "ELSE"),
        ),
    )
