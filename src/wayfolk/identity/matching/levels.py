"""How well two records agree, in one respect after the other. Plain Python.

Each function gives the name of a level, or "" where one of the two says nothing. The same
levels are SQL in `batch.settings`; a test holds the two equal over thousands of pairs.

People of one household share a last name, a birthday now and then, an address and often a
mailbox: all that is one piece of evidence. So the agreement of what households share is one
comparison, and within it the others have levels of their own, in which a rare name counts no
more than a common one. `together`: whether they are one household in that sense.
"""

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from wayfolk.identity.matching.record import PERSON, Facts

SEVERAL, EMAIL, PHONE, ADDRESS = "several", "email", "phone", "address"
# Levels of `household` at which two people live or work together, if they are two.
TOGETHER = frozenset({SEVERAL, EMAIL, PHONE, ADDRESS})
SHORT = 4  # letters of a name in which one slip makes another name
LONG = 7  # letters of a name in which two slips leave the same name
STREET_NEARLY_SAME = 0.97  # in one town: another number of a long street is another home
STREET_ALIKE = 0.9
STREET_LIKE = 0.84
CITY_ALIKE = 0.92
EMAIL_LEAST = 8
PHONE_LEAST = 8
NAMES_ALIKE = 0.88
# Slips are counted only where this is so: counting is dear, and nothing less alike has few.
NAMES_CLOSE = 0.75
VALUES_CLOSE = 0.8


def household(a: Facts, b: Facts) -> str:
    """What people of one home or desk share: email, phone, address."""
    street, postcode, city = _street(a, b), _near_postcode(a, b), _near_city(a, b)
    shared = {
        EMAIL: _share(a.emails, b.emails),
        PHONE: _share(a.phones, b.phones),
        ADDRESS: a.lines != "" and a.lines == b.lines and (postcode or (city and not _zoned(a, b))),
    }
    if any(shared.values()):
        return SEVERAL if sum(shared.values()) > 1 else max(shared, key=lambda name: shared[name])
    if _are_near_contacts(a, b):
        return "near_contact"
    if street >= STREET_LIKE and (postcode or city):
        least = STREET_ALIKE if postcode else STREET_NEARLY_SAME
        return "near_address" if street >= least or (postcode and city) else "place"
    if postcode and city:
        return "town"
    if street >= STREET_ALIKE or (a.postcode and a.postcode == b.postcode):
        return "area"
    return "nothing" if _have_contacts_to_compare(a, b) else ""


def _are_near_contacts(a: Facts, b: Facts) -> bool:
    return (
        _share(a.locals, b.locals)
        or (a.email_digits == b.email_digits and _slip(a.email, b.email, EMAIL_LEAST))
        or _slip(a.phone, b.phone, PHONE_LEAST)
    )


def _have_contacts_to_compare(a: Facts, b: Facts) -> bool:
    names = ("email", "phone", "lines", "postcode")
    return any(getattr(a, name) and getattr(b, name) for name in names)


def given(a: Facts, b: Facts, together: bool) -> str:
    """The first name; `swapped`: the last one of the other, `crossed`: on one side at least."""
    if not a.given or not b.given:
        return ""
    if a.given == b.given:
        return "same_together" if together else "same"
    if _are_crossed(a, b) or _are_swapped(a, b):
        return "swapped" if _are_swapped(a, b) else "crossed"
    if a.given_word == b.given_word or a.given_word in b.called:
        return "called"
    if min(len(a.given), len(b.given)) > 1:
        return _nearness(a.given, b.given)
    return "initial" if a.given[0] == b.given[0] else "different"


def family(a: Facts, b: Facts, together: bool) -> str:
    """The last name, of companies their name."""
    if not a.family or not b.family:
        return ""
    if _are_swapped(a, b) or (a.given != b.given and _are_crossed(a, b)):
        return "neutral"
    # Two companies of one name, phone and address are one.
    together = together and a.kind == PERSON
    if a.family == b.family:
        return "same_together" if together else "same"
    found = _nearness(a.family, b.family)
    if found == "different":
        shorter, longer = sorted((a.family, b.family), key=len)
        if len(shorter) >= SHORT and (longer.startswith(shorter) or longer.endswith(shorter)):
            return "part"
        return "different_together" if together else "different"
    return found


def birth(a: Facts, b: Facts, together: bool) -> str:
    """The date of birth."""
    if not a.birth or not b.birth:
        return ""
    if a.birth == b.birth:
        return "same_together" if together else "same"
    if a.birth == b.birth[:4] + b.birth[6:] + b.birth[4:6]:
        return "swapped"
    parts = (slice(0, 4), slice(4, 6), slice(6, 8))
    if sum(a.birth[part] == b.birth[part] for part in parts) < 2:
        return "different"
    return "near" if DamerauLevenshtein.distance(a.birth, b.birth, score_cutoff=1) <= 1 else "part"


def gender(a: Facts, b: Facts) -> str:
    if not a.gender or not b.gender:
        return ""
    return "same" if a.gender == b.gender else "different"


def documents(a: Facts, b: Facts) -> str:
    """Passports and the like."""
    if not a.documents or not b.documents:
        return ""
    return "same" if _share(a.documents, b.documents) else "different"


def levels_of(a: Facts, b: Facts) -> dict[str, str]:
    """Comparison -> level, of those that both records say something to."""
    home = household(a, b)
    together = home in TOGETHER
    found = {
        "household": home,
        "given": given(a, b, together),
        "family": family(a, b, together),
        "birth": birth(a, b, together),
        "gender": gender(a, b),
        "documents": documents(a, b),
    }
    return {comparison: level for comparison, level in found.items() if level}


def _share(mine: tuple[str, ...], its: tuple[str, ...]) -> bool:
    return any(each in its for each in mine)


def _are_swapped(a: Facts, b: Facts) -> bool:
    is_told_apart = a.given != a.family and bool(a.given and a.family)
    return is_told_apart and a.given == b.family and a.family == b.given


def _are_crossed(a: Facts, b: Facts) -> bool:
    if a.given == a.family or b.given == b.family:
        return False
    return (len(a.given) >= SHORT and a.given == b.family) or (
        len(b.given) >= SHORT and b.given == a.family
    )


def _nearness(mine: str, its: str) -> str:
    """By slips (a swap of neighbours is one) against the shorter length."""
    similarity = JaroWinkler.similarity(mine, its)
    if similarity < NAMES_CLOSE:
        return "different"
    shorter = min(len(mine), len(its))
    slips = DamerauLevenshtein.distance(mine, its, score_cutoff=2)
    if slips <= 1 and shorter >= SHORT:
        return "near"
    is_alike = slips <= 1 or (slips == 2 and shorter >= LONG) or similarity >= NAMES_ALIKE
    return "alike" if is_alike else "different"


def _slip(mine: str, its: str, least: int) -> bool:
    if min(len(mine), len(its)) < least:
        return False
    if JaroWinkler.similarity(mine, its) < VALUES_CLOSE:
        return False
    return DamerauLevenshtein.distance(mine, its, score_cutoff=1) <= 1


def _street(a: Facts, b: Facts) -> float:
    return JaroWinkler.similarity(a.lines, b.lines) if a.lines and b.lines else 0.0


def _near_postcode(a: Facts, b: Facts) -> bool:
    is_same = a.postcode != "" and a.postcode == b.postcode
    return is_same or _slip(a.postcode, b.postcode, SHORT)


def _zoned(a: Facts, b: Facts) -> bool:
    """Whether both say a postcode: where those differ, streets of one name are two."""
    return bool(a.postcode and b.postcode)


def _near_city(a: Facts, b: Facts) -> bool:
    has_both = bool(a.city and b.city)
    return has_both and JaroWinkler.similarity(a.city, b.city) >= CITY_ALIKE
