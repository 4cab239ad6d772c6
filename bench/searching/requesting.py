"""Whole requests: the real server on the benchmark's database, asked from another process."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from random import Random
from uuid import UUID

from bench import company, ground
from bench.searching import clients
from bench.searching.clients import Task
from bench.searching.measuring import Measured
from wayfolk.staff.rules import Actor

_PATIENCE_SECONDS = 90
_WARM_UPS = 100
_QUERIES = 2_000
CLIENTS = (1, 16)
# What advisors type all day; misspelled and rare kinds are among them.
_CLASSES = (
    "last name", "beginnings of two names", "first name and beginning", "full name", "one typo",
    "two typos", "swapped order", "email", "email, local part", "phone", "phone, last digits",
    "name and city", "customer number",
)  # fmt: skip


@dataclass(frozen=True)
class Server:
    """A Wayfolk that serves the benchmark's database, its jobs included."""

    port: int
    token: str


@contextmanager
def served(url: str) -> Iterator[Server]:
    """`wayfolk serve` on a free port, with a token that ends with it."""
    from wayfolk.organization import actors
    from wayfolk.organization.models import Organization
    from wayfolk.staff import tokens

    by = actors.get_system_actor(Organization.objects.get(), "Benchmark")
    made, secret = tokens.create_token(membership_id=_membership(by), name="bench search", by=by)
    port = _free_port()
    environment = {**os.environ, "DATABASE_URL": url, "WAYFOLK_API_REQUESTS_PER_MINUTE": "9999999"}
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "wayfolk", "serve", "--port", str(port)],
            env=environment, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            _await(child, port, secret)
            yield Server(port, secret)
        except _DidNotStart as error:
            said.seek(0)
            raise SystemExit(f"{error} It said:\n{said.read().decode(errors='replace')}") from error
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(60)
            tokens.revoke_token(made.id, by=by)


def measure(server: Server, measured: Sequence[Measured], seed: int) -> list[ground.Figures]:
    """Percentiles of the same mixture of queries with one client and with many."""
    texts = [query.text for each in measured if each.of.name in _CLASSES for query in each.queries]
    Random(f"{seed}/requests").shuffle(texts)
    _asked(Task(server.port, server.token, 4, texts[:_WARM_UPS]))
    figures = []
    for count in CLIENTS:
        report = _asked(Task(server.port, server.token, count, texts[_WARM_UPS:][:_QUERIES]))
        answers = max(1, len(report.milliseconds))
        figures.append(
            {
                "clients": count,
                "requests": len(report.milliseconds),
                "refused": sum(report.refused.values()),
                **{f"p{p}_ms": ground.percentile(report.milliseconds, p) for p in (50, 95, 99)},
                "requests_a_second": round(answers / report.seconds, 1),
                "clients_own_cpu_ms": round(report.own_cpu_seconds * 1000 / answers, 2),
            }
        )
    return figures


def _asked(task: Task) -> clients.Report:
    done = subprocess.run(
        [sys.executable, "-m", "bench.searching.clients"],
        input=json.dumps(asdict(task)), capture_output=True, text=True, check=True, cwd=ground.ROOT,
    )  # fmt: skip
    return clients.Report(**json.loads(done.stdout))


class _DidNotStart(Exception):
    """The server ended or does not answer; the text says which."""


def _await(child: subprocess.Popen[bytes], port: int, token: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        if child.poll() is not None:
            raise _DidNotStart("The server ended.")
        refused = clients.run(Task(port, token, 1, ["anyone"])).refused
        if not refused:
            return
        if time.monotonic() > deadline:
            raise _DidNotStart(f"The server does not answer a search: {', '.join(refused)}.")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _membership(by: Actor) -> UUID:
    from wayfolk.kit import tenancy
    from wayfolk.staff.models import Membership

    with tenancy.scope(by.organization_id):
        membership: UUID = Membership.objects.get(user__email=company.EMAIL).id
    return membership
