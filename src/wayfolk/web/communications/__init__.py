"""The timeline of a customer with its composer, sends to many, the link to decline advertising."""
