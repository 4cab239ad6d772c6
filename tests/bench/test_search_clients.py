"""The program that asks over HTTP, and what the benchmark asks for on purpose."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from click.testing import CliRunner

from bench.searching import clients, hostile
from bench.searching.clients import Task
from wayfolk.commands.main import cli


class Answering(BaseHTTPRequestHandler):
    """200 for whoever shows the token, 429 for one query."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)["q"][0]
        self.asked.append(query)
        is_known = self.headers["Authorization"] == "Bearer secret"
        self.send_response(429 if query == "too much" else 200 if is_known else 401)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering() -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Answering,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
            thread.join()


def test_every_query_is_asked_once_by_one_of_the_clients() -> None:
    queries = [f"Müller & {place}" for place in range(20)]
    with answering() as (port, asked):
        report = clients.run(Task(port, "secret", 4, queries))
    assert sorted(asked) == sorted(queries)
    assert len(report.milliseconds) == 20
    assert report.refused == {}
    assert report.seconds > 0


def test_refusals_are_counted_by_status() -> None:
    with answering() as (port, _):
        report = clients.run(Task(port, "secret", 2, ["a", "too much", "b"]))
        stranger = clients.run(Task(port, "wrong", 1, ["a"]))
    assert report.refused == {"429": 1}
    assert stranger.refused == {"401": 1}


def test_a_server_that_is_not_there_is_a_refusal() -> None:
    with answering() as (port, _):
        pass
    assert sum(clients.run(Task(port, "secret", 2, ["a", "b", "c"])).refused.values()) == 3


def test_hostile_queries_are_what_they_are_called() -> None:
    queries = hostile.queries()
    assert len(queries["10 kB of one letter"]) == 10_000
    assert len(queries["500 words"].split()) == 500
    assert "\x00" in queries["NUL within a name"]
    assert queries["only spaces"].strip() == ""


def test_the_benchmark_is_listed_and_its_parts_are_not() -> None:
    listed = CliRunner().invoke(cli, ["bench"]).output.split()
    assert "search" in listed
    assert not {"searching", "clients", "index"} & set(listed)
