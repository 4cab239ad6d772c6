"""Searching by what leads to a customer: email, phone, numbers, other systems' ids."""

from collections.abc import Iterable, Sequence

import phonenumbers
from rapidfuzz.distance import OSA

from wayfolk.identity.search import keys, numbers, ranking, slips, store
from wayfolk.identity.search.board import Board, Found
from wayfolk.identity.search.store import Candidate, Probes
from wayfolk.kit import contact

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-"
# Fewer digits in a row are in everybody's number; more are rather a whole one with a slip.
_PARTS = range(5, 8)
Tails = Sequence[tuple[int, int]]
_CALLING_CODES = (
    "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63"
    " 64 65 66 81 82 84 86 90 91 92 93 94 95 98 351 352 353 354 355 356 357 358 359 370 371 372"
    " 380 381 385 386 420 421 852 886 962 965 966 971 972 973 974"
).split()


def find_by_email(board: Board, typed: str) -> None:
    if not board.by.may_see("customer.email"):
        return
    address = contact.normalise_email(typed)
    local, _, domain = address.partition("@")
    if not local:
        _by_email_part(board, domain)
        return
    found = store.find_contacts(
        board.statuses,
        is_email=True,
        ranges=[(address, address + "~"), (f"{local}@", f"{local}@~")],
        limit=max(40, board.limit),
    )
    for each in found:
        if each.note == address:
            board.note(Found(each, 1.0, "email", _kind(each, "exact"), each.note))
        elif each.note.startswith(address):
            board.note(Found(each, 0.95, "email", _kind(each, "beginning"), each.note))
        else:
            board.note(Found(each, 0.85, "email", _kind(each, "spelling"), each.note))
    if len(found) >= board.limit and board.count(0.95) == 0 and "." in domain:
        # The local part is everybody's (office, info): the slip is in the name of the host.
        host, _, ending = domain.rpartition(".")
        near = slips.one_edit(host, _LETTERS)
        _by_addresses(board, (f"{local}@{each}.{ending}" for each in near))
    if board.count(0.9) == 0 and domain and len(local) >= 3:
        likely = slips.likely_edit(local)
        _by_addresses(board, (f"{each}@{domain}" for each in likely))
        if board.count(0.9) == 0:
            known = set(likely)
            rest = (each for each in slips.one_edit(local, _LETTERS) if each not in known)
            _by_addresses(board, (f"{each}@{domain}" for each in rest))


def _kind(candidate: Candidate, kind: str) -> str:
    """That it was a merged record's says more than how it matched."""
    return "merged" if candidate.is_by_former_record else kind


def _by_addresses(board: Board, near: Iterable[str]) -> None:
    """Addresses that one slip makes of the typed one."""
    for each in store.find_contacts(board.statuses, is_email=True, equal=list(near)):
        board.note(Found(each, 0.9, "email", _kind(each, "spelling"), each.note))


def _by_email_part(board: Board, part: str) -> None:
    """A part of an address that is not its beginning: second word, domain."""
    org = board.by.organization_id
    label = part.partition(".")[0]
    if len(label) < 3:
        return
    probes = Probes(more_sets=[[keys.email_part(org, label)]], set_limit=max(40, board.limit))
    for each in store.find_candidates(probes, board.statuses):
        board.note(Found(each, 0.7, "email", "inside", part))


def find_by_code(board: Board, code: str) -> None:
    """One token: a number of something, another system's id, the beginning of an email."""
    typed = code.lower()
    if any(c.isdigit() for c in typed):
        _by_number(board, code)
    if len(typed) < 2 or not board.by.may_see("customer.email"):
        return
    found = store.find_contacts(
        board.statuses,
        is_email=True,
        ranges=[(f"{typed}@", f"{typed}@~"), (typed, typed + "~")],
        limit=max(20, board.limit),
    )
    is_name = typed.isalpha()
    for each in found:
        is_whole = each.note.startswith(f"{typed}@")
        score = (0.91 if is_whole else 0.75) if is_name else (0.97 if is_whole else 0.93)
        kind = "exact" if is_whole else "beginning"
        board.note(Found(each, score, "email", _kind(each, kind), each.note))
    if not is_name and not found:
        _by_email_part(board, typed)
        for part in board.query.words[:2]:
            _by_email_part(board, part)


def find_by_digits(board: Board) -> None:
    if board.query.code:
        _by_number(board, board.query.code)
    if len(board.query.digits) >= 3:
        find_by_phone(board)


def _by_number(board: Board, code: str) -> None:
    sources = numbers.sources_for(board.by)
    for kind, each in store.find_numbered(code, board.statuses, sources):
        score = 1.0 if kind in {"number", "external_id"} else 0.98
        board.note(Found(each, score, kind, _kind(each, "exact"), each.note))


def find_by_phone(board: Board, *, beside_a_name: bool = False) -> None:
    if not board.by.may_see("customer.phone"):
        return
    beside_a_name = beside_a_name and board.by.may_see("customer.name")
    digits = board.query.digits
    national = digits.lstrip("0") or digits
    code = phonenumbers.country_code_for_region(board.by.country)
    ends = dict.fromkeys((digits, national))
    tails = [slips.tail_range(each) for each in ends if len(each) >= 4]

    def look(tails: Tails, begins: Iterable[str], limit: int) -> None:
        ranges = [(each, each + "~") for each in dict.fromkeys(begins)]
        for each in store.find_contacts(
            board.statuses, is_email=False, tails=tails, ranges=ranges, limit=limit
        ):
            _note_phone(board, each, digits, beside_a_name=beside_a_name)

    wide = max(40, board.limit)
    abroad_begun = [f"+{national}"] if digits.startswith("00") else []
    look(tails, (f"+{digits}", digits, f"+{code}{national}", *abroad_begun), wide)
    if board.count(0.88) < board.limit and not beside_a_name and len(digits) in _PARTS:
        _by_digits_inside(board, digits, wide)
    if board.count(0.87) == 0 and len(national) >= 4:
        abroad = () if board.query.is_international else _CALLING_CODES
        look(slips.near_tails(national), (f"+{each}{national}" for each in abroad), 10)
    if not board.found and not beside_a_name and len(digits) >= _PARTS.stop:
        _by_digits_inside(board, digits, wide)


def _by_digits_inside(board: Board, digits: str, limit: int) -> None:
    """Just these digits anywhere in a number: more likely than a slip in a few of them."""
    for each in store.find_phones_inside(digits, board.statuses, limit=limit):
        board.note(Found(each, 0.87, "phone", "inside", each.note))


def _note_phone(board: Board, candidate: Candidate, digits: str, *, beside_a_name: bool) -> None:
    stored = candidate.note.lstrip("+")
    score, kind = _phone_likeness(digits, stored)
    if beside_a_name:
        names = ranking.names_of(*candidate[4:8])
        verdict = ranking.judge(board.query.words, names, frozenset())
        score = (score + verdict.score) / 2
    if score:
        board.note(Found(candidate, score, "phone", _kind(candidate, kind), candidate.note))


def _phone_likeness(digits: str, stored: str) -> tuple[float, str]:
    """stored: with the calling code, without the plus."""
    if stored == digits:
        return 1.0, "exact"
    bonus = 0.01 if stored.endswith(digits) else 0.0
    if not bonus:
        digits = digits.lstrip("0") or digits
    if stored.endswith(digits):
        is_whole = len(stored) - len(digits) <= 3 and len(digits) >= 7
        # Who types a zero in front means the beginning of a number, or digits of its middle.
        return (0.98, "exact") if is_whole else (0.92 if bonus else 0.86, "tail")
    if digits.endswith(stored):
        return 0.95, "exact"
    if stored.startswith(digits) or digits in stored[:4] + stored[1 : len(digits) + 4]:
        return 0.89, "beginning"
    edits = min((OSA.distance(digits, stored[cut:], score_cutoff=2) for cut in range(5)), default=9)
    if edits <= 1:
        return 0.86, "spelling"
    return (0.8, "spelling") if _is_near_end(digits, stored) else (0.0, "")


def _is_near_end(digits: str, stored: str) -> bool:
    """Whether the last digits differ in one place, however the number begins."""
    tail = digits[-8:]
    ends = (stored[-len(tail) - more :] for more in (-1, 0, 1))
    return any(OSA.distance(tail, end, score_cutoff=1) <= 1 for end in ends)
