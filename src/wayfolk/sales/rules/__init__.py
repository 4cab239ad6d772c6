"""Decisions over offers, their reminders and catalog orders. No Django here."""
