"""Home: what waits to be done, not a dashboard for show."""
