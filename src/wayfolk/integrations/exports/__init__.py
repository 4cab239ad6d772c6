"""Exports: a list as a CSV or Excel file, written by a job that keeps its memory flat.

files       where the files lie, and for how long
spooling    which customers, in which order: a file of ids, filled by a server-side cursor
writing     the cells: CSV and Excel, formulas neutralised
running     the job: batch after batch, progress, cancelling, starting again
operations  asking for an export, cancelling it, removing old files
queries     finding exports, opening their files
"""
