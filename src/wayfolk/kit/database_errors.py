"""What the database refused, as a refusal in words. Known by SQLSTATE, the same on every engine."""

from collections.abc import Callable

from django.apps import apps
from django.db import DatabaseError
from django.db.models import Model, UniqueConstraint

from wayfolk.kit.errors import Conflict, InvalidValue, Refusal


class NoPointOfContact(Refusal):
    """TP-02: an itinerary with customers needs at least one point of contact."""

    code = "no_point_of_contact"


class NoAdministrator(Refusal):
    """An organisation with members needs somebody who may invite people and edit roles."""

    code = "last_administrator"


class WrongPlace(Refusal):
    """KP-08: consortium over agency over agent, and nobody above themselves."""

    code = "circular_hierarchy"


class HouseholdEnded(Refusal):
    """Somebody would belong to a household after its end."""

    code = "household_ended"


class GuardiansInCircle(Refusal):
    """Somebody would answer for a person who answers for them."""

    code = "guardians_in_circle"


class NoLeadPassenger(Refusal):
    """KP-11: of the passengers of a booking exactly one leads."""

    code = "one_lead_passenger"


class KindInUse(Refusal):
    """KP-06: what only a person, or only a company, can be is still open."""

    code = "conversion_forbidden"


class PriceOfLines(Refusal):
    """The price of a booking that has lines is their sum, in their currency."""

    code = "price_of_lines"


class AnswersStay(Refusal):
    """What a guest answered is kept as it was given."""

    code = "answers_stay"


class TooFewPoints(Refusal):
    """TQ-09: nobody has fewer than no bonus points."""

    code = "too_few_points"


class LineStays(Refusal):
    """A line of the points ledger is corrected by another one, never edited."""

    code = "points_line_stays"


class PaymentsInTheWay(Refusal):
    """More would go back than came in, or the rates of payments would lead nowhere."""

    code = "payments_in_the_way"


class AlreadyTaken(Refusal):
    """Another record has the value that must be the only one of its kind."""

    code = "already_taken"


class PeriodsMeet(Refusal):
    """Two rows of which only one may hold on any day hold on the same days."""

    code = "periods_meet"


class RangesMeet(Refusal):
    """TQ-53: a number belongs to the range of one brand."""

    code = "ranges_meet"


class NumbersGiven(Refusal):
    """TQ-53: numbers that were given lie in the range of whoever got them."""

    code = "numbers_given"


class StillInUse(Refusal):
    """A reference leads to a record that is not there, or would after this change."""

    code = "broken_reference"


class Overtaken(Conflict):
    """Two changes met; trying once more is safe and will probably work."""

    code = "overtaken"


class TookTooLong(Refusal):
    """The database was asked to stop: the work was larger than one request may be."""

    code = "took_too_long"
    status = 503


def find_refusal(error: BaseException) -> Refusal | None:
    """The refusal behind a DatabaseError, None for one that is a fault of the program."""
    if not isinstance(error, DatabaseError):
        return None
    cause = error.__cause__
    state = str(getattr(cause, "sqlstate", None) or "")
    constraint = str(getattr(getattr(cause, "diag", None), "constraint_name", None) or "")
    translate = _BY_STATE.get(state)
    if translate is not None:
        return translate(constraint)
    if state.startswith("22") or "NUL (0x00)" in str(error):  # psycopg itself refuses NUL bytes
        return InvalidValue(
            "A value does not fit its field: it is too long, too large, no real date, or contains"
            " characters that cannot be stored. Nothing was changed; correct it and try once more.",
            details={"sqlstate": state},
        )
    return None


def _no_point_of_contact(_constraint: str) -> Refusal:
    return NoPointOfContact(
        "An itinerary with customers needs at least one point of contact. Nothing was changed:"
        " make somebody else the point of contact first, or remove all customers."
    )


def _no_administrator(_constraint: str) -> Refusal:
    return NoAdministrator(
        "Nobody would be left who may invite people and edit roles, so nothing was changed."
        " Give that right to somebody else first."
    )


def _wrong_place(_constraint: str) -> Refusal:
    return WrongPlace(
        "A consortium stands above agencies, an agency above agents, and nobody above themselves."
        " Nothing was changed: look at the partners above and below, then try once more."
    )


def _household_ended(_constraint: str) -> Refusal:
    return HouseholdEnded(
        "The household has ended, and somebody would belong to it after that day. Nothing was"
        " changed: take back its end first, or let them leave it by then."
    )


def _guardians_in_circle(_constraint: str) -> Refusal:
    return GuardiansInCircle(
        "Somebody would be guardian of a person who is theirs, directly or over others. Nothing"
        " was changed: end the other guardian first."
    )


def _no_lead_passenger(_constraint: str) -> Refusal:
    return NoLeadPassenger(
        "Of the passengers of a booking exactly one is the lead. Nothing was changed: look who is"
        " it now, then try once more."
    )


def _kind_in_use(_constraint: str) -> Refusal:
    return KindInUse(
        "A company would live in a household, speak for a trade partner or travel on a booking, or"
        " a person would be a consortium or an agency. Nothing was changed: end that first, or"
        " take the change of the account type back, then try once more."
    )


def _price_of_lines(_constraint: str) -> Refusal:
    return PriceOfLines(
        "The price and the cost of a booking that has lines are their sums, in the same currency."
        " Nothing was changed: change its lines instead, or remove all of them first."
    )


def _answers_stay(_constraint: str) -> Refusal:
    return AnswersStay(
        "Answers to questionnaires stay as they were given. Nothing was changed: enter the"
        " corrected answers as new ones, or take the entry back."
    )


def _too_few_points(_constraint: str) -> Refusal:
    return TooFewPoints(
        "The customer would have fewer than no bonus points: some were redeemed meanwhile. Nothing"
        " was changed: look at the balance, then try with fewer points."
    )


def _line_stays(_constraint: str) -> Refusal:
    return LineStays(
        "A line of the points ledger stays as it was written. Nothing was changed: add a line"
        " that corrects it."
    )


def _payments_in_the_way(constraint: str) -> Refusal:
    if constraint == "bookings_payment_currency":
        return PaymentsInTheWay(
            "The booking has payments, whose rates lead to its present currency, so the currency"
            " stays. Nothing was changed: reverse the payments first.",
            field="currency",
        )
    return PaymentsInTheWay(
        "More would go back on this booking than came in. Nothing was changed: reverse the refund"
        " first, or refund less."
    )


def _numbers_given(constraint: str) -> Refusal:
    if constraint == "organization_range_stays":
        return NumbersGiven(
            "Numbers of this range have been given to records already, so the range stays. Nothing"
            " was changed: add another range for what comes next."
        )
    return NumbersGiven(
        "Some of these numbers have been given to records already. Nothing was changed: let the"
        " range begin after them."
    )


def _already_taken(constraint: str) -> Refusal:
    fields = _fields_of(constraint)
    what = f"the same {' and '.join(fields)}" if fields else "the same values"
    return AlreadyTaken(
        f"There is a record with {what} already. Nothing was changed; use that one or choose"
        " another value.",
        details={"constraint": constraint},
    )


def _periods_meet(constraint: str) -> Refusal:
    if constraint == "organization_ranges_apart":
        return RangesMeet(
            "Some of these numbers belong to the range of a brand already. Nothing was changed:"
            " choose numbers that lie in no range."
        )
    return PeriodsMeet(
        "There is a record of the same kind for some of these days already. Nothing was changed:"
        " end that one first, or choose other days.",
        details={"constraint": constraint},
    )


def _broken_reference(constraint: str) -> Refusal:
    return StillInUse(
        "Something that this refers to is gone, or something else still refers to it."
        " Nothing was changed; reload the page to see how things stand.",
        details={"constraint": constraint},
    )


def _rule_broken(constraint: str) -> Refusal:
    return InvalidValue(
        f"The values break a rule of the record (“{_in_words(constraint)}”). Nothing was changed;"
        " correct them and try once more.",
        details={"constraint": constraint},
    )


def _missing_value(constraint: str) -> Refusal:
    return InvalidValue(
        "A value that is needed is missing. Nothing was changed; fill it in and try once more.",
        details={"constraint": constraint},
    )


def _overtaken(_constraint: str) -> Refusal:
    return Overtaken(
        "Somebody else changed the same thing at the same moment, so nothing was changed here."
        " Try once more."
    )


def _locked(_constraint: str) -> Refusal:
    return Overtaken(
        "Other work (an import, perhaps) holds this record just now, so nothing was changed."
        " Try again in a minute."
    )


def _too_long(_constraint: str) -> Refusal:
    return TookTooLong(
        "This took longer than one request may take, so it was stopped and nothing was changed."
        " Ask for less at once, or try again later."
    )


_BY_STATE: dict[str, Callable[[str], Refusal]] = {
    "WF002": _no_point_of_contact,
    "WF003": _no_administrator,
    "WF004": _numbers_given,
    "WF010": _wrong_place,
    "WF011": _kind_in_use,
    "WF020": _household_ended,
    "WF021": _guardians_in_circle,
    "WF022": _kind_in_use,
    "WF040": _no_lead_passenger,
    "WF041": _kind_in_use,
    "WF060": _price_of_lines,
    "WF061": _price_of_lines,
    "WF068": _answers_stay,
    "WF070": _too_few_points,
    "WF071": _line_stays,
    "WF072": _payments_in_the_way,
    "23505": _already_taken,
    "23P01": _periods_meet,
    "23503": _broken_reference,
    "23514": _rule_broken,
    "23502": _missing_value,
    "40001": _overtaken,
    "40P01": _overtaken,
    "55P03": _locked,
    "57014": _too_long,
}


def _fields_of(constraint: str) -> list[str]:
    """The fields of a unique rule in words; empty where the engine lost the rule's name."""
    for model in apps.get_models():
        for rule in model._meta.constraints:
            if isinstance(rule, UniqueConstraint) and rule.name == constraint:
                return [_field_words(model, n) for n in rule.fields if n != "organization_id"]
    return []


def _field_words(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _in_words(constraint: str) -> str:
    return constraint.replace("_", " ") or "a check of the database"
