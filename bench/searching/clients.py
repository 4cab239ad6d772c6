"""A program of its own that asks the API over HTTP, so that its work is not the server's.

    python -m bench.searching.clients < task.json > answer.json

Each client is a thread with one connection, which asks again as soon as it has its answer.
"""

import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Task:
    """Where to ask, as whom, and what: all queries once, shared out among the clients."""

    port: int
    token: str
    clients: int
    queries: list[str]


@dataclass
class Report:
    """Milliseconds of the answers, other statuses than 200, and what the asking itself took."""

    milliseconds: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    own_cpu_seconds: float = 0.0


def run(task: Task) -> Report:
    report, lock = Report(), threading.Lock()
    threads = [
        threading.Thread(target=_ask, args=(task, at, report, lock)) for at in range(task.clients)
    ]
    begun, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.seconds = time.perf_counter() - begun
    report.own_cpu_seconds = time.process_time() - cpu
    return report


def _ask(task: Task, client: int, report: Report, lock: threading.Lock) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", task.port, timeout=60)
    for query in task.queries[client :: task.clients]:
        begun = time.perf_counter()
        try:
            status = _status(connection, query, task.token)
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
            connection.close()
        spent = (time.perf_counter() - begun) * 1000
        with lock:
            report.milliseconds.append(spent)
            if status != "200":
                report.refused[status] = report.refused.get(status, 0) + 1
    connection.close()


def _status(connection: http.client.HTTPConnection, query: str, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    path = f"/api/v1/customers?{urlencode({'q': query, 'limit': 10})}"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return str(answer.status)


if __name__ == "__main__":
    json.dump(asdict(run(Task(**json.load(sys.stdin)))), sys.stdout)
