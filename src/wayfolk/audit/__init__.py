"""Change sets, the change log, history and undo.

Every write belongs to a change set (who, when, why, what operation); the change log
records each row's before and after under it; one engine takes a change set back.
Points at nothing: the log names tables and row ids, it has no foreign keys.
"""
