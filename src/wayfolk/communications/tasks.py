"""Jobs of this package: find what it is about, one call."""
