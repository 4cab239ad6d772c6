"""Settings, urls, wsgi, and the wiring of packages into one program."""
