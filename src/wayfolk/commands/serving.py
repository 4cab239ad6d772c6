"""`serve` and `demo`: the web server, the worker and the database as one program."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wayfolk.commands import addresses, booting
from wayfolk.commands.addresses import Address
from wayfolk.commands.services import Service, ServiceFailedError, Services
from wayfolk.config import environment
from wayfolk.kit.engine import EngineError, placement
from wayfolk.kit.exclusive_lock import ExclusiveLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from wayfolk.config.boot import Booted

_FIRST_PAGE_PATIENCE_SECONDS = 120
_DATABASE_CHECK_INTERVAL_SECONDS = 2.0
_THREADS_PER_WEB_WORKER = 4


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
@click.option("--db-user", help="When root starts it: who runs the embedded database (nobody).")
@click.pass_context
def serve(
    context: click.Context, host: str, port: int, data: Path | None, db_user: str | None
) -> None:
    """Serve Wayfolk: web pages, API and background jobs, until Ctrl-C or SIGTERM."""
    if db_user:
        os.environ["WAYFOLK_DB_USER"] = db_user
    address = Address(host, port)

    def announce() -> None:
        click.echo(f"Wayfolk serves {address.url}  (stop it with Ctrl-C)")
        if not address.is_local and "WAYFOLK_ALLOWED_HOSTS" not in os.environ:
            click.echo(
                "It answers only as localhost: set WAYFOLK_ALLOWED_HOSTS to the names by which "
                "users reach this machine, such as wayfolk.example.org."
            )

    _run(address, data or context.obj, announce=announce)


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
            logins.extend(_seed(port))

    def announce() -> None:
        click.echo(f"\nWayfolk is ready: {address.url}")
        for login in logins:
            click.echo(f"  {login}")
        click.echo("Stop it with Ctrl-C; the data stay.")

    capture = Service(
        "catching of messages", [sys.executable, "-m", "wayfolk", "capture", str(port)]
    )
    _run(address, data or context.obj, fill=fill, announce=announce, beside=capture)


def _seed(port: int) -> list[str]:
    from wayfolk.demo import seeding

    logins = seeding.seed(click.echo)
    seeding.use_capture(port)
    return [f"{login.role:<14} {login.email:<32} {login.password}" for login in logins]


def _run(
    address: Address,
    data: Path | None,
    *,
    fill: Callable[[], None] = lambda: None,
    announce: Callable[[], None],
    beside: Service | None = None,
) -> None:
    """Bring everything up, announce it, and watch over it until told to stop.

    Whatever ends it, the web server stops first, then the worker, then the database.
    """
    # Links in messages, unless somebody said by which address this machine is reached.
    os.environ.setdefault("WAYFOLK_PUBLIC_URL", address.url)
    with ExitStack() as stack:
        try:
            _listen_for_stop_requests(stack)
            _reserve_data_directory(stack, address, data)
            addresses.refuse_taken_port(address)
            booted = _prepare(stack, data, fill)
            services = _start_services(stack, address)
            if beside is not None:
                services.start(beside)
            announce()
            services.keep_up_until(_database_watch(booted))
        except (ServiceFailedError, EngineError) as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("\nStopping ...")
        finally:
            # Once we clean up, another Ctrl-C can only make a mess of it; each step has its limit.
            for request in _STOP_REQUESTS:
                signal.signal(request, signal.SIG_IGN)


_STOP_REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _listen_for_stop_requests(stack: ExitStack) -> None:
    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for request in _STOP_REQUESTS:
        before = signal.getsignal(request)
        if request == signal.SIGHUP and before == signal.SIG_IGN:
            continue  # started by nohup: to outlive the terminal is the wish
        signal.signal(request, stop)
        stack.callback(signal.signal, request, before)


def _reserve_data_directory(stack: ExitStack, address: Address, data: Path | None) -> None:
    """Keep a second runner away from an embedded database's directory."""
    if environment.owner_database_url():
        return  # several runners may share a server
    directory = data.absolute() if data else environment.data_dir()
    placement.make_root(directory)
    lock = ExclusiveLock(directory / "running.lock")
    try:
        is_free = lock.acquire(f"process {os.getpid()} at {address.url}")
    except OSError as error:
        raise click.ClickException(
            f"The data directory {directory} cannot be written to ({error.strerror}). Make it "
            "yours, or choose another one with --data."
        ) from error
    if not is_free:
        raise click.ClickException(
            f"Wayfolk already runs on {directory} ({lock.note() or 'just starting'}). Use that "
            "one, stop it first, or choose another directory with --data."
        )
    stack.callback(lock.release)


def _prepare(stack: ExitStack, data: Path | None, fill: Callable[[], None]) -> Booted:
    click.echo("Starting the database ...")
    booted = booting.start(data)
    stack.callback(booted.stop)

    from django.db import DatabaseError

    from wayfolk.config import database, static_files

    click.echo("Bringing its tables up to date ...")
    try:
        database.prepare()
    except DatabaseError as error:
        raise click.ClickException(
            f"The database could not be brought up to date: {error}. Check that the user of "
            "DATABASE_URL owns the database and may create roles."
        ) from error
    static_files.collect()
    fill()
    booted.close_connections()  # what follows is the children's work
    return booted


def _start_services(stack: ExitStack, address: Address) -> Services:
    click.echo("Starting the web server ...")
    services = Services(click.echo)
    stack.callback(services.stop)
    web = _web(address)
    services.start(web)
    _await_first_page(web, address)
    services.start(_worker())  # after the first page: both at once would delay it
    return services


def _await_first_page(web: Service, address: Address) -> None:
    """Wait until a page comes; asking for it also warms the server up."""
    deadline = time.monotonic() + _FIRST_PAGE_PATIENCE_SECONDS
    while not addresses.answers(address):
        if not web.is_running():
            raise ServiceFailedError("The web server does not start; what it said is above.")
        if time.monotonic() > deadline:
            raise ServiceFailedError(
                f"The web server does not answer at {address.url} after "
                f"{_FIRST_PAGE_PATIENCE_SECONDS} seconds. What it said is above."
            )
        time.sleep(0.1)


def _web(address: Address) -> Service:
    workers = max(1, min(4, os.cpu_count() or 1))
    options = {
        "--interface": "wsgi",
        "--host": address.host,
        "--port": str(address.port),
        "--workers": str(workers),
        "--blocking-threads": str(_THREADS_PER_WEB_WORKER),
        "--workers-kill-timeout": "10",
        "--respawn-interval": "1",
        "--log-level": "warning",
    }
    command = [sys.executable, "-m", "granian", "wayfolk.config.wsgi:application"]
    for option, value in options.items():
        command += [option, value]
    return Service("web server", [*command, "--respawn-failed-workers", "--no-ws"])


def _worker() -> Service:
    return Service("worker", [sys.executable, "-m", "wayfolk", "worker", "--concurrency=2"])


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
