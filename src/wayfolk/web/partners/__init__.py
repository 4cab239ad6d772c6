"""The pages of trade partners: list, record, forms, contacts, terms and statements."""
