"""One pair: its weight, and the evidence for and against in words. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from wayfolk.identity.matching.levels import levels_of
from wayfolk.identity.matching.model import TOGETHER_SUFFIX, Model, probability_of
from wayfolk.identity.matching.record import COMPANY, Facts

SPEAKS = 0.3  # bits: less is no evidence worth a line


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line for or against two records being one person. field: "name", "email", "birth_on" ...

    weight: in bits; below zero it speaks against.
    """

    text: str
    weight: float
    field: str


@dataclass(frozen=True, slots=True)
class Score:
    """weight: the sum of the evidence; total: with the chance that any two records have.

    levels, bits: comparison -> level and its weight, of those that both records say something to.
    """

    weight: float
    total: float
    levels: dict[str, str]
    bits: dict[str, float]
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        return probability_of(self.total)


class Weighed(NamedTuple):
    """As in Score, without the words."""

    weight: float
    total: float
    levels: dict[str, str]
    bits: dict[str, float]


def weigh(a: Facts, b: Facts, model: Model) -> Weighed:
    levels = levels_of(a, b)
    bits = {name: model.weight(name, level, *_names(name, a, b)) for name, level in levels.items()}
    weight = sum(bits.values())
    return Weighed(weight, weight + model.prior, levels, bits)


def score(a: Facts, b: Facts, model: Model) -> Score:
    weighed = weigh(a, b, model)
    lines = (
        _line(name, weighed.levels, weight, a)
        for name, weight in weighed.bits.items()
        if abs(weight) >= SPEAKS
    )
    return Score(*weighed, ordered(lines))


def words_of(comparison: str, level: str) -> str:
    """A level in words, as evidence says it of a person."""
    text, _ = _WORDS[comparison, level.removesuffix(TOGETHER_SUFFIX)]
    return f"{text}, in one home" if level.endswith(TOGETHER_SUFFIX) else text


def ordered(lines: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What says most comes first."""
    return tuple(sorted(lines, key=lambda line: -abs(line.weight)))


def _names(comparison: str, a: Facts, b: Facts) -> tuple[str, str]:
    if comparison == "given":
        return a.given, b.given
    return (a.family, b.family) if comparison == "family" else ("", "")


def _line(comparison: str, levels: Mapping[str, str], bits: float, a: Facts) -> Evidence:
    level = levels[comparison]
    if comparison == "family" and a.kind == COMPANY:
        return Evidence(_COMPANY_WORDS[level], bits, "name")
    text, field = _WORDS[comparison, level.removesuffix(TOGETHER_SUFFIX)]
    if level.endswith(TOGETHER_SUFFIX):
        text = f"{text}, {_TOGETHER_WORDS[levels['household']]}"
    return Evidence(text, bits, field)


# Why a name or a birthday in common, or another one, says less there.
_TOGETHER_WORDS = {
    "several": "in one home",
    "email": "with one mailbox",
    "phone": "with one phone",
    "address": "at one address",
}
_WORDS = {
    ("household", "several"): ("Several of email, phone and address are the same", "contact"),
    ("household", "email"): ("Same email", "email"),
    ("household", "phone"): ("Same phone", "phone"),
    ("household", "address"): ("Same address", "address"),
    ("household", "near_contact"): ("Email or phone differ by a slip", "contact"),
    ("household", "near_address"): ("Address nearly the same", "address"),
    ("household", "place"): ("Addresses are alike", "address"),
    ("household", "town"): ("Same town", "address"),
    ("household", "area"): ("Same street or postcode", "address"),
    ("household", "nothing"): ("No email, phone or address in common", "contact"),
    ("given", "same"): ("Same first name", "name"),
    ("given", "swapped"): ("First and last name swapped", "name"),
    ("given", "crossed"): ("First name is the other's last name", "name"),
    ("given", "called"): ("First name is another form of the same", "name"),
    ("given", "initial"): ("Same initial", "name"),
    ("given", "near"): ("First name differs by a slip", "name"),
    ("given", "alike"): ("First names are alike", "name"),
    ("given", "different"): ("Different first name", "name"),
    ("family", "same"): ("Same last name", "name"),
    ("family", "near"): ("Last name differs by a slip", "name"),
    ("family", "alike"): ("Last names are alike", "name"),
    ("family", "part"): ("One last name is part of the other", "name"),
    ("family", "different"): ("Different last name", "name"),
    ("birth", "same"): ("Same date of birth", "birth_on"),
    ("birth", "swapped"): ("Date of birth with day and month swapped", "birth_on"),
    ("birth", "near"): ("Date of birth differs by a slip", "birth_on"),
    ("birth", "part"): ("Date of birth differs in one part", "birth_on"),
    ("birth", "different"): ("Different date of birth", "birth_on"),
    ("gender", "same"): ("Same gender", "gender"),
    ("gender", "different"): ("Different gender", "gender"),
    ("documents", "same"): ("Same document", "documents"),
    ("documents", "different"): ("Different documents", "documents"),
}
_COMPANY_WORDS = {
    level: text.replace("last name", "company name").replace("Last name", "Company name")
    for (comparison, level), (text, _) in _WORDS.items()
    if comparison == "family"
}
