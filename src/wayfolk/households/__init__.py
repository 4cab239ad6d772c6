"""Households: who belongs together, and who lived where when.

Owns households with the address and the preferences that their members share, memberships
over time, guardians of minors, and people who matter to a household without living in it.
Promises that "who lived there on that day" has one answer: periods are half-open, and the
database refuses those that overlap. People stay customers; nothing here copies a person.
"""
