"""`serve` and `demo`: the web server, the worker and the database as one program."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting
from wayfolk.commands.services import Service, ServiceFailedError, Services
from wayfolk.config import environment
from wayfolk.kit.engine import EngineError, placement
from wayfolk.kit.exclusive_lock import ExclusiveLock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wayfolk.config.boot import Booted

_FIRST_ANSWER_PATIENCE_SECONDS = 60
_DATABASE_CHECK_INTERVAL_SECONDS = 2.0
_THREADS_PER_WEB_WORKER = 4
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for by name


@dataclass(frozen=True)
class Address:
    """Where the pages are served."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """A host to connect to from this machine."""
        return _EVERY_ADDRESS.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Its port."
)
_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of the embedded database and files.",
)


@click.command()
@_host
@_port
@_data
@click.pass_context
def serve(context: click.Context, host: str, port: int, data: Path | None) -> None:
    """Serve Wayfolk: web pages, API and background jobs, until Ctrl-C or SIGTERM."""
    address = Address(host, port)
    with _running(address, data or context.obj) as services:
        click.echo(f"Wayfolk serves {address.url}  (stop it with Ctrl-C)")
        services()


@click.command()
@_port
@_data
@click.option("--empty", is_flag=True, help="Leave an empty database empty: no demo organisation.")
@click.pass_context
def demo(context: click.Context, port: int, data: Path | None, empty: bool) -> None:
    """Serve a demo organisation on this machine, until Ctrl-C. The data stay for the next start."""
    os.environ["WAYFOLK_DEMO"] = "1"
    address = Address("127.0.0.1", port)
    logins: list[str] = []

    def fill() -> None:
        if not empty:
            logins.extend(_seed())

    with _running(address, data or context.obj, fill) as services:
        click.echo(f"\nWayfolk is ready: {address.url}")
        for login in logins:
            click.echo(f"  {login}")
        click.echo("Stop it with Ctrl-C; the data stay.")
        services()


def _seed() -> list[str]:
    from wayfolk.demo import seeding

    return [
        f"{login.role:<14} {login.email:<32} {login.password}" for login in seeding.seed(click.echo)
    ]


@contextmanager
def _running(
    address: Address, data: Path | None, fill: Callable[[], None] = lambda: None
) -> Iterator[Callable[[], None]]:
    """Everything up and answering; gives the function that watches over it until told to stop.

    Whatever ends it, the web server stops first, then the worker, then the database.
    """
    _listen_for_stop_requests()
    with ExitStack() as stack:
        try:
            _refuse_taken_port(address)
            _reserve_data_directory(stack, address, data)
            booted = _prepare(stack, data, fill)
            services = _start_services(stack, address)
            yield lambda: services.keep_up_until(_database_watch(booted))
        except (ServiceFailedError, EngineError) as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("\nStopping ...")
        finally:
            # Once we clean up, another Ctrl-C can only make a mess of it; each step has its limit.
            for request in _STOP_REQUESTS:
                signal.signal(request, signal.SIG_IGN)


_STOP_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _listen_for_stop_requests() -> None:
    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for request in _STOP_REQUESTS:
        signal.signal(request, stop)


def _refuse_taken_port(address: Address) -> None:
    try:
        family, kind, *_rest, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            # As the server does: connections that wind down do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except socket.gaierror as error:
        raise click.ClickException(
            f"There is no address {address.host!r} on this machine ({error.strerror}): "
            "use --host 127.0.0.1, or 0.0.0.0 for all its addresses."
        ) from error
    except OSError as error:
        raise click.ClickException(
            f"Port {address.port} of {address.host} cannot be used ({error.strerror}). Stop the "
            f"program that has it, or choose another port, such as --port {_next_port(address)}."
        ) from error


def _next_port(address: Address) -> int:
    return address.port + 1 if 1024 <= address.port < 65535 else 8080


def _reserve_data_directory(stack: ExitStack, address: Address, data: Path | None) -> None:
    """Keep a second runner away from an embedded database's directory."""
    if environment.owner_database_url():
        return  # several runners may share a server
    directory = data.absolute() if data else environment.data_dir()
    placement.make_root(directory)
    lock = ExclusiveLock(directory / "running.lock")
    if not lock.acquire(f"process {os.getpid()} at {address.url}"):
        raise click.ClickException(
            f"Wayfolk already runs on {directory} ({lock.note() or 'just starting'}). Use that "
            "one, stop it first, or choose another directory with --data."
        )
    stack.callback(lock.release)


def _prepare(stack: ExitStack, data: Path | None, fill: Callable[[], None]) -> Booted:
    click.echo("Starting the database ...")
    booted = booting.start(data)
    stack.callback(booted.stop)

    from wayfolk.config import database

    click.echo("Bringing its tables up to date ...")
    database.prepare()
    fill()
    booted.close_connections()  # what follows is the children's work
    return booted


def _start_services(stack: ExitStack, address: Address) -> Services:
    click.echo("Starting the web server ...")
    services = Services([_web(address), _worker()], click.echo)
    stack.callback(services.stop)
    services.start()
    deadline = time.monotonic() + _FIRST_ANSWER_PATIENCE_SECONDS
    services.keep_up_until(lambda: _answers(address, deadline))
    return services


def _web(address: Address) -> Service:
    workers = max(1, min(4, os.cpu_count() or 1))
    options = {
        "--interface": "wsgi",
        "--host": address.host,
        "--port": str(address.port),
        "--workers": str(workers),
        "--blocking-threads": str(_THREADS_PER_WEB_WORKER),
        "--workers-kill-timeout": "10",
        "--log-level": "warning",
    }
    command = [sys.executable, "-m", "granian", "wayfolk.config.wsgi:application"]
    for option, value in options.items():
        command += [option, value]
    return Service("web server", [*command, "--respawn-failed-workers", "--no-ws"])


def _worker() -> Service:
    manage = [sys.executable, "-m", "wayfolk", "manage"]
    return Service(
        "worker",
        [*manage, "procrastinate", "worker", "--concurrency=2", "--shutdown-graceful-timeout=10"],
    )


def _answers(address: Address, deadline: float) -> bool:
    """Whether the first page comes; asking for it also warms the server up."""
    connection = http.client.HTTPConnection(address.reachable_host, address.port, timeout=30)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() > deadline:
            raise ServiceFailedError(
                f"The web server does not answer at {address.url} after "
                f"{_FIRST_ANSWER_PATIENCE_SECONDS} seconds ({error}). What it said is above."
            ) from error
        return False
    finally:
        connection.close()
    return True


def _database_watch(booted: Booted) -> Callable[[], bool]:
    """Look after the embedded database now and then; never asks to stop."""
    next_look = time.monotonic() + _DATABASE_CHECK_INTERVAL_SECONDS

    def look() -> bool:
        nonlocal next_look
        if booted.engine is not None and time.monotonic() >= next_look:
            if booted.engine.revive():
                click.echo("The database had ended; it runs again.")
            next_look = time.monotonic() + _DATABASE_CHECK_INTERVAL_SECONDS
        return False

    return look
