"""The demo organisation: real reservations and a written cast, through the product's own doors."""
