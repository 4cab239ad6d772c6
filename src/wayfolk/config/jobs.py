"""Wiring of the job queue."""

from procrastinate import App


def configure(app: App) -> None:
    """Called by procrastinate once Django is ready; tasks register by import path."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]
