"""Recognising people: search, and the CustomerLinks port through which merges reach every domain."""
