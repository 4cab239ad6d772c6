"""Decisions over partners: their data, business ids, and what a booking earns. No Django here."""
