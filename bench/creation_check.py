"""Whether somebody who is entered a second time is noticed, and what the check costs.

People who are there are typed anew, with slips, other contacts, or less of them; people who are
not there; and new people of homes that are. With the weights that the company has, the shipped
ones unless it trained.
"""

import http.client
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from random import Random
from uuid import UUID

from bench import company, ground
from bench.generator import plan
from bench.matching import people
from bench.searching import requesting
from bench.searching.company import RECIPE
from bench.searching.requesting import Server
from wayfolk.customers.models import ContactPoint
from wayfolk.identity.matching import checking, reading
from wayfolk.identity.matching.record import Record, facts_of
from wayfolk.kit import tenancy, text
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
from wayfolk.staff.rules import Actor

DATABASE_P95_MS, HTTP_P95_MS = 20, 60
TARGETS = {
    "suggest_recall": 0.95,
    "suggest_precision": 0.98,
    "false_alerts": 0.015,
    "warn_precision": 0.999,
}
OTHERS = 1_000  # how far the seed of those who are not there is from the company's


@dataclass
class Judged:
    """What the check said of drafts.

    A warning is one draft that is asked about before it is stored: right if the person is among
    those asked about.
    """

    clocks: ground.Clocks
    counts: Counter[str] = field(default_factory=Counter)

    def known(self, draft: Record, customer_id: UUID, found: list[checking.Candidate]) -> None:
        hit = any(each.customer_id == customer_id for each in found)
        named = "with more than a name" if _says_more(draft) else "name only"
        self.counts.update([f"{named}, asked", *([f"{named}, found"] if hit else [])])
        for each in found:
            right = "right" if each.customer_id == customer_id else "wrong"
            self.counts.update([f"suggested, {right}"])
        self._warned(found, customer_id)

    def new(self, kind: str, found: list[checking.Candidate]) -> None:
        """kind: "strangers" or "members"; nobody is right."""
        self.counts.update([kind, *([f"{kind} alerted"] if found else [])])
        if kind == "strangers":
            self._warned(found, None)
        elif any(each.level == "warn" for each in found):
            self.counts.update([f"{kind} warned"])

    def _warned(self, found: list[checking.Candidate], customer_id: UUID | None) -> None:
        asked_about = [each.customer_id for each in found if each.level == "warn"]
        if asked_about:
            right = "right" if customer_id in asked_about else "wrong"
            self.counts.update([f"warned, {right}"])
            self.counts.update({"asked about": len(asked_about)})

    def share(self, of: str, whole: str) -> float:
        return round(self.counts[of] / max(1, self.counts[whole]), 4)

    def figures(self) -> ground.Figures:
        c = self.counts
        c["suggested"] = c["suggested, right"] + c["suggested, wrong"]
        c["warned"] = c["warned, right"] + c["warned, wrong"]
        more, less = "with more than a name", "name only"
        c["known"] = c[f"{more}, asked"] + c[f"{less}, asked"]
        return {
            "suggest_recall": self.share(f"{more}, found", f"{more}, asked"),
            "recall_by_name_only": self.share(f"{less}, found", f"{less}, asked"),
            "suggest_precision": self.share("suggested, right", "suggested"),
            "false_alerts": self.share("strangers alerted", "strangers"),
            "new_members_alerted": self.share("members alerted", "members"),
            "new_members_asked_about": self.share("members warned", "members"),
            "warn_precision": self.share("warned, right", "warned"),
            "warn_recall": self.share("warned, right", "known"),
            "right_of_those_asked_about": self.share("warned, right", "asked about"),
        }


def run(rows: int = 1_000_000, seed: int = 2, queries: int = 2_000) -> ground.Figures:
    """queries: of people who are there, of others, and of new people of homes that are there."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
    of = company.prepared(rows, seed, RECIPE)
    rng = Random(f"creation check/{seed}")
    judged = Judged(ground.Clocks(ground.backend_pid()))
    by = actors.get_system_actor(Organization.objects.get(), "Benchmark")
    with tenancy.scope(by.organization_id):
        known = list(_known(rows, queries, rng))
        strangers = list(islice(_strangers(queries, seed + OTHERS), queries))
        members = list(islice(_members(rows, queries, rng), queries))
        for customer_id, draft in known:
            judged.known(draft, customer_id, _checked(judged, draft, by))
        for kind, drafts in (("strangers", strangers), ("members", members)):
            for draft in drafts:
                judged.new(kind, _checked(judged, draft, by))
    drafts = [draft for _, draft in known] + strangers + members
    rng.shuffle(drafts)
    with requesting.served(of.owner_url) as server:
        milliseconds = sorted(_asked(server, drafts))
    return {
        "customers": rows,
        "asked": len(drafts),
        "quality": [
            {"what": name, "reached": reached, "target": TARGETS.get(name, "")}
            for name, reached in judged.figures().items()
        ],
        "database_cpu_ms": _percentiles(judged.clocks.db_cpu) | {"target_p95": DATABASE_P95_MS},
        "own_cpu_ms": _percentiles(judged.clocks.own_cpu),
        "request_ms": _percentiles(milliseconds) | {"target_p95": HTTP_P95_MS},
    }


def _checked(judged: Judged, draft: Record, by: Actor) -> list[checking.Candidate]:
    found: list[checking.Candidate] = []
    judged.clocks.time(lambda: found.extend(checking.candidates_for(draft, by=by)))
    return found


def _known(rows: int, count: int, rng: Random) -> Iterator[tuple[UUID, Record]]:
    """Customers whom matching may offer, and how somebody types them anew."""
    ids = [plan.row_id("customer", place) for place in rng.sample(range(rows), count)]
    for customer_id, record in sorted(reading.records_of(ids).items()):
        yield customer_id, replace(people.copied(record, rng), id=None)


def _strangers(count: int, seed: int) -> Iterator[Record]:
    """People of another seed. Mailboxes and phones are unique in the world, but not across seeds:
    whoever would have a customer's is left out.
    """
    for person in people.persons(2 * count, seed):
        reached_by = [*person.emails, *person.phones]
        if not ContactPoint.objects.filter(normalised__in=reached_by).exists():
            yield replace(person, id=None)


def _members(rows: int, count: int, rng: Random) -> Iterator[Record]:
    """New people of homes that are there: the same contacts and last name, a first name of their
    country that nobody of that mailbox or phone bears.
    """
    ids = [plan.row_id("customer", place) for place in rng.sample(range(rows), 4 * count)]
    named: dict[str, str] = {}  # country -> the last first name seen
    for _, record in sorted(reading.records_of(ids).items()):
        given = named.get(record.country, "")
        if record.given_name:
            named[record.country] = record.given_name
        is_person = record.kind == "person"
        if is_person and given and text.fold(given) not in _given_names_at(record):
            born = date(1950, 1, 1) + timedelta(days=rng.randrange(25_000))
            birth_on = born if rng.random() < 0.5 else None
            member = replace(record, id=None, given_name=given, middle_name="", gender="")
            yield replace(member, birth_on=birth_on, documents=())


def _given_names_at(record: Record) -> set[str]:
    reached_by = ContactPoint.objects.filter(normalised__in=[*record.emails, *record.phones])
    names = reached_by.values_list("customer__given_name", flat=True)
    return {text.fold(name) for name in (*names, record.given_name)}


def _says_more(draft: Record) -> bool:
    facts = facts_of(draft)
    return bool(facts.emails or facts.phones or facts.birth or facts.lines)


def _percentiles(values: list[float]) -> ground.Figures:
    return {f"p{p}": ground.percentile(values, p) for p in (50, 95, 99)}


def _asked(server: Server, drafts: list[Record]) -> Iterator[float]:
    """Milliseconds of each request of one client."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    for draft in drafts:
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/customers/candidates", _body(draft), headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"The server answered {answer.status}: {said[:300]!r}")
        yield (time.perf_counter() - begun) * 1000


def _body(draft: Record) -> str:
    """As a form sends it."""
    same = ("kind", "given_name", "middle_name", "family_name", "company_name", "gender")
    sent: dict[str, object] = {name: getattr(draft, name) for name in same}
    sent["birth_on"] = draft.birth_on.isoformat() if draft.birth_on else None
    sent |= {f"primary_{name}": getattr(draft, name) for name in ("lines", "postcode", "city")}
    sent |= dict(zip(("primary_email", "secondary_email"), draft.emails, strict=False))
    sent |= dict(zip(("primary_phone", "primary_mobile"), draft.phones, strict=False))
    return json.dumps(sent)
