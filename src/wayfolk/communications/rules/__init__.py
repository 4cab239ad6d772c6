"""Decisions over messages. No Django here.

reach: who may be written to. texts: what can be sent, and how long an SMS is.
"""
