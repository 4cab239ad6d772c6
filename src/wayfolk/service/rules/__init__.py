"""Decisions over the values of cases, attachments, questionnaires and scores. No Django here."""
