"""Importing files: receive, map, preview, run.

Promises: a file is streamed, never held in memory (of trade partners, whose relations are
resolved over the whole file, a few kilobytes a row are); columns with payment cards are dropped
before anything is stored; the same file again changes nothing; values that people changed
since are kept unless the file's own value changed; a run can be taken back as one change.
Order of the files, top to bottom: tasks, operations, running, trade, ingesting, households,
writing, resolving, staging, reading, preparing, queries, previewing, guessing, rows, receiving,
mapping, fields.
"""
