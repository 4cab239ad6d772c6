"""What the words of names say about typed ones. Plain Python."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of names say about typed ones.

    words: those near enough -> how many bear them, roughly. begun: the typed words with which
    longer ones begin. known: of the texts asked for, those that it has. is_behind: something
    was written that it does not reflect yet.
    """

    words: dict[str, int]
    begun: frozenset[str]
    known: frozenset[str]
    is_behind: bool
