"""What the engine says to the person who started it."""


class EngineError(Exception):
    """The database cannot be used; the text says what happened and what to do."""
