"""Business ids, checked by the rules of their country (KP-09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from stdnum import get_cc_module
from stdnum.exceptions import (
    InvalidChecksum,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

from wayfolk.kit import countries, text

NUMBER_MAX = 60
VAT, IATA, OTHER = "vat", "iata", "other"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of number. `modules`: country -> stdnum module that checks it; none: any country."""

    label: str
    modules: Mapping[str, str]


SCHEMES: Mapping[str, Scheme] = {
    VAT: Scheme("VAT / tax number", {}),
    "abn": Scheme("ABN", {"AU": "au.abn"}),
    "acn": Scheme("ACN", {"AU": "au.acn"}),
    "cvr": Scheme("CVR", {"DK": "dk.cvr"}),
    "orgnr": Scheme("Organisation number", {"NO": "no.orgnr", "SE": "se.orgnr"}),
    "ytunnus": Scheme("Y-tunnus", {"FI": "fi.ytunnus"}),
    "siren": Scheme("SIREN", {"FR": "fr.siren"}),
    "siret": Scheme("SIRET", {"FR": "fr.siret"}),
    "handelsregister": Scheme("Handelsregister", {"DE": "de.handelsregisternummer"}),
    "uid": Scheme("UID", {"CH": "ch.uid"}),
    "ein": Scheme("EIN", {"US": "us.ein"}),
    "bn": Scheme("Business number", {"CA": "ca.bn"}),
    IATA: Scheme("IATA number", {}),
    OTHER: Scheme("Other (not checked)", {}),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A number as it was written, and in the one form that tells it from others."""

    number: str
    normalised: str


class Refused(ValueError):
    """The number is none of this scheme; `field` is "country", "scheme" or "number"."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def checked(country: str, scheme: str, number: str) -> Checked:
    """The number in both forms; raises Refused in words."""
    written = text.clean(number)
    if not countries.is_country(country):
        raise Refused("country", f"“{country[:20]}” is not a country. Choose one from the list.")
    if scheme not in SCHEMES:
        known = ", ".join(SCHEMES)
        raise Refused("scheme", f"“{scheme[:40]}” is no kind of business id. Use one of: {known}.")
    if not written:
        raise Refused("number", "The number is missing.")
    if len(written) > NUMBER_MAX:
        raise Refused("number", f"The number has more than {NUMBER_MAX} characters.")
    if scheme == OTHER:
        return Checked(written, text.fold(written).replace(" ", "").upper() or written.upper())
    if scheme == IATA:
        return Checked(written, _iata(written))
    return _by_register(country, scheme, written)


def taken(name: str, number: int) -> str:
    """Why a number cannot be noted that the partner of this Customer No has already."""
    return f"{name} (No {number}) has this number already. Are they the same company?"


def _by_register(country: str, scheme: str, written: str) -> Checked:
    label, where = SCHEMES[scheme].label, countries.country_name(country)
    module = _module(country, scheme)
    if module is None:
        raise Refused(
            "scheme",
            f"No check of a {label} is known for {where}."
            " Choose another kind, or “Other” to store it unchecked.",
        )
    ascii_number = text.fold_digits(written)
    try:
        normalised = str(module.validate(ascii_number))
    except ValidationError as fault:
        raise Refused("number", f"“{written}” is no {label} of {where}: {_why(fault)}") from None
    return Checked(
        str(module.format(normalised)) if hasattr(module, "format") else written, normalised.upper()
    )


def _module(country: str, scheme: str) -> Any:
    if scheme == VAT:
        return get_cc_module(country.lower(), "vat")
    path = SCHEMES[scheme].modules.get(country)
    return import_module(f"stdnum.{path}") if path else None


def _why(fault: ValidationError) -> str:
    if isinstance(fault, InvalidChecksum):
        return "its check digits do not fit. Compare it with the document, digit by digit."
    if isinstance(fault, InvalidLength):
        return "it is too long or too short."
    if isinstance(fault, InvalidFormat):
        return "it has characters or an arrangement that such a number does not have."
    return "a part of it is not in use in such numbers."


def _iata(written: str) -> str:
    """The agency's eight digits; the last one is the first seven modulo 7."""
    digits = text.digits(written)
    if len(digits) != 8 or text.fold(written).replace(" ", "") != digits:
        raise Refused("number", f"“{written}” is no IATA number: it has eight digits.")
    if int(digits[:7]) % 7 != int(digits[7]):
        raise Refused(
            "number",
            f"“{written}” is no IATA number: its check digit does not fit."
            " Compare it with the document, digit by digit.",
        )
    return digits
