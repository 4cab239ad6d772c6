"""The embedded PostgreSQL: a database on a machine that has Python and nothing else.

Owns the server's files and processes: which binaries, which account, initdb, start, attach,
stop. Promises that committed rows survive a kill of anything, that no file of a dead server
blocks the next start, and that only the machine's user reaches the socket. Creates no roles,
databases or tables: that is the application's affair, done over ``EmbeddedPostgres.url``.
"""

from wayfolk.kit.engine.errors import EngineError
from wayfolk.kit.engine.probe import check_server
from wayfolk.kit.engine.supervisor import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EngineError", "check_server"]
