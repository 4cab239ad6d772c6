"""Pages of offers: list, record, sending, conversion, follow-up, settings."""
