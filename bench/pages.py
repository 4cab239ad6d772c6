"""Server time of the pages that people open all day, on a full-size company.

Each request goes through the whole of Django as a signed-in person's would: middleware,
session, rights, queries, template. Only the socket is left out. Target: p95 under 100 ms, of the
page of a household or a trade partner under 80 ms.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import company, ground
from bench.generator import names, plan
from bench.generator.plan import Plan
from wayfolk.config import static_files
from wayfolk.config.settling import settle
from wayfolk.identity.matching import queue

TARGET_P95_MS = 100
RECORD_P95_MS = 80  # of a household or a trade partner
_WARM_UPS = 3
_STATED = "first=2026-01-01&last=2026-01-31&of=departs"

Addresses = Callable[[Random, Plan], str]


@dataclass(frozen=True)
class Page:
    """A page to measure; `address` draws one of the many that a day brings."""

    name: str
    address: Addresses
    target_ms: int = TARGET_P95_MS


def run(rows: int = 1_000_000, seed: int = 1, runs: int = 100) -> ground.Figures:
    """Percentiles, query counts and sizes of every page, and the slow ones by name."""
    of = company.prepared(rows, seed)
    client = signed_in()
    measured = [(page, measure(client, page, of.plan, runs)) for page in pages()]
    figures = [row for _, row in measured]
    slow = [page.name for page, row in measured if (row.get("p95_ms") or 0) > page.target_ms]
    broken = [f["page"] for f in figures if f["status"] != "200"]
    return {
        "customers": of.plan.customers,
        "bookings": of.plan.bookings,
        "target": f"p95 under {TARGET_P95_MS} ms, households and partners {RECORD_P95_MS}",
        "over_target": ", ".join(slow) or "none",
        "not_answered": ", ".join(broken) or "none",
        "pages": figures,
    }


def pages() -> Iterator[Page]:
    """What is measured; the words that are searched are those that people type."""
    yield Page("customers: list", lambda _rng, _of: "/customers/")
    yield Page("customers: inactive", lambda _rng, _of: "/customers/?status=inactive")
    yield Page("customers: last name", lambda rng, _of: f"/customers/?q={_family(rng)}")
    yield Page("customers: beginnings", lambda rng, _of: f"/customers/?q={_beginnings(rng)}")
    yield Page("customers: email", lambda rng, _of: f"/customers/?q={_email(rng)}")
    yield Page("customers: phone tail", lambda rng, _of: f"/customers/?q={_digits(rng)}")
    yield Page(
        "customers: number",
        lambda rng, of: f"/customers/?q={plan.customer_number(rng.randrange(of.customers))}",
    )
    yield Page("customers: by turnover", lambda _rng, _of: "/customers/?sort=-turnover")
    yield Page("customer: 200 bookings", lambda _rng, _of: f"/customers/{plan.customer_number(0)}/")
    yield Page(
        "customer: any",
        lambda rng, of: f"/customers/{plan.customer_number(rng.randrange(of.customers))}/",
    )
    yield Page("households: list", lambda _rng, _of: "/households/")
    yield Page("households: ended", lambda _rng, _of: "/households/?state=ended")
    yield Page("households: name or member", lambda rng, _of: f"/households/?q={_family(rng)}")
    yield Page("household: 200 bookings", lambda _rng, _of: "/households/1/", RECORD_P95_MS)
    yield Page(
        "household: any",
        lambda rng, of: f"/households/{1 + rng.randrange(of.households)}/",
        RECORD_P95_MS,
    )
    yield Page("households: suggestions", lambda _rng, _of: "/households/suggestions/")
    yield Page("partners: list", lambda _rng, _of: "/partners/")
    yield Page("partners: name", lambda rng, _of: f"/partners/?q=partner+{rng.randrange(100)}")
    yield Page("partner: consortium", lambda _rng, _of: _partner(0), RECORD_P95_MS)
    yield Page("partner: any", lambda rng, of: _partner(rng.randrange(of.partners)), RECORD_P95_MS)
    yield Page("partner: statement", lambda _rng, _of: f"{_partner(0)}statement/?{_STATED}")
    yield Page("itineraries: list", lambda _rng, _of: "/itineraries/")
    yield Page("itineraries: name", lambda rng, _of: f"/itineraries/?q={_trip(rng)}")
    yield Page("itinerary: 60 customers", lambda _rng, _of: f"/itineraries/{_trip_number(0)}/")
    yield Page(
        "itinerary: any",
        lambda rng, of: f"/itineraries/{_trip_number(rng.randrange(1, of.itineraries))}/",
    )
    yield Page("bookings: list", lambda _rng, _of: "/bookings/")
    yield Page("bookings: not connected", lambda _rng, _of: "/bookings/?connected=no")
    yield Page("bookings: product", lambda rng, _of: f"/bookings/?q={_product(rng)}")
    yield Page(
        "booking: any",
        lambda rng, of: f"/bookings/{plan.booking_number(rng.randrange(of.bookings))}/",
    )
    yield Page("stays: list", lambda _rng, _of: "/stays/")
    yield Page(
        "stay: any", lambda rng, of: f"/stays/{plan.row_id('stay', rng.randrange(of.stays))}/"
    )
    yield Page("search: palette", lambda rng, _of: f"/search?q={_beginnings(rng)}")
    yield Page("duplicates: next group", lambda rng, _of: f"/duplicates/?reason={_reason(rng)}")
    yield Page("home", lambda _rng, _of: "/")
    yield Page("recent changes", lambda _rng, _of: "/changes/")


def signed_in() -> Client:
    """A client of the company's administrator, in a process made ready as the server's are."""
    from wayfolk.staff.models import User

    logging.getLogger("django.request").setLevel(logging.ERROR)
    static_files.collect()
    settle()

    # A host that is allowed anywhere; a failure is a figure here, not the end of the run.
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(email=company.EMAIL), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def measure(client: Client, page: Page, of: Plan, runs: int) -> ground.Figures:
    """Percentiles of `runs` requests, the queries of one and its size; a failure's status alone."""
    rng = Random(f"{of.seed}/{page.name}")
    addresses = [page.address(rng, of) for _ in range(runs + _WARM_UPS)]
    with CaptureQueriesContext(connection) as captured:
        first = client.get(addresses[0])
        row: ground.Figures = {
            "page": page.name,
            "status": str(first.status_code),
            "queries": len(captured),
            "kilobytes": len(first.content) // 1024,
        }
    if first.status_code != 200:
        return row
    for address in addresses[1:_WARM_UPS]:
        client.get(address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clocks = ground.Clocks(cursor.fetchone()[0])
    statuses = {clocks.time(lambda a=a: client.get(a).status_code) for a in addresses[_WARM_UPS:]}
    row["status"] = "/".join(sorted(map(str, statuses)))
    return row | clocks.figures()


def _family(rng: Random) -> str:
    return names.family_name(rng, rng.choice(names.LOCALES[:10])).split()[0]


def _beginnings(rng: Random) -> str:
    locale = rng.choice(names.LOCALES[:10])
    given, family = names.given_name(rng, locale), names.family_name(rng, locale)
    return f"{given[:3]}+{family[:3]}"


def _email(rng: Random) -> str:
    return f"{_family(rng).lower()}{rng.randrange(1000)}@gmail"


def _digits(rng: Random) -> str:
    return f"{rng.randrange(10**6, 10**7)}"


def _partner(place: int) -> str:
    return f"/partners/{plan.customer_number(plan.partner_customer(place))}/"


def _trip(rng: Random) -> str:
    return rng.choice(("Honeymoon", "Ski+week", "Group+tour+Kyoto", "City"))


def _reason(rng: Random) -> str:
    return rng.choice(list(queue.REASONS))


def _trip_number(place: int) -> str:
    return str(plan.itinerary_number(place))


def _product(rng: Random) -> str:
    return rng.choice(("Spa", "Ski+pass", "Dinner+Kyoto"))
