"""The words of other systems and languages for our codes, folded. No Django here."""

from collections.abc import Mapping

_GENDERS: Mapping[str, str] = {
    **dict.fromkeys(("f", "female", "w", "woman", "weiblich", "feminino"), "female"),
    **dict.fromkeys(("m", "male", "man", "mannlich", "masculino"), "male"),
    **dict.fromkeys(("o", "x", "d", "other", "diverse", "non binary", "nonbinary"), "other"),
}
_YES_NO: Mapping[str, str] = {
    **dict.fromkeys(("y", "true", "1", "x", "ja", "j", "oui", "si", "sim"), "yes"),
    **dict.fromkeys(("n", "false", "0", "nein", "nej", "non", "nao"), "no"),
}
_LEVELS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "consortia", "group", "network", "chain", "franchise", "alliance", "cooperation",
            "co operation", "holding", "buying group", "verbund", "konsortium", "kooperation",
            "kette", "gruppe", "kaede", "kjede", "indkobsforening", "reseau", "groupement",
        ),
        "consortium",
    ),
    **dict.fromkeys(
        (
            "travel agency", "agencies", "office", "branch", "tour operator", "operator", "bureau",
            "reiseburo", "reisebureau", "agentur", "filiale", "rejsebureau", "bureau de voyage",
            "agence", "agence de voyage", "agence de voyages",
        ),
        "agency",
    ),
    **dict.fromkeys(
        (
            "travel agent", "agents", "advisor", "travel advisor", "reseller", "seller",
            "sub agent", "subagent", "homeworker", "individual", "vermittler", "verkaufer",
            "berater", "konsulent", "rejsekonsulent", "saelger", "conseiller", "vendeur",
        ),
        "agent",
    ),
}  # fmt: skip
_PARTNER_ROLES: Mapping[str, str] = {
    **dict.fromkeys(("sale", "verkauf", "vertrieb", "salg", "ventes", "commercial"), "sales"),
    **dict.fromkeys(
        ("reservation", "booking", "bookings", "reservierung", "buchung", "booking office"),
        "reservations",
    ),
    **dict.fromkeys(
        ("accounts", "finance", "buchhaltung", "bogholderi", "regnskab", "comptabilite"),
        "accounting",
    ),
    **dict.fromkeys(
        ("manager", "director", "owner", "ceo", "management", "leitung", "geschaftsfuhrung",
         "ledelse", "direktor", "direction"),
        "management",
    ),
}  # fmt: skip
_TERM_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("percent", "pct", "rate", "prozent", "procent", "pourcentage"), "percentage"),
    **dict.fromkeys(
        ("fixed", "fixed per booking", "amount per booking", "fix", "fest", "fast", "fixe",
         "fixed amount", "per file"),
        "per_booking",
    ),
    **dict.fromkeys(
        ("fixed per passenger", "amount per passenger", "per pax", "per person", "pro person",
         "par passager"),
        "per_passenger",
    ),
    **dict.fromkeys(
        ("tier", "tiers", "by turnover", "volume", "gestaffelt", "staffel", "trappe",
         "par paliers"),
        "tiered",
    ),
}  # fmt: skip
_HOUSEHOLD_ROLES: Mapping[str, str] = {
    **dict.fromkeys(
        ("head of household", "main", "primary", "haushaltsvorstand", "hoofd", "overhoved",
         "chef de famille"),
        "head",
    ),
    **dict.fromkeys(
        ("spouse", "wife", "husband", "ehepartner", "ehefrau", "ehemann", "aegtefaelle",
         "conjoint"),
        "partner",
    ),
    **dict.fromkeys(
        ("son", "daughter", "kid", "kind", "sohn", "tochter", "barn", "son or daughter", "enfant"),
        "child",
    ),
    **dict.fromkeys(("mother", "father", "grandparent", "mutter", "vater", "foraelder"), "parent"),
    **dict.fromkeys(("other relative", "sibling", "brother", "sister", "familie"), "relative"),
    **dict.fromkeys(("other adult", "other", "lodger", "friend", "andere"), "adult"),
}  # fmt: skip
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "stay.status": {
        **dict.fromkeys(("confirmed", "reserved", "booked", "due in"), "expected"),
        **dict.fromkeys(("checked in", "check in", "inhouse", "arrived"), "in_house"),
        **dict.fromkeys(("checked out", "check out", "checkout"), "departed"),
        **dict.fromkeys(("canceled", "cancelled", "cxl"), "cancelled"),
        "noshow": "no_show",
    },
    "booking.status": {
        **dict.fromkeys(("ok", "booked", "paid", "invoiced"), "confirmed"),
        **dict.fromkeys(("wl", "waitlist", "waiting list"), "waitlisted"),
        **dict.fromkeys(("canceled", "cancelled", "cxl"), "cancelled"),
        "wlok": "place_found",
    },
    "booking.source": {
        **dict.fromkeys(("online", "website", "internet", "direct"), "web"),
        **dict.fromkeys(("agency", "ta to", "agent", "b2b"), "trade"),
        **dict.fromkeys(("mail", "e mail"), "email"),
        **dict.fromkeys(("call", "telephone"), "phone"),
    },
    "customer.gender": _GENDERS,
    "customer.household_role": _HOUSEHOLD_ROLES,
    "customer.household_address": _YES_NO,
    "customer.takes_newsletter": _YES_NO,
    "partner.level": _LEVELS,
    "partner.contact_role": _PARTNER_ROLES,
    "partner.term_kind": _TERM_KINDS,
    "partner.id_scheme": {
        **dict.fromkeys(("vat number", "tax number", "tax", "ust id", "ust idnr", "moms", "tva"),
                        "vat"),
        "iata number": "iata",
        "organisation number": "orgnr",
    },
    "partner.status": {
        **dict.fromkeys(("yes", "open", "current", "aktiv", "actif"), "active"),
        **dict.fromkeys(("no", "closed", "former", "blocked", "inaktiv", "inactif"), "inactive"),
    },
}  # fmt: skip
