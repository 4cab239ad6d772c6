"""`capture`: the demo's own mail server and SMS gateway. `demo` starts it."""

import click

from wayfolk.config import environment


@click.command(hidden=True)
@click.argument("web_port", type=click.IntRange(1, 65535))
def capture(web_port: int) -> None:
    """Catch what the demo at WEB_PORT sends, until SIGTERM."""
    from wayfolk.demo import capturing

    directory = environment.data_dir()
    directory.mkdir(parents=True, exist_ok=True)
    capturing.serve(directory, capturing.Ports.beside(web_port))
